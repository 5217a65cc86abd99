// Step 8: proofs.
import { input, module, output, prove, reg, report, requireProof } from "#hdl-gen";
import { show } from "./show.ts";
import { transmitter } from "./transmitter.ts";

// #region proof
const proof = await requireProof(transmitter(2), { depth: 25 });
// #endregion
const ways = proof.covers.map((cover) => `${cover.kind}: ${cover.point.path}`);
show("proved", [report({ ...proof, covers: [] }), ...ways].join("\n"));

// #region fault
const hasty = module("hasty_counter", "Means to count from 0 to 9.", { enable: input(1), count: output(4) }, (m, io) => {
  const r = m.regs({ count_now: reg(4) });
  io.count.value = r.count_now;
  m.when(io.enable, () => {
    m.when(r.count_now.gt(9), () => { r.count_now.next = 0; })
      .otherwise(() => { r.count_now.next = r.count_now.add(1); });
    m.assert("stays_below_ten", r.count_now.lt(10));
  });
});
show("counterexample", report(await prove(hasty)));
// #endregion
