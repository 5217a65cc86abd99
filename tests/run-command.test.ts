// ./atomicos run from end to end: the real machine boots the real kernel, and someone types.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";

const test = suite("atomicos run");

const folder = fromRoot("build", "tests");
mkdirSync(folder, { recursive: true });

const PROMPT = "atomicos> ";

function run(args: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(fromRoot("atomicos"), ["run", ...args], { cwd: folder, input, encoding: "utf8" });
  return { status, stdout: stdout.replaceAll("\r", ""), stderr };
}

// What a session took, from its last line.
const counts = (text: string): string => /[\d,]+ cycles, [\d,]+ instructions/.exec(text)?.[0] ?? "";

test("a script boots the machine and talks with the prompt", () => {
  const script = join(folder, "prompt.script");
  writeFileSync(script, `
wait boot ROM
wait kernel
wait "${PROMPT}"
send help
wait "list the commands"
wait "${PROMPT}"
send echo deterministic
wait "echo deterministic\\r\\ndeterministic\\r\\n"
wait "${PROMPT}"
send mem 1000 10
wait "|ATOM"
wait "${PROMPT}"
send uptime
wait " ticks, "
wait "${PROMPT}"
send tasks
wait console
wait "${PROMPT}"
send crash
wait "*** Exception 6 #UD (invalid opcode) in console"
wait "${PROMPT}"
send echo still here
wait "\\nstill here\\r\\n"
`);
  const { status, stdout, stderr } = run(["--script", script]);
  assert.is(status, 0, stderr);
  assert.match(stdout, /^\nAtomicOS boot ROM .*\nRAM check: 256 KB good\n/);
  assert.match(stdout, /\natomicos> uptime\n\d+ ticks, \d+ ms\natomicos> /);
  assert.match(stderr, /\natomicos: [\d,]+ cycles, [\d,]+ instructions in [\d.]+ s: [\d.]+ million cycles per CPU second\n$/);
});

test("the same script gives the same output in the same number of cycles", () => {
  const input = `wait "${PROMPT}"\nsend tasks\nwait "${PROMPT}"\n`;
  const [first, second] = [run(["--script", "-"], input), run(["--script", "-"], input)];
  assert.is(first.status, 0, first.stderr);
  assert.is(first.stdout, second.stdout);
  assert.is.not(counts(first.stderr), "");
  assert.is(counts(first.stderr), counts(second.stderr));
});

test("a text that never comes ends with status 1, the script's line and the last output", () => {
  const { status, stderr } = run(["--script", "-"], `wait "${PROMPT}"\nsend echo here\nwithin 500k\nwait nowhere\n`);
  assert.is(status, 1);
  assert.match(stderr, 'standard input:4: waited 500,000 cycles for "nowhere", which did not come; the last output lines:\n');
  assert.match(stderr, /\natomicos> echo here\nhere\natomicos>\n$/);
});

test("--max-cycles ends a script that is not done with status 1", () => {
  const { status, stderr } = run(["--script", "-", "--max-cycles", "10k"], `wait "${PROMPT}"\n`);
  assert.is(status, 1);
  assert.match(stderr, "\natomicos: the script has not come to its end after 10,000 cycles; raise --max-cycles\n");
});

test("--max-cycles alone is not a failure", () => {
  const { status, stderr } = run(["--max-cycles", "12_345"]);
  assert.is(status, 0, stderr);
  assert.match(stderr, "atomicos: 12,345 cycles, ");
});

test("piped lines are typed when the prompt is there, and their end ends the run", () => {
  const { status, stdout, stderr } = run(["--max-cycles", "40M"], "echo one\necho two\n");
  assert.is(status, 0, stderr);
  assert.match(stdout, /\natomicos> echo one\none\natomicos> echo two\ntwo\natomicos> $/);
});

test("an example runs by its folder's name, its kernel audited", () => {
  const { status, stdout, stderr } = run(["--max-cycles", "900k", "--audit-wcet", fromRoot("examples", "01-hello")]);
  assert.is(status, 0, stderr);
  assert.match(stdout, "\nHello from ring 3, I am task 1.\n");
  assert.match(stderr, /\nnext_period by sysenter +\d+ +\d+ +1 /);
});

test("--trace writes waves", () => {
  const waves = join(folder, "boot.fst");
  rmSync(waves, { force: true });
  const { status, stderr } = run(["--trace", waves, "--max-cycles", "2000"]);
  assert.is(status, 0, stderr);
  assert.ok(existsSync(waves) && statSync(waves).size > 10_000);
});

test("waves that cannot be written are refused", () => {
  const { status, stderr } = run(["--trace", join(folder, "no", "such", "folder.fst")]);
  assert.is(status, 2);
  assert.match(stderr, /^atomicos: cannot write waves to .*folder\.fst; give --trace a file in a folder that exists and can be written$/m);
});

test.run();
