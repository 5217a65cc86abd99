// C and assembly → the boot ROM and the kernel, against headers generated from the hardware's descriptions.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { build as makeFirmware } from "../../firmware/build.ts";
import { build as makeKernel } from "../../kernel/build.ts";
import { headers, writeHeaders } from "../../soc/headers.ts";
import { cached, filesBelow } from "../cache.ts";
import { Failure } from "../failure.ts";
import { fromRoot } from "../paths.ts";
import { say } from "../say.ts";
import { toolVersion } from "../tools.ts";

export interface BuiltKernel {
  readonly elf: string;
  readonly bytes: Uint8Array; // of the ELF file
}

export async function buildKernel(): Promise<BuiltKernel> {
  const entry = await program("kernel", ["kernel", "services"], makeKernel);
  const elf = join(entry, "kernel.elf");
  return { elf, bytes: await readFile(elf) };
}

export interface BuiltFirmware {
  readonly rom: string; // the ROM's bytes
}

export async function buildFirmware(): Promise<BuiltFirmware> {
  // The boot ROM shares the kernel's freestanding parts and its boot header.
  const entry = await program("boot-rom", ["firmware", "kernel"], makeFirmware);
  return { rom: join(entry, "rom.bin") };
}

async function program(
  name: string,
  folders: readonly string[],
  make: (out: string, includeDir: string) => Promise<unknown>,
): Promise<string> {
  const include = await buildHeaders();
  const sources = await Promise.all(
    folders.map(async (folder) => filesBelow(fromRoot(folder), (file) => !/\.(test\.ts|md)$/.test(file))),
  );
  return cached({
    name,
    files: [...sources.flat(), fromRoot("package.json")],
    facts: { ...headers(), compiler: await toolVersion("i686-linux-gnu-gcc") },
    async make(folder) {
      say(`building the ${name.replace("-", " ")}`);
      await make(folder, include).catch((error: unknown) => {
        throw new Failure(error instanceof Error ? error.message : String(error), `mend the sources in ${folders[0]}/`);
      });
    },
  });
}

// One header per peripheral and one for the memory map, written from soc/.
export async function buildHeaders(): Promise<string> {
  return cached({ name: "include", facts: headers(), make: async (folder) => writeHeaders(folder) });
}
