// A sensor read every millisecond, a filter behind it, and somebody who looks after both.
import { defineProgram, defineSystem, ms, us } from "../../system/index.ts";

const sampler = defineProgram({
  name: "sampler",
  sources: ["docs/system/sampler.c"],
  needs: { samples: { channel: ["send"] } },
});

const filter = defineProgram({
  name: "filter",
  sources: ["docs/system/filter.c"],
  needs: {
    samples: { channel: ["receive"] },
    state: { lock: ["acquire"] },
    table: { region: ["read"] },
  },
});

const keeper = defineProgram({
  name: "keeper",
  sources: ["docs/system/keeper.c"],
  needs: {
    faults: { channel: ["receive"] },
    sampler: { process: ["restart"] },
    state: { lock: ["acquire"] },
    table: { region: ["read", "write"] },
  },
});

export default defineSystem({
  name: "pipeline",
  machine: { overheads: { release: 0, switch: 10, call: 60, interrupt: 0, kernel: 200 } },
  channels: {
    samples: { words: 2, credit: 8 },
    faults: {},
  },
  regions: { table: { bytes: 256 } },
  locks: { state: { protocol: "ceiling" } },
  tasks: {
    sampler: {
      program: sampler,
      policy: "edf", period: ms(1), deadline: us(200), wcet: "proven",
      onFault: { tell: "faults" },
      given: { samples: { channel: "samples", rights: ["send"] } },
    },
    filter: {
      program: filter,
      policy: "edf", period: ms(1), wcet: us(250), released: "sporadic",
      given: {
        samples: { channel: "samples", rights: ["receive"] },
        state: { lock: "state", rights: ["acquire"], longest: us(10) },
        table: { region: "table", rights: ["read"] },
      },
    },
    keeper: {
      program: keeper,
      policy: "rms", period: ms(50), wcet: ms(2),
      given: {
        faults: { channel: "faults", rights: ["receive"] },
        sampler: { process: "sampler", rights: ["restart"] },
        state: { lock: "state", rights: ["acquire"], longest: us(20) },
        table: { region: "table", rights: ["read", "write"] },
      },
    },
  },
});
