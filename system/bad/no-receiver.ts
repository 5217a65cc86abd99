// Somebody receives what is sent.
import { defineProgram, defineSystem } from "../index.ts";

const sender = defineProgram({ name: "sender", sources: ["sender.c"], needs: { out: { channel: ["send"] } } });

export default defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    producer: { program: sender, policy: "background", given: { out: { channel: "numbers", rights: ["send"] } } },
  },
});

/* What is said:
system/bad/no-receiver.ts:8: channels.numbers: nobody receives from it: give one task the right "receive"
*/
