import { mkdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { Failure } from "./failure.ts";
import { runLong } from "./long-process.ts";
import { fromRoot } from "./paths.ts";

const test = suite("long processes");

const folder = fromRoot("build", "tests", "long-process");
mkdirSync(folder, { recursive: true });

async function shell(script: string, stage: (line: string) => undefined = () => undefined): Promise<string> {
  const log = join(folder, "log");
  await runLong({ title: "working", program: "sh", args: ["-c", script], cwd: folder, log, stage });
  return readFileSync(log, "utf8");
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.catch((error: unknown) => error);
  if (outcome instanceof Failure) return outcome;
  throw new Error(`a failure was expected, not ${String(outcome)}`);
}

test("all that the tool prints is in its log, and each line is asked for the stage", async () => {
  const lines: string[] = [];
  const log = await shell("echo one; echo two >&2", (line) => {
    lines.push(line);
    return undefined;
  });
  assert.equal(log.split("\n").toSorted(), ["", "one", "two"]);
  assert.equal(lines.toSorted(), ["one", "two"]);
});

test("a failure shows status and the end of the output", async () => {
  const { message, advice } = await failureOf(shell("echo early; exit 3"));
  assert.is(message, "working: sh failed (status 3)");
  assert.match(advice, /log and ends:\nearly$/);
});

// The tool's child keeps the output open: runLong comes to its end only when that child is gone, too.
test("an interruption ends the tool together with what it started", async () => {
  const { message, status } = await failureOf(shell("sleep 1000 & echo started; wait", pressControlC));
  assert.is(message, "working: interrupted");
  assert.is(status, 128 + constants.signals.SIGINT);
});

function pressControlC(line: string): undefined {
  if (line === "started") process.kill(process.pid, "SIGINT");
}

test("a tool that does not exist is named", async () => {
  const missing = runLong({
    title: "working", program: "/nonexistent", args: [], cwd: folder, log: join(folder, "log"), stage: () => undefined,
  });
  assert.match((await failureOf(missing)).message, /^\/nonexistent cannot be started/);
});

test.run();
