// The scheduler against its model: few tasks, which meet one another more often, and all of them take turns, near where
// the lower bits of the clock go round and far from it.
import { turn, type Campaign } from "../campaign.ts";
import { compare } from "./compare.ts";
import { scheduler } from "./scheduler.ts";
import { schedulerConfig } from "./shape.ts";

const taskCounts = [256, 8, 64, 16, 2];
const beginnings = [0, 2 ** (schedulerConfig.horizonBits + 1) - 50_000, 2 ** 32 - 50_000, 2 ** 52];
const operations = 10_000;

export const schedulerCampaign: Campaign = {
  counts: "operations",
  round: (number, seed) => ({
    name: "scheduler",
    design: scheduler(schedulerConfig),
    reset_cycles: 2,
    run(see) {
      const { operations: concluded } = compare({
        seed, operations, tasks: turn(taskCounts, number), firstNow: turn(beginnings, number),
        record(bench) { bench.onCycle(() => { see(bench.sim); }); },
      });
      return [...concluded.values()].reduce((sum, count) => sum + count, 0);
    },
  }),
};
