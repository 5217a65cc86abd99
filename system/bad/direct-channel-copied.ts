// The right to a direct channel is a task's own, and is had once.
import { defineProgram, defineSystem } from "../index.ts";

const meter = defineProgram({
  name: "meter", sources: ["meter.c"],
  needs: { readings: { channel: ["send", "copy"] }, answers: { channel: ["receive"] } },
});

export default defineSystem({
  name: "wrong",
  channels: { readings: { direct: true } },
  tasks: {
    meter: {
      program: meter, policy: "background",
      given: {
        readings: { channel: "readings", rights: ["send", "copy"] },
        answers: { channel: "readings", rights: ["receive"] },
      },
    },
  },
});

/* What is said:
system/bad/direct-channel-copied.ts:16: tasks.meter.given.readings.rights: readings is direct, so the right to it is the task's own: there is no "copy": take it away, or make the channel one of the kernel's
system/bad/direct-channel-copied.ts:17: tasks.meter.given.answers: readings is direct, and the task has it already, as readings: give it once, with all its rights
*/
