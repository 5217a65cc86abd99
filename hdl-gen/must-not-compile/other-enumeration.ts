// Two enumerations with different names do not mix.
import { enumeration, input, module, reg } from "#hdl-gen";

const Op = enumeration("op", ["add", "sub"]);
const Unit = enumeration("unit", ["alu", "shifter"]);
module("m", "", { unit: input(Unit) }, (m, io) => {
  const r = m.regs({ op: reg(Op) });
  // TS2322: Type 'Choice<"alu" | "shifter">' is not assignable to type 'ChoiceVal<"add" | "sub">'.
  r.op.next = io.unit;
});
