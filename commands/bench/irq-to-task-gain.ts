// What the accelerators are worth: the same switch made by software on the same core.

import type { Measurement } from "./measurement.ts";

/** Of software, which takes longer to simulate. */
const phases = { usual: 3000, full: 30_000 } as const;

export const irqToTaskGain: Measurement = {
  id: "irq_to_task_gain",
  metric: "irq_to_task without the accelerators ÷ with them, worst seen of each",
  unit: "times",
  target: { atLeast: 1 },
  best: "none known",
  async measure(scope) {
    const { measuredSwitches } = await import("../../bench/tasks/measured.ts");
    const { measureInSoftware } = await import("../../bench/tasks/in-software.ts");
    const { extent, extentText, countOf } = await import("../../bench/levels/distribution.ts");
    const software = await measureInSoftware({ events: scope.full ? phases.full : phases.usual });
    const hardware = await measuredSwitches(scope);
    return {
      value: extent(software.irq_to_task).max / extent(hardware.irq_to_task).max,
      how:
        "the accelerators left alone, the line an interrupt, the kernel's tournament the scheduler, registers saved by " +
        "the handler; without budgets, watched deadlines, and a switch of memory protection, which the accelerators " +
        `have in their time; ${countOf(software.irq_to_task)} random phases`,
      spread:
        `line to task: ${extentText(software.irq_to_task)} cycles in software, ${extentText(hardware.irq_to_task)} in hardware; ` +
        `message to its receiver's first instruction: ${extentText(software.send_to_receiver)} and ` +
        extentText(hardware.send_to_receiver),
    };
  },
};
