// The interrupt router against its model, for as long as one likes:
// `npx tsx soc/interrupts/router-campaign.ts --cycles 1000000`.
import { parseArgs } from "node:util";
import { compareRouter } from "./router-bench.ts";
import { routerConfig, type RouterConfig } from "./router-shape.ts";

const { values } = parseArgs({
  options: { cycles: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const cycles = Number(values.cycles);
const configs: readonly RouterConfig[] = [
  { ...routerConfig, lines: 4, partitions: 2, tasks: 4, channels: 2, gapBits: 10 },
  routerConfig,
];
const perRun = 50_000;
const totals = new Map<string, number>();
for (let done = 0, seed = Number(values.seed); done < cycles; done += perRun, seed++) {
  const config = configs[seed % configs.length] ?? routerConfig;
  const part = Math.min(perRun, cycles - done);
  try {
    for (const [what, count] of compareRouter(config, part, seed)) totals.set(what, (totals.get(what) ?? 0) + count);
  } catch (error) {
    process.stderr.write(`differs with seed ${seed}, ${config.lines} lines: --seed ${seed} --cycles ${part}\n`);
    throw error;
  }
}
process.stdout.write(`${cycles} cycles, as the model says:\n`);
for (const [what, count] of [...totals].toSorted(([a], [b]) => a.localeCompare(b))) {
  process.stdout.write(`${String(count).padStart(9)}  ${what}\n`);
}
