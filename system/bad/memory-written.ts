// All of a memory is there to be looked at: others' stacks are in it, and the kernel.
import { defineProgram, defineSystem } from "../index.ts";

const monitor = defineProgram({
  name: "monitor", sources: ["monitor.c"], needs: { ram: { region: ["read", "write"] } },
});

export default defineSystem({
  name: "wrong",
  regions: { ram: { memory: "ram" } },
  tasks: {
    monitor: { program: monitor, policy: "background", given: { ram: { region: "ram", rights: ["read", "write"] } } },
  },
});

/* What is said:
system/bad/memory-written.ts:12: tasks.monitor.given.ram.rights: ram is all of a memory, and monitor may write: give the right to read, or a region of its own
*/
