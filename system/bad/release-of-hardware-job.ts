// Hardware releases by the clock; what is released by something else is the kernel's.
import { defineProgram, defineSystem, khz, us } from "../index.ts";

const loop = defineProgram({ name: "loop", sources: ["loop.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    loop: {
      program: loop, scheduled: "by hardware", policy: "edf", released: "sporadic", period: khz(20), wcet: us(5),
      ports: ["uart"],
    },
  },
});

/* What is said:
system/bad/release-of-hardware-job.ts:10: tasks.loop.released: hardware releases a task by its period: make it periodic, or the kernel's
system/bad/release-of-hardware-job.ts:11: tasks.loop.ports: a task that hardware schedules has no ports: use a device's memory
*/
