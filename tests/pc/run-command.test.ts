// ./atomicos run --machine pc from end to end.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../../commands/paths.ts";
import { assemble } from "./programs.ts";

const test = suite("atomicos run --machine pc");

const folder = fromRoot("build", "tests", "pc");
mkdirSync(folder, { recursive: true });

function run(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(fromRoot("atomicos"), ["run", ...args], { cwd: folder, input: "", encoding: "utf8" });
}

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

test("a ROM's text is the output, its codes are errors, and its exit is the status", async () => {
  const { status, stdout, stderr } = run(["--machine", "pc", "--rom", await assemble("hello", "rom")]);
  assert.is(stdout, "reset: CS F000\nROM in both places: same\n");
  assert.match(stderr, /^atomicos: POST 42$/m);
  assert.is(status, 2 * 21 + 1);
});

test("a kernel is started, with as much RAM as is wanted", async () => {
  const { status, stdout, stderr } = run([
    "--machine", "pc", "--kernel", await assemble("multiboot", "kernel"), "--ram", "16M", "--append", "words",
  ]);
  assert.match(stdout, "upper memory in KB 00003000\n", stderr);
  assert.is(status, 2 * 9 + 1);
});

test("--max-cycles ends a program that does not end", async () => {
  const rom = new Uint8Array(0x10000).fill(0xff);
  rom.set([0xeb, 0xfe], 0xfff0);
  const { status, stderr } = run(["--machine", "pc", "--rom", file("endless.bin", rom), "--max-cycles", "3M"]);
  assert.is(status, 0);
  assert.match(stderr, "atomicos: 3,000,000 cycles, ");
});

test("what is wrong with an image, or an option, is said before anything is built", async () => {
  const kernel = await assemble("multiboot", "kernel");
  const small = file("small.bin", new Uint8Array(1000));
  const header = new Uint8Array(0x100);
  // A multiboot header that wants a video mode
  new Uint32Array(header.buffer).set([0x1bad_b002, 4, -(0x1bad_b002 + 4)]);
  for (const [args, message] of [
    [[], "the PC has nothing of its own to run; give it either --rom FILE or --kernel FILE"],
    [["--rom", small], /small\.bin is no ROM for the PC: it has 1000 bytes; give --rom an image of 64 to 256 KB/],
    [["--kernel", small], /small\.bin is not an ELF file; give --kernel an ELF file for a 32-bit x86/],
    [["--kernel", file("video.bin", header)], /video\.bin wants of its loader what this one cannot: .* flags 0+4h/],
    [["--kernel", kernel, "--ram", "1M"], /multiboot\.elf does not fit: it has bytes from 00100000h to /],
    [["--kernel", kernel, "--ram", "48M"], "the PC cannot have a RAM of 48M; give --ram a power of two from 1M to 64M"],
  ] as const) {
    const { status, stderr } = run(["--machine", "pc", ...args]);
    assert.is(status, 2);
    assert.match(stderr, message);
  }
});

test("an unknown machine, or an option that is not its own, is refused", () => {
  const unknown = run(["--machine", "pcc"]);
  assert.match(unknown.stderr, 'there is no machine "pcc"; did you mean --machine pc?');
  assert.is(unknown.status, 2);
  assert.match(run(["--ram", "4M"]).stderr, "the machine atomicos does not take --ram; see: atomicos run --help");
});

test.run();
