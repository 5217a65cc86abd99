// How fast the whole machine is simulated, in CPU time of this process: other programs on the computer slow it down
// less than they would by the clock on the wall.

import { parseImage } from "../../sim/image.ts";
import { createMachine } from "../../sim/machine.ts";
import { memoryMap } from "../../soc/memory-map.ts";
import { buildKernel } from "../steps/software.ts";
import { buildMachine } from "../steps/machine.ts";
import type { Measurement } from "./measurement.ts";

const WARM_UP_CYCLES = 500_000; // boot ROM and kernel start
const CYCLES = 1_500_000;
const RUNS = 5;

export const simSpeed: Measurement = {
  id: "sim_speed",
  metric: "whole SoC in Verilator, one CPU",
  unit: "million cycles per CPU second",
  target: { atLeast: 1 },
  best: "0.13 (z486), 0.11–0.26 (ao486) on such a machine; 7.7 (picorv32)",
  async measure() {
    const kernel = await buildKernel();
    const machine = createMachine(await buildMachine({ traced: false }));
    try {
      for (const { address, bytes } of parseImage(kernel.bytes, kernel.elf, memoryMap.ram)) machine.load(address, bytes);
      machine.reset();
      machine.run(WARM_UP_CYCLES);
      const rates = Array.from({ length: RUNS }, () => {
        const started = process.cpuUsage();
        machine.run(CYCLES);
        const { user, system } = process.cpuUsage(started);
        return CYCLES / (user + system);
      }).toSorted((a, b) => a - b);
      const [slowest = 0, median = 0, fastest = 0] = [rates[0], rates[RUNS >> 1], rates[RUNS - 1]];
      return {
        value: median,
        how: `median of ${RUNS} runs of ${CYCLES} cycles of the booted kernel, one thread`,
        spread: `${slowest.toFixed(2)} to ${fastest.toFixed(2)}`,
      };
    } finally {
      machine.free();
    }
  },
};
