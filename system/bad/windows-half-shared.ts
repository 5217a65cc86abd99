// Partitions share all windows or none.
import { defineProgram, defineSystem, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  partitions: { control: {}, comfort: {} },
  frame: [
    { partitions: ["control", "comfort"], length: us(400) },
    { partitions: ["comfort"], length: us(600) },
  ],
  tasks: {
    loop: { program: idle, policy: "background", partition: "control" },
    lamp: { program: idle, policy: "background", partition: "comfort" },
  },
});

/* What is said:
system/bad/windows-half-shared.ts:9: frame: control and comfort share some windows and not others: let them share all or none: else no exact analysis is known
*/
