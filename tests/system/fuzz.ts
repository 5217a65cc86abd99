// npx tsx tests/system/fuzz.ts [--seconds N] [--seed N] [--bochs-only] [--keep-going]
// Random programs on Bochs and on the core, until time is up or they differ; the first that differs is made small.

import { parseArgs } from "node:util";

import { show } from "./compare.ts";
import { type Core, createCore } from "./core.ts";
import { casesOf, randomProgram, type RandomProgram, smaller } from "./random.ts";
import { type Outcome, runCases } from "./suite.ts";

const PROGRAMS_AT_ONCE = 24;

/** A program that takes longer goes round for ever. */
const BOCHS_LIMIT_MS = 15e3;

export interface Found {
  readonly program: RandomProgram;
  readonly outcomes: readonly Outcome[];
}

/** Gives the programs that differ, up to the step in which they do. One that does not end on Bochs is left out. */
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
      ({ got, differences }) => differences.length > 0 || (got === undefined && core !== undefined),
    );
    if (first < 0) continue;
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

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
      "bochs-only": { type: "boolean", default: false },
      "keep-going": { type: "boolean", default: false },
    },
  });
  const core = values["bochs-only"] ? undefined : await createCore();
  const end = performance.now() + Number(values.seconds) * 1000;
  let programs = 0;
  let different = 0;
  for (let seed = Number(values.seed); performance.now() < end; seed += PROGRAMS_AT_ONCE) {
    const batch = Array.from({ length: PROGRAMS_AT_ONCE }, (_, index) => randomProgram(seed + index));
    const found = await runPrograms(batch, core);
    programs += batch.length;
    different += found.length;
    const [one] = found;
    if (one === undefined || core === undefined) continue;
    console.log(report(await minimise(one, core)));
    if (!values["keep-going"]) break;
  }
  console.log(`${programs} programs, ${different} different`);
  core?.free();
  process.exitCode = different === 0 ? 0 : 1;
}
