// A task that the hardware releases every 50 µs, and one that the kernel schedules below it.
import { defineProgram, defineSystem, khz, ms, us } from "../../system/index.ts";
import { printing } from "../uart.ts";

const pulse = defineProgram({
  name: "pulse", sources: ["examples/13-hardware-jobs/pulse.c"], needs: { beats: { lane: ["send"] } },
});
const counter = defineProgram({
  name: "counter", sources: ["examples/13-hardware-jobs/counter.c", ...printing], needs: { beats: { lane: ["receive"] } },
});

export default defineSystem({
  name: "hardware-jobs",
  lanes: { beats: { slots: 256, slotBytes: 4 } },
  tasks: {
    pulse: {
      program: pulse, scheduled: "by hardware", policy: "edf", period: khz(20), wcet: us(10), onMiss: "stop task",
      given: { beats: { lane: "beats", rights: ["send"] } },
    },
    counter: {
      program: counter, policy: "edf", period: ms(10), wcet: ms(3), ports: ["uart"],
      given: { beats: { lane: "beats", rights: ["receive"] } },
    },
  },
});
