// Clocks per instruction of compiled code; bench/ has the programs and measures, on the core with the machine's memory.

import type { Measurement } from "./measurement.ts";

export const cpi: Measurement = {
  id: "cpi",
  metric: "clocks per instruction of gcc -O2 -march=i386 code, geometric mean",
  unit: "clocks per instruction",
  target: { atMost: 1.25 },
  best: "2.80 (z486), 4.10 (z386), 4.56 (ao486); ~1.5 (486 silicon's rules, perfect cache)",
  async measure() {
    // The core's whole source: loaded only to measure, not to show help.
    const { measureCpi } = await import("../../bench/cpi.ts");
    const { rows, geometric_mean, worst } = await measureCpi();
    const each = rows.map(({ program, cpi: clocks }) => `${program} ${clocks.toFixed(2)}`).join(", ");
    return {
      value: geometric_mean,
      how: `${rows.length} programs, every clock of their measured part: ${each}`,
      spread: `worst ${worst.program} ${worst.cpi.toFixed(3)}`,
    };
  },
};
