// The interrupt router against its model: a small one and the real one take turns.
import { turn, type Campaign } from "../campaign.ts";
import { compareRouter } from "./router-bench.ts";
import { interruptRouter } from "./router.ts";
import { routerConfig, type RouterConfig } from "./router-shape.ts";

const configs: readonly RouterConfig[] = [
  { ...routerConfig, lines: 4, partitions: 2, tasks: 4, channels: 2, gapBits: 10 },
  routerConfig,
];
const cycles = 20_000;

export const routerCampaign: Campaign = {
  counts: "cycles",
  round(number, seed) {
    const config = turn(configs, number);
    return {
      name: `router-${config.lines}`,
      design: interruptRouter(config),
      reset_cycles: 1,
      run(see) {
        compareRouter(config, cycles, seed, see);
        return cycles;
      },
    };
  },
};
