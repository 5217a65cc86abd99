// The ways of an instruction through the microcode: what each takes, and what it shows to its neighbours.
//
// A way is a list of steps from the first to the one that ends the instruction, with the outcome of every condition
// on it. A loop of the microcode is walked once; each further round costs the same, whatever came before. Ways that
// lead to a task switch are not listed: they are too many, and tasks.ts says how long they take at least and at most.
import type { Instruction } from "../instructions.ts";
import type { Step } from "../microcode.ts";
import {
  bubblesWithin, ownBubbles, redirect_bubbles, stepTiming, type Sizes, type Stage, type StepTiming,
} from "./pipeline.ts";
import { addressOf, isDenied, onward, placeAt, placeName, stepAt, type Outcome, type Place } from "./walks.ts";

export type { Outcome } from "./walks.ts";

/** What is known of an instruction, besides its row, before it runs. */
export interface Form {
  readonly is_memory: boolean;
  readonly sizes: Sizes;
  /** Paging is on; off unless stated. */
  readonly paging?: boolean;
}

export interface Round {
  /** Clocks of each further round. */
  readonly clocks: number;
  readonly port_accesses: number;
  /** To memory, with paging on. */
  readonly accesses: number;
  /** Rounds that are part of the way itself: none if the loop asks first whether there is one. */
  readonly counted: 0 | 1;
  /** Index in the way of its first step, and whether an interrupt may come between two rounds of a spoiled instruction. */
  readonly begins: number;
  readonly interruptible: boolean;
}

export interface Way {
  readonly outcomes: readonly Outcome[];
  /** A direct jump that decode takes before it is decided; absent where no such jump is. */
  readonly predicted?: boolean;
  /** From the completion of what came before, were there no bubble between, to that of the last step. */
  readonly clocks: number;
  /** The same up to each step, in their order: where a fault or trap leaves. */
  readonly clocks_to_step: readonly number[];
  readonly further_rounds: Round | undefined;
  readonly port_accesses: number;
  /** Bubbles behind the last step. */
  readonly leaves_bubbles: number;
  /** What follows comes from memory anew: it is fetched as a jump's target is. */
  readonly redirects: boolean;
  readonly steps: readonly StepTiming[];
  readonly first: StepTiming;
  readonly last: StepTiming;
}

const leaving_effects: ReadonlySet<Step["system"]> =
  new Set([
    "far_jump", "interrupt_return", "enter_handler", "enter_inner", "enter_kernel", "leave_kernel", "serialize", "halt",
    "write_paging",
  ]);

/** Where task switches begin. */
const taskEntries: ReadonlySet<number> =
  new Set(["task_jump", "task_call", "task_interrupt", "task_return"].map(addressOf));
export const isTaskEntry = ({ address }: Place): boolean => taskEntries.has(address);

/** The first step, which comes from decode, and where the microcode goes on: what a walk begins with. */
export interface Routine {
  readonly begin: readonly Step[];
  readonly entry: number | undefined;
  readonly form: Form;
}

interface Walked {
  readonly step: Step;
  /** The operand size in force. */
  readonly operand: 16 | 32;
  /** Of the place in the microcode; none for a step from decode. */
  readonly name?: string;
  /** Bubbles in front because a condition was expected to be otherwise. */
  readonly wrong: number;
}

interface Walk {
  readonly steps: readonly Walked[];
  /** With the place of the step that decides. */
  readonly outcomes: readonly { readonly outcome: Outcome; readonly name: string }[];
}

interface Loop {
  readonly walk: Walk;
  /** Index in the walk of the step that comes again. */
  readonly back_to: number;
  readonly wrong: number;
}

interface Walks {
  readonly ended: readonly Walk[];
  /** Those that come to an exception for certain, or to a task switch. */
  readonly broken_off: readonly Walk[];
  readonly loops: readonly Loop[];
}

/** All walks of a routine; without an entry there is only the beginning. */
function walksOf({ begin, entry, form }: Routine): Walks {
  const ended: Walk[] = [], broken_off: Walk[] = [], loops: Loop[] = [];
  const go = (walk: Walk, to: Place, wrong: number): void => {
    const name = placeName(to);
    const back_to = walk.steps.findIndex((walked) => walked.name === name);
    if (back_to >= 0) {
      loops.push({ walk, back_to, wrong });
      return;
    }
    if (isTaskEntry(to)) {
      broken_off.push(walk);
      return;
    }
    const step = stepAt(to.address);
    const here = { ...walk, steps: [...walk.steps, { step, operand: to.operand, name, wrong }] };
    const ways = onward(to);
    if (ways.length === 0) (isDenied(step) ? broken_off : ended).push(here);
    for (const { to: further, outcome, wrong: bubbles } of ways) {
      go(outcome === undefined ? here : { ...here, outcomes: [...here.outcomes, { outcome, name }] }, further, bubbles);
    }
  };
  const { operand } = form.sizes;
  const start: Walk = { steps: begin.map((step) => ({ step, operand, wrong: 0 })), outcomes: [] };
  if (entry === undefined) ended.push(start);
  else go(start, placeAt(entry, operand), 0);
  return { ended, broken_off, loops };
}

/** How an instruction ends: bubbles behind it, and whether what follows is fetched anew. */
interface Leaving {
  readonly outcome?: Outcome;
  readonly predicted?: boolean;
  readonly stage: Stage | undefined;
}

export function leavings(last: Step, { from_decode, operand }: { from_decode: boolean; operand: 16 | 32 }): Leaving[] {
  const { jump = "none", system = "none" } = last;
  if (leaving_effects.has(system)) return [{ stage: "execute" }];
  if (jump === "none") return [{ stage: undefined }];
  const predictable = from_decode && operand === 32;
  const taken: Outcome = { condition: "jump", holds: true }, not_taken: Outcome = { condition: "jump", holds: false };
  if (jump === "relative") return [predictable ? { stage: "decode" } : { stage: "memory" }];
  if (jump === "indirect") return [{ stage: "memory" }];
  if (jump === "condition" && predictable) {
    return [
      { outcome: taken, predicted: true, stage: "decode" },
      { outcome: not_taken, predicted: true, stage: "memory" },
      { outcome: taken, predicted: false, stage: "memory" },
      { outcome: not_taken, predicted: false, stage: undefined },
    ];
  }
  return [{ outcome: taken, stage: "memory" }, { outcome: not_taken, stage: undefined }];
}

interface Timed {
  readonly timing: StepTiming;
  readonly wrong: number;
}

function clocksOf(steps: readonly Timed[]): number[] {
  let clocks = 0;
  return steps.map(({ timing, wrong }, i) => {
    clocks += 1 + timing.execute_clocks;
    const before = steps[i - 1];
    clocks += before === undefined ? ownBubbles(timing) : bubblesWithin(before.timing, timing, wrong);
    return clocks;
  });
}

const timed = ({ steps }: Walk, form: Form): Timed[] => steps.map(({ step, operand, wrong }) =>
  ({ timing: stepTiming(step, { ...form, first: steps[0]!.step, operand }), wrong }));

const portAccesses = (steps: readonly Timed[]): number => steps.filter(({ timing }) => timing.uses_port).length;

/** Once around a loop: from its last step over the seam to its last step again. */
function roundOf(
  { walk, back_to, wrong }: Loop, form: Form, { exits_at, begins }: { exits_at: readonly string[]; begins: number },
): Round {
  const body = timed(walk, form).slice(back_to);
  return {
    clocks: clocksOf(body).at(-1)! - ownBubbles(body[0]!.timing)
      + bubblesWithin(body.at(-1)!.timing, body[0]!.timing, wrong),
    port_accesses: portAccesses(body),
    accesses: body.filter(({ timing }) => timing.translates).length,
    counted: exits_at.includes(walk.steps[back_to]!.name!) ? 0 : 1,
    begins,
    interruptible: body.some(({ timing }) => timing.interruptible),
  };
}

/** The loop on a walk, if there is one, with the places in it. */
function loopOn(
  walk: Walk, loops: readonly Loop[], form: Form,
): { readonly round: Round; readonly around: ReadonlySet<string> } | undefined {
  const names = walk.steps.map(({ name }) => name);
  const beginOf = (loop: Loop): number => names.indexOf(loop.walk.steps[loop.back_to]!.name);
  const on_it = loops.filter((loop) => beginOf(loop) >= 0);
  const exits_at = walk.outcomes.map(({ name }) => name);
  const rounds = on_it.map((loop) => roundOf(loop, form, { exits_at, begins: beginOf(loop) }));
  const [loop] = on_it, [round] = rounds;
  if (loop === undefined || round === undefined) return undefined;
  if (rounds.some(({ clocks }) => clocks !== round.clocks)) throw new Error("a loop of the microcode has unlike rounds");
  return { round, around: new Set(loop.walk.steps.slice(loop.back_to).flatMap(({ name }) => name ?? [])) };
}

/** All ways of a routine. */
function waysThrough(routine: Routine): Way[] {
  const { entry, form } = routine;
  const { ended, loops } = walksOf(routine);
  return ended.flatMap((walk) => {
    const last = walk.steps.at(-1);
    if (last === undefined) throw new Error("a way of no steps");
    const steps = timed(walk, form);
    const clocks_to_step = clocksOf(steps);
    const loop = loopOn(walk, loops, form);
    const outcomes = walk.outcomes.map(({ outcome, name }) =>
      (loop?.around.has(name) === true ? { ...outcome, ends_loop: true } : outcome));
    const common = {
      clocks: clocks_to_step.at(-1)!,
      clocks_to_step,
      steps: steps.map(({ timing }) => timing),
      further_rounds: loop?.round,
      port_accesses: portAccesses(steps),
      first: steps[0]!.timing,
      last: steps.at(-1)!.timing,
    };
    const from_decode = walk.steps.length === 1 && entry === undefined;
    return leavings(last.step, { from_decode, operand: form.sizes.operand }).map((leaving) => ({
      ...common,
      outcomes: leaving.outcome === undefined ? outcomes : [...outcomes, leaving.outcome],
      ...(leaving.predicted === undefined ? {} : { predicted: leaving.predicted }),
      leaves_bubbles: leaving.stage === undefined ? 0 : redirect_bubbles(leaving.stage),
      redirects: leaving.stage !== undefined,
    }));
  });
}

/** How an instruction of the table begins. */
export function routineOf({ first, micro }: Instruction, form: Form): Routine {
  // A direct call whose target has 16 bits is decided late: decode takes only 32-bit targets.
  const late_call = first.jump === "relative" && first.stack === "push" && form.sizes.operand === 16;
  if (late_call) return { begin: [{ ...first, jump: "none" }], entry: addressOf("call_relative"), form };
  return { begin: [first], entry: micro === undefined ? undefined : addressOf(micro), form };
}

/** All ways of an instruction of the table. */
export function waysOf(row: Instruction, form: Form): Way[] {
  const ways = waysThrough(routineOf(row, form));
  switch (row.first.system) {
    case "software_interrupt": case "breakpoint": case "debug_trap": return trapWays(ways, form);
    case "overflow": return [
      ...ways.map((way) => ({ ...way, outcomes: [{ condition: "trap", holds: false } as const] })),
      ...trapWays(ways, form).map((way) => ({ ...way, outcomes: [{ condition: "trap", holds: true } as const, ...way.outcomes] })),
    ];
    default: return ways;
  }
}

/** Steps that may give way to an exception on walks that are no ways: to an exception for certain, or a task switch. */
export function brokenOff(row: Instruction, form: Form): Pick<Way, "steps" | "clocks_to_step">[] {
  return walksOf(routineOf(row, form)).broken_off.map((walk) => {
    const steps = timed(walk, form);
    return { steps: steps.map(({ timing }) => timing), clocks_to_step: clocksOf(steps) };
  });
}

/** The same instruction when its last step gives way to a trap, up to the handler. */
function trapWays(ways: readonly Way[], { paging }: Form): Way[] {
  const deliveries = deliveryWays(paging).flatMap((delivery) => {
    const has_code = delivery.outcomes.some(({ condition, holds }) => condition === "if_error_code" && holds);
    const outcomes = delivery.outcomes.filter(({ condition }) => condition !== "if_error_code");
    return has_code ? [] : [{ ...delivery, outcomes }];
  });
  return ways.flatMap((way) => deliveries.map((delivery) => ({
    ...delivery,
    clocks: way.clocks + delivery.clocks,
    clocks_to_step: [
      ...way.clocks_to_step,
      ...delivery.clocks_to_step.map((clocks) => way.clocks + redirect_bubbles("execute") + clocks),
    ],
    steps: [...way.steps, ...delivery.steps],
    first: way.first,
  })));
}

/** The delivery of an exception or interrupt, in protected mode or not. */
export const deliveryOf = (in_protected_mode: boolean, paging = false): Routine => ({
  begin: [],
  entry: addressOf(in_protected_mode ? "exception_protected" : "exception_real"),
  form: { is_memory: true, sizes: { operand: 32, address: 32, wide: true }, paging },
});

const delivery_ways = new Map<boolean, readonly Way[]>();

/** From the step that an exception or interrupt takes the place of to the handler: the delivery's ways. */
export function deliveryWays(paging = false): readonly Way[] {
  const known = delivery_ways.get(paging);
  if (known !== undefined) return known;
  const ways = [true, false].flatMap((holds) => waysThrough(deliveryOf(holds, paging)).map((way) => ({
    ...way,
    outcomes: [{ condition: "protected_mode" as const, holds }, ...way.outcomes],
    clocks: way.clocks + redirect_bubbles("execute"),
  })));
  delivery_ways.set(paging, ways);
  return ways;
}
