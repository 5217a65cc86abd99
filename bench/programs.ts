// The benchmark programs: C files in programs/, each self-checking, compiled for the core and for the host.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFile } from "node:fs/promises";

import { cached } from "../commands/cache.ts";
import { mustSucceed } from "../commands/process.ts";
import { toolVersion } from "../commands/tools.ts";
import { memoryMap } from "../soc/memory-map.ts";

const here = dirname(fileURLToPath(import.meta.url));
const inHere = (...parts: string[]) => join(here, ...parts);

/** What each is an example of. */
export const programs = {
  bits: "counting and reversing bits",
  cipher: "AES-128, byte by byte",
  compress: "LZ77-style compression and back",
  crc: "CRC-32, bitwise and by table",
  filter: "fixed-point filters",
  machine: "an interpreter with indirect jumps",
  matrix: "integer matrix product",
  parser: "recursive descent over text",
  paths: "Dijkstra with a heap",
  queens: "deep recursion",
  search: "string search",
  sha256: "SHA-256",
  sieve: "prime sieve",
  sort: "quicksort and heapsort",
  tree: "binary tree and linked list",
} as const;

export type ProgramName = keyof typeof programs;

const isProgramName = (name: string): name is ProgramName => name in programs;

export const programNames: readonly ProgramName[] = Object.keys(programs).filter(isProgramName);

/** The compiler options that the figure is defined with. */
export const core_options = ["-O2", "-march=i386"] as const;

const freestanding = [
  "-std=c11",
  "-Wall",
  "-Wextra",
  "-ffreestanding",
  "-fno-pic",
  "-fno-asynchronous-unwind-tables",
  "-nostdlib",
];

/** Where the image is loaded; its header, with the entry's address, is there. */
const image_first = 0x1000;

/** The result's cell, behind the header (entry.S). */
const result_address = image_first + 20;

/** Seen by the simulation (bare.cpp): 1 begins the measured part, 0 ends it. */
const mark_port = 0xf0;

export type Program = {
  name: string;
  image: Uint8Array;
  first: number;
  result_address: number;
  /** What the same C gives on the host. */
  expected: number;
};

/** `settings`: further preprocessor definitions, for the core and the host alike. */
export async function buildProgram(
  name: string,
  files: readonly string[] = [`${name}.c`],
  settings: readonly string[] = [],
): Promise<Program> {
  const sources = files.map((file) => inHere("programs", file));
  const defines = [`-DSTACK_TOP=${memoryMap.ram.size}`, `-DMARK_PORT=${mark_port}`];
  const options = [...core_options, ...freestanding, ...defines, ...settings];
  const link = [
    `-Wl,-Ttext=0x${image_first.toString(16)},--build-id=none,--oformat=binary,-e,entry`,
    "-static",
    "-no-pie",
  ];
  const folder = await cached({
    name: `bench-${name}`,
    files: [
      ...sources,
      ...["entry.S", "memory.c", "native.c", "programs/benchmark.h", "programs/records.h"].map((file) => inHere(file)),
    ],
    facts: {
      options: [...options, ...link].join(" "),
      compiler: await toolVersion("i686-linux-gnu-gcc"),
      host: await toolVersion("g++"),
    },
    make: async (cwd) => {
      const parts = [inHere("entry.S"), ...sources, inHere("memory.c")];
      await mustSucceed("i686-linux-gnu-gcc", [...options, ...link, ...parts, "-lgcc", "-o", "image.bin"], { cwd });
      await mustSucceed("gcc", ["-std=c11", "-O2", ...settings, ...sources, inHere("native.c"), "-o", "native"], {
        cwd,
      });
    },
  });
  const image = await readFile(join(folder, "image.bin"));
  const expected = Number(await mustSucceed(join(folder, "native"), []));
  return { name, image, first: image_first, result_address, expected };
}
