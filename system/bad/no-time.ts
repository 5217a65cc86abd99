// A period is longer than nothing.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    hasty: { program: idle, policy: "rms", period: 0, wcet: 1 },
  },
});

/* What is said:
system/bad/no-time.ts:9: tasks.hasty: period, deadline and WCET are whole numbers of cycles above 0: give a duration, or a whole number of cycles
*/
