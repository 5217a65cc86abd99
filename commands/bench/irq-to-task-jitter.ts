// By how much irq_to_task differs from one time to another.

import type { Measurement } from "./measurement.ts";

export const irqToTaskJitter: Measurement = {
  id: "irq_to_task_jitter",
  metric: "the same, longest less shortest",
  unit: "cycles",
  target: { atMost: 0 },
  best: "0 (RTOSUnit, 20 iterations)",
  async measure(scope) {
    const { measuredSwitches, switchesInParts, circumstances } = await import("../../bench/tasks/measured.ts");
    const { extent, countOf } = await import("../../bench/levels/distribution.ts");
    const { irq_to_task, interrupted } = await measuredSwitches(scope);
    const { min, max } = extent(irq_to_task);
    const inParts = (await switchesInParts()).irq_to_task;
    return {
      value: max - min,
      how: `${countOf(irq_to_task)} random phases, behind ${interrupted.size} different instructions; ${circumstances}`,
      spread:
        `${timesText(irq_to_task)}; where every fourth piece of the background is an access that a device takes in ` +
        `parts (IN of a doubleword of byte registers, a doubleword across two registers), which cannot be given up: ` +
        timesText(inParts),
    };
  },
};

const timesText = (counts: ReadonlyMap<number, number>): string =>
  [...counts].toSorted(([a], [b]) => a - b).map(([clocks, times]) => `${clocks} cycles ${times} times`).join(", ");
