// A lock is one partition's.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const user = defineProgram({ name: "user", sources: ["user.c"], needs: { state: { lock: ["acquire"] } } });

export default defineSystem({
  name: "wrong",
  partitions: { control: {}, comfort: {} },
  locks: { state: { protocol: "ceiling" } },
  tasks: {
    quick: {
      program: user, partition: "control", policy: "edf", period: ms(1), wcet: us(50),
      given: { state: { lock: "state", rights: ["acquire"], longest: us(10) } },
    },
    slow: {
      program: user, partition: "comfort", policy: "edf", period: ms(10), wcet: ms(1),
      given: { state: { lock: "state", rights: ["acquire"], longest: us(60) } },
    },
  },
});

/* What is said:
system/bad/lock-of-two-partitions.ts:9: locks.state: quick and slow use it, and are in different partitions: put them into one partition, or let one of them do the other's work by messages
*/
