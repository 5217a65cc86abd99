// A task of little urgency has a lock that an urgent one wants; one between them cannot keep it from going on.
import { defineProgram, defineSystem, ms } from "../../system/index.ts";
import { printing } from "../uart.ts";

const lock = { table: { lock: ["acquire"] } } as const;
const sources = (name: string): string[] => [`examples/08-inversion-avoided/${name}.c`, ...printing];
const low = defineProgram({ name: "low", sources: sources("low"), needs: lock });
const middle = defineProgram({ name: "middle", sources: sources("middle"), needs: {} });
const high = defineProgram({ name: "high", sources: sources("high"), needs: lock });

const ports = ["uart"] as const;

export default defineSystem({
  name: "inversion-avoided",
  locks: { table: { protocol: "inheritance" } },
  tasks: {
    low: {
      program: low, policy: "rms", period: ms(80), wcet: ms(10), ports,
      given: { table: { lock: "table", rights: ["acquire"], longest: ms(6) } },
    },
    middle: { program: middle, policy: "rms", period: ms(60), offset: ms(3), wcet: ms(10), ports, given: {} },
    high: {
      program: high, policy: "rms", period: ms(40), offset: ms(2), wcet: ms(4), ports,
      given: { table: { lock: "table", rights: ["acquire"], longest: ms(1) } },
    },
  },
});
