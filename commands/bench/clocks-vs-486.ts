// The timing table beside the Intel486's: how many rows of it are slower. Nothing is run: that the table is what the
// core does is the business of tests/cpu/timing.test.ts.

import type { Measurement } from "./measurement.ts";

const SHOWN_MAX = 6;

export const clocksVs486: Measurement = {
  id: "clocks_vs_486",
  metric: "rows of the timing table slower than the Intel486's data book, and limits not kept",
  unit: "rows",
  target: { atMost: 0 },
  best: "none known",
  async measure() {
    // The core's whole source: loaded only to measure, not to show help.
    const { limits, slowerRows, slowerText, timingRows } = await import("../../soc/cpu/timing.ts");
    const slower = slowerRows();
    const kept = limits().map(({ what, clocks, clocks_max }) => `${what} ${clocks} of ${clocks_max}`);
    const missed = limits().filter(({ clocks, clocks_max }) => clocks > clocks_max);
    const worst = slower.toSorted((a, b) => b.clocks - b.intel486 - (a.clocks - a.intel486)).map(slowerText);
    const others = worst.length > SHOWN_MAX ? ` and ${worst.length - SHOWN_MAX} more (docs/timing.md)` : "";
    return {
      value: slower.length + missed.length,
      how: `${timingRows.length} rows; ${kept.join(", ")}`,
      ...(worst.length === 0 ? {} : { spread: `slower: ${worst.slice(0, SHOWN_MAX).join("; ")}${others}` }),
    };
  },
};
