// A partition's tasks have its windows and no more.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  partitions: { control: {}, comfort: {} },
  frame: [
    { partitions: ["control"], length: us(400) },
    { partitions: ["comfort"], length: us(600) },
  ],
  tasks: {
    loop: { program: idle, policy: "edf", partition: "control", period: ms(1), deadline: us(500), wcet: us(50) },
  },
});

/* What is said:
system/bad/window-too-short.ts:14: tasks.loop: if all are released at once, what is due within 500 µs is done after 650 µs, and loop misses its deadline: make jobs or critical sections shorter, or deadlines longer
*/
