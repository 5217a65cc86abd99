// A channel wakes one receiver.
import { defineProgram, defineSystem } from "../index.ts";

const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    one: { program: receiver, policy: "background", given: { in: { channel: "numbers", rights: ["receive"] } } },
    two: { program: receiver, policy: "background", given: { in: { channel: "numbers", rights: ["receive"] } } },
  },
});

/* What is said:
system/bad/two-receivers.ts:8: channels.numbers: one, two all receive from it, and it can wake one only: make a channel for each of them
*/
