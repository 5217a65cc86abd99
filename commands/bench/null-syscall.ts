// A call from ring 3 into the kernel that asks for nothing, and back; bench/null-call.ts measures it.

import type { Measurement } from "./measurement.ts";

export const nullSyscall: Measurement = {
  id: "null_syscall",
  metric: "ring 3 → kernel → ring 3 by SYSENTER and SYSEXIT, worst alignment",
  unit: "cycles",
  target: { atMost: 12 },
  best: "188 (L4Re, N100)",
  async measure() {
    // The machine and the core's whole source: loaded only to measure, not to show help.
    const [
      { measureNullCalls },
      { buildSystems },
      { createMachine },
      { buildMachine },
      { fromRoot },
    ] = await Promise.all([
      import("../../bench/null-call.ts"),
      import("../../tests/claims/systems.ts"),
      import("../../sim/machine.ts"),
      import("../steps/machine.ts"),
      import("../paths.ts"),
    ]);
    const systems = await buildSystems(fromRoot("build", "bench", "null-syscall"));
    const machine = createMachine(await buildMachine({ traced: false }));
    try {
      const calls = await measureNullCalls(machine, systems);
      if (calls.length === 0) throw new Error("no call was seen");
      return {
        value: Math.max(...calls),
        how:
          "the kernel's call `nothing`, from the completion of the instruction before SYSENTER to that of the first " +
          `behind it, a NOP; from each of 8 alignments; ${calls.length} calls: ${calls.join(", ")}`,
      };
    } finally {
      machine.free();
    }
  },
};
