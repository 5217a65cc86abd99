// C and assembly → the boot ROM, and the kernel with the system that people get, against headers generated from the
// hardware's descriptions.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { build as makeFirmware } from "../../firmware/build.ts";
import { kernel_bytes_max } from "../../kernel/build.ts";
import { clock_hz } from "../../soc/clock.ts";
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

export async function buildKernel(machine_hz = clock_hz): Promise<BuiltKernel> {
  const entry = await program("kernel", ["kernel", "services", "system", "examples/prompt"], machine_hz, makeKernel);
  const elf = join(entry, "kernel", "kernel.elf");
  return { elf, bytes: await readFile(elf) };
}

export interface BuiltFirmware {
  readonly rom: string; // the ROM's bytes
}

export async function buildFirmware(machine_hz = clock_hz): Promise<BuiltFirmware> {
  // The boot ROM shares the kernel's freestanding parts and its boot header.
  const entry = await program("boot-rom", ["firmware", "kernel"], machine_hz, makeFirmware);
  return { rom: join(entry, "rom.bin") };
}

/** The system that people get says no times: with another clock it is the same but for the headers. */
async function makeKernel(out: string, includeDir: string): Promise<void> {
  const [{ buildSystem }, { default: prompt }] = await Promise.all([
    import("../../system/build.ts"), import("../../examples/prompt/system.ts"),
  ]);
  await buildSystem(prompt, out, includeDir, { kernel_bytes_max });
}

async function program(
  name: string,
  folders: readonly string[],
  machine_hz: number,
  make: (out: string, includeDir: string) => Promise<unknown>,
): Promise<string> {
  const include = await buildHeaders(machine_hz);
  const sources = await Promise.all(
    folders.map(async (folder) => filesBelow(fromRoot(folder), (file) => !/\.(test\.ts|md)$/.test(file))),
  );
  return cached({
    name,
    files: [...sources.flat(), fromRoot("package.json")],
    facts: { ...headers(machine_hz), compiler: await toolVersion("i686-linux-gnu-gcc") },
    async make(folder) {
      say(`building the ${name.replace("-", " ")}`);
      await make(folder, include).catch((error: unknown) => {
        throw new Failure(error instanceof Error ? error.message : String(error), `mend the sources in ${folders[0]}/`);
      });
    },
  });
}

// One header per peripheral and one for the memory map, written from soc/, for a machine with that clock.
export async function buildHeaders(machine_hz = clock_hz): Promise<string> {
  return cached({ name: "include", facts: headers(machine_hz), make: async (folder) => writeHeaders(folder, machine_hz) });
}
