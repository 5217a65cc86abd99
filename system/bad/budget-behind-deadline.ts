// A budget ends before the deadline does.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    slow: {
      program: idle, policy: "edf", period: ms(1), wcet: us(200), deadline: us(300),
      budget: us(400),
    },
  },
});

/* What is said:
system/bad/budget-behind-deadline.ts:11: tasks.slow.budget: the budget, 400 µs, lasts behind the deadline, 300 µs: make it shorter than the deadline
*/
