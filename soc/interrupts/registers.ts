// The local APIC's registers, with the names and offsets of Intel's Software Developer's Manual, volume 3, chapter
// "Advanced Programmable Interrupt Controller". Registers of the full APIC that are missing here read as 0 and ignore
// writes. As on any APIC, only aligned accesses of 32 bits are defined.
import { bit, bits, peripheral } from "../registers.ts";

/** 256 vectors in eight registers, 16 bytes apart as all APIC registers are. */
const byVector = { access: "ro", count: 8, stride: 0x10 } as const;
const vectors = { VECTORS: bits(31, 0, "bit b of register n stands for vector 32 n + b") };

const localVector = { access: "rw", reset: 0x0001_0000, doc: "kept, but its pin is not connected" } as const;
const localVectorFields = {
  VECTOR: bits(7, 0, "vector to request"),
  MASKED: bit(16, "request nothing; forced to 1 while SVR.ENABLE is 0"),
};

export const localApic = peripheral({
  name: "local_apic",
  doc: "Local APIC subset: interrupt priorities, end of interrupt, timer.",
  manual: "Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, Local APIC",
  source: "soc/interrupts/registers.ts",
  width: 32,
  registers: {
    ID: {
      offset: 0x020, access: "ro", doc: "identification",
      fields: { APIC_ID: bits(31, 24, "number of this CPU") },
    },
    VERSION: {
      offset: 0x030, access: "ro", reset: 0x0003_0014, doc: "version",
      fields: {
        VERSION: bits(7, 0, "14h: integrated in the CPU"),
        MAX_LVT: bits(23, 16, "number of local vectors, less one"),
      },
    },
    TPR: {
      offset: 0x080, access: "rw", doc: "task priority: classes up to this one are held back",
      fields: { PRIORITY: bits(7, 0, "class in bits 7:4") },
    },
    PPR: {
      offset: 0x0a0, access: "ro", doc: "processor priority: the higher of TPR and the class in service",
      fields: { PRIORITY: bits(7, 0, "class in bits 7:4; bits 3:0 are TPR's unless its class is the lower") },
    },
    EOI: {
      offset: 0x0b0, access: "wo", doc: "end of interrupt: any write ends the highest vector in service",
      fields: {},
    },
    SVR: {
      offset: 0x0f0, access: "rw", reset: 0x0000_00ff, doc: "spurious vector and enable",
      fields: {
        VECTOR: bits(7, 0, "kept; this APIC withdraws a request in time and never needs it"),
        ENABLE: bit(8, "accept and request interrupts"),
      },
    },
    ISR: { offset: 0x100, ...byVector, doc: "in service", fields: vectors },
    TMR: { offset: 0x180, ...byVector, doc: "trigger mode: 1, level, for the lines' vectors, else 0", fields: vectors },
    IRR: { offset: 0x200, ...byVector, doc: "requested, not yet in service", fields: vectors },
    LVT_TIMER: {
      offset: 0x320, access: "rw", reset: 0x0001_0000, doc: "timer's vector and mode",
      fields: {
        ...localVectorFields,
        PERIODIC: bit(17, "start again from the initial count, else stop at 0"),
      },
    },
    LVT_LINT0: { offset: 0x350, ...localVector, fields: localVectorFields },
    LVT_LINT1: { offset: 0x360, ...localVector, fields: localVectorFields },
    LVT_ERROR: { offset: 0x370, ...localVector, doc: "kept, but no errors are reported", fields: localVectorFields },
    INITIAL_COUNT: {
      offset: 0x380, access: "rw", doc: "writing it starts the timer, or stops it with 0",
      fields: { COUNT: bits(31, 0, "ticks to expiry, and in a period") },
    },
    CURRENT_COUNT: {
      offset: 0x390, access: "ro", doc: "ticks left",
      fields: { COUNT: bits(31, 0, "counts down") },
    },
    DIVIDE: {
      offset: 0x3e0, access: "rw", doc: "clock cycles in a tick of the timer",
      fields: {
        DIVISOR: bits(3, 0, "bit 2 is always 0", {
          BY_2: 0x0, BY_4: 0x1, BY_8: 0x2, BY_16: 0x3, BY_32: 0x8, BY_64: 0x9, BY_128: 0xa, BY_1: 0xb,
        }),
      },
    },
  },
});
