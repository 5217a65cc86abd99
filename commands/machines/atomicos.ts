// The machine of this project, with its boot ROM and a kernel for it.

import { ImageError, type Image, parseImage } from "../../sim/image.ts";
import { memoryMap } from "../../soc/memory-map.ts";
import { usageFailure } from "../failure.ts";
import { readInput } from "../input.ts";
import { buildMachine } from "../steps/machine.ts";
import { buildKernel, type BuiltKernel } from "../steps/software.ts";
import type { SimulatedSystem } from "./machine.ts";

export const atomicos: SimulatedSystem = {
  takes: ["kernel"],
  async open({ kernel }) {
    const given = kernel === undefined ? undefined : { elf: kernel, bytes: await readInput("kernel", kernel) };
    const image = given === undefined ? undefined : parseKernel(given);
    return {
      kernel: async () => given ?? buildKernel(),
      build: async (traced) => buildMachine({ traced }),
      async load(machine) {
        for (const { address, bytes } of image ?? parseKernel(await buildKernel())) machine.load(address, bytes);
      },
      connect: (machine) => ({
        get cycles() {
          return machine.cycles;
        },
        run: (cycles, events) => machine.run(cycles, events),
        send: (bytes) => machine.send(bytes),
        receive: () => machine.receive(),
        endsItself: false,
      }),
    };
  },
};

function parseKernel({ elf, bytes }: BuiltKernel): Image {
  try {
    return parseImage(bytes, elf, memoryMap.ram);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw usageFailure(error.message, "link the kernel for the RAM, see kernel/ for one that is");
  }
}
