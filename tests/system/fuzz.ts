// npx tsx tests/system/fuzz.ts [--seconds N] [--seed N] [--bochs-only]
// Random programs on Bochs and on the core until time is up; the first that differ are made small.

import { parseArgs } from "node:util";

import { hasBochs } from "./bochs.ts";
import { hasRunDown, show } from "./compare.ts";
import { type Core, createCore } from "./core.ts";
import { casesOf, randomProgram, type RandomProgram, smaller } from "./random.ts";
import { type Outcome, runCases } from "./suite.ts";

const PROGRAMS_AT_ONCE = 24;
/** Differences after this many are counted, but not made small and shown. */
const SHOWN_MAX = 3;
const PROGRESS_EVERY_MS = 10e3;

/** A program that takes longer goes round for ever. */
const BOCHS_LIMIT_MS = 15e3;

export interface Found {
  readonly program: RandomProgram;
  readonly outcomes: readonly Outcome[];
}

/**
 * Gives the programs that differ, up to the step in which they do. One that does not end on Bochs is left out, and of each
 * what comes when a stack has run down over code there (a fault in its own handler does that): frames are then instructions, tables
 * and task states, also those that a delivery which fails has pushed on one machine and not on the other.
 */
export async function runPrograms(
  programs: readonly RandomProgram[],
  core: Core | undefined,
  name = "random",
): Promise<Found[]> {
  const cases = programs.map(casesOf);
  const machines = { bochs: true, ...(core === undefined ? {} : { core }), bochsLimit_ms: BOCHS_LIMIT_MS };
  const { outcomes } = await runCases(name, {}, cases.flat(), machines);
  const found: Found[] = [];
  let position = 0;
  for (const [index, program] of programs.entries()) {
    const own = outcomes.slice(position, position + program.steps.length);
    position += program.steps.length;
    if (own.some(({ expected }) => expected === undefined)) {
      return [
        ...found,
        ...(programs.length > index + 1 ? await runPrograms(programs.slice(index + 1), core, name) : []),
      ];
    }
    const first = own.findIndex(
      ({ expected, got, differences }) =>
        hasRunDown(expected) || differences.length > 0 || (got === undefined && core !== undefined),
    );
    if (first < 0 || hasRunDown(own[first]?.expected)) continue;
    found.push({
      program: { ...program, steps: program.steps.slice(0, first + 1) },
      outcomes: own.slice(0, first + 1),
    });
  }
  return found;
}

export async function minimise(from: Found, core: Core): Promise<Found> {
  let best = from;
  for (;;) {
    // All ways at once: a run takes much longer to begin than a program takes.
    const [found] = await runPrograms([...smaller(best.program)], core, "minimise");
    if (found === undefined) return best;
    best = found;
  }
}

export function report({ program, outcomes }: Found): string {
  const lines = [`program ${program.name}, ${program.steps.length} steps`];
  for (const [index, { state, patches, instructions }] of program.steps.entries()) {
    const values = Object.entries(state)
      .map(([field, value]) => `${field}=${value.toString(16)}`)
      .join(" ");
    lines.push(`  step ${index}: ${values}`);
    for (const { at, bytes } of patches) lines.push(`    at ${at.toString(16)}: ${Buffer.from(bytes).toString("hex")}`);
    for (const instruction of instructions) lines.push(`    ${instruction}`);
  }
  const last = outcomes.at(-1);
  if (last?.expected !== undefined) lines.push("  Bochs:", ...show(last.expected).map((line) => `    ${line}`));
  for (const line of last?.differences ?? []) lines.push(`  ${line}`);
  return lines.join("\n");
}

export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly log: (line: string) => void;
  /** Without the core: whether the programs end on Bochs */
  readonly bochsOnly?: boolean;
}

/** Random programs until the time is over; the first differences are made small and shown. */
export async function fuzzSystem({ seconds, seed, log, bochsOnly = false }: FuzzOptions) {
  const found = { cases: 0, differences: 0 };
  if (!hasBochs) {
    log("system: left out, because bochs is not installed (Debian: bochs, bochs-term)");
    return found;
  }
  const core = bochsOnly ? undefined : await createCore();
  const end = performance.now() + seconds * 1000;
  let progress = performance.now() + PROGRESS_EVERY_MS;
  for (let first = seed; performance.now() < end; first += PROGRAMS_AT_ONCE) {
    const batch = Array.from({ length: PROGRAMS_AT_ONCE }, (_, index) => randomProgram(first + index));
    const different = await runPrograms(batch, core);
    found.cases += batch.length;
    for (const one of different) {
      found.differences++;
      if (core !== undefined && found.differences <= SHOWN_MAX) log(report(await minimise(one, core)));
    }
    if (performance.now() < progress) continue;
    log(`${found.cases} programs, ${found.differences} differences`);
    progress += PROGRESS_EVERY_MS;
  }
  core?.free();
  return found;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
      "bochs-only": { type: "boolean", default: false },
    },
  });
  const { cases, differences } = await fuzzSystem({
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    log: console.log,
    bochsOnly: values["bochs-only"],
  });
  console.log(`${cases} programs, ${differences} different`);
  process.exitCode = differences === 0 ? 0 : 1;
}
