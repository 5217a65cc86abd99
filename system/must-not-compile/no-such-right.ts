// A right is one that the kind of object has.
import { defineProgram, defineSystem } from "../index.ts";

const sender = defineProgram({ name: "sender", sources: ["sender.c"], needs: { out: { channel: ["send"] } } });
const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    producer: {
      program: sender, policy: "background",
      // refused: Type '{ channel: string; rights: "restart"[]; }' is not assignable to type 'Given'.
      given: { out: { channel: "numbers", rights: ["restart"] } },
    },
    consumer: {
      program: receiver, policy: "background",
      given: { in: { channel: "numbers", rights: ["receive"] } },
    },
  },
});
