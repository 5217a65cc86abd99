// A sender and a receiver, and somebody who meddles.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const source = (name: string): string => `system/direct-channels/${name}.c`;

const sender = defineProgram({ name: "sender", sources: [source("sender")], needs: { readings: { channel: ["send"] } } });
const receiver = defineProgram({
  name: "receiver", sources: [source("receiver")], needs: { readings: { channel: ["receive"] } },
});
const meddler = defineProgram({
  name: "meddler", sources: [source("meddler")], includeDirs: ["system/direct-channels"],
  needs: { own: { channel: ["send", "receive"] }, results: { region: ["read", "write"] } },
});
const keeper = defineProgram({
  name: "keeper", sources: [source("keeper")], needs: { meddler: { process: ["create", "start"] } },
});

export default defineSystem({
  name: "direct-channels",
  channels: { readings: { words: 3, credit: 3, direct: true }, own: { words: 1, direct: true } },
  regions: { results: { bytes: 256 } },
  tasks: {
    sender: {
      program: sender, policy: "edf", period: ms(0.5), wcet: us(100),
      given: { readings: { channel: "readings", rights: ["send"] } },
    },
    receiver: {
      program: receiver, policy: "rms", period: ms(0.5), wcet: us(100),
      given: { readings: { channel: "readings", rights: ["receive"] } },
    },
    keeper: {
      program: keeper, policy: "rms", period: ms(1), wcet: us(100),
      given: { meddler: { process: "meddler", rights: ["create", "start"] } },
    },
    meddler: {
      program: meddler, policy: "background",
      given: {
        own: { channel: "own", rights: ["send", "receive"] },
        results: { region: "results", rights: ["read", "write"] },
      },
    },
  },
});
