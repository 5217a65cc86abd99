// m.drive needs a value for each key.
import { input, module, reg } from "#hdl-gen";

module("m", "", { a: input(8) }, (m, io) => {
  const r = m.regs({ stage: { valid: reg(1), data: reg(8) } });
  // TS2741: Property 'valid' is missing in type '{ data: Bits<8>; }' but required in type '{ readonly valid: Val<1>; readonly data: Val<8>; }'.
  m.drive(r.stage, { data: io.a });
});
