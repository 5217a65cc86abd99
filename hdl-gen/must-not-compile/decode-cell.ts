// A cell of a decode table is one of its column's names.
import { decode, input, module } from "#hdl-gen";

module("m", "", { opcode: input(1) }, (m, io) => {
  decode(m, io.opcode, { unit: ["alu", "move"] }, {
    "0": { unit: "alu" },
    // TS2322: Type '"mvoe"' is not assignable to type '"alu" | "move"'.
    "1": { unit: "mvoe" },
  });
});
