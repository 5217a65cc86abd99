// The 8254's registers, with the names of Intel's data sheet.
import { bit, bits, peripheral } from "../registers.ts";

export const pit8254 = peripheral({
  name: "pit8254",
  doc: "8254 interval timer: three counters of 16 bits at 1.193182 MHz.",
  manual: "Intel 8254 data sheet (order number 231164)",
  source: "soc/timer/registers.ts",
  width: 8,
  registers: {
    COUNTER: {
      offset: 0, access: "rw", count: 3, stride: 1,
      doc: "the count, low or high byte or both in turn; a latched status comes first",
      fields: { COUNT: bits(7, 0, "half of the count") },
    },
    CONTROL: {
      offset: 3, access: "wo", when: "COUNTER < 3", doc: "mode of a counter, or latches its count",
      fields: {
        BCD: bit(0, "counts in decimal"),
        MODE: bits(3, 1, "6 and 7 are 2 and 3", {
          TERMINAL_COUNT: 0, ONE_SHOT: 1, RATE: 2, SQUARE_WAVE: 3, SOFTWARE_STROBE: 4, HARDWARE_STROBE: 5,
        }),
        ACCESS: bits(5, 4, "which bytes are read and written", { LATCH: 0, LOW: 1, HIGH: 2, BOTH: 3 }),
        COUNTER: bits(7, 6, "which counter"),
      },
    },
    READ_BACK: {
      offset: 3, access: "wo", when: "bits 7:6 = 3", doc: "latches counts and statuses of several counters",
      fields: {
        COUNTERS: bits(3, 1, "bit n stands for counter n"),
        NOT_STATUS: bit(4, "0: latch the status"),
        NOT_COUNT: bit(5, "0: latch the count"),
        COMMAND: bits(7, 6, "3"),
      },
    },
    STATUS: {
      offset: 0, access: "ro", when: "once after READ_BACK", count: 3, stride: 1, doc: "status",
      fields: {
        BCD: bit(0, "as in CONTROL"),
        MODE: bits(3, 1, "as in CONTROL"),
        ACCESS: bits(5, 4, "as in CONTROL"),
        NULL_COUNT: bit(6, "the count written is not yet the one that is counted"),
        OUTPUT: bit(7, "the counter's output"),
      },
    },
  },
});
