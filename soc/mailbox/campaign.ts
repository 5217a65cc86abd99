// The mailbox against its model, for as long as one likes: `npx tsx soc/mailbox/campaign.ts --operations 1000000`.
// Small mailboxes, in which everything is soon full, and the real one take turns.
import { parseArgs } from "node:util";
import { compare } from "./bench.ts";
import { mailboxConfig, type MailboxConfig } from "./shape.ts";

const { values } = parseArgs({
  options: { operations: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const operations = Number(values.operations);
const firstSeed = Number(values.seed);

const configs: readonly MailboxConfig[] = [
  { ...mailboxConfig, tasks: 2, channels: 2, slots: 2, doorbells: 2 },
  { ...mailboxConfig, tasks: 4, channels: 4, slots: 4, doorbells: 4 },
  mailboxConfig,
];
const perRun = 50_000;
const totals = new Map<string, number>();
for (let done = 0, seed = firstSeed; done < operations; done += perRun, seed++) {
  const config = configs[seed % configs.length] ?? mailboxConfig;
  const part = Math.min(perRun, operations - done);
  try {
    for (const [what, count] of compare(config, part, seed)) totals.set(what, (totals.get(what) ?? 0) + count);
  } catch (error) {
    process.stderr.write(`differs with seed ${seed}, ${config.tasks} tasks: --seed ${seed} --operations ${part}\n`);
    throw error;
  }
}
process.stdout.write(`${operations} operations, as the model says:\n`);
for (const [what, count] of [...totals].toSorted(([a], [b]) => a.localeCompare(b))) {
  process.stdout.write(`${String(count).padStart(9)}  ${what}\n`);
}
