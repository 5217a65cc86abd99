// The 16550's registers, with the names of National Semiconductor's PC16550D data sheet.
import { bit, bits, peripheral } from "../registers.ts";

const DLAB_0 = "LCR.DLAB = 0";
const DLAB_1 = "LCR.DLAB = 1";

export const uart16550 = peripheral({
  name: "uart16550",
  doc: "16550-compatible serial port: two FIFOs of 16 characters, one interrupt.",
  manual: "National Semiconductor PC16550D data sheet",
  source: "soc/uart/registers.ts",
  width: 8,
  registers: {
    RBR: {
      offset: 0, access: "ro", when: DLAB_0, doc: "receiver buffer: takes the oldest character received",
      fields: { DATA: bits(7, 0, "character; unused high bits are 0") },
    },
    THR: {
      offset: 0, access: "wo", when: DLAB_0, doc: "transmitter holding: adds a character to be sent",
      fields: { DATA: bits(7, 0, "character") },
    },
    IER: {
      offset: 1, access: "rw", when: DLAB_0, doc: "interrupt enable",
      fields: {
        ERBFI: bit(0, "received data available, and character timeout"),
        ETBEI: bit(1, "transmitter holding register empty"),
        ELSI: bit(2, "receiver line status"),
        EDSSI: bit(3, "modem status"),
      },
    },
    IIR: {
      offset: 2, access: "ro", reset: 0x01, doc: "interrupt identification: the most urgent cause that is enabled",
      fields: {
        ID: bits(3, 0, "cause", {
          MODEM_STATUS: 0x0,
          NONE: 0x1,
          THR_EMPTY: 0x2,
          DATA_AVAILABLE: 0x4,
          LINE_STATUS: 0x6,
          CHARACTER_TIMEOUT: 0xc,
        }),
        FIFO_STATE: bits(7, 6, "both set while the FIFOs are enabled", { DISABLED: 0, ENABLED: 3 }),
      },
    },
    FCR: {
      offset: 2, access: "wo", doc: "FIFO control; changing ENABLE empties both FIFOs",
      fields: {
        ENABLE: bit(0, "use the FIFOs; the other bits count only if this one is written as 1"),
        RX_RESET: bit(1, "empty the receiver FIFO"),
        TX_RESET: bit(2, "empty the transmitter FIFO"),
        DMA_MODE: bit(3, "ignored: there are no RXRDY and TXRDY pins"),
        RX_TRIGGER: bits(7, 6, "characters that make data available", {
          ONE: 0, FOUR: 1, EIGHT: 2, FOURTEEN: 3,
        }),
      },
    },
    LCR: {
      offset: 3, access: "rw", doc: "line control",
      fields: {
        WLS: bits(1, 0, "word length", { FIVE: 0, SIX: 1, SEVEN: 2, EIGHT: 3 }),
        STB: bit(2, "two stop bits, one and a half for words of five"),
        PEN: bit(3, "a parity bit is sent and checked"),
        EPS: bit(4, "even parity, else odd"),
        STICK: bit(5, "the parity bit is the complement of EPS, whatever the data"),
        BREAK: bit(6, "hold the line low"),
        DLAB: bit(7, "offsets 0 and 1 are the divisor latch"),
      },
    },
    MCR: {
      offset: 4, access: "rw", doc: "modem control; no pins are brought out",
      fields: {
        DTR: bit(0, "data terminal ready"),
        RTS: bit(1, "request to send"),
        OUT1: bit(2, "auxiliary output 1"),
        OUT2: bit(3, "auxiliary output 2; unlike a PC's adapter, does not gate the interrupt"),
        LOOP: bit(4, "the transmitter feeds the receiver, this register feeds MSR"),
      },
    },
    LSR: {
      offset: 5, access: "ro", reset: 0x60, doc: "line status; reading it clears OE, PE, FE and BI",
      fields: {
        DR: bit(0, "a received character waits"),
        OE: bit(1, "a received character was lost"),
        PE: bit(2, "the oldest character came with the wrong parity"),
        FE: bit(3, "the oldest character came without a stop bit"),
        BI: bit(4, "the line was low for a whole character"),
        THRE: bit(5, "the transmitter's FIFO or holding register is empty"),
        TEMT: bit(6, "and so is its shift register"),
        RX_FIFO_ERROR: bit(7, "a character with PE, FE or BI is in the receiver FIFO"),
      },
    },
    MSR: {
      offset: 6, access: "ro", reset: 0xb0, doc: "modem status; reading it clears the four changes",
      fields: {
        DCTS: bit(0, "CTS has changed"),
        DDSR: bit(1, "DSR has changed"),
        TERI: bit(2, "RI has gone from 1 to 0"),
        DDCD: bit(3, "DCD has changed"),
        CTS: bit(4, "clear to send: 1, or MCR.RTS in loopback"),
        DSR: bit(5, "data set ready: 1, or MCR.DTR in loopback"),
        RI: bit(6, "ring indicator: 0, or MCR.OUT1 in loopback"),
        DCD: bit(7, "carrier detect: 1, or MCR.OUT2 in loopback"),
      },
    },
    SCR: {
      offset: 7, access: "rw", doc: "scratch: software's own",
      fields: { DATA: bits(7, 0, "any value") },
    },
    DLL: {
      offset: 0, access: "rw", when: DLAB_1, reset: 0x01, doc: "divisor latch, low byte",
      fields: { DIVISOR: bits(7, 0, "bits 7:0 of the divisor; a divisor of 0 stops the line") },
    },
    DLM: {
      offset: 1, access: "rw", when: DLAB_1, doc: "divisor latch, high byte",
      fields: { DIVISOR: bits(7, 0, "bits 15:8 of the divisor") },
    },
  },
});
