// A decoder with don't-cares, in hdl-gen.
import { verilog } from "#hdl-gen";
import { cut, messageOf, show } from "../tutorial/show.ts";
// #region design
import { decode, enumeration, input, module, output } from "#hdl-gen";

const Unit = enumeration("unit", ["none", "alu", "memory", "branch"]);

export const decoder = module("decoder", "What an instruction needs, by its first byte.", {
  opcode: input(8),
  needs: { unit: output(Unit), bytes: output(2), writes: output(1, "a register") },
}, (m, io) => {
  m.drive(io.needs, decode(m, io.opcode, { unit: Unit, bytes: 2, writes: 1 }, {
    "00?? ?0??": { unit: "alu", bytes: 2, writes: 1 },
    "00?? ?10?": { unit: "alu", bytes: 3, writes: 1 },
    "1000 101?": { unit: "memory", bytes: 2, writes: 1 },
    "1000 100?": { unit: "memory", bytes: 2 },
    "0111 ????": { unit: "branch", bytes: 2 },
    otherwise: { bytes: 1 },
  }));
});
// #endregion

show("row", cut(verilog(decoder), /8'b1000100/, /end$/));

// #region overlap
const overlapping = () =>
  module("decoder", "Two rows for 75h.", { opcode: input(8), is_jump: output(1) }, (m, io) => {
    const { jumps } = decode(m, io.opcode, { jumps: 1 }, {
      "0111 ????": { jumps: 1 },
      "???? 0101": { jumps: 0 },
      otherwise: {},
    });
    io.is_jump.value = jumps;
  });
// #endregion
show("overlap", messageOf(overlapping));
