// A tool that runs for minutes: at low priority, with its output in a log file, its progress in one line of ours, and
// ended together with us. It gets a process group of its own, since such tools start others.

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";

import { Failure } from "./failure.ts";
import { shown } from "./paths.ts";
import { say } from "./say.ts";

export interface LongProcess {
  readonly title: string; // what is being done
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>; // beside this process's own
  readonly log: string; // gets all that the tool prints
  readonly stage: (line: string) => string | undefined; // what a line of output says about how far the tool is
}

const PRIORITY = 10; // as `nice` counts: other programs come first
const LINES_SHOWN_MAX = 15;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export async function runLong({ title, program, args, cwd, env, log, stage }: LongProcess): Promise<void> {
  const progress = startProgress(title);
  const file = createWriteStream(log);
  const lines: string[] = [];
  let signal: NodeJS.Signals | undefined;

  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = (name: NodeJS.Signals): void => {
    signal = name;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
  };
  for (const name of SIGNALS) process.on(name, end);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      file.write(`${line}\n`);
      lines.push(line);
      if (lines.length > LINES_SHOWN_MAX) lines.shift();
      progress.at(stage(line));
    });
  }
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on("spawn", () => setPriority(child.pid ?? 0, PRIORITY));
      child.on("error", reject);
      child.on("close", resolve);
    }).catch((error: unknown) => {
      throw new Failure(`${program} cannot be started (${String(error)})`, "see: atomicos fpga --help");
    });
    if (signal !== undefined) {
      const advice = "what is complete is kept: the same command goes on there";
      throw new Failure(`${title}: interrupted`, advice, 128 + constants.signals[signal]);
    }
    if (status !== 0) {
      const how = status === null ? "was ended by a signal" : `failed (status ${status})`;
      throw new Failure(`${title}: ${program} ${how}`, `its output is in ${shown(log)} and ends:\n${lines.join("\n")}`);
    }
  } finally {
    for (const name of SIGNALS) process.off(name, end);
    progress.end();
    file.end();
    await finished(file);
  }
  say(`${title}: done after ${progress.elapsed()}`);
}

interface Progress {
  at(stage: string | undefined): void;
  elapsed(): string;
  end(): void;
}

const TERMINAL_MS = 1000;
const OTHER_MS = 60e3; // a log wants few lines

function startProgress(title: string): Progress {
  const started_ms = performance.now();
  const terminal = process.stderr.isTTY;
  let current = "";
  const elapsed = (): string => {
    const seconds = Math.round((performance.now() - started_ms) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  const show = (): void => {
    if (terminal) process.stderr.write(`\r\u001B[Katomicos: ${title}: ${elapsed()}  ${current}`);
    else say(`${title}: ${elapsed()}  ${current}`);
  };
  const timer = setInterval(show, terminal ? TERMINAL_MS : OTHER_MS);
  return {
    at(stage) {
      if (stage !== undefined) current = stage;
    },
    elapsed,
    end() {
      clearInterval(timer);
      if (terminal) process.stderr.write("\r\u001B[K");
    },
  };
}
