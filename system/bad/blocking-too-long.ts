// A section of a task of lower level counts.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const user = defineProgram({ name: "user", sources: ["user.c"], needs: { state: { lock: ["acquire"] } } });

export default defineSystem({
  name: "wrong",
  locks: { state: { protocol: "ceiling" } },
  tasks: {
    quick: {
      program: user, policy: "edf", period: ms(1), deadline: us(100), wcet: us(50),
      given: { state: { lock: "state", rights: ["acquire"], longest: us(10) } },
    },
    slow: {
      program: user, policy: "edf", period: ms(10), wcet: ms(1),
      given: { state: { lock: "state", rights: ["acquire"], longest: us(60) } },
    },
  },
});

/* What is said:
system/bad/blocking-too-long.ts:10: tasks.quick: if all are released at once, what is due within 100 µs is done after 110 µs, and quick misses its deadline: make jobs or critical sections shorter, or deadlines longer
*/
