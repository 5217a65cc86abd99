// JavaScript operators do not compute with hardware.
import { input, module, output } from "#hdl-gen";

module("m", "", { a: input(8), y: output(8) }, (_m, io) => {
  // TS2365: Operator '+' cannot be applied to types 'Bits<8>' and 'number'.
  io.y.value = io.a + 1;
});
