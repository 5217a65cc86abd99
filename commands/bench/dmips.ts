// Speed on a program of Dhrystone's kind, which bench/ has; in VAX MIPS for each MHz of the core's clock.

import type { Measurement } from "./measurement.ts";

export const dmips: Measurement = {
  id: "dmips_per_mhz",
  metric: "own Dhrystone-class program",
  unit: "DMIPS/MHz",
  target: { atLeast: 0.75 },
  best: "0.330 (z486); ~0.53 (486 silicon)",
  async measure() {
    // The core's whole source: loaded only to measure, not to show help.
    const { measureDmips } = await import("../../bench/dmips.ts");
    const { dmips_per_mhz, clocks_per_turn, instructions_per_turn } = await measureDmips();
    return {
      value: dmips_per_mhz,
      how: `${clocks_per_turn.toFixed(1)} clocks and ${instructions_per_turn.toFixed(1)} instructions a turn, gcc -O2 -march=i386, own code`,
    };
  },
};
