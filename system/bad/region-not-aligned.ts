// A region begins where the MPU can tell.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  regions: { table: { bytes: 4096, at: 0x30010 } },
  tasks: { look: { program: idle, policy: "background" } },
});

/* What is said:
system/bad/region-not-aligned.ts:8: regions.table.at: 30010h is no multiple of 32: regions begin at such
*/
