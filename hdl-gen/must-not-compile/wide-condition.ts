// A condition is one bit.
import { input, module } from "#hdl-gen";

module("m", "", { a: input(8) }, (m, io) => {
  // TS2345: Argument of type 'Bits<8>' is not assignable to parameter of type 'Bit'.
  m.when(io.a, () => {});
});
