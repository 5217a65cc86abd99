// A timer for everybody, in ring 3.
import { defineProgram, defineSystem } from "../../system/index.ts";
import { printing } from "../uart.ts";

const source = (name: string): string => `examples/14-timer-service/${name}.c`;

const timer = defineProgram({
  name: "timer",
  sources: [source("timer"), "services/timer_service.c"],
  includeDirs: ["services"],
  needs: { requests: { channel: ["receive"] }, clock: { process: ["notify"] }, meter: { process: ["notify"] } },
});

const clientsNeeds = { requests: { channel: ["send"] } } as const;
const clock = defineProgram({ name: "clock", sources: [source("clock"), ...printing], needs: clientsNeeds });
const meter = defineProgram({ name: "meter", sources: [source("meter")], needs: clientsNeeds });

const asks = { requests: { channel: "requests", rights: ["send"] } } as const;

export default defineSystem({
  name: "timer-service",
  channels: { requests: { words: 2, credit: 1 } },
  tasks: {
    timer: {
      program: timer, policy: "background", priority: 0,
      given: {
        requests: { channel: "requests", rights: ["receive"] },
        clock: { process: "clock", rights: ["notify"] },
        meter: { process: "meter", rights: ["notify"] },
      },
    },
    meter: { program: meter, policy: "background", priority: 1, given: asks },
    clock: { program: clock, policy: "background", priority: 2, ports: ["uart"], given: asks },
  },
});
