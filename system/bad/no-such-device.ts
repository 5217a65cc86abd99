// A device is one that the machine has.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  regions: { disk: { device: "disk" } },
  tasks: { look: { program: idle, policy: "background" } },
});

/* What is said:
system/bad/no-such-device.ts:8: regions.disk.device: there is no device "disk" in memory: use one of scheduler, taskScheduler, mailbox, interruptRouter, trace, contextStore, memoryProtection, localApic
*/
