// A part of a register takes exactly its bits.
import { input, module, reg } from "#hdl-gen";

module("m", "", { a: input(8) }, (m, io) => {
  const r = m.regs({ held: reg(32) });
  // TS2322: Type 'Bits<8>' is not assignable to type 'Val<9>'.
  r.held.part(8, 0).next = io.a;
});
