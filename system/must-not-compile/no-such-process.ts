// A process that is given is a task of the system.
import { defineProgram, defineSystem } from "../index.ts";

const sender = defineProgram({ name: "sender", sources: ["sender.c"], needs: { out: { channel: ["send"] } } });
const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    producer: {
      program: sender, policy: "background",
      given: {
        out: { channel: "numbers", rights: ["send"] },
        // refused: there is no process "nobody"
        server: { process: "nobody", rights: ["call"] },
      },
    },
    consumer: {
      program: receiver, policy: "background",
      given: { in: { channel: "numbers", rights: ["receive"] } },
    },
  },
});
