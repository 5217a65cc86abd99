// All captured states of some forms, with every difference in full:
//   npx tsx tests/vectors/run.ts [FORM ...]      such as F7.6; none: all forms, the number of differences of each
import { createComparison, report } from "./compare.ts";
import { readForms } from "./states.ts";

const named = process.argv.slice(2);
const compare = createComparison();
const applied = new Map<string, number>();
let failed = 0;
let count = 0;
for (const form of readForms()) {
  if (named.length > 0 && !named.includes(form.name)) continue;
  const results = form.cases.map((test) => compare(form, test));
  const wrong = results.filter(({ mismatches }) => mismatches.length > 0);
  for (const name of results.flatMap((result) => result.expected_otherwise)) applied.set(name, (applied.get(name) ?? 0) + 1);
  if (named.length > 0) for (const result of wrong) console.log(report(result));
  if (wrong.length > 0) console.log(`${form.name}: ${wrong.length} of ${results.length} differ`);
  failed += wrong.length;
  count += results.length;
}
for (const [name, times] of applied) console.log(`${times} not as the 80286: ${name}`);
console.log(`${count} cases, ${failed} differ`);
process.exitCode = failed === 0 ? 0 : 1;
