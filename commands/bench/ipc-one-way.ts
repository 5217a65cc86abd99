// How soon the receiver of a message runs.

import type { Measurement } from "./measurement.ts";

export const ipcOneWay: Measurement = {
  id: "ipc_one_way",
  metric: "send → first instruction of the receiver in another protection domain",
  unit: "cycles",
  target: { atMost: 20 },
  best: "21 (XPC, RISC-V), 36 (L4, software)",
  async measure(scope) {
    const { measuredSwitches } = await import("../../bench/tasks/measured.ts");
    const { extent, extentText, countOf } = await import("../../bench/levels/distribution.ts");
    const { send_to_receiver } = await measuredSwitches(scope);
    return {
      value: extent(send_to_receiver).max,
      how:
        "the receiver waits at the channel, in ring 3, and is the more urgent: from the clock in which the access that " +
        "sends is complete to that in which the receiver's first instruction is, the decision of the scheduler and the " +
        `switch in between; ${countOf(send_to_receiver)} messages`,
      spread: extentText(send_to_receiver),
    };
  },
};
