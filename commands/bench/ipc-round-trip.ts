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
      { measureCalls }, { default: described }, { buildSystem }, { createMachine }, { buildMachine }, { buildHeaders },
      { fromRoot },
    ] = await Promise.all([
      import("../../bench/calls/measure.ts"), import("../../bench/calls/system.ts"), import("../../system/build.ts"),
      import("../../sim/machine.ts"), import("../steps/machine.ts"), import("../steps/software.ts"), import("../paths.ts"),
    ]);
    const built = await buildSystem(described, fromRoot("build", "bench", "calls"), await buildHeaders());
    const measured = async (accelerated: boolean) => {
      const machine = createMachine(await buildMachine({ traced: false, accelerated }));
      try {
        const { to_server, round_trip } = measureCalls(machine, built);
        if (round_trip.length === 0) throw new Error("no call was seen");
        return { calls: round_trip.length, to_server: Math.max(...to_server), round_trip: Math.max(...round_trip) };
      } finally {
        machine.free();
      }
    };
    const [on, off] = [await measured(true), await measured(false)];
    return {
      value: on.round_trip,
      how:
        "through the kernel's call and reply_and_wait, four words each way, every process behind the MPU; from the completion of " +
        `the instruction before the client's SYSENTER to that of the first behind it; the worst of ${on.calls}, interrupts of ` +
        `the timer included; the server's first instruction after at most ${on.to_server}; without accelerators, hence without ` +
        `protection of memory, ${off.round_trip} and ${off.to_server}`,
    };
  },
};
