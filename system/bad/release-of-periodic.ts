// An interrupt releases a task that waits for it.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  interrupts: { uart: { line: 4, to: { release: "driver" } } },
  tasks: {
    driver: { program: idle, policy: "edf", period: ms(1), wcet: us(10) },
  },
});

/* What is said:
system/bad/release-of-periodic.ts:8: interrupts.uart.to: driver is not released by interrupts: make it released: "sporadic"
*/
