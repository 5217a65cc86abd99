// A row of a decode table sets its columns.
import { decode, input, module } from "#hdl-gen";

module("m", "", { opcode: input(1) }, (m, io) => {
  decode(m, io.opcode, { unit: ["alu", "move"] }, {
    "0": { unit: "alu" },
    // TS2353: Object literal may only specify known properties, and 'untt' does not exist in type 'Row<NoInfer<{ readonly unit: readonly ["alu", "move"]; }>>'.
    "1": { untt: "move" },
  });
});
