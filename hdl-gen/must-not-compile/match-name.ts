// A match on a choice has arms for its names.
import { enumeration, input, module } from "#hdl-gen";

const Op = enumeration("op", ["add", "sub"]);
module("m", "", { op: input(Op) }, (m, io) => {
  // TS2769: No overload matches this call.
  m.match(io.op, [["mul", () => {}]]);
});
