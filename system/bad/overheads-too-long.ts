// Overheads count.
import { defineProgram, defineSystem, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  machine: { overheads: { release: 500, switch: 1000, call: 0, interrupt: 0, kernel: 0 } },
  tasks: {
    quick: { program: idle, policy: "edf", period: us(100), wcet: us(10) },
  },
});

/* What is said:
system/bad/overheads-too-long.ts:10: tasks.quick: with overheads a job takes 110 µs, and its deadline is 100 µs: make jobs shorter, or deadlines longer
*/
