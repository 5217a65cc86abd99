// How good admission is: which of the sets that could be scheduled it accepts, and how long it takes at most.

import { join } from "node:path";

import { BUILD } from "../paths.ts";
import type { Measurement } from "./measurement.ts";

const sets = 2000;
const tasks = 32;

export const admission: Measurement = {
  id: "admission",
  metric: "32 random tasks, U = 0.95, D < T: accepted share of the schedulable sets",
  unit: "%",
  target: { atLeast: 100 },
  best: "none in-kernel elsewhere",
  async measure() {
    const [{ admit, policies }, { nativeAdmission }, { randomTasks, seeded }, { passesMax, stepsMax }, { stepBound }] =
      await Promise.all([
        import("../../system/admission/comparison.ts"),
        import("../../system/admission/native.ts"),
        import("../../system/admission/random-sets.ts"),
        import("../../system/admission/task-set.ts"),
        import("../../system/admission/step-bound.ts"),
      ]);
    const native = nativeAdmission(join(BUILD, "admission"));
    const random = seeded(1);
    const tally = policies.map((policy) => ({ policy, schedulable: 0, accepted: 0, passes: 0 }));
    for (let index = 0; index < sets; index++) {
      const checked = randomTasks(random, { tasks, utilisation: 0.95, period: [1e4, 1e7], deadlineSpread: 0.5 });
      const set = { interfering: [], checked };
      for (const row of tally) {
        const { answer, passes } = native(row.policy, set);
        row.passes = Math.max(row.passes, passes);
        // Without the cap, the test is exact.
        if (admit(row.policy, set, Infinity).answer !== "admitted") continue;
        row.schedulable++;
        if (answer === "admitted") row.accepted++;
      }
    }
    const schedulable = tally.reduce((sum, row) => sum + row.schedulable, 0);
    const accepted = tally.reduce((sum, row) => sum + row.accepted, 0);
    const step = await stepBound(join(BUILD, "admission"));
    const steps = stepsMax(tasks);
    return {
      value: (100 * accepted) / schedulable,
      how:
        `${sets} sets, the kernel's C; at the cap of ${passesMax} passes ${steps * step} cycles, proven: ` +
        `${steps} steps of ${step}`,
      spread: tally
        .map((row) => `${row.policy}: ${row.accepted} of ${row.schedulable}, at most ${row.passes} passes`)
        .join("; "),
    };
  },
};
