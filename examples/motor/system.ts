// A motor, controlled: a loop for its current, one for its speed, telemetry and a console; and two that misbehave.
import { defineProgram, defineSystem, khz, ms, us } from "../../system/index.ts";
import { motorAt } from "../../sim/motor.ts";
import { printing } from "../uart.ts";

const source = (name: string): string => `examples/motor/${name}.c`;

const current = defineProgram({
  name: "current", sources: [source("current")],
  needs: { drive: { region: ["read", "write"] }, wanted: { lane: ["receive"] } },
});
const speed = defineProgram({
  name: "speed", sources: [source("speed")],
  needs: { drive: { region: ["read"] }, wanted: { lane: ["send"] } },
});
const telemetry = defineProgram({
  name: "telemetry", sources: [source("telemetry")],
  needs: { drive: { region: ["read"] }, report: { channel: ["send"] } },
});
const keeper = defineProgram({
  name: "keeper", sources: [source("keeper")],
  needs: { faults: { channel: ["receive"] }, fan: { process: ["restart"] }, report: { channel: ["send"] } },
});
const console = defineProgram({
  name: "console", sources: [source("console"), ...printing],
  needs: { report: { channel: ["receive"] } },
});
const watching = { drive: { region: ["read"] } } as const;
const fan = defineProgram({ name: "fan", sources: [source("fan")], needs: watching });
const estimator = defineProgram({ name: "estimator", sources: [source("estimator")], needs: watching });

const seesDrive = { drive: { region: "drive", rights: ["read"] } } as const;

export default defineSystem({
  name: "motor",
  machine: { overheads: { release: 600, switch: 200, call: 300, interrupt: 400, kernel: 1000 } },
  regions: { drive: { bytes: 32 } },
  lanes: { wanted: { slots: 4, slotBytes: 4 } },
  channels: { report: { words: 3 }, faults: {} },
  tasks: {
    current: {
      program: current, scheduled: "by hardware", policy: "edf", period: khz(20), wcet: "proven", budget: us(8),
      onMiss: "stop task", onOverrun: "stop task",
      given: {
        drive: { region: "drive", rights: ["read", "write"] },
        wanted: { lane: "wanted", rights: ["receive"] },
      },
    },
    speed: {
      program: speed, policy: "edf", period: khz(1), wcet: us(50), onMiss: "stop task", onOverrun: "stop task",
      given: { ...seesDrive, wanted: { lane: "wanted", rights: ["send"] } },
    },
    telemetry: {
      program: telemetry, policy: "edf", period: ms(10), wcet: us(100), onMiss: "stop task", onOverrun: "stop task",
      given: { ...seesDrive, report: { channel: "report", rights: ["send"] } },
    },
    fan: {
      program: fan, policy: "edf", period: ms(2), wcet: us(50), onFault: { tell: "faults" }, given: seesDrive,
    },
    estimator: {
      program: estimator, policy: "edf", period: ms(5), wcet: us(400), onOverrun: "stop job", given: seesDrive,
    },
    keeper: {
      program: keeper, policy: "edf", period: ms(4), wcet: us(120),
      given: {
        faults: { channel: "faults", rights: ["receive"] },
        fan: { process: "fan", rights: ["restart"] },
        report: { channel: "report", rights: ["send"] },
      },
    },
    console: {
      program: console, policy: "background", ports: ["uart"],
      given: { report: { channel: "report", rights: ["receive"] } },
    },
  },
});

/** What stands around the simulated machine. */
export const surroundings = motorAt("drive");
