// A job that hardware schedules does not go on when its budget is used up: nothing else would run.
import { defineProgram, defineSystem, khz, us } from "../index.ts";

const loop = defineProgram({ name: "loop", sources: ["loop.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    loop: { program: loop, scheduled: "by hardware", policy: "edf", period: khz(20), wcet: us(5), onOverrun: "report" },
  },
});

/* What is said:
system/bad/overrun-of-hardware-job.ts:9: tasks.loop.onOverrun: a job that goes on would keep the processor from all that the kernel schedules: stop the job or the task
*/
