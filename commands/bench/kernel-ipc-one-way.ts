// How soon the receiver of a message runs, if the message goes through the kernel and the kernel's scheduler decides.

import type { Measurement } from "./measurement.ts";

export const kernelIpcOneWay: Measurement = {
  id: "kernel_ipc_one_way",
  metric: "send by the kernel → first instruction of the receiver in another protection domain",
  unit: "cycles",
  best: "ipc_one_way is the same by mailbox and hardware scheduler",
  async measure(scope) {
    const { measuredSends, readingOf } = await import("../../bench/messages/measured.ts");
    return readingOf(await measuredSends(scope), "to_receiver",
      "the receiver waits in the kernel's receive and is the more urgent: from the completion of the instruction before the " +
      "sender's SYSENTER to that of the receiver's first");
  },
};
