// The ROM that starts a program in the PC's RAM.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { readElf } from "../../kernel/elf.ts";
import { link } from "../../kernel/toolchain.ts";
import { pcRomBytes } from "../../soc/pc/memory-map.ts";

const romBytes = pcRomBytes.min;
/** Where the entry's address and the information's stand in the ROM. */
const parametersOffset = romBytes - 32;

/** Builds the ROM into the folder `out`; gives the path of its bytes. */
export async function build(out: string): Promise<string> {
  const elf = join(out, "start.elf");
  await link({
    sources: ["firmware/pc/start.S"],
    includeDirs: [],
    linkerScript: "firmware/pc/rom.ld",
    symbols: { ROM_BASE: 2 ** 32 - romBytes, ROM_BYTES: romBytes, PARAMETERS: parametersOffset },
  }, elf);
  const rom = readElf(readFileSync(elf), elf).sections.find((section) => section.name === ".rom");
  if (rom?.bytes.length !== romBytes) throw new Error(`${elf}: its section .rom has not the ROM's ${romBytes} bytes`);
  const path = join(out, "start.bin");
  writeFileSync(path, rom.bytes);
  return path;
}

/** The ROM with what it is to start. */
export function withParameters(rom: Uint8Array, entry: number, information: number): Uint8Array {
  const filled = Uint8Array.from(rom);
  const view = new DataView(filled.buffer);
  view.setUint32(parametersOffset, entry, true);
  view.setUint32(parametersOffset + 4, information, true);
  return filled;
}
