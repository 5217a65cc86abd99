// A choice is one of its names.
import { enumeration, input, module, output } from "#hdl-gen";

const Op = enumeration("op", ["add", "sub"]);
module("m", "", { op: input(Op), y: output(1) }, (_m, io) => {
  // TS2345: Argument of type '"mul"' is not assignable to parameter of type '"add" | "sub"'.
  io.y.value = io.op.is("mul");
});
