// An operator takes equal widths.
import { input, module, output } from "#hdl-gen";

module("m", "", { a: input(8), b: input(9), y: output(8) }, (_m, io) => {
  // TS2345: Argument of type 'Bits<9>' is not assignable to parameter of type 'Val<8>'.
  io.y.value = io.a.add(io.b);
});
