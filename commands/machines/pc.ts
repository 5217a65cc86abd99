// The PC: a ROM from its reset, or a program started as by a multiboot loader.

import { withParameters } from "../../firmware/pc/build.ts";
import { ImageError } from "../../sim/image.ts";
import { multibootInformation, parsePcProgram } from "../../sim/multiboot.ts";
import { pc as connectPc } from "../../sim/pc.ts";
import { pcRomBanks, pcRomContents } from "../../soc/pc/banks.ts";
import { pcRamBytes, pcRomBytes } from "../../soc/pc/memory-map.ts";
import { usageFailure } from "../failure.ts";
import { readInput } from "../input.ts";
import { say } from "../say.ts";
import { buildPc, buildStartRom } from "../steps/pc.ts";
import type { SimulatedSystem } from "./machine.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

export const pc: SimulatedSystem = {
  takes: ["kernel", "rom", "ram", "append"],
  async open({ rom, kernel, ram, append }) {
    const ramBytes = parseRam(ram);
    if ((rom === undefined) === (kernel === undefined)) {
      throw usageFailure("the PC has nothing of its own to run", "give it either --rom FILE or --kernel FILE");
    }
    const image = rom === undefined ? undefined : await readRom(rom);
    const program = kernel === undefined ? undefined : await readProgram(kernel, ramBytes, append ?? "");
    return {
      build: async (traced) => buildPc({ ramBytes, traced }),
      async load(machine) {
        for (const { address, bytes } of program?.image ?? []) machine.load(address, bytes);
        const start = image ?? withParameters(await buildStartRom(), program?.entry ?? 0, program?.information ?? 0);
        machine.loadBanks(pcRomBanks, 0, pcRomContents(start));
      },
      connect: (machine) =>
        Object.assign(connectPc(machine, (code) => say(`POST ${code.toString(16).toUpperCase().padStart(2, "0")}`)), {
          endsItself: true,
        }),
    };
  },
};

function parseRam(text: string | undefined): number {
  if (text === undefined) return pcRamBytes.usual;
  const [, count, unit] = /^(\d+)([KMG]?)$/i.exec(text) ?? [];
  const bytes = Number(count) * ({ K: KIB, M: MIB, G: 1024 * MIB }[(unit ?? "").toUpperCase()] ?? MIB);
  if (bytes >= pcRamBytes.min && bytes <= pcRamBytes.max && Number.isInteger(Math.log2(bytes))) return bytes;
  throw usageFailure(
    `the PC cannot have a RAM of ${text}`,
    `give --ram a power of two from ${pcRamBytes.min / MIB}M to ${pcRamBytes.max / MIB}M`,
  );
}

async function readRom(path: string): Promise<Uint8Array> {
  const image = await readInput("rom", path);
  const { min, max } = pcRomBytes;
  if (image.length >= min && image.length <= max && image.length % min === 0) return image;
  throw usageFailure(
    `${path} is no ROM for the PC: it has ${image.length} bytes`,
    `give --rom an image of ${min / KIB} to ${max / KIB} KB, in multiples of ${min / KIB} KB`,
  );
}

async function readProgram(path: string, ramBytes: number, commandLine: string) {
  const file = await readInput("kernel", path);
  try {
    const { image, entry } = parsePcProgram(file, path, ramBytes);
    const information = multibootInformation(ramBytes, commandLine);
    return { image: [...image, information], entry, information: information.address };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw usageFailure(error.message, "give --kernel an ELF file for a 32-bit x86, or one with a multiboot header");
  }
}
