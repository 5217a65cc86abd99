// The RAM check against memory that fails in a known way: as a program of the host, which runs the same instructions.

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { compiler } from "../kernel/toolchain.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "build", "test", "ram-check");
const program = join(folder, "ram_check_host");
const test = suite("RAM check");

test.before(() => {
  mkdirSync(folder, { recursive: true });
  const sources = ["firmware/ram_check_host.c", "firmware/ram_check.c"];
  const flags = ["-O2", "-static", "-fno-pie", "-no-pie", "-Ifirmware", "-Ikernel/freestanding", "-o", program];
  const { status, stderr } = spawnSync(compiler, [...flags, ...sources], { cwd: root, encoding: "utf8" });
  assert.is(status, 0, stderr);
});

function found(memory: string): string {
  const { status, stdout, stderr } = spawnSync(program, [memory], { encoding: "utf8" });
  assert.is(status, 0, stderr);
  return stdout;
}

test("good memory is good, and keeps its contents", () => {
  assert.is(found("good"), "good; 0 bytes changed\n");
});

test("memory that repeats behind an address line is found at that line, and keeps its contents", () => {
  assert.is(found("aliased"), "address line at 8000, bits ffffffff; 0 bytes changed\n");
});

test.run();
