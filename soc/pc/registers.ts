// Ports of a PC that are no chip of their own any more. Offsets are port numbers.
import { bit, bits, peripheral } from "../registers.ts";

export const systemControl = peripheral({
  name: "system_control",
  doc: "Keyboard controller's ports and their neighbours: reset, speaker's timer, A20.",
  manual: "IBM Personal System/2 Hardware Interface Technical Reference, System Control Ports A and B",
  source: "soc/pc/registers.ts",
  width: 8,
  registers: {
    PORT_B: {
      offset: 0x61, access: "rw", doc: "system control port B",
      fields: {
        TIMER_2_GATE: bit(0, "counter 2 of the 8254 counts"),
        SPEAKER: bit(1, "kept; there is no speaker"),
        PARITY_OFF: bits(3, 2, "kept; there is no parity"),
        REFRESH: bit(4, "read only: changes every 18 periods of the 8254's clock, 15 microseconds"),
        TIMER_2_OUTPUT: bit(5, "read only: counter 2's output"),
      },
    },
    KEYBOARD_STATUS: {
      offset: 0x64, access: "ro", doc: "0: nothing was typed, and a command may be sent", fields: {},
    },
    KEYBOARD_COMMAND: {
      offset: 0x64, access: "wo", doc: "commands to the keyboard controller; all but one are ignored",
      fields: { COMMAND: bits(7, 0, "what to do", { RESET: 0xfe }) },
    },
    PORT_A: {
      offset: 0x92, access: "rw", reset: 0x02, doc: "system control port A",
      fields: {
        RESET: bit(0, "writing 1 resets the machine; reads as 0"),
        A20: bit(1, "reads as 1 whatever is written: address line 20 is always on"),
      },
    },
    EDGE_LEVEL_MASTER: {
      offset: 0x4d0, access: "rw",
      doc: "ELCR: lines of the master that are levels; the timer's and the slave's never are",
      fields: { LEVEL: bits(7, 3, "bit n stands for line n + 3") },
    },
    EDGE_LEVEL_SLAVE: {
      offset: 0x4d1, access: "rw", doc: "the slave's, but for the clock's and the coprocessor's",
      fields: { LEVEL_14_15: bits(7, 6, "lines 14 and 15"), LEVEL_9_12: bits(4, 1, "lines 9 to 12") },
    },
  },
});

export const cmos = peripheral({
  name: "cmos",
  doc: "MC146818 clock that always shows the same time, and its 114 bytes of memory.",
  manual: "Motorola MC146818A data sheet; IBM Personal Computer AT Technical Reference for what the bytes mean",
  source: "soc/pc/registers.ts",
  width: 8,
  registers: {
    INDEX: { offset: 0x70, access: "wo", doc: "which byte", fields: { BYTE: bits(6, 0, "bit 7 is ignored: no NMI") } },
    DATA: {
      offset: 0x71, access: "rw", doc: "that byte; C and D are read only", fields: { DATA: bits(7, 0, "value") },
    },
  },
});

export const debugPorts = peripheral({
  name: "debug_ports",
  doc: "Ports for whoever watches the simulation.",
  manual: "Bochs (port E9h) and QEMU (isa-debugcon, isa-debug-exit)",
  source: "soc/pc/registers.ts",
  width: 8,
  registers: {
    POST: { offset: 0x80, access: "wo", doc: "code of how far the program has come", fields: {} },
    TEXT: { offset: 0xe9, access: "rw", reset: 0xe9, doc: "a character of text; reads as E9h", fields: {} },
    EXIT: { offset: 0xf4, access: "wo", doc: "ends the simulation with status 2 n + 1", fields: {} },
  },
});
