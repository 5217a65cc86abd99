// The campaigns behind `atomicos fuzz accelerators`: random operations on each accelerator beside its model, and what went
// into it and came out compared with Verilator, until time is up.
import { join } from "node:path";
import { firstDifference, recorder, runVerilator } from "../../hdl-gen/fuzz/compare.ts";
import type { Campaign, Round } from "../../soc/campaign.ts";

export const acceleratorCampaigns = ["scheduler", "contexts", "mpu", "mailbox", "router", "trace"] as const;
type Name = (typeof acceleratorCampaigns)[number];

/** Each is loaded when its turn comes. */
const load: Readonly<Record<Name, () => Promise<Campaign>>> = {
  scheduler: async () => (await import("../../soc/scheduler/campaign.ts")).schedulerCampaign,
  contexts: async () => (await import("../../soc/contexts/campaign.ts")).contextsCampaign,
  mpu: async () => (await import("../../soc/mpu/campaign.ts")).mpuCampaign,
  mailbox: async () => (await import("../../soc/mailbox/campaign.ts")).mailboxCampaign,
  router: async () => (await import("../../soc/interrupts/router-campaign.ts")).routerCampaign,
  trace: async () => (await import("../../soc/trace/campaign.ts")).traceCampaign,
};

export interface FuzzAccelerators {
  readonly seconds: number;
  readonly seed: number;
  readonly log: (line: string) => void;
  /** Only this one; else all take turns. */
  readonly campaign?: string | undefined;
  /** Where Verilator's programs go. */
  readonly folder?: string;
}

/** Of each round, so many in Verilator: a constant, so that its program is built once. */
const recorded_cycles = 20_000;

export async function fuzzAccelerators(
  { seconds, seed, log, campaign = "all", folder = join("build", "fuzz-accelerators") }: FuzzAccelerators,
): Promise<{ cases: number; differences: number }> {
  const chosen = acceleratorCampaigns.filter((name) => campaign === "all" || campaign === name);
  if (chosen.length === 0) throw new Error(`there is no campaign "${campaign}" of accelerators`);
  const end_ms = Date.now() + 1000 * seconds;
  const sum = { cases: 0, differences: 0 };
  for (let round = 0; round === 0 || Date.now() < end_ms; round++) {
    for (const name of chosen) {
      if (round > 0 && Date.now() >= end_ms) break;
      const campaignHere = await load[name]();
      const seedHere = seed + round;
      const { done, inVerilator, difference } = compareRound(campaignHere.round(round, seedHere), folder);
      sum.cases += done;
      if (difference !== undefined) sum.differences++;
      log(difference === undefined
        ? `${name}: ${done} ${campaignHere.counts} as the model says, ${inVerilator} cycles as in Verilator (seed ${seedHere})`
        : `${name}, round ${round}, seed ${seedHere}: ${difference}`);
    }
  }
  return sum;
}

export interface Compared {
  /** Operations or cycles beside the model. */
  readonly done: number;
  readonly inVerilator: number;
  readonly difference: string | undefined;
}

export function compareRound(round: Round, folder: string): Compared {
  const taken = recorder(round.design, { reset_cycles: round.reset_cycles, cycles_max: recorded_cycles });
  let done = 0;
  try {
    done = round.run(taken.see);
  } catch (error) {
    return { done, inVerilator: 0, difference: `${round.name}: ${error instanceof Error ? error.message : String(error)}` };
  }
  const [theirs = []] = runVerilator([taken.recorded], join(folder, round.name));
  return {
    done,
    inVerilator: taken.outputs.length - round.reset_cycles,
    difference: firstDifference(taken.recorded, taken.outputs, theirs, "Verilator"),
  };
}
