// How long no task's instructions run when the core goes from one task to another.

import type { Measurement } from "./measurement.ts";

export const contextSwitch: Measurement = {
  id: "context_switch",
  metric: "last instruction of one protected task → first of another, full x86 state, 256 tasks",
  unit: "cycles",
  target: { atMost: 10 },
  best: "1–3 (nMPRA, 4–8 tasks, no protection)",
  async measure(scope) {
    const { measuredSwitches, circumstances } = await import("../../bench/tasks/measured.ts");
    const { extent, extentText, countOf } = await import("../../bench/levels/distribution.ts");
    const { last_to_first, from_last } = await measuredSwitches(scope);
    return {
      value: extent(last_to_first).max,
      how:
        "a task is preempted by one that is released: from the clock in which its last instruction is complete, or in " +
        "which the switch is decided if an instruction is under way then, to that in which the other's first one is; " +
        `${countOf(last_to_first)} switches; ${circumstances}`,
      spread:
        `${extentText(last_to_first)}; with what an instruction that was given up, or in the midst of its rounds, had done: ` +
        extentText(from_last),
    };
  },
};
