// A ceiling is the highest level of a lock's users.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const user = defineProgram({ name: "user", sources: ["user.c"], needs: { state: { lock: ["acquire"] } } });

export default defineSystem({
  name: "wrong",
  locks: {
    state: {
      protocol: "ceiling",
      ceiling: "slow",
    },
  },
  tasks: {
    quick: {
      program: user, policy: "edf", period: ms(1), wcet: us(50),
      given: { state: { lock: "state", rights: ["acquire"], longest: us(10) } },
    },
    slow: {
      program: user, policy: "edf", period: ms(10), wcet: ms(1),
      given: { state: { lock: "state", rights: ["acquire"], longest: us(60) } },
    },
  },
});

/* What is said:
system/bad/wrong-ceiling.ts:11: locks.state.ceiling: its ceiling is said to be slow's; the highest preemption level of its users is quick's: correct it, or leave it out: it is found
*/
