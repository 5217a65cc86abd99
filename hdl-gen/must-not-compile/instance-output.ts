// An instance has only the outputs it declares.
import { module, output } from "#hdl-gen";

const leaf = module("leaf", "", { out: output(8) }, () => {});
module("m", "", { y: output(8) }, (m, io) => {
  // TS2339: Property 'uot' does not exist on type '{ readonly out: Bits<8>; }'.
  io.y.value = m.instance("u", leaf, {}).uot;
});
