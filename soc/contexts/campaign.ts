// Contexts against their model, for as long as one likes: `npx tsx soc/contexts/campaign.ts --cycles 1000000`.
// Few contexts, which meet often, and all of them take turns, with every time that an exchange may take.
import { parseArgs } from "node:util";
import { compare } from "./bench.ts";
import { contextsConfig, exchangeMin_cycles, interval_cycles, type ContextsConfig } from "./shape.ts";

const { values } = parseArgs({
  options: { cycles: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const cycles = Number(values.cycles);
const firstSeed = Number(values.seed);

const times = Array.from({ length: interval_cycles - exchangeMin_cycles }, (_, i) => exchangeMin_cycles + i);
const configs: readonly ContextsConfig[] = [
  contextsConfig,
  ...[4, 256].flatMap((tasks) => times.map((exchange_cycles) => ({ tasks, exchange_cycles }))),
];
const perRun = 20_000;
const totals = new Map<string, number>();
for (let done = 0, seed = firstSeed; done < cycles; done += perRun, seed++) {
  const config = configs[seed % configs.length] ?? contextsConfig;
  const part = Math.min(perRun, cycles - done);
  try {
    for (const [what, count] of compare(config, part, seed)) totals.set(what, (totals.get(what) ?? 0) + count);
  } catch (error) {
    process.stderr.write(`differs: --seed ${seed} --cycles ${part}\n`);
    throw error;
  }
}
process.stdout.write(`${cycles} cycles, as the model says:\n`);
for (const [what, count] of [...totals].toSorted(([a], [b]) => a.localeCompare(b))) {
  process.stdout.write(`${String(count).padStart(9)}  ${what}\n`);
}
