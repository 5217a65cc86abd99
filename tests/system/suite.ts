// A group's cases on both machines.

import { type BochsRun, runOnBochs } from "./bochs.ts";
import type { Case, Group } from "./case.ts";
import { differences, leave, nothingOnStacks, overwrite } from "./compare.ts";
import type { Core } from "./core.ts";
import { parseRecords, type Result } from "./records.ts";
import { buildRoms, type Rom } from "./rom.ts";

export interface Outcome {
  readonly one: Case;
  readonly expected: Result | undefined;
  readonly got: Result | undefined;
  readonly differences: readonly string[];
}

export interface GroupOutcome {
  readonly outcomes: readonly Outcome[];
  /** What stopped a machine before the end */
  readonly problems: readonly string[];
  readonly clocks: number;
}

export interface Machines {
  readonly bochs: boolean;
  readonly core?: Core;
  readonly bochsLimit_ms?: number;
}

export async function runGroup(
  group: Group,
  machines: Machines,
  choose: (one: Case, index: number) => boolean = () => true,
): Promise<GroupOutcome> {
  return runCases(group.name, group, [...group.cases()].filter(choose), machines);
}

export async function runCases(
  name: string,
  group: Pick<Group, "paging" | "debug">,
  cases: readonly Case[],
  { bochs, core, bochsLimit_ms }: Machines,
): Promise<GroupOutcome> {
  const outcomes: Outcome[] = [];
  const problems: string[] = [];
  let clocks = 0;
  for (const rom of await buildRoms({ name, group, cases })) {
    let expected: readonly Result[] | undefined;
    let got: readonly Result[] | undefined;
    if (bochs) {
      const run: BochsRun = await runOnBochs(name, rom.image, bochsLimit_ms);
      expected = read("Bochs", run.output, rom, problems);
    }
    if (core !== undefined) {
      const run = core.run(rom.image);
      clocks += run.cycles;
      got = read("the core", run.output, rom, problems);
    }
    let onStacks = nothingOnStacks();
    rom.cases.forEach((one, index) => {
      const [want, have] = [expected?.[index], got?.[index]];
      if (one.keepArena !== true) onStacks = nothingOnStacks();
      for (const patch of one.patches ?? []) overwrite(onStacks, patch);
      outcomes.push({
        one,
        expected: want,
        got: have,
        differences: want === undefined || have === undefined ? [] : differences(want, have, one.leniency, onStacks),
      });
      if (want !== undefined && have !== undefined) leave(onStacks, want, have);
    });
  }
  return { outcomes, problems, clocks };
}

function read(machine: string, output: Uint8Array, rom: Rom, problems: string[]): readonly Result[] {
  const { results, complete, problem } = parseRecords(output);
  const next = rom.cases[results.length]?.name ?? "the end";
  if (!complete || results.length !== rom.cases.length)
    problems.push(`${machine} stops in "${next}" (${results.length} of ${rom.cases.length}): ${problem}`);
  return results;
}
