import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { motorNames, motorRecording } from "../console/fixtures/motor.ts";
import { describe, Failure } from "./failure.ts";
import { BUILD, fromRoot } from "./paths.ts";
import traceCommand from "./trace.ts";

const test = suite("atomicos trace");

const folder = join(BUILD, "trace-command");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const recording = join(folder, "motor.rec");
const namesFile = join(folder, "names.json");
const bytes = motorRecording(300_000);
writeFileSync(recording, bytes);
writeFileSync(namesFile, JSON.stringify(motorNames));

function trace(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(fromRoot("atomicos"), ["trace", ...args], { encoding: "utf8" });
}

test("show reports on tasks and channels by name", () => {
  const { status, stdout } = trace("show", recording, "--names", namesFile);
  assert.is(status, 0);
  assert.match(stdout, /^current loop +27\.\d % +240 /m);
  assert.match(stdout, /^speed +current loop +speed loop +24 /m);
});

test("show --events tells what happened, and only in the span", () => {
  const { status, stdout } = trace(
    "show",
    recording,
    "--names",
    namesFile,
    "--events",
    "--from",
    "+0us",
    "--to",
    "+7us",
  );
  assert.is(status, 0);
  assert.is(
    stdout,
    `\
      40001.60  current loop     job released  1250 cycles
      40001.84  current loop     begins to run  after idle
      40006.40  speed loop       job released  10000 cycles
`,
  );
});

test("show --text gives the text alone", () => {
  assert.match(trace("show", recording, "--text").stdout, /^(speed \d+ rpm\r\n)+$/);
});

test("show --json has all that the report has, in cycles", () => {
  const { status, stdout } = trace("show", recording, "--json", "--events");
  assert.is(status, 0);
  const found: unknown = JSON.parse(stdout);
  assert.ok(
    typeof found === "object" && found !== null && "tasks" in found && "events" in found && "channels" in found,
  );
  const { tasks, events } = found;
  assert.ok(Array.isArray(tasks) && Array.isArray(events));
  assert.is(tasks.length, 5);
  assert.equal(events[0], { time_cycles: 1_000_040, name: "release", task: 1, argument: 1250 });
});

test("export writes both files", () => {
  const [svg, perfetto] = [join(folder, "motor.svg"), join(folder, "motor.pftrace")];
  const { status, stderr } = trace(
    "export",
    recording,
    "--svg",
    svg,
    "--perfetto",
    perfetto,
    "--from",
    "+0",
    "--to",
    "+1ms",
  );
  assert.is(status, 0);
  assert.match(readFileSync(svg, "utf8"), /^<svg .*<\/svg>\n$/s);
  assert.ok(readFileSync(perfetto).length > 1000);
  assert.is(stderr, `atomicos: open ${perfetto} in https://ui.perfetto.dev\n`);
});

test("what is damaged or missing is said", () => {
  const damaged = join(folder, "damaged.rec");
  const few = Buffer.from(bytes);
  few[5000] = (few[5000] ?? 0) ^ 0x10;
  writeFileSync(damaged, few);
  assert.match(trace("show", damaged).stderr, /^atomicos: 1 frames did not come through \(\d+ bytes were damaged\)\n$/);
});

/** A line behind a socket, until it ends. */
async function recorded(
  file: string,
  give: Uint8Array,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const server = createServer((socket) => {
    socket.end(give);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const child = spawn(fromRoot("atomicos"), ["trace", "record", file, "--tcp", `127.0.0.1:${address.port}`]);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (some: Buffer) => stdout.push(some));
  child.stderr.on("data", (some: Buffer) => stderr.push(some));
  const status = await new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  server.close();
  return { status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

test("record keeps every byte of a line and shows its text", async () => {
  const file = join(folder, "recorded.rec");
  const { status, stdout, stderr } = await recorded(file, bytes);
  assert.is(status, 0);
  assert.equal(readFileSync(file), Buffer.from(bytes));
  assert.match(stdout, /^(speed \d+ rpm\r\n)+$/);
  assert.match(stderr, /bytes with \d+ frames; see: atomicos trace show /);
});

test("record sets a port to the rate of the board there", () => {
  const [tools, given] = [join(folder, "tools"), join(folder, "stty-arguments")];
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, "stty"), `#!/bin/sh\necho "$@" > "${given}"\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${tools}:${process.env["PATH"] ?? ""}` };
  for (const board of [[], ["--board", "ulx3s-85f"]]) {
    rmSync(given, { force: true });
    const words = ["trace", "record", join(folder, "rate.rec"), "--port", recording, ...board];
    assert.is(spawnSync(fromRoot("atomicos"), words, { env }).status, 0);
    assert.is(readFileSync(given, "utf8"), `-F ${recording} 500000 raw -echo\n`);
  }
});

test("record reads a port, here a file that takes its place", () => {
  const file = join(folder, "from-port.rec");
  assert.is(trace("record", file, "--port", recording).status, 0);
  assert.equal(readFileSync(file), Buffer.from(bytes));
});

test("a described system is traced from its boot on, and run shows its text alone", () => {
  const [file, system] = [join(folder, "traced.rec"), "docs/trace/system.ts"];
  const traced = trace("record", file, system, "--max-cycles", "2M");
  assert.is(traced.status, 0, traced.stderr);
  const shown = /see: atomicos (trace show .*)/u.exec(traced.stderr)?.[1];
  assert.ok(shown !== undefined, traced.stderr);
  const { stdout } = spawnSync(fromRoot("atomicos"), shown.split(" "), { encoding: "utf8", cwd: fromRoot() });
  const jobs = Number(/^pulse +[\d.]+ % +(\d+) +0 +0 /mu.exec(stdout)?.[1]);
  assert.ok(jobs > 20, stdout);
  assert.match(stdout, /^fast +[\d.]+ %/mu);

  const ran = spawnSync(fromRoot("atomicos"), ["run", system, "--max-cycles", "2M"], { input: "", encoding: "utf8" });
  assert.is(ran.stdout, traced.stdout);
  assert.match(ran.stdout, /^(fast|slow) \d+\r\n/mu);
  assert.not(ran.stdout.includes("\0"));
});

const failures: readonly (readonly [readonly string[], number, string])[] = [
  [[], 2, "trace needs an action; see: atomicos trace --help"],
  [["shwo", "x"], 2, 'there is no action "shwo"; did you mean: atomicos trace show?'],
  [["show"], 2, "trace show needs a file; write: atomicos trace show FILE"],
  [["show", "a", "b"], 2, "trace show takes one file; see: atomicos trace --help"],
  [["show", "/nonexistent"], 2, "cannot open /nonexistent: there is no such file; give a recording that can be read"],
  [["show", fromRoot("README.md")], 1, "was tracing switched on, and is this what came over the serial line?"],
  [
    ["show", recording, "--from", "soon"],
    2,
    'option --from cannot be "soon"; give a time such as 1234.5us, 12ms or, from the first event on, +500us',
  ],
  [
    ["show", recording, "--from", "+2ms", "--to", "+1ms"],
    2,
    "--from is not before --to; give a span of time with something in it",
  ],
  [["show", recording, "--run", "2"], 2, `${recording} has no run 2; there are 1`],
  [
    ["show", recording, "--names", recording],
    2,
    'such as: { "tasks": { "1": "pump" }, "channels": { "0": "levels" } }',
  ],
  [["export", recording], 2, "export needs a file to write; give --perfetto FILE, --svg FILE or both"],
  [
    ["export", recording, "--svg", "/nonexistent/x.svg"],
    2,
    "cannot write /nonexistent/x.svg: ENOENT; give --svg a file in a folder that exists and can be written",
  ],
  [
    ["export", recording, "--svg", join(folder, "x.svg"), "--from", "0us", "--to", "1us"],
    2,
    "no task runs in this span; choose another with --from and --to; trace show --events has the times",
  ],
  [
    ["record", join(folder, "x"), "--port", "/dev/ttyNone"],
    2,
    "cannot open /dev/ttyNone: ENOENT; is it plugged in? ls /dev/ttyUSB* /dev/ttyACM* shows what there is",
  ],
  [
    ["record", join(folder, "x"), "--port", recording, "--board", "ulx3s"],
    2,
    'there is no board "ulx3s"; there are: ulx3s-85f',
  ],
  [["record", join(folder, "x"), "--tcp", "here"], 2, 'option --tcp cannot be "here"; write: --tcp HOST:PORT'],
];

for (const [words, expected, message] of failures) {
  test(`trace ${words.join(" ")} is answered with what is wrong and what to do`.replaceAll(folder, "…"), async () => {
    const failure = await traceCommand.run("trace", words).then(
      () => assert.unreachable(),
      (error: unknown) => error,
    );
    assert.instance(failure, Failure);
    if (!(failure instanceof Failure)) return;
    assert.is(failure.status, expected);
    assert.ok(describe(failure).endsWith(message), describe(failure));
  });
}

test.run();
