// A task's name can be one in C.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: { "2nd": { program: idle, policy: "background" } },
});

/* What is said:
system/bad/name-not-in-c.ts:8: tasks.2nd: "2nd" cannot be a name in C: use small letters, digits and dashes
*/
