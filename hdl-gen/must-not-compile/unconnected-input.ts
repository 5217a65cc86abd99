// An instance needs all its inputs.
import { input, module } from "#hdl-gen";

const leaf = module("leaf", "", { bus: { valid: input(1), data: input(8) } }, () => {});
module("m", "", {}, (m) => {
  // TS2741: Property 'data' is missing in type '{ valid: number; }' but required in type '{ readonly valid: Val<1>; readonly data: Val<8>; }'.
  m.instance("u", leaf, { bus: { valid: 1 } });
});
