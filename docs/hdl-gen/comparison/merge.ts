// Two streams merged into a queue, in hdl-gen.
import { verilog } from "#hdl-gen";
import { cut, show } from "../tutorial/show.ts";
// #region design
import { cat, fifo, flip, module, moves, mux, output, roundRobinArbiter, stream } from "#hdl-gen";

const bytes = stream(output(8));

export const merge = module("merge", "Two streams in turn, through a queue of four.", {
  first: flip(bytes),
  second: flip(bytes),
  to: bytes,
}, (m, { first, second, to }) => {
  const { put } = m.nets({ put: { valid: first.valid.or(second.valid), ready: 1 } });
  const { grants } = m.instance("arbiter", roundRobinArbiter(2), {
    requests: cat(second.valid, first.valid),
    advance: moves(put),
  });
  const queue = m.instance("queue", fifo(8, 4), {
    put: { valid: put.valid, data: mux(grants.bit(1), second.data, first.data) },
    take: { ready: to.ready },
  });
  put.ready.value = queue.put.ready;
  first.ready.value = grants.bit(0).and(put.ready);
  second.ready.value = grants.bit(1).and(put.ready);
  to.valid.value = queue.take.valid;
  to.data.value = queue.take.data;
  m.unused(queue.count);
});
// #endregion

show("verilog", cut(verilog(merge), /^module merge/, /^endmodule/));
