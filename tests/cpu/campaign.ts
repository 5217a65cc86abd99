// Many cases, each on two executors, compared.
import { runCases, type Executor, type Outcome } from "./batch.ts";
import { compare, escaped, type Difference } from "./compare.ts";
import type { Form } from "./forms.ts";
import { directedCase } from "./generate.ts";
import { slotAddresses, table } from "./layout.ts";
import type { Case } from "./program.ts";

export type Result = { test: Case; expected: Outcome; actual: Outcome; differences: Difference[] };

/**
 * Runs each batch on both; a batch has no two cases in the same slot. A case that goes astray may write into its
 * neighbours: those that differ run once more, each alone, and only what differs then counts. If nothing does, the
 * batch as a whole is to blame, and the differences stay as they are.
 */
export async function compareBatch(
  reference: Executor,
  tested: Executor,
  cases: readonly Case[],
  frame_bytes = 0,
): Promise<Result[]> {
  const together = await compareTogether(reference, tested, cases, frame_bytes);
  const differing = together.filter(({ differences }) => differences.length > 0);
  if (differing.length === 0 || cases.length === 1) return together;
  const alone = new Map<Case, Result>();
  for (const { test } of differing)
    for (const result of await compareTogether(reference, tested, [test], frame_bytes)) alone.set(test, result);
  const confirmed = [...alone.values()].some(({ differences }) => differences.length > 0);
  return confirmed ? together.map((result) => alone.get(result.test) ?? result) : together;
}

async function compareTogether(
  reference: Executor,
  tested: Executor,
  cases: readonly Case[],
  frame_bytes: number,
): Promise<Result[]> {
  const [expected, actual] = await Promise.all([runCases(reference, cases), runCases(tested, cases)]);
  return cases.map((test, index) => {
    const there = expected[index] ?? { kind: "not_run" };
    if (escaped(there)) throw new Error(`${test.name} (seed ${test.seed}) left its memory on the ${reference.name}`);
    const here = actual[index] ?? { kind: "not_run" };
    return { test, expected: there, actual: here, differences: compare(test, there, here, frame_bytes) };
  });
}

/** More cases for forms with more ways to differ. */
function casesFor(form: Form, cases: number): number {
  const { shape, name } = form.row;
  if (shape === "shift") return cases * 5;
  if (shape === "divide" || shape === "string" || ["daa", "das", "aaa", "aas", "lea"].includes(name)) return cases * 6;
  return cases;
}

export type Uncovered = { form: Form; reason: string };

/** At least `cases` cases of every form, in batches; what cannot be made here is named with its reason. */
export function directedBatches(
  forms: readonly Form[],
  cases: number,
  low: boolean,
): { batches: Case[][]; uncovered: Uncovered[] } {
  const slots = slotAddresses({ low });
  const low_slots = slots.filter((at) => at < table.first_high);
  const uncovered: Uncovered[] = [];
  const open: { batch: Case[]; used: Set<number> }[] = [];
  let turn = 0;
  for (const form of forms) {
    const only_low = form.size === 16 && ["jump", "branch", "loop", "call"].includes(form.row.shape);
    const usable = only_low ? low_slots : slots;
    if (usable.length === 0) {
      uncovered.push({ form, reason: "memory below 64 KB cannot be mapped on this host" });
      continue;
    }
    for (let index = 0; index < casesFor(form, cases); index++) {
      const at = usable[turn++ % usable.length] ?? 0;
      const test = directedCase(form, index, at);
      if (test === undefined) continue;
      let place = open.find(({ used }) => !used.has(at));
      if (place === undefined) open.push((place = { batch: [], used: new Set() }));
      place.batch.push(test);
      place.used.add(at);
    }
  }
  return { batches: open.map(({ batch }) => batch), uncovered };
}
