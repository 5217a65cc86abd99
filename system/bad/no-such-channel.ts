// What is given is there.
import { defineProgram, defineSystem } from "../index.ts";

const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  channels: { numbers: {} },
  tasks: {
    consumer: {
      program: receiver, policy: "background",
      // @ts-expect-error -- tsc refuses it too
      given: { in: { channel: "letters", rights: ["receive"] } },
    },
  },
});

/* What is said:
system/bad/no-such-channel.ts:13: tasks.consumer.given.in.channel: there is no channel "letters": declare it, or use one of numbers
system/bad/no-such-channel.ts:8: channels.numbers: nobody receives from it: give one task the right "receive"
*/
