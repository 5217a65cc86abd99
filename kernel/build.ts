// The kernel: C and assembly → an ELF file whose loadable segments are the image, with its boot header filled in.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { memoryMap } from "../soc/memory-map.ts";
import { bootHeader, bootHeaderInC } from "./boot-header.ts";
import { fillInSum } from "./image.ts";
import { writeSystemCalls } from "./system-calls-in-c.ts";
import { link } from "./toolchain.ts";
import { versionInC } from "./version.ts";

/** What the kernel, the boot ROM and the tasks that print link. */
export const freestandingSources = ["print.c", "serial.c"].map((name) => `kernel/freestanding/${name}`);
export const freestandingInclude = "kernel/freestanding";

/** The kernel without the tasks: the order is the one in RAM, after the header. */
export const kernelSources = [
  "image_header.c", "start.S", "vector_entries.S", "short_calls.S", "kernel.c",
  "dispatch.c", "ready_set.c", "alarms.c", "tournament.c", "tournament_change.S", "windows.c", "deferred.c",
  "process.c", "protection.c", "regions.c", "jobs.c", "waits.c", "locks.c", "rendezvous.c", "channels.c", "capability.c",
  "faults.c", "interrupts.c", "hardware_jobs.c", "log.c",
  "calls/call_channels.c", "calls/call_requests.c", "calls/call_time.c", "calls/call_capabilities.c",
  "calls/call_locks.c", "calls/call_processes.c", "calls/call_interrupts.c", "calls/call_log.c", "calls/call_admit.c", "calls/call_unknown.c",
  "segments.c", "gates.c", "task_state.c", "hardware_task.c", "double_fault.c", "interrupt_controller.c", "panic.c",
].map((name) => `kernel/${name}`);

const sourcesOfAdmission = (admits: boolean): string[] =>
  (admits ? ["admission.c", "admissions.c"] : ["no_admissions.c"]).map((name) => `kernel/${name}`);

/** A system's tables: a folder with `system_tables.c` and `system_counts.h`, and the sources of tasks that are linked along. */
export interface Tables {
  readonly folder: string;
  readonly sources: readonly string[];
  /** Sources of other folders, as paths from the repository's root. */
  readonly shared?: readonly string[];
  /** Some tasks begin only when they are admitted. */
  readonly admits?: boolean;
  /** What the kernel may take with these tables: code, constants and data. Absent: as much as there is. */
  readonly kernel_bytes_max?: number;
}

/** The serial line's driver, input from it, and reports of faults. */
const services = [
  "services/uart_driver.c", "services/input.c", "services/fault_handler.c",
  "kernel/user/fault_report.c", "kernel/user/memory_check.c",
];

/** A system for tests, which provokes exceptions on request: assist/misbehave.h says how. */
export const assistSystem: Tables = {
  folder: "kernel/assist",
  sources: ["system_tables.c", "services.c", "misbehave.c"],
  shared: services,
};

/** A system for tests, which tries out on request what the kernel does for processes: trial/trial.h says how. */
export const trialSystem: Tables = {
  folder: "kernel/trial",
  sources: ["system_tables.c", "services.c", "trial.c"],
  shared: services,
};

/** The kernel with tables for 256 processes and a small system. */
export const kernel_bytes_max = 65_536;

export interface KernelFiles {
  /** The linked file; its PT_LOAD segments are the image. */
  readonly elf: string;
  /** The image alone, as it lies in RAM from the boot header's address on. */
  readonly image: string;
}

/**
 * Builds the kernel into the folder `out`. `includeDir` holds the headers generated from soc/.
 * Other tables make another system of the same kernel.
 */
export async function build(out: string, includeDir: string, tables: Tables): Promise<KernelFiles> {
  const generated = join(out, "include");
  mkdirSync(generated, { recursive: true });
  writeFileSync(join(generated, "boot_header.h"), bootHeaderInC());
  const calls = writeSystemCalls(join(out, "calls"));

  const files = { elf: join(out, "kernel.elf"), image: join(out, "kernel.bin") };
  await link({
    sources: [
      ...kernelSources, ...sourcesOfAdmission(tables.admits === true), calls.table,
      ...tables.sources.map((name) => `${tables.folder}/${name}`), ...(tables.shared ?? []), ...freestandingSources,
    ],
    includeDirs: [
      "kernel", "kernel/calls", "kernel/include", "kernel/user", "services", freestandingInclude, tables.folder,
      calls.include, generated, includeDir,
    ],
    linkerScript: "kernel/kernel.ld",
    defines: versionInC(),
    symbols: {
      IMAGE_ADDRESS: bootHeader.address, RAM_END: memoryMap.ram.base + memoryMap.ram.size,
      KERNEL_BYTES_MAX: tables.kernel_bytes_max ?? memoryMap.ram.size,
    },
  }, files.elf);

  const elf = readFileSync(files.elf);
  const image = fillInSum(elf, files.elf);
  writeFileSync(files.elf, elf);
  writeFileSync(files.image, image.bytes);
  return files;
}
