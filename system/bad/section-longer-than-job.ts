// A job holds a lock no longer than it lasts.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const user = defineProgram({ name: "user", sources: ["user.c"], needs: { state: { lock: ["acquire"] } } });

export default defineSystem({
  name: "wrong",
  locks: { state: { protocol: "ceiling" } },
  tasks: {
    quick: {
      program: user, policy: "edf", period: ms(1), wcet: us(50),
      given: { state: { lock: "state", rights: ["acquire"], longest: us(60) } },
    },
  },
});

/* What is said:
system/bad/section-longer-than-job.ts:8: locks.state: quick holds it for 60 µs, longer than its job takes, 50 µs: correct one of the two
*/
