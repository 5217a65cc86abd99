import { input, module, output, reg } from "#hdl-gen";
import { prove } from "./prove.ts";
import { report } from "./report.ts";

const limit = (most: number) =>
  module("limited", "Counts to a limit.", { go: input(1), total: output(4) }, (m, io) => {
    const r = m.regs({ count: reg(4) });
    m.when(io.go.and(r.count.ne(most)), () => { r.count.next = r.count.add(1); });
    io.total.value = r.count;
    m.assert("below_ten", r.count.lt(10));
    m.cover("three", r.count.eq(3));
    m.cover("twelve", r.count.eq(12));
  });
for (const [n, options] of [[9, {}], [10, {}], [9, { depth: 2 }], [11, { depth: 4 }], [9, {induction: false}], [9, {timeout_s: 0.2}]] as const) {
  console.log(`\n===== ${n} ${JSON.stringify(options)}`);
  console.log(report(await prove(limit(n), options)));
}
