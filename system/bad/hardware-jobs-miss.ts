// What hardware schedules goes before all others, which may then miss their deadlines.
import { defineProgram, defineSystem, khz, us } from "../index.ts";

const loop = defineProgram({ name: "loop", sources: ["loop.c"], needs: {} });
const slow = defineProgram({ name: "slow", sources: ["slow.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    loop: { program: loop, scheduled: "by hardware", policy: "edf", period: khz(20), wcet: us(20) },
    slow: { program: slow, policy: "edf", period: khz(1), deadline: us(200), wcet: us(110) },
  },
});

/* What is said:
system/bad/hardware-jobs-miss.ts:11: tasks.slow: if all are released at once, what is due within 200 µs is done after 205.36 µs, and slow misses its deadline: make jobs or critical sections shorter, or deadlines longer
*/
