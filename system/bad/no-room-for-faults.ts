// A channel has room for what it is told of besides what is sent.
import { defineProgram, defineSystem } from "../index.ts";

const sender = defineProgram({ name: "sender", sources: ["sender.c"], needs: { out: { channel: ["send"] } } });
const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  channels: { reports: { credit: 8 } },
  tasks: {
    one: {
      program: sender, policy: "background", onFault: { tell: "reports" },
      given: { out: { channel: "reports", rights: ["send"] } },
    },
    two: { program: sender, policy: "background", given: { out: { channel: "reports", rights: ["send"] } } },
    sink: { program: receiver, policy: "background", given: { in: { channel: "reports", rights: ["receive"] } } },
  },
});

/* What is said:
system/bad/no-room-for-faults.ts:9: channels.reports: its senders may have 17 messages in it, and it holds 16: give them less credit: one has 8, two has 8, one's faults 1
*/
