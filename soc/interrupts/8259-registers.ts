// The 8259A's registers, with the names of Intel's data sheet. It has two addresses; what is written to them is told
// apart by bits 4 and 3 of the byte, and by what was written before.
import { bit, bits, peripheral } from "../registers.ts";

const number = bits(2, 0, "number of an interrupt line");
const perLine = { LINES: bits(7, 0, "bit n stands for line n") };

export const pic8259 = peripheral({
  name: "pic8259",
  doc: "8259A interrupt controller: eight lines, fixed or rotating priorities; two of them in cascade.",
  manual: "Intel 8259A data sheet (order number 231468)",
  source: "soc/interrupts/8259-registers.ts",
  width: 8,
  registers: {
    ICW1: {
      offset: 0, access: "wo", when: "bit 4 = 1", doc: "begins the initialization: ICW2, then ICW3 and ICW4 if wanted",
      fields: {
        IC4: bit(0, "ICW4 follows; else everything in it is 0"),
        SNGL: bit(1, "no cascade: ICW3 does not follow"),
        ADI: bit(2, "ignored: for the 8085"),
        LTIM: bit(3, "lines are levels, else rising edges"),
        BEGIN: bit(4, "1"),
      },
    },
    OCW2: {
      offset: 0, access: "wo", when: "bits 4:3 = 0", doc: "end of interrupt, and priorities",
      fields: {
        LINE: number,
        COMMAND: bits(7, 5, "what to do", {
          ROTATE_ON_AUTO_EOI_CLEAR: 0, EOI: 1, NOTHING: 2, EOI_OF_LINE: 3,
          ROTATE_ON_AUTO_EOI_SET: 4, EOI_ROTATE: 5, SET_LOWEST: 6, EOI_OF_LINE_ROTATE: 7,
        }),
      },
    },
    OCW3: {
      offset: 0, access: "wo", when: "bits 4:3 = 1", doc: "what is read, and the special mask",
      fields: {
        READ: bits(1, 0, "what reads at offset 0 give", { KEEP: 0, IRR: 2, ISR: 3 }),
        POLL: bit(2, "the next read is a poll"),
        SELECT: bit(3, "1"),
        SPECIAL_MASK: bits(6, 5, "lines that are masked hold back no others", { KEEP: 0, CLEAR: 2, SET: 3 }),
      },
    },
    IRR: { offset: 0, access: "ro", when: "after OCW3.READ = IRR, and after ICW1", doc: "requests", fields: perLine },
    ISR: { offset: 0, access: "ro", when: "after OCW3.READ = ISR", doc: "in service", fields: perLine },
    POLL: {
      offset: 0, access: "ro", when: "after OCW3.POLL = 1, once, at either offset", doc: "acknowledges without the CPU",
      fields: { LINE: number, REQUEST: bit(7, "there is a request, and it is in service from now on") },
    },
    ICW2: {
      offset: 1, access: "wo", when: "after ICW1", doc: "vectors",
      fields: { BASE: bits(7, 3, "line n requests vector 8 BASE + n") },
    },
    ICW3: {
      offset: 1, access: "wo", when: "after ICW2 with ICW1.SNGL = 0", doc: "cascade",
      fields: { SLAVES: bits(7, 0, "of a master: lines with a slave; of a slave: bits 2:0, its master's line") },
    },
    ICW4: {
      offset: 1, access: "wo", when: "last, with ICW1.IC4 = 1", doc: "modes",
      fields: {
        UPM: bit(0, "ignored: it always answers as for an 8086"),
        AEOI: bit(1, "an acknowledged interrupt is ended at once"),
        BUFFERED: bits(3, 2, "ignored: which of the two is the master is wired"),
        SFNM: bit(4, "special fully nested: a slave's line is not held back by itself"),
      },
    },
    IMR: { offset: 1, access: "rw", when: "else", doc: "OCW1: lines that are held back", fields: perLine },
  },
});
