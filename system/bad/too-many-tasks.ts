// A partition has room for 32 tasks, the first for one less.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: Object.fromEntries(
    Array.from({ length: 32 }, (_, index) => [`t${index}`, { program: idle, policy: "background" as const }]),
  ),
});

/* What is said:
system/bad/too-many-tasks.ts:6: partitions.all: it has 32 tasks: the hardware has room for 31
*/
