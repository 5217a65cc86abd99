// Random designs under random inputs, until the time is over: do our simulator, Icarus Verilog and Verilator agree?
import { rmSync } from "node:fs";
import { join } from "node:path";
import { checkWithYosys, firstDifference, randomCase, runHere, runIcarus, runVerilator, type Case } from "./compare.ts";
import { randomDesign } from "./design.ts";
import { random } from "./random.ts";

export interface FuzzOptions {
  readonly seconds: number;
  /** Where the random numbers start; the same seed gives the same designs. */
  readonly seed: number;
  /** Where designs and programs go. */
  readonly folder?: string;
  readonly log?: (line: string) => void;
}

export interface FuzzResult {
  /** Designs compared. */
  readonly cases: number;
  readonly differences: number;
}

/** Designs that share one run of each tool: starting Verilator and the C++ compiler is what takes the time. */
const BATCH = 12;
const CYCLES = 60;

export async function fuzzHdl({ seconds, seed, folder = join("build", "fuzz-hdl"), log = () => {} }: FuzzOptions): Promise<FuzzResult> {
  const end = Date.now() + seconds * 1000;
  let cases = 0;
  let differences = 0;
  for (let batch = 0; batch === 0 || Date.now() < end; batch++) {
    const first = seed + batch * BATCH;
    const found = compareBatch(first, BATCH, join(folder, `seed-${first}`));
    for (const line of found) log(line);
    cases += BATCH;
    differences += found.length;
    // A batch without a difference is of no further use.
    if (found.length === 0) rmSync(join(folder, `seed-${first}`), { recursive: true, force: true });
    log(`${cases} designs, ${differences} differences`);
    await Promise.resolve();
  }
  return { cases, differences };
}

export function caseOfSeed(seed: number): Case {
  const r = random(seed);
  return randomCase(r, randomDesign(r, `d${seed}`, seed % 3 === 0 ? 2 : 1), CYCLES);
}

/** What differs, a line for each; nothing if all agree. */
export function compareBatch(first: number, count: number, folder: string): string[] {
  const cases = Array.from({ length: count }, (_, i) => caseOfSeed(first + i));
  const ours = cases.map(runHere);
  const tools = [
    { name: "Icarus", lines: runIcarus(cases, folder) },
    { name: "Verilator", lines: runVerilator(cases, folder) },
  ] satisfies { name: string; lines: readonly (readonly string[] | undefined)[] }[];
  const complaint = checkWithYosys(cases, folder);
  const differences = tools.flatMap(({ name, lines }) =>
    cases.flatMap((c, i) => {
      const theirs = lines[i];
      return theirs === undefined ? [] : (firstDifference(c, ours[i] ?? [], theirs, name) ?? []);
    }),
  );
  return complaint === undefined ? differences : [complaint, ...differences];
}
