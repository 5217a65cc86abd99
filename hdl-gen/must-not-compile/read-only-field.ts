// Hardware does not drive a field that is software's.
import { attach, field, input, module, registerMap } from "#hdl-gen";

const map = registerMap("timer", "A timer.", { control: { enable: field("rw", 1, "count") } });
module("m", "", { select: input(1), write: input(1), address: input(2), wdata: input(32) }, (m, io) => {
  // TS2339: Property 'value' does not exist on type 'Bits<1>'.
  attach(m, map, io).fields.control.enable.value = 1;
});
