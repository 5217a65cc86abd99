// A task is given nothing that its program does not need.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    modest: {
      program: idle, policy: "background",
      given: { log: { log: "log", rights: ["write_log"] } },
    },
  },
});

/* What is said:
system/bad/more-than-needed.ts:11: tasks.modest.given.log: the task's program does not need it: take it away, or add it to the program's needs
*/
