// ./atomicos as it is called: what it answers to good and bad command lines, and with which exit status.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { TOOLS } from "../commands/tools.ts";

const test = suite("command line");

const folder = fromRoot("build", "tests");
mkdirSync(folder, { recursive: true });

interface Call {
  readonly cwd?: string;
  readonly path?: string; // of the command itself
  readonly programs?: string; // PATH
}

function atomicos(args: readonly string[], { cwd = folder, path = fromRoot("atomicos"), programs }: Call = {}) {
  const { status, stdout, stderr } = spawnSync(path, args, {
    cwd,
    input: "",
    encoding: "utf8",
    env: { ...process.env, ...(programs === undefined ? {} : { PATH: programs }) },
  });
  return { status, stdout, stderr };
}

function refuses(args: readonly string[], message: string): void {
  assert.equal(atomicos(args), { status: 2, stdout: "", stderr: `atomicos: ${message}\n` });
}

// A PATH with the programs that the shell script itself needs, and no other.
function pathWith(...programs: readonly string[]): string {
  const bin = mkdtempSync(join(folder, "path-"));
  for (const program of ["sh", "dirname", "readlink", "cmp", ...programs]) {
    const found = spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).stdout.trim();
    symlinkSync(found, join(bin, program));
  }
  return bin;
}

test("the help lists every command, and every command explains itself", () => {
  const { status: helped, stdout: help } = atomicos(["--help"]);
  assert.is(helped, 0);
  assert.is(atomicos([]).stdout, help);
  const names = [...help.matchAll(/^ {2}([a-z]+) +\w/gm)].map(([, name]) => name ?? "");
  for (const name of ["run", "test", "build", "bench", "fuzz", "doctor", "clean"]) assert.ok(names.includes(name), name);
  for (const name of names) {
    const { status, stdout } = atomicos([name, "--help"]);
    assert.is(status, 0);
    assert.match(stdout, new RegExp(`^usage: atomicos ${name} `));
    assert.match(stdout, "--help");
  }
});

test("an unknown command is refused with the nearest one", () => {
  refuses(["rnu"], 'there is no command "rnu"; did you mean: atomicos run?');
  refuses(["deploy"], 'there is no command "deploy"; see: atomicos --help');
  refuses(["--verbos"], 'there is no option "--verbos"; see: atomicos --help');
});

test("an unknown option is refused with the nearest one", () => {
  refuses(["run", "--scripts", "x"], "run has no option --scripts; did you mean --script?");
  refuses(["clean", "--all"], "clean has no option --all; see: atomicos clean --help");
  refuses(["doctor", "verilator"], 'doctor does not take "verilator"; see: atomicos doctor --help');
});

test("values are checked before anything is built", () => {
  refuses(["run", "--max-cycles", "lots"], 'option --max-cycles cannot be "lots"; give a whole number above zero, such as 250000 or 20M');
  refuses(["run", "--script", "none.script"], "cannot open none.script: there is no such file; give --script a file that can be read");
  refuses(["run", "--kernel", "none.elf"], "cannot open none.elf: there is no such file; give --kernel a file that can be read");
  refuses(["run", "--kernel", "."], "cannot open .: it is a folder; give --kernel a file that can be read");
  refuses(["bench", "sim_sped"], 'there is no figure "sim_sped"; did you mean sim_speed?');
  refuses(["test", "no-such-test"], "no test file's path contains no-such-test; see: atomicos test --help");
});

test("what is to be run is a system, or its folder", () => {
  const examples = fromRoot("examples");
  const from = (args: readonly string[], message: string): void => {
    assert.equal(atomicos(args, { cwd: examples }), { status: 2, stdout: "", stderr: `atomicos: ${message}\n` });
  };
  from(["run", "01-helo"], "there is no 01-helo; did you mean 01-hello?");
  from(["run", "nothing"], "there is no nothing; name a system description, or its folder: docs/system.md");
  from(["run", "uart.ts"], "uart.ts exports no system; its default export must be what defineSystem returned");
  from(["run", "01-hello/hello.c"], "01-hello/hello.c is no system description; that is a file such as system.ts: docs/system.md");
  from(["run", "01-hello", "02-periodic-tasks"], "run takes one system; see: atomicos run --help");
  from(["run", "--kernel", "x.elf", "01-hello"], "01-hello and --kernel are two systems; give one of them");
  from(["run", "--machine", "pc", "01-hello"], "the machine pc does not run 01-hello; a system description is for the machine atomicos");
  assert.match(atomicos(["run", "."], { cwd: examples }).stderr, /^atomicos: there is no system\.ts in \.; there are 01-hello, /);
});

test("a mistake in a script names file and line", () => {
  const script = join(folder, "mistake.script");
  writeFileSync(script, "wait ready>\nexpect ready>\n");
  refuses(
    ["run", "--script", script],
    `${script}:2: "expect" is not a script word; there are wait, send, type and within; the form is in: atomicos run --help`,
  );
});

test("a file that is no ELF file is refused as a kernel", () => {
  const file = join(folder, "text.elf");
  writeFileSync(file, "text\n".repeat(20));
  refuses(["run", "--kernel", file], `${file} is not an ELF file; link the kernel for the RAM, see kernel/ for one that is`);
});

test("a kernel that does not fit is refused with its segment and the RAM's limits", () => {
  // An ELF header, then one loadable segment: 8 bytes of the file, but 512 KB of memory from 30000h on.
  const file = join(folder, "large.elf");
  const bytes = new DataView(new ArrayBuffer(96));
  const words = [0x7f454c46, 0x01010100, 0, 0, 0x02000300, 0x01000000, 0, 0x34000000];
  for (const [index, word] of words.entries()) bytes.setUint32(index * 4, word);
  bytes.setUint16(40, 52, true);
  bytes.setUint16(42, 32, true);
  bytes.setUint16(44, 1, true);
  const segment = [1, 84, 0x30000, 0x30000, 8, 0x80000, 7, 4];
  for (const [index, word] of segment.entries()) bytes.setUint32(52 + index * 4, word, true);
  writeFileSync(file, new Uint8Array(bytes.buffer));
  refuses(
    ["run", "--kernel", file],
    `${file} does not fit: its segment 0 takes 00030000h to 000AFFFFh, the RAM is 00000000h to 0003FFFFh; ` +
      "link the kernel for the RAM, see kernel/ for one that is",
  );
});

test("without tools, run says what is missing and the line that installs it", () => {
  const { status, stderr } = atomicos(["run", "--no-install"], { programs: pathWith("node", "npm") });
  assert.is(status, 1);
  assert.match(stderr, /^atomicos: missing: verilator, g\+\+, ccache, i686-linux-gnu-gcc; install with: (sudo )?apt-get install verilator g\+\+ ccache gcc-i686-linux-gnu\n$/);
});

test("doctor lists every tool, present or missing, and its status says which", () => {
  const bare = atomicos(["doctor"], { programs: pathWith("node", "npm") });
  assert.is(bare.status, 1);
  assert.match(bare.stdout, /^verilator +verilator +run, test, bench +MISSING$/m);
  assert.match(bare.stdout, /^Install what is missing: (sudo )?apt-get install verilator g\+\+ /m);
  const here = atomicos(["doctor"]);
  for (const { name } of TOOLS) assert.ok(here.stdout.includes(`\n${name} `), name);
  assert.is(here.status, here.stdout.includes("MISSING") ? 1 : 0);
});

test("without Node there is one line that says so", () => {
  const { status, stderr } = atomicos(["run"], { programs: pathWith() });
  assert.is(status, 1);
  assert.match(stderr, /^atomicos: Node\.js is not installed; install Node 20 or later .*\n$/);
});

test("an old Node is refused by its version", () => {
  const bin = pathWith();
  writeFileSync(join(bin, "node"), "#!/bin/sh\necho v18.19.0\n", { mode: 0o755 });
  const { status, stderr } = atomicos(["run"], { programs: bin });
  assert.is(status, 1);
  assert.match(stderr, /^atomicos: Node v18\.19\.0 is too old; install Node 20 or later .*\n$/);
});

test("it works from any folder and through symbolic links", () => {
  const link = join(folder, "atomicos-link");
  const relative = join(folder, "atomicos-relative");
  for (const path of [link, relative]) rmSync(path, { force: true });
  symlinkSync(fromRoot("atomicos"), link);
  symlinkSync("atomicos-link", relative);
  assert.is(atomicos(["doctor", "--help"], { path: relative, cwd: "/" }).status, 0);
});

test.run();
