// The kernel: C and assembly → an ELF file whose loadable segments are the image, with its boot header filled in.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { memoryMap } from "../soc/memory-map.ts";
import { bootHeader, bootHeaderInC } from "./boot-header.ts";
import { fillInSum } from "./image.ts";
import { link } from "./toolchain.ts";
import { versionInC } from "./version.ts";

/** What both the kernel and the boot ROM link. */
export const freestandingSources = ["print.c", "serial.c"].map((name) => `kernel/freestanding/${name}`);
export const freestandingInclude = "kernel/freestanding";

/** The kernel without the tasks: the order is the one in RAM, after the header. */
const kernelSources = [
  "image_header.c", "start.S", "kernel.c",
  "segments.c", "gates.c", "vector_entries.S", "interrupt.c", "exception.c", "panic.c",
  "interrupt_controller.c", "clock.c",
  "context.S", "task.c", "scheduler.c", "dispatch.c",
  "uart.c", "memory_check.c", "calls.c",
].map((name) => `kernel/${name}`);

/** A set of tasks: a folder with `programs.c`, `task_count.h` and the tasks' own sources. */
export interface Tasks {
  readonly folder: string;
  readonly sources: readonly string[];
}

export const consoleSystem: Tasks = {
  folder: "kernel/tasks",
  sources: ["programs.c", "console.c", "line.c", "words.c", "commands.c", "dump.c", "counter.c"],
};

/** A system for tests, which provokes exceptions on request: assist/misbehave.h says how. */
export const assistSystem: Tasks = {
  folder: "kernel/assist",
  sources: ["programs.c", "misbehave.c", "deliver.S"],
};

export interface KernelFiles {
  /** The linked file; its PT_LOAD segments are the image. */
  readonly elf: string;
  /** The image alone, as it lies in RAM from the boot header's address on. */
  readonly image: string;
}

/**
 * Builds the kernel into the folder `out`. `includeDir` holds the headers generated from soc/.
 * Another set of tasks makes another system of the same kernel.
 */
export async function build(out: string, includeDir: string, tasks: Tasks = consoleSystem): Promise<KernelFiles> {
  const generated = join(out, "include");
  mkdirSync(generated, { recursive: true });
  writeFileSync(join(generated, "boot_header.h"), bootHeaderInC());

  const files = { elf: join(out, "kernel.elf"), image: join(out, "kernel.bin") };
  await link({
    sources: [...kernelSources, ...tasks.sources.map((name) => `${tasks.folder}/${name}`), ...freestandingSources],
    includeDirs: ["kernel", freestandingInclude, tasks.folder, generated, includeDir],
    linkerScript: "kernel/kernel.ld",
    defines: versionInC(),
    symbols: { IMAGE_ADDRESS: bootHeader.address, RAM_END: memoryMap.ram.base + memoryMap.ram.size },
  }, files.elf);

  const elf = readFileSync(files.elf);
  const image = fillInSum(elf, files.elf);
  writeFileSync(files.elf, elf);
  writeFileSync(files.image, image.bytes);
  return files;
}
