// A task may do nothing that its program does not need.
import { defineProgram, defineSystem } from "../index.ts";

const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    both: {
      program: receiver, policy: "background",
      given: { in: { channel: "numbers", rights: ["receive", "send"] } },
    },
  },
});

/* What is said:
system/bad/right-not-needed.ts:12: tasks.both.given.in.rights: the task's program does not need send: take it away, or add it to the program's needs
*/
