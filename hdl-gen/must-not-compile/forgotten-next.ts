// A register is assigned through .next.
import { input, module, reg } from "#hdl-gen";

module("m", "", { a: input(8) }, (m, io) => {
  const r = m.regs({ count: reg(8) });
  // TS2540: Cannot assign to 'count' because it is a read-only property.
  r.count = io.a;
});
