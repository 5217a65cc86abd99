// An instance input has its width.
import { input, module } from "#hdl-gen";

const leaf = module("leaf", "", { data: input(8) }, () => {});
module("m", "", { b: input(9) }, (m, io) => {
  // TS2322: Type 'Bits<9>' is not assignable to type 'Val<8>'.
  m.instance("u", leaf, { data: io.b });
});
