// By how much irq_to_task differs from one time to another.

import type { Measurement } from "./measurement.ts";

export const irqToTaskJitter: Measurement = {
  id: "irq_to_task_jitter",
  metric: "the same, longest less shortest",
  unit: "cycles",
  target: { atMost: 0 },
  best: "0 (RTOSUnit, 20 iterations)",
  async measure(scope) {
    const { measuredSwitches, circumstances } = await import("../../bench/tasks/measured.ts");
    const { extent, countOf } = await import("../../bench/levels/distribution.ts");
    const { irq_to_task, interrupted } = await measuredSwitches(scope);
    const { min, max } = extent(irq_to_task);
    const counts = [...irq_to_task].toSorted(([a], [b]) => a - b).map(([clocks, times]) => `${clocks}: ${times} times`);
    return {
      value: max - min,
      how: `${countOf(irq_to_task)} random phases, behind ${interrupted.size} different instructions; ${circumstances}`,
      spread: counts.join(", "),
    };
  },
};
