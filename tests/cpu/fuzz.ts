// The campaign behind `atomicos fuzz cpu`: random sequences on the core and on the host processor until time is up.
import { buildBare } from "./bare/build.ts";
import { cpuVerilog } from "./bare/verilog.ts";
import { compareBatch } from "./campaign.ts";
import { interrupted_frame_bytes } from "./compare.ts";
import { coreExecutor } from "./core.ts";
import { coverage, coverageText } from "./coverage.ts";
import { randomCase, selected } from "./generate.ts";
import { hostExecutor } from "./host.ts";
import { implemented } from "./implemented.ts";
import { slotAddresses } from "./layout.ts";
import { minimise } from "./minimise.ts";
import type { Case } from "./program.ts";
import { seedOf } from "./random.ts";
import { report } from "./report.ts";

export type Fuzz = { seconds: number; seed: number; log: (text: string) => void };

export type Found = { cases: number; differences: number };

/** Differences after this many are counted, but not made small and shown. */
const shown_max = 10;

const progress_every_ms = 10_000;

/** How many of the first cases are kept to say what they covered. */
const coverage_cases = 20_000;

/** Short sequences and long ones in turn. */
const pieces_of_a_case = [4, 12, 40];

/** Every so many batches, interrupts come between the instructions. */
const interrupted_every = 4;

export async function fuzzCpu({ seconds, seed, log }: Fuzz): Promise<Found> {
  const host = await hostExecutor();
  const bare = await buildBare(cpuVerilog());
  const core = await coreExecutor(bare);
  const interrupted_core = await coreExecutor(bare, seed === 0 ? 1 : seed);
  try {
    const forms = selected(implemented);
    const slots = slotAddresses({ low: host.low });
    const end_ms = Date.now() + 1000 * seconds;
    let next_progress_ms = Date.now() + progress_every_ms;
    let cases = 0;
    let differences = 0;
    const executed: Case[] = [];
    for (let batch = 0; Date.now() < end_ms; batch++) {
      const interruptible = batch % interrupted_every === 0;
      const tested = interruptible ? interrupted_core : core;
      const frame_bytes = interruptible ? interrupted_frame_bytes : 0;
      const pieces = pieces_of_a_case[batch % pieces_of_a_case.length] ?? 1;
      const made = slots.map((at, index) =>
        randomCase(seedOf("fuzz", seed, batch, index), at, forms, pieces, { interruptible }),
      );
      if (executed.length < coverage_cases) executed.push(...made);
      for (const result of await compareBatch(host, tested, made, frame_bytes)) {
        cases++;
        if (result.differences.length === 0) continue;
        differences++;
        if (differences > shown_max) continue;
        log(
          report(await minimise(host, tested, result, frame_bytes)) +
            (interruptible ? "\n  (interrupted at random)" : ""),
        );
      }
      if (Date.now() >= next_progress_ms) {
        log(`${cases} cases, ${differences} differences`);
        next_progress_ms += progress_every_ms;
      }
    }
    log(`the first ${executed.length} cases contain ${coverageText(coverage(executed, forms))}`);
    return { cases, differences };
  } finally {
    host.close();
    core.close();
    interrupted_core.close();
  }
}
