// The fast IPC layer hands over 16 bytes, and guards what it can reach: lanes and direct channels.
import { defineProgram, defineSystem } from "../index.ts";

const one = defineProgram({
  name: "one", sources: ["one.c"], needs: { samples: { lane: ["send"] }, letters: { channel: ["send"] } },
});
const other = defineProgram({
  name: "other", sources: ["other.c"], needs: { samples: { lane: ["receive"] }, letters: { channel: ["receive"] } },
});

export default defineSystem({
  name: "wrong",
  lanes: { samples: { slots: 8, slotBytes: 32, guarded: true } },
  channels: { letters: { guarded: true } },
  tasks: {
    one: {
      program: one, policy: "background",
      given: { samples: { lane: "samples", rights: ["send"] }, letters: { channel: "letters", rights: ["send"] } },
    },
    other: {
      program: other, policy: "background",
      given: { samples: { lane: "samples", rights: ["receive"] }, letters: { channel: "letters", rights: ["receive"] } },
    },
  },
});

/* What is said:
system/bad/guarded-without-layer.ts:14: channels.letters.guarded: a channel of the kernel's is guarded by the kernel: make it direct, or leave guarded away
system/bad/guarded-without-layer.ts:13: lanes.samples.slotBytes: a guarded lane hands over 16 bytes, in registers, and not 32: make it 16
*/
