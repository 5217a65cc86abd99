// The simulator's outputs are read only.
import { input, module, output, simulate } from "#hdl-gen";

const d = module("m", "", { a: input(8), y: output(8) }, (_m, io) => {
  io.y.value = io.a;
});
// TS2540: Cannot assign to 'y' because it is a read-only property.
simulate(d).io.y = 1;
