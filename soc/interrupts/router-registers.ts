// The interrupt router's registers. All belong to ring 0, but for REARM, which a line's own task may write too.
import { interruptLineCount } from "../memory-map.ts";
import { bit, bits, peripheral } from "../registers.ts";
import { routerConfig, routes } from "./router-shape.ts";

const perLine = { count: interruptLineCount, stride: 4 } as const;

export const interruptRouter = peripheral({
  name: "interrupt_router",
  doc: "Interrupt router: makes of each line a vector, a message or the release of a job.",
  manual: "docs/interrupt-router.md",
  source: "soc/interrupts/router-registers.ts",
  width: 32,
  registers: {
    LINE: {
      offset: 0x000, access: "rw", ...perLine, reset: (1 << 2) | routes[routerConfig.routeAtReset],
      doc: "where line n leads; writing forgets what it has requested",
      fields: {
        ROUTE: bits(1, 0, "nowhere, to the local APIC, into a channel, or to the scheduler", routes),
        LEVEL: bit(2, "it requests by being high; else by rising"),
        PRIORITY: bits(7, 4, "of several, the line with the highest goes first; of equals, the lowest line"),
        TASK: bits(15, 8, "that is released, and that may write REARM"),
        CHANNEL: bits(21, 16, "for the message"),
      },
    },
    GAP: {
      offset: 0x080, access: "rw", ...perLine, doc: "least distance between two deliveries of line n",
      fields: { CYCLES: bits(31, 0, "clocks") },
    },
    STATE: {
      offset: 0x0c0, access: "ro", ...perLine, doc: "what line n is at",
      fields: {
        HIGH: bit(31, "the line itself"),
        PENDING: bit(30, "it has requested, and is not being delivered yet"),
        HELD: bit(29, "it is being delivered, or its distance has not passed"),
        COUNT: bits(15, 0, "requests since reset that came while one was pending and became one with it; begins anew"),
      },
    },
    REARM: {
      offset: 0x100, access: "wo", ...perLine, doc: "any write: if line n is a level and still high, it requests again",
      fields: {},
    },
    PARTITION: {
      offset: 0x140, access: "rw", count: routerConfig.partitions, stride: 4, reset: 2 ** interruptLineCount - 1,
      doc: "lines that are delivered while partition n has the processor; others wait",
      fields: { LINES: bits(15, 0, "a bit for each") },
    },
  },
});
