// A task is given everything that its program needs.
import { defineProgram, defineSystem } from "../index.ts";

const sender = defineProgram({ name: "sender", sources: ["sender.c"], needs: { out: { channel: ["send"] } } });
const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    producer: {
      // refused: its program needs "out", which it is not given
      program: sender, policy: "background",
    },
    consumer: {
      program: receiver, policy: "background",
      given: { in: { channel: "numbers", rights: ["receive"] } },
    },
  },
});
