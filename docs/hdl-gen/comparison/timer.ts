// A timer behind registers, in hdl-gen.
import { verilog } from "#hdl-gen";
import { cut, show } from "../tutorial/show.ts";
// #region design
import { attach, field, input, module, output, reg, registerMap } from "#hdl-gen";

const timerMap = registerMap("timer", "Expires every limit + 1 cycles.", {
  control: { enable: field("rw", 1, "count while set") },
  limit: { cycles: field("rw", 16, "cycles in a period, less one", { reset: 0xffff }) },
  status: { expired: field("w1c", 1, "a period has ended") },
});

export const timer = module("timer", timerMap.doc, {
  bus: { select: input(1), write: input(1), address: input(4), wdata: input(32), rdata: output(32) },
  interrupt_request: output(1),
}, (m, io) => {
  const { fields: { control, limit, status }, rdata } = attach(m, timerMap, io.bus);
  const r = m.regs({ count: reg(16, 0, "cycles of this period so far") });
  const { expires } = m.nets({ expires: control.enable.and(r.count.eq(limit.cycles)) });

  m.when(expires, () => { r.count.next = 0; })
    .elsewhen(control.enable, () => { r.count.next = r.count.add(1); });
  status.expired.set.value = expires;
  io.bus.rdata.value = rdata;
  io.interrupt_request.value = status.expired.now;
});
// #endregion

show("counter", cut(verilog(timer), /^ {6}if \(expires\)/, /count \+ /));
