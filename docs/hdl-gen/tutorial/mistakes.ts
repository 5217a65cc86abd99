// Step 2: mistakes, and what is said about them.
import { input, module, output, reg } from "#hdl-gen";
import { messageOf, show } from "./show.ts";

// #region latch
const limiter = () =>
  module("limiter", "Limits a level.", { level: input(8), limited: output(8) }, (m, io) => {
    m.when(io.level.gt(100), () => { io.limited.value = 100; });
  });
// #endregion

show("latch", messageOf(limiter));

// #region mended
export const mended = module("limiter", "Limits a level.", { level: input(8), limited: output(8) }, (m, io) => {
  io.limited.value = io.level;
  m.when(io.level.gt(100), () => { io.limited.value = 100; });
});
// #endregion

// #region width
const accumulator = (width: number) =>
  module("accumulator", "Adds samples up.", { sample: input(8), sum: output(width) }, (m, io) => {
    const r = m.regs({ total: reg(width) });
    r.total.next = r.total.add(io.sample);
    io.sum.value = r.total;
  });
// #endregion

show("width", messageOf(() => accumulator(12)));
