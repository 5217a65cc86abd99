// A task with deadlines says how long its jobs take.
import { defineProgram, defineSystem } from "../index.ts";

const sender = defineProgram({ name: "sender", sources: ["sender.c"], needs: { out: { channel: ["send"] } } });
const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    // refused: Type '{ program: …
    producer: {
      program: sender, policy: "edf", period: 1000,
      given: { out: { channel: "numbers", rights: ["send"] } },
    },
    consumer: {
      program: receiver, policy: "background",
      given: { in: { channel: "numbers", rights: ["receive"] } },
    },
  },
});
