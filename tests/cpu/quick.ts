// Bring-up: directed cases of every instruction on the CPU alone against the host processor, a line for each mnemonic.
//   npx tsx tests/cpu/quick.ts [CPU.v] [--cases N] [--level 386|486|586|686] [--only NAME,NAME] [--show N]
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { buildBare } from "./bare/build.ts";
import { cpuVerilog } from "./bare/verilog.ts";
import { compareBatch, directedBatches, type Result } from "./campaign.ts";
import { coreExecutor } from "./core.ts";
import { selected } from "./generate.ts";
import { hostExecutor } from "./host.ts";
import { report } from "./report.ts";
import { levels } from "./table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: "string", default: "4" },
    level: { type: "string", default: "686" },
    only: { type: "string" },
    show: { type: "string", default: "3" },
  },
});
const [file] = positionals;
const verilog = file === undefined ? cpuVerilog() : readFileSync(file, "utf8");

const level = levels.find((one) => String(one) === values.level);
if (level === undefined) {
  console.error(`there is no level ${values.level}; there are ${levels.join(", ")}`);
  process.exit(2);
}

const host = await hostExecutor();
const core = await coreExecutor(await buildBare(verilog));
const only = values.only?.split(",");
const forms = selected({ level, without: [] }).filter((form) => only === undefined || only.includes(form.row.name));
const { batches } = directedBatches(forms, Number(values.cases), host.low);

const results: Result[] = [];
for (const batch of batches) results.push(...(await compareBatch(host, core, batch)));
host.close();
core.close();

const name_of = new Map(forms.map((form) => [form.id, form.row.name]));
const by_name = new Map<string, Result[]>();
for (const result of results) {
  const name = name_of.get(result.test.name) ?? "";
  by_name.set(name, [...(by_name.get(name) ?? []), result]);
}
for (const [name, all] of by_name) {
  const wrong = all.filter(({ differences }) => differences.length > 0);
  const forms_wrong = [...new Set(wrong.map(({ test }) => test.name))];
  console.log(
    `${wrong.length === 0 ? "pass" : "FAIL"}  ${name.padEnd(10)} ${all.length - wrong.length}/${all.length}` +
      (wrong.length === 0 ? "" : `   ${forms_wrong.join("; ")}`),
  );
}
const wrong = results.filter(({ differences }) => differences.length > 0);
for (const result of wrong.slice(0, Number(values.show))) console.log(`\n${report(result)}`);
console.log(`\n${results.length - wrong.length} of ${results.length} cases pass`);
