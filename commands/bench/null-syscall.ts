// A call from ring 3 into a kernel that does nothing, on the core with the machine's memory; the program is in
// bench/levels.

import type { Measurement } from "./measurement.ts";

export const nullSyscall: Measurement = {
  id: "null_syscall",
  metric: "ring 3 → kernel → ring 3 by SYSENTER and SYSEXIT, worst alignment",
  unit: "cycles",
  target: { atMost: 12 },
  best: "188 (L4Re, N100)",
  async measure() {
    // The core's whole source: loaded only to measure, not to show help.
    const [{ measureSyscall }, { countOf, extent, extentText }] = await Promise.all([
      import("../../bench/levels/syscall.ts"),
      import("../../bench/levels/distribution.ts"),
    ]);
    const { call, prepared_call } = await measureSyscall();
    return {
      value: extent(call).max,
      how:
        "from the completion of the instruction before SYSENTER to that of the first behind it: SYSENTER, CMP and " +
        "JAE (call number), STI, SYSEXIT, and an instruction of 1, 2, 3 or 7 bytes in ring 3: the least " +
        "that a kernel can do, not one of AtomicOS's calls; " +
        `${countOf(call)} calls from every alignment: ${extentText(call)}`,
      spread: `with the caller's MOV to EDX and ECX in front: ${extentText(prepared_call)}`,
    };
  },
};
