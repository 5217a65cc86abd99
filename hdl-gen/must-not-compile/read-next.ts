// What .next was given cannot be read back.
import { module, output, reg } from "#hdl-gen";

module("m", "", { y: output(8) }, (m, io) => {
  const r = m.regs({ count: reg(8) });
  // TS2322: Type 'undefined' is not assignable to type 'Val<8>'.
  io.y.value = r.count.next;
});
