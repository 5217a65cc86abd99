// An input cannot be driven from inside.
import { input, module } from "#hdl-gen";

module("m", "", { a: input(8) }, (_m, io) => {
  // TS2339: Property 'value' does not exist on type 'Bits<8>'.
  io.a.value = 3;
});
