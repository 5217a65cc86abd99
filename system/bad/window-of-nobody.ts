// A window is that of partitions that there are.
import { defineProgram, defineSystem, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  partitions: { control: {} },
  frame: [
    { partitions: ["control"], length: us(400) },
    { partitions: ["kontrol"], length: us(400) },
  ],
  tasks: { loop: { program: idle, policy: "background" } },
});

/* What is said:
system/bad/window-of-nobody.ts:11: frame.1.partitions: there is no partition "kontrol": use one of control
*/
