// The MPU against its model: small ones, in which regions meet often, and the real one take turns.
import { turn, type Campaign } from "../campaign.ts";
import { compare } from "./bench.ts";
import { mpu } from "./mpu.ts";
import { mpuConfig, type MpuConfig } from "./shape.ts";

const configs: readonly MpuConfig[] = [
  { tasks: 2, own: 2, common: 1, granuleBits: 3 }, { tasks: 4, own: 4, common: 2, granuleBits: 5 }, mpuConfig,
];
const cycles = 20_000;

export const mpuCampaign: Campaign = {
  counts: "cycles",
  round(number, seed) {
    const config = turn(configs, number);
    return {
      name: `mpu-${config.tasks}`,
      design: mpu(config),
      reset_cycles: 1,
      run(see) {
        compare(config, cycles, seed, see);
        return cycles;
      },
    };
  },
};
