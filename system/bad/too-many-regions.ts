// A task reaches as many regions as the MPU compares.
import { defineProgram, defineSystem } from "../index.ts";

const reader = defineProgram({ name: "reader", sources: ["reader.c"], needs: { table: { region: ["read"] } } });

export default defineSystem({
  name: "wrong",
  machine: { regionsMax: 4 },
  regions: { table: { bytes: 64 } },
  tasks: {
    look: { program: reader, policy: "background", given: { table: { region: "table", rights: ["read"] } } },
  },
});

/* What is said:
system/bad/too-many-regions.ts:11: tasks.look.given: the task reaches 5 regions: 1 and 4 of its own: make it 4 or less: join regions that the same tasks use
*/
