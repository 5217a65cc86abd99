// A lane leads from one task to one other.
import { defineProgram, defineSystem } from "../index.ts";

const pusher = defineProgram({ name: "pusher", sources: ["pusher.c"], needs: { samples: { lane: ["send"] } } });

export default defineSystem({
  name: "wrong",
  lanes: { samples: { slots: 12, slotBytes: 16 } },
  tasks: {
    source: { program: pusher, policy: "background", given: { samples: { lane: "samples", rights: ["send"] } } },
  },
});

/* What is said:
system/bad/lane-with-one-end.ts:8: lanes.samples: nobody has the right "receive": a lane leads from one task to one other
system/bad/lane-with-one-end.ts:8: lanes.samples.slots: 12 is no power of two: make it one
*/
