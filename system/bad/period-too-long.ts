// A period is one that the scheduler can count.
import { defineProgram, defineSystem, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    yearly: { program: idle, policy: "rms", period: 2 ** 41, wcet: us(1) },
  },
});

/* What is said:
system/bad/period-too-long.ts:9: tasks.yearly.period: the period, 87960.9 s, is longer than the scheduler's clock tells apart: make it 43980.5 s or shorter
*/
