// A region is in RAM.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  regions: { table: { bytes: 4096, at: 0x3f800 } },
  tasks: { look: { program: idle, policy: "background" } },
});

/* What is said:
system/bad/region-behind-ram.ts:8: regions.table.at: 3F800h to 407FFh is not all in RAM: RAM ends at 3FFFFh
*/
