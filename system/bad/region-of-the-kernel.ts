// A region is not where the kernel is.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  regions: { table: { bytes: 4096, at: 0x1000 } },
  tasks: { look: { program: idle, policy: "background" } },
});

/* What is said:
system/bad/region-of-the-kernel.ts:8: regions.table.at: 1000h to 1FFFh is the kernel's: leave `at` out, or use the end of RAM
*/
