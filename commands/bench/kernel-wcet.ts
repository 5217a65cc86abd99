// The slowest operation of the kernel, by proof. Nothing is run: `atomicos wcet` shows all of them, and the path.

import type { Measurement } from "./measurement.ts";

export const kernelWcet: Measurement = {
  id: "kernel_wcet",
  metric: "worst kernel operation, proven",
  unit: "cycles",
  target: { atMost: 200 },
  best: "70 (RTOSUnit, one operation); 10⁴–10⁵ (seL4)",
  async measure() {
    // The analysis and the core's source: loaded only to measure, not to show help.
    const [{ buildKernel }, { provenBounds, readSubject }] = await Promise.all([
      import("../steps/software.ts"),
      import("../wcet.ts"),
    ]);
    const kernel = await buildKernel();
    const subject = await readSubject(kernel);
    const { bounds, problems } = await provenBounds(subject, subject.operations, kernel.elf);
    const slowest = bounds.toSorted((a, b) => b.bound_cycles - a.bound_cycles);
    const [worst] = slowest;
    if (worst === undefined || problems.length > 0)
      throw new Error(`not every operation has a bound: ${problems.join("; ")}`);
    const next = slowest
      .slice(1, 4)
      .map(({ operation, bound_cycles }) => `${operation.name} ${bound_cycles}`)
      .join(", ");
    return {
      value: worst.bound_cycles,
      how: `${worst.operation.name}, of ${bounds.length} operations; limit of the tests: 1000`,
      spread: `then ${next}`,
    };
  },
};
