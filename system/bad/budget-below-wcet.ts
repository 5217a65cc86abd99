// A budget is enough for a job.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    slow: {
      program: idle, policy: "edf", period: ms(1), wcet: us(200),
      budget: us(100),
    },
  },
});

/* What is said:
system/bad/budget-below-wcet.ts:11: tasks.slow.budget: the budget, 100 µs, ends jobs before their WCET, 200 µs: make it as long as the WCET, or longer
*/
