// The MPU against its model, for as long as one likes: `npx tsx soc/mpu/campaign.ts --clocks 1000000`. Small ones, in
// which regions meet often, and the real one take turns.
import { parseArgs } from "node:util";
import { compare } from "./bench.ts";
import { mpuConfig, type MpuConfig } from "./shape.ts";

const { values } = parseArgs({
  options: { clocks: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const clocks = Number(values.clocks);
const configs: readonly MpuConfig[] = [
  { tasks: 2, own: 2, common: 1, granuleBits: 3 }, { tasks: 4, own: 4, common: 2, granuleBits: 5 }, mpuConfig,
];
const perRun = 20_000;
const totals = new Map<string, number>();
for (let done = 0, seed = Number(values.seed); done < clocks; done += perRun, seed++) {
  const config = configs[seed % configs.length] ?? mpuConfig;
  const part = Math.min(perRun, clocks - done);
  try {
    for (const [what, count] of compare(config, part, seed)) totals.set(what, (totals.get(what) ?? 0) + count);
  } catch (error) {
    process.stderr.write(`differs with seed ${seed}, ${config.tasks} tasks: --seed ${seed} --clocks ${part}\n`);
    throw error;
  }
}
process.stdout.write(`${clocks} clocks, as the model says:\n`);
for (const [what, count] of [...totals].toSorted(([a], [b]) => a.localeCompare(b))) {
  process.stdout.write(`${String(count).padStart(9)}  ${what}\n`);
}
