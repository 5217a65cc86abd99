// cat has the sum of the widths.
import { cat, input, module, output } from "#hdl-gen";

module("m", "", { a: input(8), c: input(1), y: output(8) }, (_m, io) => {
  // TS2322: Type 'Bits<9>' is not assignable to type 'Val<8>'.
  io.y.value = cat(io.a, io.c);
});
