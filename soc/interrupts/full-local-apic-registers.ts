// The registers of the local APIC with all its vectors: those of the subset, and what it leaves out.
import { bit, bits, peripheral } from "../registers.ts";
import { localApic } from "./registers.ts";

const { LVT_LINT0, LVT_LINT1, ...subset } = localApic.registers;
const deliveryMode = bits(10, 8, "how the interrupt is delivered", { FIXED: 0, LOWEST_PRIORITY: 1, EXTINT: 7 });
const localVectorFields = { ...LVT_LINT0.fields, DELIVERY_MODE: deliveryMode };

export const fullLocalApic = peripheral({
  name: "full_local_apic",
  doc: "Local APIC with all 256 vectors: priorities, timer, interrupts to itself, the 8259 through LINT0.",
  manual: localApic.manual,
  source: "soc/interrupts/full-local-apic-registers.ts",
  width: 32,
  registers: {
    ...subset,
    ID: { ...subset.ID, access: "rw" },
    LDR: {
      offset: 0x0d0, access: "rw", doc: "logical destination",
      fields: { LOGICAL_ID: bits(31, 24, "a set of bits, in the flat model") },
    },
    DFR: {
      offset: 0x0e0, access: "rw", reset: 0xffff_ffff, doc: "destination format; bits 27:0 are always 1",
      fields: { MODEL: bits(31, 28, "how logical destinations are compared", { CLUSTER: 0x0, FLAT: 0xf }) },
    },
    TMR: { ...subset.TMR, doc: "trigger mode of each accepted vector: 1, level" },
    ICR_LOW: {
      offset: 0x300, access: "rw", doc: "writing it sends an interrupt; only those to this CPU arrive anywhere",
      fields: {
        VECTOR: bits(7, 0, "vector to request"),
        DELIVERY_MODE: deliveryMode,
        LOGICAL: bit(11, "the destination is a logical one"),
        PENDING: bit(12, "read only: 0, it has been sent"),
        ASSERT: bit(14, "kept"),
        LEVEL: bit(15, "kept; what is sent is an edge"),
        SHORTHAND: bits(19, 18, "destination, if not ICR_HIGH's", { NONE: 0, SELF: 1, ALL: 2, OTHERS: 3 }),
      },
    },
    ICR_HIGH: {
      offset: 0x310, access: "rw", doc: "destination of what is sent",
      fields: { DESTINATION: bits(31, 24, "ID or logical destination; FFh is everyone") },
    },
    LVT_LINT0: {
      ...LVT_LINT0, reset: 0x0000_0700, doc: "the 8259s' request; as a BIOS leaves it after reset, delivered as ExtINT",
      fields: localVectorFields,
    },
    LVT_LINT1: { ...LVT_LINT1, fields: localVectorFields },
  },
});
