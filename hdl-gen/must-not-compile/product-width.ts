// A product has the sum of the widths.
import { input, module, output } from "#hdl-gen";

module("m", "", { a: input(8), y: output(8) }, (_m, io) => {
  // TS2322: Type 'Bits<16>' is not assignable to type 'Val<8>'.
  io.y.value = io.a.mul(io.a);
});
