// Regions do not overlap.
import { defineProgram, defineSystem } from "../index.ts";

const reader = defineProgram({ name: "reader", sources: ["reader.c"], needs: { table: { region: ["read"] } } });

export default defineSystem({
  name: "wrong",
  regions: {
    table: { bytes: 4096, at: 0x30000 },
    other: { bytes: 4096, at: 0x30fe0 },
  },
  tasks: {
    look: { program: reader, policy: "background", given: { table: { region: "table", rights: ["read"] } } },
  },
});

/* What is said:
system/bad/regions-overlap.ts:10: regions.other.at: 30FE0h to 31FDFh overlaps table, 30000h to 30FFFh: move one of them, or leave `at` out
*/
