// How soon a task in ring 3 runs that an interrupt line releases: bench/tasks has the programs.

import type { Measurement } from "./measurement.ts";

export const irqToTask: Measurement = {
  id: "irq_to_task",
  metric: "interrupt line → first instruction of another protected ring-3 task, worst seen",
  unit: "cycles",
  target: { atMost: 24 },
  best: "70, unprotected (RTOSUnit, ASPLOS'26)",
  async measure(scope) {
    const { measuredSwitches, circumstances } = await import("../../bench/tasks/measured.ts");
    const { extent, extentText, countOf } = await import("../../bench/levels/distribution.ts");
    const { irq_to_task } = await measuredSwitches(scope);
    return {
      value: extent(irq_to_task).max,
      how:
        "from the clock in which the router sees the line high to that in which the task's first instruction is " +
        `complete; ${countOf(irq_to_task)} random phases; ${circumstances}`,
      spread: extentText(irq_to_task),
    };
  },
};
