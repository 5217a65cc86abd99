// Every partition that has tasks has a window.
import { defineProgram, defineSystem, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  partitions: { control: {}, comfort: {} },
  frame: [{ partitions: ["control"], length: us(400) }],
  tasks: {
    lamp: { program: idle, policy: "background", partition: "comfort" },
  },
});

/* What is said:
system/bad/no-window.ts:8: partitions.comfort: no window of the frame is its: add one, or it never runs
*/
