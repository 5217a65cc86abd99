// One task takes more time than it has; the others do not notice.
import { defineProgram, defineSystem, ms, us } from "../../system/index.ts";
import { printing } from "../uart.ts";

const greedy = defineProgram({ name: "greedy", sources: ["examples/07-overrun-contained/greedy.c"], needs: {} });

const steady = defineProgram({
  name: "steady",
  sources: ["examples/07-overrun-contained/steady.c", ...printing],
  needs: { greedy: { process: ["inspect"] } },
});

export default defineSystem({
  name: "overrun-contained",
  tasks: {
    greedy: { program: greedy, policy: "edf", period: ms(1), wcet: us(400), onOverrun: "stop job", given: {} },
    steady: {
      program: steady, policy: "edf", period: ms(4), wcet: ms(2), ports: ["uart"],
      given: { greedy: { process: "greedy", rights: ["inspect"] } },
    },
  },
});
