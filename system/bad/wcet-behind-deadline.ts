// A job can end by its deadline, if it is alone.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    slow: {
      program: idle, policy: "edf", period: ms(1), deadline: us(100),
      wcet: us(200),
    },
  },
});

/* What is said:
system/bad/wcet-behind-deadline.ts:11: tasks.slow.wcet: a job of 200 µs cannot end within 100 µs, its deadline: make the job shorter, or its deadline longer
*/
