// What it takes a task to send a message by a direct channel of its description.

import type { Measurement } from "./measurement.ts";

export const directSend: Measurement = {
  id: "direct_send",
  metric: "16-byte message sent to another process by a direct channel, as the task's header does it",
  unit: "cycles",
  best: "mailbox_send is the hardware's part, kernel_send the same by the kernel",
  async measure(scope) {
    const { measuredSends, readingOf } = await import("../../bench/messages/measured.ts");
    return readingOf(await measuredSends(scope), "direct",
      "a function that sends the four words it is given, from the completion of its CALL to that of its RET, in ring 3 and " +
      "under the kernel, which does nothing; where there is no mailbox, it makes the kernel's call");
  },
};
