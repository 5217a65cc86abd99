// A task is given what its program needs.
import { defineProgram, defineSystem } from "../index.ts";

const sender = defineProgram({ name: "sender", sources: ["sender.c"], needs: { out: { channel: ["send"] } } });
const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    // @ts-expect-error -- tsc refuses it too
    producer: { program: sender, policy: "background" },
    consumer: {
      program: receiver, policy: "background", given: { in: { channel: "numbers", rights: ["receive"] } },
    },
  },
});

/* What is said:
system/bad/not-given.ts:12: tasks.producer: the program sender needs "out" (channel: send), which the task is not given: add it to what is given, or take it out of the program's needs
*/
