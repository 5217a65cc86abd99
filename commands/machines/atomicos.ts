// The machine of this project, with its boot ROM and a kernel for it.

import { readFile } from "node:fs/promises";

import { lineSplitter } from "../../console/trace/splitter.ts";
import { ImageError, type Image, parseImage } from "../../sim/image.ts";
import { runSurrounded } from "../../sim/surroundings.ts";
import type { BuiltSystem } from "../../system/build.ts";
import { memoryMap } from "../../soc/memory-map.ts";
import { usageFailure } from "../failure.ts";
import { readInput } from "../input.ts";
import { buildMachine } from "../steps/machine.ts";
import { buildKernel, type BuiltKernel } from "../steps/software.ts";
import { buildSystemAt, describedAt, regionAt } from "../steps/system.ts";
import type { SimulatedSystem } from "./machine.ts";

export const atomicos: SimulatedSystem = {
  takes: ["kernel", "system"],
  async open({ kernel, system }) {
    if (kernel !== undefined && system !== undefined) {
      throw usageFailure(`${system} and --kernel are two systems`, "give one of them");
    }
    const described = system === undefined ? undefined : await describedAt(system);
    const given = kernel === undefined ? undefined : { elf: kernel, bytes: await readInput("kernel", kernel) };
    const image = given === undefined ? undefined : parseKernel(given);
    let built: BuiltSystem | undefined;
    const program = async (): Promise<BuiltKernel> => {
      if (given !== undefined) return given;
      if (described === undefined) return buildKernel();
      built ??= await buildSystemAt(described);
      return { elf: built.elf, bytes: await readFile(built.elf) };
    };
    return {
      kernel: program,
      build: async (traced) => buildMachine({ traced }),
      async load(machine) {
        for (const { address, bytes } of image ?? parseKernel(await program())) machine.load(address, bytes);
      },
      connect(machine, overheard = () => {}) {
        const textOf = described !== undefined && described.system.trace.length > 0 ? textFilter() : everything;
        return {
          get cycles() {
            return machine.cycles;
          },
          run: described?.surroundings === undefined || built === undefined
            ? (cycles, events) => machine.run(cycles, events)
            : runSurrounded(machine, described.surroundings(machine, regionAt(built))),
          send: (bytes) => machine.send(bytes),
          receive() {
            const bytes = machine.receive();
            overheard(bytes);
            return textOf(bytes);
          },
          endsItself: false,
        };
      },
      names: () => built?.names,
    };
  },
};

const everything = (bytes: Uint8Array): Uint8Array => bytes;

function textFilter(): (bytes: Uint8Array) => Uint8Array {
  const splitter = lineSplitter();
  return (bytes) => Buffer.concat(splitter.take(bytes).flatMap((item) => (item.kind === "text" ? [item.bytes] : [])));
}

function parseKernel({ elf, bytes }: BuiltKernel): Image {
  try {
    return parseImage(bytes, elf, memoryMap.ram);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw usageFailure(error.message, "link the kernel for the RAM, see kernel/ for one that is");
  }
}
