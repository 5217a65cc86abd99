// The same message, sent through the kernel.

import type { Measurement } from "./measurement.ts";

export const kernelSend: Measurement = {
  id: "kernel_send",
  metric: "16-byte message sent to another process by a channel of the kernel's, for which nobody waits",
  unit: "cycles",
  best: "direct_send is the same by the mailbox",
  async measure(scope) {
    const { measuredSends, readingOf } = await import("../../bench/messages/measured.ts");
    return readingOf(await measuredSends(scope), "by_kernel",
      "a function that sends the four words it is given, from the completion of its CALL to that of its RET, by SYSENTER");
  },
};
