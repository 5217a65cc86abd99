// The images that the identity is tested with, as bytes and the memory they make.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { cached } from "../../../commands/cache.ts";
import { mustSucceed } from "../../../commands/process.ts";
import { toolVersion } from "../../../commands/tools.ts";
import { memoryMap } from "../../../soc/memory-map.ts";
import { writeTable } from "../batch.ts";
import { buildHarness } from "../core.ts";
import { table } from "../layout.ts";
import type { Case } from "../program.ts";
import type { Code } from "./replay.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** Where every image is loaded; the boot ROM looks for its header there. */
export const image_first = 0x1000;

/** The longest instruction, prefixes included (Intel SDM 2, 2.3.11). */
const instruction_bytes_max = 15;

/** Where there is no memory, all ones. */
const nothing = new Uint8Array(instruction_bytes_max).fill(0xff);

/** Memory as the core finds it: RAM with the image, and the boot ROM at the end of the address space. */
export function codeOf(image: Uint8Array, rom: Uint8Array, first: number = image_first): Code {
  const ram = new Uint8Array(memoryMap.ram.size);
  ram.set(image, first);
  const rom_first = 2 ** 32 - rom.length;
  return (address) => {
    if (address >= ram.length && address < rom_first) return nothing;
    const [memory, at] = address < ram.length ? [ram, address] : [rom, address - rom_first];
    return memory.subarray(at, at + instruction_bytes_max);
  };
}

/** The differential test's cases with the harness that runs them. */
export async function casesImage(cases: readonly Case[]): Promise<Uint8Array> {
  const image = new Uint8Array(table.end - image_first);
  image.set(await buildHarness());
  image.set(writeTable(cases), table.first - image_first);
  return image;
}

/** This folder's assembly, each with what it includes. */
const assembly = { system: [], privilege: ["privilege-tables.S"] } as const;

/** `tables_offset`: so many bytes behind a multiple of four, tables begin. */
export async function assembledImage(name: keyof typeof assembly, { tables_offset = 0 } = {}): Promise<Uint8Array> {
  const define = `-Wa,--defsym,tables_offset=${tables_offset}`;
  const source = join(here, `${name}.S`);
  const folder = await cached({
    name: `timing-${name}`,
    files: [source, ...assembly[name].map((file) => join(here, file))],
    facts: { compiler: await toolVersion("i686-linux-gnu-gcc"), define },
    make: async (cwd) => {
      await mustSucceed("i686-linux-gnu-gcc", ["-c", define, source, "-o", "image.o"], { cwd });
      const link = ["-m", "elf_i386", "-Ttext", `0x${image_first.toString(16)}`, "--oformat", "binary", "-e", "begin"];
      await mustSucceed("i686-linux-gnu-ld", [...link, "image.o", "-o", "image.bin"], { cwd });
    },
  });
  return readFile(join(folder, "image.bin"));
}
