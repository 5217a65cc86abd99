// The kernel's size: code, and beside it everything else that it puts into RAM.

import type { Measurement } from "./measurement.ts";

export const kernelText: Measurement = {
  id: "kernel_text",
  metric: "kernel text",
  unit: "bytes",
  target: { atMost: 24576 },
  best: "≤ 20 KB flash (Hubris); 66 KiB (seL4 RV64)",
  async measure() {
    const [{ buildKernel }, { readElf }] = await Promise.all([
      import("../steps/software.ts"),
      import("../../kernel/elf.ts"),
    ]);
    const { elf, bytes } = await buildKernel();
    const { segments } = readElf(bytes, elf);
    const sum = (of: typeof segments): number => of.reduce((total, { memoryBytes }) => total + memoryBytes, 0);
    const text = sum(segments.filter(({ executable }) => executable));
    return {
      value: text,
      how: `with its tasks; constants, data and stacks: ${sum(segments) - text} bytes more, of 65536 in all`,
    };
  },
};
