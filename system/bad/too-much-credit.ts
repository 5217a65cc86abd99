// A channel holds all that its senders may have in it.
import { defineProgram, defineSystem } from "../index.ts";

const sender = defineProgram({ name: "sender", sources: ["sender.c"], needs: { out: { channel: ["send"] } } });
const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  channels: { numbers: { credit: 9 } },
  tasks: {
    one: { program: sender, policy: "background", given: { out: { channel: "numbers", rights: ["send"] } } },
    two: { program: sender, policy: "background", given: { out: { channel: "numbers", rights: ["send"] } } },
    sink: { program: receiver, policy: "background", given: { in: { channel: "numbers", rights: ["receive"] } } },
  },
});

/* What is said:
system/bad/too-much-credit.ts:9: channels.numbers: its senders may have 18 messages in it, and it holds 16: give them less credit: one has 9, two has 9
*/
