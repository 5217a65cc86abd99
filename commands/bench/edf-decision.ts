// How soon the scheduler has decided, in hdl-gen's simulator of its hardware, with all 256 tasks in its trees.

import type { Measurement } from "./measurement.ts";

const counts = {
  usual: { wakes: 100_000, releases: 5000 }, full: { wakes: 1_000_000, releases: 50_000 },
} as const;

export const edfDecision: Measurement = {
  id: "edf_decision",
  metric: "release or wake-up → new decision at the root, 256 tasks",
  unit: "cycles",
  target: { atMost: 10 },
  best: "2 per operation (Kohútka & Mach 2023, up to 4 threads' tasks, Cyclone V)",
  async measure({ full }) {
    // The scheduler's whole source: loaded only to measure, not to show help.
    const { distributionText, measureDecisions } = await import("../../soc/scheduler/decision.ts");
    const { wakes, releases, row } = measureDecisions(full ? counts.full : counts.usual);
    return {
      value: Math.max(...wakes.keys(), ...releases.keys()),
      how: "one event at a time, at random phases; of several at once each waits a cycle for every one before it",
      spread:
        `wake-ups: ${distributionText(wakes)}; releases: ${distributionText(releases)}; ` +
        `wake-ups in successive cycles: ${row.decisions} decisions in ${row.cycles} cycles`,
    };
  },
};
