// Two tasks by deadlines: whoever's is nearer runs.
import { defineProgram, defineSystem, ms, us } from "../../system/index.ts";
import { printing } from "../uart.ts";

const fast = defineProgram({ name: "fast", sources: ["examples/02-periodic-tasks/fast.c", ...printing], needs: {} });
const slow = defineProgram({ name: "slow", sources: ["examples/02-periodic-tasks/slow.c", ...printing], needs: {} });

export default defineSystem({
  name: "periodic-tasks",
  tasks: {
    fast: { program: fast, policy: "edf", period: ms(2), wcet: us(500), ports: ["uart"], given: {} },
    slow: { program: slow, policy: "edf", period: ms(4), wcet: ms(1), ports: ["uart"], given: {} },
  },
});
