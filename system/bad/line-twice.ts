// An interrupt line leads to one place.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  interrupts: {
    uart: { line: 4, to: { release: "driver" } },
    other: { line: 4, to: { release: "driver" } },
  },
  tasks: {
    driver: { program: idle, policy: "edf", period: ms(1), wcet: us(10), released: "sporadic" },
  },
});

/* What is said:
system/bad/line-twice.ts:9: interrupts.uart.line: line 4 is also that of other: a line leads to one place
system/bad/line-twice.ts:10: interrupts.other.line: line 4 is also that of uart: a line leads to one place
*/
