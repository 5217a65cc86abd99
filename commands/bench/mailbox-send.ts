// What it takes a task to send a message.

import type { Measurement } from "./measurement.ts";

export const mailboxSend: Measurement = {
  id: "mailbox_send",
  metric: "16-byte message sent, wait-free, cycles in the sender",
  unit: "cycles",
  target: { atMost: 8 },
  best: "18 instructions",
  async measure(scope) {
    const { measuredSwitches } = await import("../../bench/tasks/measured.ts");
    const { extent, extentText, countOf } = await import("../../bench/levels/distribution.ts");
    const { send } = await measuredSwitches(scope);
    return {
      value: extent(send).max,
      how:
        "four stores and the access that sends: from the clock in which the instruction in front of them is complete to " +
        "that in which the access is, less one for an instruction of other business behind the stores, where a load " +
        `would have to wait; ${countOf(send)} messages, from ring 3 and without the kernel`,
      spread: extentText(send),
    };
  },
};
