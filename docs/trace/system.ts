// A task that the hardware schedules, and two that the kernel schedules below it, traced: docs/trace.md.
import { printing } from "../../examples/uart.ts";
import { defineProgram, defineSystem, ms, us } from "../../system/index.ts";

const pulse = defineProgram({ name: "pulse", sources: ["docs/trace/pulse.c"], needs: {} });
const fast = defineProgram({ name: "fast", sources: ["examples/02-periodic-tasks/fast.c", ...printing], needs: {} });
const slow = defineProgram({ name: "slow", sources: ["examples/02-periodic-tasks/slow.c", ...printing], needs: {} });

export default defineSystem({
  name: "traced",
  trace: ["switch", "release", "done", "miss", "overrun", "fault"],
  tasks: {
    pulse: { program: pulse, scheduled: "by hardware", policy: "edf", period: ms(1), wcet: us(20), onMiss: "stop task", given: {} },
    fast: { program: fast, policy: "edf", period: ms(2), wcet: us(500), ports: ["uart"], given: {} },
    slow: { program: slow, policy: "edf", period: ms(4), wcet: ms(1), ports: ["uart"], given: {} },
  },
});
