// npx tsx tests/system/run.ts [NAME ...] [--bochs-only | --core-only] [--case TEXT] [--print] [--show N]
// Runs groups of cases on Bochs and on the core, and shows where they differ.

import { parseArgs } from "node:util";

import { show } from "./compare.ts";
import { createCore } from "./core.ts";
import { groups } from "./groups.ts";
import { runGroup } from "./suite.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "bochs-only": { type: "boolean", default: false },
    "core-only": { type: "boolean", default: false },
    case: { type: "string", default: "" },
    every: { type: "string", default: "1" },
    print: { type: "boolean", default: false },
    show: { type: "string", default: "5" },
  },
});

const wanted = groups.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
if (wanted.length === 0) throw new Error(`the groups are: ${groups.map(({ name }) => name).join(" ")}`);
const core = values["bochs-only"] ? undefined : await createCore();
let failed = 0;
for (const group of wanted) {
  const begin = performance.now();
  const { outcomes, problems, clocks } = await runGroup(
    group,
    { bochs: !values["core-only"], ...(core === undefined ? {} : { core }) },
    (one, index) => one.name.includes(values.case) && index % Number(values.every) === 0,
  );
  const different = outcomes.filter((outcome) => outcome.differences.length > 0);
  failed += different.length + problems.length;
  console.log(
    `${group.name}: ${outcomes.length} cases, ${different.length} different, ` +
      `${((performance.now() - begin) / 1000).toFixed(1)} s, ${clocks} clocks`,
  );
  for (const problem of problems) console.log(`  ${problem}`);
  for (const { one, expected, got } of values.print ? outcomes : []) {
    console.log(`  ${one.name}`);
    const result = expected ?? got;
    for (const line of result === undefined ? [] : show(result)) console.log(`    ${line}`);
  }
  for (const { one, differences } of different.slice(0, Number(values.show))) {
    console.log(`  ${one.name}\n    ${one.code.replaceAll("\n", "; ")}`);
    for (const line of differences) console.log(`    ${line}`);
  }
}
core?.free();
process.exitCode = failed === 0 ? 0 : 1;
