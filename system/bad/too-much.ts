// Tasks use no more of the processor than there is.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    half: { program: idle, policy: "edf", period: ms(1), wcet: us(500) },
    more: { program: idle, policy: "edf", period: ms(2), wcet: us(1001) },
  },
});

/* What is said:
system/bad/too-much.ts:10: tasks.more: the tasks of all use 100.05 % of the processor and have 100.00 %: make jobs shorter or periods longer; more uses most
*/
