// Responses of fixed priorities come by the deadline.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    urgent: { program: idle, policy: "edf", period: ms(1), wcet: us(500) },
    slow: {
      program: idle, policy: "rms", period: ms(3), deadline: ms(2), wcet: us(1100),
    },
  },
});

/* What is said:
system/bad/fixed-misses.ts:10: tasks.slow: the response takes up to 2.1 ms, at least, and the deadline is 2 ms: make it or what goes before it shorter, or its deadline longer
*/
