// MSR: the modem's lines and whether they have changed since MSR was last read.
import { cat, constant, mux, reg, type Bit, type Bits, type Builder } from "#hdl-gen";
import { flag, pack } from "../fields.ts";
import { uart16550 } from "./registers.ts";

const mcr = uart16550.registers.MCR.fields;
const msr = uart16550.registers.MSR.fields;

/** No pins are brought out: without loopback, a modem is there and ready, and its bell does not ring. */
export function modemStatus(m: Builder, control: Bits<5>, msr_read: Bit): Bits<8> {
  const { lines } = m.nets({
    lines: mux(flag(control, mcr.LOOP), cat(
      flag(control, mcr.OUT2), flag(control, mcr.OUT1), flag(control, mcr.DTR), flag(control, mcr.RTS),
    ), constant(0b1011, 4)),
  });
  const r = m.scope("modem", () => m.regs({
    before: reg(4, 0b1011, "DCD, RI, DSR, CTS a cycle ago"),
    changes: reg(4, 0, "DDCD, TERI, DDSR, DCTS"),
  }));
  const ringEnds = r.before.bit(2).and(lines.bit(2).not());
  const { changed } = m.nets({ changed: lines.xor(r.before) });
  m.unused(changed.bit(2));
  r.before.next = lines;
  r.changes.next = mux(msr_read, constant(0, 4), r.changes)
    .or(cat(changed.bit(3), ringEnds, changed.slice(1, 0)));
  return pack(8, msr, {
    DCTS: r.changes.bit(0), DDSR: r.changes.bit(1), TERI: r.changes.bit(2), DDCD: r.changes.bit(3),
    CTS: lines.bit(0), DSR: lines.bit(1), RI: lines.bit(2), DCD: lines.bit(3),
  });
}
