// The boot ROM: C and assembly → the bytes that the machine finds from the ROM's base to the end of its address space.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { bootHeader, bootHeaderInC } from "../kernel/boot-header.ts";
import { freestandingInclude, freestandingSources } from "../kernel/build.ts";
import { readElf } from "../kernel/elf.ts";
import { link } from "../kernel/toolchain.ts";
import { versionInC } from "../kernel/version.ts";
import { memoryMap } from "../soc/memory-map.ts";

const sources = ["reset.S", "boot.c", "ram_check.c", "image_check.c"].map((name) => `firmware/${name}`);

export interface FirmwareFiles {
  readonly elf: string;
  /** The ROM's contents, exactly as large as the ROM. */
  readonly rom: string;
}

/** Builds the boot ROM into the folder `out`. `includeDir` holds the headers generated from soc/. */
export async function build(out: string, includeDir: string): Promise<FirmwareFiles> {
  const generated = join(out, "include");
  mkdirSync(generated, { recursive: true });
  writeFileSync(join(generated, "boot_header.h"), bootHeaderInC());

  const { base, size } = memoryMap.bootRom;
  const files = { elf: join(out, "rom.elf"), rom: join(out, "rom.bin") };
  await link({
    sources: [...sources, ...freestandingSources],
    includeDirs: ["firmware", freestandingInclude, generated, includeDir],
    linkerScript: "firmware/rom.ld",
    defines: versionInC(),
    symbols: { ROM_BASE: base, ROM_BYTES: size, STACK_END: bootHeader.address },
  }, files.elf);

  const { sections } = readElf(readFileSync(files.elf), files.elf);
  const rom = sections.find((section) => section.name === ".rom");
  if (rom?.address !== base || rom.bytes.length !== size) {
    throw new Error(`${files.elf}: its section .rom is not the ROM's ${size} bytes at ${base.toString(16)}h`);
  }
  writeFileSync(files.rom, rom.bytes);
  return files;
}
