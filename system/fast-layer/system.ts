// Two that use guarded lanes and a guarded channel, one whose jobs are cut short in the layer, and two that mean no good.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const source = (name: string): string => `system/fast-layer/${name}.c`;

const producer = defineProgram({
  name: "producer", sources: [source("producer")],
  needs: { there: { lane: ["send"] }, back: { lane: ["receive"] }, letters: { channel: ["send"] } },
});
const consumer = defineProgram({
  name: "consumer", sources: [source("consumer")],
  needs: {
    there: { lane: ["receive"] }, back: { lane: ["send"] }, letters: { channel: ["receive"] },
    producer: { process: ["inspect"] },
  },
});
const hurried = defineProgram({
  name: "hurried", sources: [source("hurried")],
  needs: { own: { lane: ["send", "receive"] }, results: { region: ["read", "write"] } },
});
const vandal = defineProgram({
  name: "vandal", sources: [source("vandal")], includeDirs: ["system/fast-layer"],
  needs: { box: { lane: ["send", "receive"] }, attempts: { region: ["read", "write"] } },
});
const outsider = defineProgram({
  name: "outsider", sources: [source("outsider")], needs: { results: { region: ["read", "write"] } },
});

export default defineSystem({
  name: "fast-layer",
  lanes: {
    there: { slots: 8, slotBytes: 16, guarded: true }, back: { slots: 8, slotBytes: 16, guarded: true },
    own: { slots: 4, slotBytes: 16, guarded: true }, box: { slots: 2, slotBytes: 16, guarded: true },
  },
  channels: { letters: { words: 2, direct: true, guarded: true } },
  regions: { hurry: { bytes: 32 }, attempts: { bytes: 512 }, outside: { bytes: 32 } },
  tasks: {
    consumer: {
      program: consumer, policy: "edf", period: us(200), wcet: us(60), ring: 1,
      given: {
        there: { lane: "there", rights: ["receive"] }, back: { lane: "back", rights: ["send"] },
        letters: { channel: "letters", rights: ["receive"] }, producer: { process: "producer", rights: ["inspect"] },
      },
    },
    hurried: {
      program: hurried, policy: "edf", period: us(400), wcet: us(37), onOverrun: "stop job",
      given: {
        own: { lane: "own", rights: ["send", "receive"] }, results: { region: "hurry", rights: ["read", "write"] },
      },
    },
    vandal: {
      program: vandal, policy: "rms", period: ms(0.5), wcet: us(20), onFault: "restart",
      given: {
        box: { lane: "box", rights: ["send", "receive"] }, attempts: { region: "attempts", rights: ["read", "write"] },
      },
    },
    outsider: {
      program: outsider, policy: "rms", period: ms(1), wcet: us(20), onFault: "restart",
      given: { results: { region: "outside", rights: ["read", "write"] } },
    },
    producer: {
      program: producer, policy: "background",
      given: {
        there: { lane: "there", rights: ["send"] }, back: { lane: "back", rights: ["receive"] },
        letters: { channel: "letters", rights: ["send"] },
      },
    },
  },
});
