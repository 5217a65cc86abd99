// The campaigns behind `atomicos fuzz cpu`: random cases on the core and on the host processor until time is up.
import { fuzzSystem } from "../system/fuzz.ts";
import { buildBare, type Bare } from "./bare/build.ts";
import { cpuVerilog } from "./bare/verilog.ts";
import type { Executor } from "./batch.ts";
import { compareBatch } from "./campaign.ts";
import { campaigns, isCampaign, type Campaign } from "./campaigns.ts";
import { interrupted_frame_bytes } from "./compare.ts";
import { coreExecutor } from "./core.ts";
import { coverage, coverageText } from "./coverage.ts";
import { selected } from "./generate.ts";
import { hostExecutor, hostHasSegments } from "./host.ts";
import { implemented, implemented_campaigns } from "./implemented.ts";
import { minimise } from "./minimise.ts";
import type { Case } from "./program.ts";
import { report } from "./report.ts";

export type Fuzz = {
  seconds: number;
  seed: number;
  log: (text: string) => void;
  /** One campaign, or "system", which has Bochs as its reference; else all share the time. */
  campaign?: string | undefined;
};

export type Found = { cases: number; differences: number };

/** Differences after this many are counted, but not made small and shown. */
const shown_max = 10;

const no_segments = "this Linux lets no process have local descriptors (modify_ldt)";

/** The campaign that is not made of cases for the host processor. */
const system = "system";

const progress_every_ms = 10_000;

/** How many of the first cases are kept to say what they covered. */
const coverage_cases = 20_000;

export async function fuzzCpu({ seconds, seed, log, campaign = "all" }: Fuzz): Promise<Found> {
  if (campaign === system) return fuzzSystem({ seconds, seed, log });
  if (campaign !== "all" && !isCampaign(campaign)) throw new Error(`there is no campaign "${campaign}" of cpu`);
  const chosen = campaign === "all" ? implemented_campaigns : [campaign];
  const share = seconds / (campaign === "all" ? chosen.length + 1 : 1);
  const bare = await buildBare(cpuVerilog());
  const sum: Found = { cases: 0, differences: 0 };
  const has_segments = await hostHasSegments();
  for (const name of chosen) {
    if (campaigns[name].kind === "segmented" && !has_segments) {
      log(`${name}: left out, because ${no_segments}`);
      continue;
    }
    log(`${name}: ${campaigns[name].summary}`);
    const found = await run(campaigns[name], bare, { seconds: share, seed, log });
    sum.cases += found.cases;
    sum.differences += found.differences;
  }
  if (campaign !== "all") return sum;
  log(`${system}: what a processor does beside computing, on Bochs and on the core in the PC`);
  const found = await fuzzSystem({ seconds: share, seed, log });
  return { cases: sum.cases + found.cases, differences: sum.differences + found.differences };
}

async function run(campaign: Campaign, bare: Bare, { seconds, seed, log }: Fuzz): Promise<Found> {
  const { kind, interrupted_every } = campaign;
  const host = await hostExecutor(kind);
  const core = await coreExecutor(bare, { kind });
  const interrupted_core = await coreExecutor(bare, { kind, interrupt_seed: seed === 0 ? 1 : seed });
  const found: Found = { cases: 0, differences: 0 };
  const forms = selected(implemented);
  const executed: Case[] = [];
  const end_ms = Date.now() + 1000 * seconds;
  let next_progress_ms = Date.now() + progress_every_ms;
  try {
    for (let batch = 0; Date.now() < end_ms; batch++) {
      const interruptible = interrupted_every !== undefined && batch % interrupted_every === 0;
      const made = campaign.make({ seed, batch, forms, low: host.low, interruptible });
      if (executed.length < coverage_cases) executed.push(...made);
      await compareAndShow({ host, core: interruptible ? interrupted_core : core, made, interruptible, found, log });
      if (Date.now() >= next_progress_ms) {
        log(`${found.cases} cases, ${found.differences} differences`);
        next_progress_ms += progress_every_ms;
      }
    }
  } finally {
    host.close();
    core.close();
    interrupted_core.close();
  }
  log(
    `${found.cases} cases, ${found.differences} differences; ` +
      `the first ${executed.length} contain ${coverageText(coverage(executed, forms))}`,
  );
  return found;
}

type Step = {
  host: Executor;
  core: Executor;
  made: readonly Case[];
  interruptible: boolean;
  found: Found;
  log: (text: string) => void;
};

async function compareAndShow({ host, core, made, interruptible, found, log }: Step): Promise<void> {
  const frame_bytes = interruptible ? interrupted_frame_bytes : 0;
  for (const result of await compareBatch(host, core, made, frame_bytes)) {
    found.cases++;
    if (result.differences.length === 0) continue;
    found.differences++;
    if (found.differences > shown_max) continue;
    const smallest = await minimise(host, core, result, frame_bytes);
    log(report(smallest) + (interruptible ? "\n  (interrupted at random)" : ""));
  }
}
