// Tasks that begin only if all deadlines are then kept.
import { defineProgram, defineSystem, ms } from "../../system/index.ts";
import { printing } from "../uart.ts";

const source = (name: string): string => `examples/11-admission-at-run-time/${name}.c`;

const manager = defineProgram({
  name: "manager",
  sources: [source("manager"), ...printing],
  needs: {
    lamp: { process: ["admit", "start", "stop"] },
    pump: { process: ["admit", "start"] },
    mixer: { process: ["admit", "start"] },
  },
});

const steady = defineProgram({ name: "steady", sources: [source("steady")], needs: {} });
const busy = defineProgram({ name: "busy", sources: [source("busy")], needs: {} });

/** Whoever misses a deadline is stopped, and would be seen not to run. */
const strict = { policy: "edf", onMiss: "stop task", onOverrun: "stop job", given: {} } as const;

export default defineSystem({
  name: "admission-at-run-time",
  machine: { overheads: { release: 600, switch: 200, call: 300, interrupt: 400, kernel: 1000 } },
  tasks: {
    steady: { ...strict, program: steady, period: ms(2), wcet: ms(0.5) },
    lamp: { ...strict, program: busy, period: ms(5), wcet: ms(2), starts: "when admitted" },
    pump: { ...strict, program: busy, period: ms(4), wcet: ms(0.5), starts: "when admitted" },
    mixer: { ...strict, program: busy, period: ms(3), wcet: ms(1), starts: "when admitted" },
    manager: {
      program: manager, policy: "background", ports: ["uart"], stack: 2048,
      given: {
        lamp: { process: "lamp", rights: ["admit", "start", "stop"] },
        pump: { process: "pump", rights: ["admit", "start"] },
        mixer: { process: "mixer", rights: ["admit", "start"] },
      },
    },
  },
});
