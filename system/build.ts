// From a description to the image that a loader puts into RAM.
//
// A program's addresses depend on the sizes of what lies before it, and its header contains addresses. So programs are
// linked, measured, placed and linked again until nothing moves any more; the kernel is linked twice, once to see how
// large it is. Then WCETs are proven of the programs as they are, and the kernel gets its tables.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build as buildKernel, freestandingInclude } from "../kernel/build.ts";
import { type ElfFile, readElf } from "../kernel/elf.ts";
import { writeSystemCalls } from "../kernel/system-calls-in-c.ts";
import { link } from "../kernel/toolchain.ts";
import { withProven, type SystemDescription } from "./define.ts";
import { linkerScript } from "./generate/linker-script.ts";
import { admits, countsHeader, tablesInC } from "./generate/tables.ts";
import { taskHeader } from "./generate/task-header.ts";
import { layerRowsOf } from "./layer.ts";
import { layOut, type Image, type Placement } from "./layout.ts";
import { inC, type System } from "./model.ts";
import { callBoundsOf, proveJobs } from "./prove.ts";
import { reportHtml } from "./report/html.ts";
import { reportText } from "./report/text.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

export interface BuiltSystem {
  /** Everything: the kernel, its tables, the programs. */
  readonly elf: string;
  readonly image: string;
  /** With all WCETs proven that were to be. */
  readonly system: System;
  readonly placement: Placement;
  /** Each with its ELF file, for its symbols. */
  readonly programs: readonly { readonly image: Image; readonly elf: string }[];
  /** For `./atomicos trace`: what the tasks' numbers and the mailbox's channels are called. */
  readonly names: string;
  /** The schedulability report. */
  readonly report: { readonly text: string; readonly html: string };
}

/** A program, linked for a task. */
interface Linked {
  readonly image: Image;
  readonly elf: string;
  readonly file: ElfFile;
}

/** Where programs are while nobody knows yet where they will be. */
const provisional = { code: 0x1_0000, constants: 0x2_0000, data: 0x3_0000, free: 0x8000 } as const;
const roundsMax = 8;

/** What a build must keep to. */
export interface BuildLimits {
  /** The kernel, with the system's tables. Absent: as much as there is. */
  readonly kernel_bytes_max?: number;
}

/** Builds into `out`; `includeDir` holds the headers generated from soc/. */
export async function buildSystem(
  described: SystemDescription, out: string, includeDir: string, limits: BuildLimits = {},
): Promise<BuiltSystem> {
  const { system } = described;
  mkdirSync(out, { recursive: true });
  const calls = writeSystemCalls(join(out, "calls"));
  const include = [calls.include, "kernel/include", freestandingInclude, includeDir];
  const all = system.tasks.flatMap((task) => task.programs.map((program) => (
    { task, program, sizes: { code: 0, constants: 0, data: 0 } }
  )));

  // As large as they are somewhere else.
  const somewhere = layOut(system, all, provisional.code, provisional.free);
  let linked = await linkAll(system, all, { ...somewhere, images: all.map(() => provisional) }, out, include);
  let images = linked.map(({ image }) => image);
  const sketch = layOut(system, images, provisional.code, provisional.free);
  const first = await linkKernel(system, linked, sketch, { out, includeDir, limits });
  let placement = sketch;
  for (let round = 0; ; round++) {
    placement = layOut(system, images, first.programs, first.free);
    linked = await linkAll(system, images, placement, out, include);
    if (sameSizes(images, linked)) break;
    if (round === roundsMax) throw new Error("the programs' sizes depend on where they are, and never settle");
    images = linked.map(({ image }) => image);
  }

  const proven = await proveJobs(system, linked, callBoundsOf(first.elf));
  const final = withProven(described, proven);
  // The same tasks, with times: placements go by their places in the list.
  const finalImages = linked.map(({ image, ...rest }) => {
    const task = final.tasks.find(({ number }) => number === image.task.number);
    if (task === undefined) throw new Error(`the task ${image.task.name} is lost`);
    return { ...rest, image: { ...image, task } };
  });
  const kernel = await linkKernel(final, finalImages, placement, { out, includeDir, limits });
  const expected = layOut(final, finalImages.map(({ image }) => image), kernel.programs, kernel.free);
  if (kernel.programs !== first.programs || expected.regions.some((base, index) => base !== placement.regions[index])) {
    throw new Error("the kernel's size depends on what its tables say");
  }
  const report = { text: join(out, "schedulability.txt"), html: join(out, "schedulability.html") };
  writeFileSync(report.text, reportText(final));
  writeFileSync(report.html, reportHtml(final));
  const names = join(out, "names.json");
  writeFileSync(names, `${JSON.stringify(namesOf(final))}\n`);
  return {
    elf: kernel.elf, image: kernel.image, system: final, placement, report, names,
    programs: finalImages.map(({ image, elf }) => ({ image, elf })),
  };
}

const namesOf = ({ tasks, channels }: System) => ({
  tasks: Object.fromEntries(tasks.map(({ number, name }) => [number, name])),
  channels: Object.fromEntries(channels.flatMap(({ name, direct }, index) => (direct ? [[index, name]] : []))),
});

const sameSizes = (images: readonly Image[], linked: readonly Linked[]): boolean => images.every(({ sizes }, index) => {
  const now = linked[index]?.image.sizes;
  return now?.code === sizes.code && now.constants === sizes.constants && now.data === sizes.data;
});

async function linkAll(
  system: System, images: readonly Image[], placement: Placement, out: string, include: readonly string[],
): Promise<Linked[]> {
  const linked: Linked[] = [];
  // One after the other: each link already runs as many compilers as it has sources.
  for (const [index, image] of images.entries()) {
    const { task, program } = image;
    const at = placement.images[index];
    if (at === undefined) throw new Error(`${task.name} has no place`);
    const folder = join(out, task.name, program.name);
    mkdirSync(folder, { recursive: true });
    const script = join(folder, `${program.name}.ld`);
    writeFileSync(script, linkerScript(`${program.name} as ${task.name}`, `${inC(program.name)}_main`, at, task.canary));
    writeFileSync(join(folder, `${program.name}_system.h`), taskHeader(system, task, program, placement));
    const elf = join(folder, `${program.name}.elf`);
    // oxlint-disable-next-line no-await-in-loop
    await link({
      sources: ["kernel/user/start.S", "kernel/user/stack_check.S", ...program.sources],
      includeDirs: [folder, ...include, ...(program.includeDirs ?? [])],
      linkerScript: script,
      canaries: true,
    }, elf);
    const file = readElf(readFileSync(elf), elf);
    linked.push({ image: { task, program, sizes: sizesOf(file) }, elf, file });
  }
  return linked;
}

const bytesOf = ({ sections }: ElfFile, name: string): number =>
  sections.find((section) => section.name === name)?.memoryBytes ?? 0;

const sizesOf = (file: ElfFile): Image["sizes"] => ({
  code: bytesOf(file, ".text"),
  constants: bytesOf(file, ".rodata") + bytesOf(file, ".data"),
  data: bytesOf(file, ".data") + bytesOf(file, ".bss"),
});

function symbol({ symbols }: ElfFile, name: string): number {
  const found = symbols.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the linked file has no symbol ${name}`);
  return found.address;
}

interface LinkedKernel {
  readonly elf: string;
  readonly image: string;
  /** Where the programs begin. */
  readonly programs: number;
  /** Behind the kernel's own memory. */
  readonly free: number;
}

async function linkKernel(
  system: System, linked: readonly Linked[], placement: Placement,
  { out, includeDir, limits }: { readonly out: string; readonly includeDir: string; readonly limits: BuildLimits },
): Promise<LinkedKernel> {
  const images = linked.map(({ image }) => image);
  const folder = join(out, "tables");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "system_counts.h"), countsHeader(system));
  writeFileSync(join(folder, "system_tables.c"), tablesInC(system, images, placement, linked.map(({ file }) => file.entry)));
  const block = join(folder, "programs.bin");
  writeFileSync(block, blockOf(linked, placement));
  writeFileSync(join(folder, "programs.S"), [
    "/* The tasks' programs. Generated by system/build.ts. */",
    '        .section .programs, "ax", @progbits',
    `        .incbin "${relative(ROOT, block)}"`,
    '        .section .note.GNU-stack, "", @progbits',
    "",
  ].join("\n"));
  const tables = {
    ...limits,
    folder: relative(ROOT, folder), sources: ["system_tables.c", "programs.S"], admits: admits(system),
    shared: [
      ...(system.channels.some(({ direct }) => direct) ? ["kernel/direct_channels.c"] : []),
      ...(system.tasks.some((task) => layerRowsOf(system, task).length > 0) ? ["kernel/fast_layer.c", "kernel/fast_layer.S"] : []),
    ],
  };
  const kernel = await buildKernel(join(out, "kernel"), includeDir, tables);
  const file = readElf(readFileSync(kernel.elf), kernel.elf);
  return { ...kernel, programs: symbol(file, "programs_start"), free: symbol(file, "bss_end") };
}

/** All programs' loaded bytes, as they lie in memory. While they are somewhere else, as many zeros. */
function blockOf(linked: readonly Linked[], placement: Placement): Uint8Array {
  const block = new Uint8Array(placement.programs_bytes);
  const start = Math.min(...placement.images.map(({ code }) => code));
  for (const [index, { file, image }] of linked.entries()) {
    const at = placement.images[index];
    for (const { address, bytes } of file.segments) {
      if (at === undefined || address < at.code) continue;
      if (address + bytes.length <= at.constants + image.sizes.constants) block.set(bytes, address - start);
    }
  }
  return block;
}
