// Nothing of the kernel's goes through a direct channel: interrupts, reports of faults, releases.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const driver = defineProgram({ name: "driver", sources: ["driver.c"], needs: { bytes: { channel: ["receive"] } } });
const other = defineProgram({ name: "other", sources: ["other.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  channels: { bytes: { direct: true } },
  interrupts: { uart: { line: 4, to: { channel: "bytes" } } },
  tasks: {
    driver: {
      program: driver, policy: "edf", period: ms(1), wcet: us(20), released: "sporadic",
      given: { bytes: { channel: "bytes", rights: ["receive"] } },
    },
    other: { program: other, policy: "background", onFault: { tell: "bytes" } },
  },
});

/* What is said:
system/bad/direct-channel-of-the-kernel.ts:9: channels.bytes.direct: driver is released by messages, and a direct one releases nobody: make the channel one of the kernel's, or the task periodic
system/bad/direct-channel-of-the-kernel.ts:10: interrupts.uart.to: bytes is direct, and the kernel sends nothing there: use a channel that is not direct
system/bad/direct-channel-of-the-kernel.ts:16: tasks.other.onFault: bytes is direct, and the kernel sends nothing there: use a channel that is not direct
*/
