// The I/O APIC's registers, with the names of Intel's 82093AA data sheet. Two of them are in memory; the others are
// reached through these by their number, which here stands as their offset.
import { bit, bits, peripheral } from "../registers.ts";

export const ioApicLineCount = 24;

export const ioApic = peripheral({
  name: "io_apic",
  doc: "I/O APIC: 24 lines, each with its own vector, sent to the local APIC.",
  manual: "Intel 82093AA I/O APIC data sheet (order number 290566)",
  source: "soc/interrupts/io-apic-registers.ts",
  width: 32,
  registers: {
    IOREGSEL: {
      offset: 0x00, access: "rw", when: "in memory", doc: "which register IOWIN is",
      fields: { REGISTER: bits(7, 0, "its number") },
    },
    IOWIN: {
      offset: 0x10, access: "rw", when: "in memory", doc: "that register", fields: { DATA: bits(31, 0, "value") },
    },
    IOAPICID: {
      offset: 0x00, access: "rw", when: "through IOWIN", doc: "identification",
      fields: { ID: bits(27, 24, "number of this I/O APIC") },
    },
    IOAPICVER: {
      offset: 0x01, access: "ro", when: "through IOWIN", reset: 0x0017_0011, doc: "version",
      fields: { VERSION: bits(7, 0, "11h"), MAX_ENTRY: bits(23, 16, "number of lines, less one") },
    },
    IOAPICARB: {
      offset: 0x02, access: "ro", when: "through IOWIN", doc: "arbitration",
      fields: { ID: bits(27, 24, "as in IOAPICID") },
    },
    REDIRECTION_LOW: {
      offset: 0x10, access: "rw", when: "through IOWIN", count: ioApicLineCount, stride: 2, reset: 0x0001_0000,
      doc: "what a line requests",
      fields: {
        VECTOR: bits(7, 0, "vector to request"),
        DELIVERY_MODE: bits(10, 8, "only these two request anything", { FIXED: 0, LOWEST_PRIORITY: 1 }),
        LOGICAL: bit(11, "the destination is a logical one"),
        STATUS: bit(12, "read only: 0, nothing waits to be sent"),
        ACTIVE_LOW: bit(13, "the line requests while it is low"),
        REMOTE_IRR: bit(14, "read only: a level was accepted and has not ended"),
        LEVEL: bit(15, "the line is a level, else an edge"),
        MASKED: bit(16, "request nothing, and forget edges"),
      },
    },
    REDIRECTION_HIGH: {
      offset: 0x11, access: "rw", when: "through IOWIN", count: ioApicLineCount, stride: 2, doc: "where to",
      fields: { DESTINATION: bits(31, 24, "ID or logical destination of a local APIC") },
    },
  },
});
