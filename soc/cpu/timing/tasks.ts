// Task switches: how long each takes at least and at most. Their ways are too many to be listed; what is needed of them
// are the different sums of clocks along them, and those follow from place to place, last one first. There is no loop.
import { instructions } from "../instructions.ts";
import type { Step } from "../microcode.ts";
import { stepTiming, bubblesWithin, ownBubbles, redirect_bubbles, type StepTiming } from "./pipeline.ts";
import { deliveryOf, isTaskEntry, leavings, routineOf, type Form, type Routine } from "./paths.ts";
import { onward, placeAt, placeKey, stepAt, type Outcome, type Place, type Supposed } from "./walks.ts";

/** What the new task is. */
export const newTasks = {
  "386 task": { of_286: false, virtual_8086_task: false },
  "386 task in virtual-8086 mode": { of_286: false, virtual_8086_task: true },
  "286 task": { of_286: true, virtual_8086_task: false },
} as const;
export type NewTask = keyof typeof newTasks;
const isNewTask = (name: string): name is NewTask => name in newTasks;

export const supposedOf = (to: NewTask): Supposed => new Map(
  [["of_286", newTasks[to].of_286], ["virtual_8086_task", newTasks[to].virtual_8086_task]]);

type Clocks = ReadonlySet<number>;

/** All sums of clocks along the ways of a routine that lead through a task switch, bubbles behind included. */
export function switchingClocks({ begin, entry, form }: Routine, supposed: Supposed): Clocks {
  const known = new Map<string, Clocks>();
  const under_way = new Set<string>();
  const timingAt = ({ address, operand }: Place): StepTiming =>
    stepTiming(stepAt(address), { ...form, first: begin[0] ?? stepAt(address), operand });

  /** From the completion of the step in front. */
  function from(place: Place, before: StepTiming | undefined, wrong: number, switches: boolean): number[] {
    const timing = timingAt(place);
    const bubbles = before === undefined ? ownBubbles(timing) : bubblesWithin(before, timing, wrong);
    const own = bubbles + 1 + timing.execute_clocks;
    return [...behind(place, switches || isTaskEntry(place))].map((clocks) => own + clocks);
  }

  /** From the completion of the step here. */
  function behind(place: Place, switches: boolean): Clocks {
    const key = `${switches ? "in" : "before"} ${placeKey(place)}`;
    const sums = known.get(key);
    if (sums !== undefined) return sums;
    // Around a loop nothing leads to a task switch that does not lead there without it; in a switch there is none.
    if (under_way.has(key)) {
      if (switches) throw new Error("a loop in a task switch");
      return new Set();
    }
    under_way.add(key);
    const timing = timingAt(place);
    const ways = onward(place, supposed);
    const found = new Set(ways.length > 0
      ? ways.flatMap(({ to, wrong }) => from(to, timing, wrong, switches))
      : switches ? endsOf(place) : []);
    under_way.delete(key);
    known.set(key, found);
    return found;
  }

  if (entry === undefined) return new Set();
  const first = begin.map((step) => stepTiming(step, { ...form, first: step }));
  if (first.length > 1) throw new Error("decode gives one step");
  const before = first.reduce((clocks, timing) => clocks + ownBubbles(timing) + 1 + timing.execute_clocks, 0);
  return new Set(from(placeAt(entry, form.sizes.operand), first[0], 0, false).map((clocks) => before + clocks));
}

/** Says how an outcome is, of the steps that led to it the last of which decides. */
export type Decide = (outcome: Outcome, steps: readonly Step[]) => boolean;

/** Clocks along the one way of a routine whose outcomes are so, bubbles behind included. */
export function clocksAlong({ begin, entry, form }: Routine, decide: Decide): number {
  if (entry === undefined) throw new Error("an instruction that is no task switch");
  const steps: Step[] = [...begin];
  let clocks = 0, before: StepTiming | undefined;
  const pass = (step: Step, operand: 16 | 32, wrong: number): void => {
    const timing = stepTiming(step, { ...form, first: steps[0] ?? step, operand });
    clocks += 1 + timing.execute_clocks
      + (before === undefined ? ownBubbles(timing) : bubblesWithin(before, timing, wrong));
    before = timing;
  };
  for (const step of begin) pass(step, form.sizes.operand, 0);
  let place = placeAt(entry, form.sizes.operand), wrong = 0;
  for (;;) {
    const step = stepAt(place.address);
    steps.push(step);
    pass(step, place.operand, wrong);
    const ways = onward(place);
    if (ways.length === 0) return clocks + Math.max(...endsOf(place));
    const next = ways.find(({ outcome }) => outcome === undefined || outcome.holds === decide(outcome, steps));
    if (next === undefined) throw new Error("a condition that neither holds nor does not");
    ({ to: place, wrong } = next);
  }
}

/** Bubbles behind the last step. */
const endsOf = (place: Place): number[] =>
  leavings(stepAt(place.address), { from_decode: false, operand: place.operand })
    .map(({ stage }) => (stage === undefined ? 0 : redirect_bubbles(stage)));

export interface TaskSwitch {
  /** The instruction, or what else leads to the switch. */
  readonly by: string;
  readonly to: NewTask;
  readonly clocks_min: number;
  readonly clocks_max: number;
  /** With paging on, without walks and fetch. */
  readonly paging_clocks_min: number;
  readonly paging_clocks_max: number;
}

const form: Form = { is_memory: true, sizes: { operand: 32, address: 32, wide: true } };

function bounds(by: string, clocksTo: (supposed: Supposed, paging: boolean) => number[]): TaskSwitch[] {
  return Object.keys(newTasks).filter(isNewTask).flatMap((to) => {
    const [clocks, paged] = [clocksTo(supposedOf(to), false), clocksTo(supposedOf(to), true)];
    return clocks.length === 0 ? [] : [{
      by, to, clocks_min: Math.min(...clocks), clocks_max: Math.max(...clocks),
      paging_clocks_min: Math.min(...paged), paging_clocks_max: Math.max(...paged),
    }];
  });
}

/** From the step that gives way to the exception or interrupt. */
const deliveryClocks = (supposed: Supposed, paging: boolean): number[] =>
  [...switchingClocks(deliveryOf(true, paging), supposed)].map((clocks) => redirect_bubbles("execute") + clocks);

/** All that may switch tasks. */
export const taskSwitches = (): TaskSwitch[] => [
  ...instructions.flatMap((row) => bounds(row.name, (supposed, paging) =>
    [...switchingClocks(routineOf(row, { ...form, paging }), supposed)])),
  ...bounds("exception or interrupt", deliveryClocks),
];
