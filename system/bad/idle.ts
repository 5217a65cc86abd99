// No task is called as the kernel's own is.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    idle: { program: idle, policy: "background" },
  },
});

/* What is said:
system/bad/idle.ts:9: tasks.idle: "idle" is the kernel's own: rename it
*/
