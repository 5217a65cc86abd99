// As many random sets as one likes: npx tsx system/admission/campaign.ts [--sets 300000] [--seed 1]
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import {
  compareWithDemand, compareWithNative, compareWithSchedules, compareWithSections, type Tally,
} from "./comparison.ts";
import { nativeAdmission } from "./native.ts";
import { seeded } from "./random-sets.ts";

const { values } = parseArgs({
  options: { sets: { type: "string", default: "300000" }, seed: { type: "string", default: "1" } },
});
const [sets, seed] = [Number(values.sets), Number(values.seed)];
const random = seeded(seed);
const native = nativeAdmission(fileURLToPath(new URL("../../build/admission/", import.meta.url)));

function report(what: string, tally: Tally): void {
  const rows = Object.entries(tally).toSorted(([a], [b]) => a.localeCompare(b));
  console.log(`${what}: ${rows.map(([answer, count]) => `${answer} ${count}`).join(", ")}`);
}

report("C and TypeScript agree, sets of up to 24 tasks", compareWithNative(native, random, sets, 24));
const large = Math.ceil(sets / 100);
report("C and TypeScript agree, sets of up to 256 tasks", compareWithNative(native, random, large, 256));
report("exactly what the worst schedule allows", compareWithSchedules(random, Math.ceil(sets / 30)));
report("exactly what the demand allows", compareWithDemand(random, Math.ceil(sets / 10)));
report("nothing that misses in a schedule with critical sections", compareWithSections(random, Math.ceil(sets / 30)));
