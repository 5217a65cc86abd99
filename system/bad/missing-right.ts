// A task may do what its program does.
import { defineProgram, defineSystem } from "../index.ts";

const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    both: {
      // @ts-expect-error -- tsc refuses it too
      program: receiver, policy: "background",
      given: { in: { channel: "numbers", rights: ["send"] } },
    },
  },
});

/* What is said:
system/bad/missing-right.ts:13: tasks.both.given.in.rights: the program receiver also needs receive: allow it, or take it out of the program's needs
system/bad/missing-right.ts:13: tasks.both.given.in.rights: the task's program does not need send: take it away, or add it to the program's needs
system/bad/missing-right.ts:8: channels.numbers: nobody receives from it: give one task the right "receive"
*/
