// All that is due by a deadline is done by then.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  tasks: {
    first: { program: idle, policy: "edf", period: ms(1), deadline: us(300), wcet: us(200) },
    second: { program: idle, policy: "edf", period: ms(1), deadline: us(300), wcet: us(200) },
  },
});

/* What is said:
system/bad/edf-misses.ts:10: tasks.second: if all are released at once, what is due within 300 µs is done after 400 µs, and second misses its deadline: make jobs or critical sections shorter, or deadlines longer
*/
