// Contexts against their model: few contexts, which meet often, and all of them take turns, with every time that an
// exchange may take.
import { turn, type Campaign } from "../campaign.ts";
import { compare } from "./bench.ts";
import { contexts } from "./contexts.ts";
import { contextsConfig, exchangeMin_cycles, interval_cycles, type ContextsConfig } from "./shape.ts";

const times = Array.from({ length: interval_cycles - exchangeMin_cycles }, (_, i) => exchangeMin_cycles + i);
const configs: readonly ContextsConfig[] = [
  contextsConfig,
  ...times.flatMap((exchange_cycles) => [4, 256].map((tasks) => ({ tasks, exchange_cycles }))),
];
const cycles = 20_000;

export const contextsCampaign: Campaign = {
  counts: "cycles",
  round(number, seed) {
    const config = turn(configs, number);
    return {
      name: `contexts-${config.tasks}-in-${config.exchange_cycles}`,
      design: contexts(config),
      reset_cycles: 1,
      run(see) {
        // In every other run the RAM is full of other tasks' contexts, which another simulator does not know of.
        compare(config, cycles, seed, { see, blank: true });
        compare(config, cycles, seed + 1);
        return 2 * cycles;
      },
    };
  },
};
