// A call to a server in another protection domain, and its reply, by the kernel: with the accelerators and without.

import type { Measurement } from "./measurement.ts";

export const ipcRoundTrip: Measurement = {
  id: "ipc_round_trip",
  metric: "call and reply across protection domains",
  unit: "cycles",
  target: { atMost: 40 },
  best: "576–718 (seL4, x64)",
  async measure() {
    const [
      { measureCalls }, { default: described }, { countOf, extent, extentText }, { buildSystem }, { createMachine },
      { buildMachine }, { buildHeaders }, { fromRoot },
    ] = await Promise.all([
      import("../../bench/calls/measure.ts"), import("../../bench/calls/system.ts"),
      import("../../bench/levels/distribution.ts"), import("../../system/build.ts"), import("../../sim/machine.ts"),
      import("../steps/machine.ts"), import("../steps/software.ts"), import("../paths.ts"),
    ]);
    const built = await buildSystem(described, fromRoot("build", "bench", "calls"), await buildHeaders());
    const measured = async (accelerated: boolean) => {
      const machine = createMachine(await buildMachine({ traced: false, accelerated }));
      try {
        return measureCalls(machine, built);
      } finally {
        machine.free();
      }
    };
    const [on, off] = [await measured(true), await measured(false)];
    return {
      value: extent(on.round_trip).max,
      how:
        "through the kernel's call and reply_and_wait, four words each way, every process behind the MPU; from the completion of " +
        "the instruction before the client's SYSENTER to that of the first behind it, the server's own instructions included; " +
        `${countOf(on.round_trip)} calls; the server's first instruction after at most ${extent(on.to_server).max}; ` +
        `${countOf(on.interrupted)} more are left out, in which the timer interrupted: ${extentText(on.interrupted)}; without ` +
        `accelerators, hence without protection of memory, ${extent(off.round_trip).max} and ${extent(off.to_server).max}`,
      spread: extentText(on.round_trip),
    };
  },
};
