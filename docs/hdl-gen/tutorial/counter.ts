// Step 1: a counter, its Verilog, its waves.
// #region module
import { input, module, output, reg, simulate, verilog, waves } from "#hdl-gen";

export const counter = module("counter", "Counts the cycles in which it is enabled, from 0 to 9 and around.", {
  enable: input(1),
  count: output(4),
  wraps: output(1, "the last of ten"),
}, (m, io) => {
  const r = m.regs({ count_now: reg(4, 0, "0 to 9") });
  const { last } = m.nets({ last: r.count_now.eq(9) });

  m.when(io.enable, () => {
    m.when(last, () => { r.count_now.next = 0; })
      .otherwise(() => { r.count_now.next = r.count_now.add(1); });
  });
  io.count.value = r.count_now;
  io.wraps.value = last.and(io.enable);
});
// #endregion

import { cut, show } from "./show.ts";

show("verilog", cut(verilog(counter), /^\/\/ Counts/, /^endmodule/));

// #region simulate
const sim = simulate(counter).reset();
const seen = waves(sim, ["enable", "count", "wraps"]);
sim.poke("count_now", 7);
for (const enable of [1, 0, 1, 1, 1]) {
  sim.io.enable = enable;
  sim.step();
}
show("waves", seen.text());
// #endregion
