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
    const { sections } = readElf(bytes, elf);
    const size = (...names: string[]): number =>
      sections.filter(({ name }) => names.includes(name)).reduce((total, { memoryBytes }) => total + memoryBytes, 0);
    const rest = size(".rodata", ".data", ".bss");
    return {
      value: size(".text"),
      how:
        `constants, data and tables for 256 processes: ${rest} bytes more, of 65536 in all; besides, the tasks' ` +
        `programs ${size(".programs")}`,
    };
  },
};
