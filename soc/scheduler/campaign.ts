// Random operations by the million, hardware beside model: npx tsx soc/scheduler/campaign.ts --operations 1000000
import { parseArgs } from "node:util";
import { compare, generator } from "./compare.ts";
import { schedulerConfig } from "./shape.ts";

const { values } = parseArgs({
  options: {
    operations: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
  },
});
const wanted = Number(values.operations);
const perRun = 20_000;
const random = generator(Number(values.seed));
/** Few tasks meet one another more often. */
const taskCounts = [256, 8, 64, 16, 2];
/** Where the lower bits of the clock go round within the run, or do not. */
const beginnings = [0, 2 ** (schedulerConfig.horizonBits + 1) - 50_000, 2 ** 32 - 50_000, 2 ** 52];

let [done, cycles, starts, latest, longest] = [0, 0, 0, 0, 0];
const reports = new Map<string, number>();
for (let run = 0; done < wanted; run++) {
  const found = compare({
    seed: random(), operations: Math.min(perRun, wanted - done), tasks: taskCounts[run % taskCounts.length] ?? 256,
    firstNow: beginnings[run % beginnings.length] ?? 0,
  });
  for (const count of found.operations.values()) done += count;
  for (const [kind, count] of found.reports) reports.set(kind, (reports.get(kind) ?? 0) + count);
  cycles += found.cycles;
  starts += found.starts;
  latest = Math.max(latest, found.lateness_cycles_max);
  longest = Math.max(longest, found.wait_cycles_max);
  const reported = [...reports].map(([kind, count]) => `${count} ${kind}`).join(", ");
  console.log(`${done} operations, ${cycles} cycles: ${starts} jobs, ${reported}; `
    + `a due task looked at ${latest} cycles late at most, a wake-up accepted after ${longest}`);
}
