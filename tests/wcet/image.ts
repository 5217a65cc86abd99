// Small programs for the analysis: assembly or C → an ELF file, which is also an image for the core alone.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";

import { BUILD, fromRoot } from "../../commands/paths.ts";
import { mustSucceed } from "../../commands/process.ts";
import { link } from "../../kernel/toolchain.ts";
import { memoryMap } from "../../soc/memory-map.ts";
import type { MachineTiming } from "../../wcet/costs.ts";
import type { Bare } from "../cpu/bare/build.ts";

/** Where the boot ROM looks for the header. */
const image_first = 0x1000;
const freestanding = "kernel/freestanding";
const linker_script = "tests/wcet/image.ld";
export const stack_top = 0x30000;
const cycles_max = 2_000_000;

/** The core alone: a device answers a clock earlier than on the machine's bus (tests/cpu/bare/bare.cpp). */
export const bareTiming: MachineTiming = { device_clocks: 2, regions: Object.values(memoryMap), has_levels: false };

/** Calls the operations one after the other, each with the registers that `before` loads, and halts. */
export const caller = (operations: readonly string[], before = "        pushl $1\n"): string => `
#include "flow_facts.h"
        .section .header, "a"
        .ascii "ATOM"
        .long begin, image_first, image_end, 0
        .text
        .globl begin
        .type begin, @function
begin:
        movl $${stack_top}, %esp
        cld
${operations.map((name) => `${before}        call ${name}\n`).join("")}
        cli
1:      hlt
        jmp 1b
        .size begin, . - begin
        .section .note.GNU-stack, "", @progbits
`;

export interface Built {
  readonly path: string;
  readonly elf: Uint8Array;
}

/** A folder below build/ for the time of a test. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const parent = join(BUILD, "tests");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "wcet-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `sources`: file names with their text. */
export async function built(folder: string, sources: Readonly<Record<string, string>>): Promise<Built> {
  const files = Object.entries(sources).map(([name, text]) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  });
  const path = join(folder, "image.elf");
  await link(
    {
      sources: files,
      includeDirs: [freestanding],
      linkerScript: linker_script,
      symbols: { IMAGE_ADDRESS: image_first },
    },
    path,
  );
  return { path, elf: readFileSync(path) };
}

export interface Completed {
  readonly eip: number;
  readonly cycle: number;
}

/** What the core completes of it, from reset until it halts. */
export async function run(program: Built, bare: Bare): Promise<Completed[]> {
  return (await output(program, bare, ["--retired"])).flatMap((line) => {
    const [, cycle, eip] = /^ *(\d+) +([0-9a-f]{8})$/.exec(line) ?? [];
    return cycle === undefined || eip === undefined ? [] : [{ eip: Number.parseInt(eip, 16), cycle: Number(cycle) }];
  });
}

/** So many words of memory when it has halted. */
export async function wordsAfter(program: Built, bare: Bare, address: number, count: number): Promise<number[]> {
  const lines = await output(program, bare, ["--dump", `${address}:${4 * count}`]);
  const bytes = lines.flatMap((line) => /^[0-9a-f]{5} (( [0-9a-f]{2})+)$/.exec(line)?.[1]?.trim().split(" ") ?? []);
  const memory = Buffer.from(bytes.join(""), "hex");
  return Array.from({ length: count }, (_, index) => memory.readInt32LE(4 * index));
}

async function output({ path }: Built, { executable, rom }: Bare, options: readonly string[]): Promise<string[]> {
  const image = `${path}.bin`;
  await mustSucceed("i686-linux-gnu-objcopy", ["-O", "binary", path, image], { cwd: fromRoot() });
  const args = ["run", rom, `${image}@${image_first}`, "--cycles", String(cycles_max), ...options];
  const { stdout, error } = spawnSync(executable, args, { encoding: "utf8", maxBuffer: 2 ** 30 });
  if (error !== undefined) throw error;
  if (!stdout.includes("halted")) throw new Error(`the program did not halt:\n${stdout.slice(-200)}`);
  return stdout.split("\n");
}
