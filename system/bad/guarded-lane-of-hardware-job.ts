// A hardware job does not leave ring 3.
import { defineProgram, defineSystem, khz, ms, us } from "../index.ts";

const pulse = defineProgram({ name: "pulse", sources: ["x.c"], needs: { readings: { lane: ["send"] } } });
const reader = defineProgram({ name: "reader", sources: ["x.c"], needs: { readings: { lane: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  lanes: { readings: { slots: 4, slotBytes: 16, guarded: true } },
  tasks: {
    pulse: {
      program: pulse, policy: "edf", scheduled: "by hardware", period: khz(20), wcet: us(4),
      given: { readings: { lane: "readings", rights: ["send"] } },
    },
    reader: {
      program: reader, policy: "edf", period: ms(10), wcet: us(100),
      given: { readings: { lane: "readings", rights: ["receive"] } },
    },
  },
});

/* What is said:
system/bad/guarded-lane-of-hardware-job.ts:13: tasks.pulse.given.readings: a guarded lane is reached through ring 1, and a task that hardware schedules stays in ring 3: leave guarded away
*/
