// A message has as many words as the mailbox has room for.
import { defineProgram, defineSystem } from "../index.ts";

const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  channels: { numbers: { words: 5 } },
  tasks: {
    sink: { program: receiver, policy: "background", given: { in: { channel: "numbers", rights: ["receive"] } } },
  },
});

/* What is said:
system/bad/message-too-long.ts:8: channels.numbers.words: a message has 5 words: make it 1 to 4
*/
