// A deadline is no later than the next release.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    late: {
      program: idle, policy: "edf", period: ms(1), wcet: us(10),
      deadline: ms(2),
    },
  },
});

/* What is said:
system/bad/deadline-behind-period.ts:11: tasks.late.deadline: the deadline, 2 ms, is behind the period, 1 ms: make it as long as the period, or shorter
*/
