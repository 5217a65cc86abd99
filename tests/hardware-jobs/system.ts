// Hardware jobs that keep their times, that overrun and that do what they must not, above processes that the kernel schedules.
import { defineProgram, defineSystem, khz, ms, us } from "../../system/index.ts";

const source = (name: string): string => `tests/hardware-jobs/${name}.c`;

const pulse = defineProgram({
  name: "pulse", sources: [source("pulse")], needs: { beats: { lane: ["send"] } },
});
const wave = defineProgram({ name: "wave", sources: [source("wave")], needs: {} });
const greedy = defineProgram({ name: "greedy", sources: [source("greedy")], needs: {} });
const wild = defineProgram({
  name: "wild", sources: [source("wild")], needs: { orders: { region: ["read", "write"] } },
});
const steady = defineProgram({ name: "steady", sources: [source("steady")], needs: { beats: { lane: ["receive"] } } });
const warden = defineProgram({
  name: "warden", sources: [source("warden")],
  needs: {
    orders: { region: ["read", "write"] }, faults: { channel: ["receive"] },
    wild: { process: ["restart", "inspect"] }, greedy: { process: ["stop", "start", "inspect"] },
    worker: { process: ["inspect"] },
  },
});
const worker = defineProgram({ name: "worker", sources: [source("worker")], needs: {} });

export default defineSystem({
  name: "hardware-jobs",
  machine: { overheads: { release: 600, switch: 200, call: 300, interrupt: 300, kernel: 1000 } },
  regions: { orders: { bytes: 32 } },
  lanes: { beats: { slots: 32, slotBytes: 4 } },
  channels: { faults: {} },
  tasks: {
    pulse: {
      program: pulse, scheduled: "by hardware", policy: "edf", period: khz(20), deadline: us(20), wcet: "proven",
      onMiss: "stop task", onOverrun: "stop task", given: { beats: { lane: "beats", rights: ["send"] } },
    },
    wave: {
      program: wave, scheduled: "by hardware", policy: "edf", period: khz(3), wcet: "proven", onMiss: "stop task",
      onOverrun: "stop task",
    },
    greedy: {
      program: greedy, scheduled: "by hardware", policy: "edf", period: khz(1), wcet: us(20), onOverrun: "stop job",
      onFault: { tell: "faults" },
    },
    wild: {
      program: wild, scheduled: "by hardware", policy: "edf", period: khz(2), wcet: us(20), onOverrun: "stop job",
      onFault: { tell: "faults" }, given: { orders: { region: "orders", rights: ["read", "write"] } },
    },
    warden: {
      program: warden, policy: "edf", period: ms(2), wcet: us(200), onMiss: "stop task", onOverrun: "stop task",
      given: {
        orders: { region: "orders", rights: ["read", "write"] }, faults: { channel: "faults", rights: ["receive"] },
        wild: { process: "wild", rights: ["restart", "inspect"] },
        greedy: { process: "greedy", rights: ["stop", "start", "inspect"] },
        worker: { process: "worker", rights: ["inspect"] },
      },
    },
    steady: {
      program: steady, policy: "edf", period: ms(1), wcet: us(80), onMiss: "stop task", onOverrun: "stop task",
      given: { beats: { lane: "beats", rights: ["receive"] } },
    },
    worker: { program: worker, policy: "background" },
  },
});
