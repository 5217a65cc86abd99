// An assignment takes exactly the width of its target.
import { input, module, output } from "#hdl-gen";

module("m", "", { b: input(9), y: output(8) }, (_m, io) => {
  // TS2322: Type 'Bits<9>' is not assignable to type 'Val<8>'.
  io.y.value = io.b;
});
