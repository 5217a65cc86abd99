// A driver in ring 3 that crashes, and somebody who restarts it.
import { defineProgram, defineSystem, us } from "../../system/index.ts";
import { interruptLines } from "../../soc/memory-map.ts";
import { printing } from "../uart.ts";

const echo = defineProgram({
  name: "echo",
  sources: ["examples/10-driver-restart/echo.c", ...printing],
  needs: { line: { interrupt: ["handle"] }, arrived: { channel: ["receive"] } },
});

const keeper = defineProgram({
  name: "keeper",
  sources: ["examples/10-driver-restart/keeper.c", ...printing],
  needs: { faults: { channel: ["receive"] }, echo: { process: ["restart"] } },
});

const steady = defineProgram({ name: "steady", sources: ["examples/10-driver-restart/steady.c"], needs: {} });

export default defineSystem({
  name: "driver-restart",
  channels: { arrived: {}, faults: {} },
  interrupts: { line: { line: interruptLines.uart, to: { channel: "arrived" } } },
  tasks: {
    steady: { program: steady, policy: "edf", period: us(200), wcet: us(50), given: {} },
    keeper: {
      program: keeper, policy: "background", priority: 0, ports: ["uart"],
      given: {
        faults: { channel: "faults", rights: ["receive"] },
        echo: { process: "echo", rights: ["restart"] },
      },
    },
    echo: {
      program: echo, policy: "background", priority: 1, ports: ["uart"], onFault: { tell: "faults" },
      given: {
        line: { interrupt: "line", rights: ["handle"] },
        arrived: { channel: "arrived", rights: ["receive"] },
      },
    },
  },
});
