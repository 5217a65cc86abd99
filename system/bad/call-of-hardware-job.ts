// A task that hardware schedules makes no calls.
import { defineProgram, defineSystem, khz, ms, us } from "../index.ts";

const loop = defineProgram({ name: "loop", sources: ["loop.c"], needs: { report: { channel: ["send"] } } });
const printer = defineProgram({ name: "printer", sources: ["printer.c"], needs: { report: { channel: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  channels: { report: {} },
  tasks: {
    loop: {
      program: loop, scheduled: "by hardware", policy: "edf", period: khz(20), wcet: us(5),
      given: { report: { channel: "report", rights: ["send"] } },
    },
    printer: {
      program: printer, policy: "edf", period: ms(10), wcet: us(100),
      given: { report: { channel: "report", rights: ["receive"] } },
    },
  },
});

/* What is said:
system/bad/call-of-hardware-job.ts:13: tasks.loop.given.report: a task that hardware schedules makes no calls, and a channel is used by calls: use a lane, or memory that is shared
*/
