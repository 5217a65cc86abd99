// Two tasks have two names in C.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    "a-b": { program: idle, policy: "background" },
    a_b: { program: idle, policy: "background" },
  },
});

/* What is said:
system/bad/same-name-in-c.ts:9: tasks.a-b: "a-b" and "a_b" are the same in C: rename one
system/bad/same-name-in-c.ts:10: tasks.a_b: "a_b" and "a-b" are the same in C: rename one
*/
