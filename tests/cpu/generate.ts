// Cases: one instruction of a given form with random operands, or a random sequence of many.
import { forms, type Form } from "./forms.ts";
import { analyseFlags, place, type Case } from "./program.ts";
import { seedOf } from "./random.ts";
import { register, Sequence, type Constraints } from "./sequence.ts";
import { make } from "./shapes.ts";
import { slot } from "./layout.ts";
import type { Level } from "./table.ts";

/** Which instructions a core has: by generation, and by name where it is still without some. */
export type Selection = { level: Level; without: readonly string[] };

export function selected({ level, without }: Selection): Form[] {
  return forms.filter((form) => form.row.level <= level && !without.includes(form.row.name));
}

/** Shapes that end a case or are of little use in the middle of one. */
const rare = new Set(["int3", "ud", "into", "bound"]);
const transfers = new Set(["jump", "branch", "loop", "call"]);

/** What fits into a slot, with a margin for the pieces that are under way when the limit is reached. */
const code_bytes_wanted = slot.code_bytes - 130;

/** One instruction; undefined if the form cannot run in this slot with this seed. */
export function directedCase(form: Form, index: number, slot_address: number): Case | undefined {
  for (let attempt = 0; attempt < 20; attempt++) {
    const seed = seedOf("directed", form.id, index, slot_address, attempt);
    const sequence = new Sequence(seed, slot_address);
    sequence.last = true;
    // In a body something that shows whether it ran.
    const body = () => {
      sequence.last = false;
      sequence.straight(() => {
        const r = sequence.random.pick([0, 2, 3, 6, 7]);
        sequence.want(r, sequence.random.operand(32));
        if (!sequence.locked.has(r)) sequence.add([0x40 + r], { flags: { reads: 0, defined: 0x8d4, undefined: 0 } });
        sequence.wrote(r);
      });
    };
    if (!make(sequence, form, body)) continue;
    const made = checked(sequence.finish(form.id));
    if (made !== undefined) return made;
  }
  return undefined;
}

/** A sequence of up to `pieces` pieces; every other is `mixed_in`, if there is one. */
export function randomCase(
  seed: number,
  slot_address: number,
  selection: readonly Form[],
  pieces: number,
  constraints: Constraints = {},
  mixed_in?: (sequence: Sequence) => void,
): Case {
  const by_name = groupByName(selection);
  const names = [...by_name.keys()];
  for (let attempt = 0; ; attempt++) {
    const sequence = new Sequence(seedOf("random", seed, slot_address, attempt), slot_address, constraints);
    const { random } = sequence;
    if (random.chance(0.5)) pointers(sequence);
    const one = (nested: boolean) => {
      for (let tries = 0; tries < 10; tries++) {
        const form = random.pick(by_name.get(random.pick(names)) ?? selection);
        const { shape } = form.row;
        if (nested && transfers.has(shape)) continue;
        if (rare.has(shape) && !random.chance(shape === "bound" || shape === "into" ? 0.3 : 0.02)) continue;
        if (
          make(sequence, form, () => {
            one(true);
          })
        )
          return;
      }
    };
    for (let i = 0; i < pieces && sequence.bytes < code_bytes_wanted; i++) {
      if (mixed_in !== undefined && random.chance(0.5)) mixed_in(sequence);
      else one(false);
    }
    const made = checked(sequence.finish(`random ${seed}`));
    if (made !== undefined) return { ...made, seed };
    if (attempt === 100) throw new Error(`seed ${seed} gives no case that fits`);
  }
}

/** Some registers point into the data from the start, as compiled code's do. */
function pointers(sequence: Sequence): void {
  for (const r of [register.ebx, register.esi, register.edi, register.ebp])
    if (sequence.random.chance(0.6)) sequence.want(r, sequence.target(32));
}

function groupByName(selection: readonly Form[]): Map<string, Form[]> {
  const groups = new Map<string, Form[]>();
  for (const form of selection) groups.set(form.row.name, [...(groups.get(form.row.name) ?? []), form]);
  return groups;
}

/** A case must fit its slot and must not read a flag that has no defined value. */
function checked(test: Case): Case | undefined {
  if (place(test) === undefined) return undefined;
  return analyseFlags(test.pieces).reads_undefined === undefined ? test : undefined;
}
