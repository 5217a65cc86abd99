// What it takes a task to hand over four words by a ring in memory that it cannot reach itself.

import type { Measurement } from "./measurement.ts";

export const layerPut: Measurement = {
  id: "layer_put",
  metric: "16 bytes put into a guarded lane by the fast IPC layer in ring 1, through a call gate",
  unit: "cycles",
  best: "direct_send and kernel_send are the same by other ways",
  async measure(scope) {
    const { measuredSends, readingOf } = await import("../../bench/messages/measured.ts");
    const { extent } = await import("../../bench/levels/distribution.ts");
    const sends = await measuredSends(scope);
    return readingOf(sends, "by_layer",
      "a function that puts the four words it is given, from the completion of its CALL to that of its RET; into a lane that is " +
      `not guarded, whose ring it reaches itself, ${extent(sends.on.into_lane).max}`);
  },
};
