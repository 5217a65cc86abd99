// Nobody is told of its own faults.
import { defineProgram, defineSystem } from "../index.ts";

const receiver = defineProgram({ name: "receiver", sources: ["receiver.c"], needs: { in: { channel: ["receive"] } } });

export default defineSystem({
  name: "wrong",
  channels: { faults: {} },
  tasks: {
    keeper: {
      program: receiver, policy: "background",
      given: { in: { channel: "faults", rights: ["receive"] } },
      onFault: { tell: "faults" },
    },
  },
});

/* What is said:
system/bad/told-of-itself.ts:13: tasks.keeper.onFault: the task would be told of its own faults, while it is held: tell another, or use "restart"
*/
