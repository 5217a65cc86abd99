// What is given is of the kind that the program needs.
import { defineProgram, defineSystem } from "../index.ts";

const sender = defineProgram({ name: "sender", sources: ["sender.c"], needs: { out: { channel: ["send"] } } });
const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    producer: {
      // refused: "out" must be given a channel
      program: sender, policy: "background",
      given: { out: { log: "log", rights: ["write_log"] } },
    },
    consumer: {
      program: receiver, policy: "background",
      given: { in: { channel: "numbers", rights: ["receive"] } },
    },
  },
});
