// Both sides of a mux are equally wide.
import { input, module, mux, output } from "#hdl-gen";

module("m", "", { a: input(8), b: input(9), c: input(1), y: output(8) }, (_m, io) => {
  // TS2322: Type 'Choice<string>' is not assignable to type 'Val<8>'.
  // TS2769: No overload matches this call.
  io.y.value = mux(io.c, io.a, io.b);
});
