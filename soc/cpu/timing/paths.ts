// The ways of an instruction through the microcode: what each takes, and what it shows to its neighbours.
//
// A way is a list of steps from the first to the one that ends the instruction, with the outcome of every condition
// on it. A loop of the microcode is walked once; each further round costs the same, whatever came before.
import type { Instruction } from "../instructions.ts";
import { microcode, microcodeLabels, type Step } from "../microcode.ts";
import {
  awaited_condition_bubbles, interlock, redirect_bubbles, stepTiming,
  type RegisterRole, type Registers, type Sizes, type Stage, type StepTiming,
} from "./pipeline.ts";

/** What is known of an instruction, besides its row, before it runs. */
export interface Form {
  readonly is_memory: boolean;
  readonly sizes: Sizes;
}

/** What decides the way: a condition of the microcode, whether a jump is taken, or whether INTO traps. */
export interface Outcome {
  readonly condition: NonNullable<Step["next"]> | "jump" | "trap";
  readonly holds: boolean;
  /** It ends a loop, as it does sooner or later: nothing that tells ways apart. */
  readonly ends_loop?: boolean;
}

export interface Round {
  /** Clocks of each round after the first. */
  readonly clocks: number;
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

const leaving_effects = new Set(["far_jump", "serialize", "halt"]);
const at = (label: string): number => {
  const address = microcodeLabels.get(label);
  if (address === undefined) throw new Error(`the microcode has no routine "${label}"`);
  return address;
};

/**
 * Stand-ins for the registers that an instruction names: all different from each other and from every register that a
 * step names itself. That no interlock inside an instruction depends on them is checked by `internalInterlock`.
 */
const nameless: Registers = { rm: -1, reg: -2, opreg: -3, base: -4, index: -5 };
const byInstruction = new Set<RegisterRole>(["rm", "reg", "opreg", "base", "index"]);

const isGeneral = (role: RegisterRole): boolean => !/^t\d$/.test(role);

/** The interlock of two steps of one instruction, which must not depend on the registers that the instruction names. */
function internalInterlock(earlier: StepTiming, later: StepTiming): number {
  const { writes } = earlier;
  const clashes = writes !== undefined && isGeneral(writes)
    && later.addressed_with.some((role) =>
      role !== writes && isGeneral(role) && (byInstruction.has(role) || byInstruction.has(writes)));
  const certain = interlock({ step: earlier, registers: nameless }, { step: later, registers: nameless });
  if (clashes && certain === 0) throw new Error("an instruction's time would depend on the registers that it names");
  return certain;
}

interface Walk {
  readonly steps: readonly Step[];
  /** Microcode addresses; the first step, which comes from decode, has none. */
  readonly addresses: readonly (number | undefined)[];
  /** With the address of the step that decides. */
  readonly outcomes: readonly (Outcome & { readonly address: number })[];
  /** Bubbles in front of each step because a condition was expected to be otherwise. */
  readonly wrong: readonly number[];
}

interface Onward {
  readonly to: number;
  readonly outcome?: Walk["outcomes"][number];
  readonly wrong: number;
}

/** Where a walk may go on from its last step; nothing if that was the end. */
function onward({ next = "step", target, expect }: Step, here: number): Onward[] {
  switch (next) {
    case "end": return [];
    case "step": return [{ to: here + 1, wrong: 0 }];
    case "jump": return [{ to: at(target ?? ""), wrong: 0 }];
    default: return [true, false].map((holds) => ({
      to: holds ? at(target ?? "") : here + 1,
      outcome: { condition: next, holds, address: here },
      wrong: holds === (expect === "taken") ? 0 : redirect_bubbles("memory"),
    }));
  }
}

interface Loop {
  readonly walk: Walk;
  /** Index in the walk of the step that comes again. */
  readonly back_to: number;
  readonly wrong: number;
}

/** All walks that begin so and go on at `entry`; without an entry there is only the beginning. */
function walks(begin: readonly Step[], entry: number | undefined): { ended: Walk[]; loops: Loop[] } {
  const ended: Walk[] = [], loops: Loop[] = [];
  const go = (walk: Walk, to: number, wrong: number): void => {
    const back_to = walk.addresses.indexOf(to);
    if (back_to >= 0) {
      loops.push({ walk, back_to, wrong });
      return;
    }
    const step = microcode[to];
    if (step === undefined) throw new Error("microcode runs past its end");
    const here = { ...walk, steps: [...walk.steps, step], addresses: [...walk.addresses, to], wrong: [...walk.wrong, wrong] };
    const ways = onward(step, to);
    if (ways.length === 0) ended.push(here);
    for (const { to: further, outcome, wrong: bubbles } of ways) {
      go(outcome === undefined ? here : { ...here, outcomes: [...here.outcomes, outcome] }, further, bubbles);
    }
  };
  const start: Walk = { steps: begin, addresses: begin.map(() => undefined), outcomes: [], wrong: begin.map(() => 0) };
  if (entry === undefined) ended.push(start);
  else go(start, entry, 0);
  return { ended, loops };
}

/** How an instruction ends: bubbles behind it, and whether what follows is fetched anew. */
interface Leaving {
  readonly outcome?: Outcome;
  readonly predicted?: boolean;
  readonly stage: Stage | undefined;
}

function leavings(last: Step, { from_decode, operand }: { from_decode: boolean; operand: 16 | 32 }): Leaving[] {
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

function clocksOf(timings: readonly StepTiming[], wrong: readonly number[]): number[] {
  let clocks = 0;
  return timings.map((timing, i) => {
    clocks += 1 + timing.execute_clocks;
    const before = timings[i - 1];
    if (before !== undefined) clocks += bubblesBetween(before, timing, wrong[i] ?? 0);
    return clocks;
  });
}

function bubblesBetween(earlier: StepTiming, later: StepTiming, wrong: number): number {
  if (wrong > 0) return wrong;
  if (earlier.conditional && later.ends) return awaited_condition_bubbles;
  return internalInterlock(earlier, later);
}

/** All ways that begin with these steps from decode and go on in the microcode at `entry`. */
function waysFrom(begin: readonly Step[], entry: number | undefined, form: Form): Way[] {
  const { ended, loops } = walks(begin, entry);
  return ended.flatMap((walk) => {
    const [first] = walk.steps, last = walk.steps.at(-1);
    if (first === undefined || last === undefined) throw new Error("a way of no steps");
    const timing = (step: Step): StepTiming => stepTiming(step, { ...form, first });
    const timings = walk.steps.map(timing);
    const clocks_to_step = clocksOf(timings, walk.wrong);
    const loop = loops.find(({ walk: { addresses }, back_to }) => {
      const start = addresses[back_to];
      return start !== undefined && walk.addresses.includes(start);
    });
    const around = loop?.walk.addresses.slice(loop.back_to) ?? [];
    const outcomes = walk.outcomes.map(({ address, ...outcome }) =>
      (around.includes(address) ? { ...outcome, ends_loop: true } : outcome));
    const common = {
      clocks: clocks_to_step.at(-1)!,
      clocks_to_step,
      steps: timings,
      further_rounds: loop === undefined ? undefined : { clocks: roundClocks(loop, timing) },
      port_accesses: timings.filter(({ uses_port }) => uses_port).length,
      first: timings[0]!,
      last: timings.at(-1)!,
    };
    const from_decode = walk.steps.length === 1 && entry === undefined;
    return leavings(last, { from_decode, operand: form.sizes.operand }).map((leaving) => ({
      ...common,
      outcomes: leaving.outcome === undefined ? outcomes : [...outcomes, leaving.outcome],
      ...(leaving.predicted === undefined ? {} : { predicted: leaving.predicted }),
      leaves_bubbles: leaving.stage === undefined ? 0 : redirect_bubbles(leaving.stage),
      redirects: leaving.stage !== undefined,
    }));
  });
}

/** Once around a loop: from its last step over the seam to its last step again. */
function roundClocks({ walk, back_to, wrong }: Loop, timing: (step: Step) => StepTiming): number {
  const body = walk.steps.slice(back_to).map(timing);
  const around = clocksOf(body, walk.wrong.slice(back_to)).at(-1)!;
  return around + bubblesBetween(body.at(-1)!, body[0]!, wrong);
}

/** All ways of an instruction of the table. */
export function waysOf(row: Instruction, form: Form): Way[] {
  const { first, micro } = row;
  // A direct call whose target has 16 bits is decided late: decode takes only 32-bit targets.
  const late_call = first.jump === "relative" && first.stack === "push" && form.sizes.operand === 16;
  if (late_call) return waysFrom([{ ...first, jump: "none" }], at("call_relative"), form);
  const ways = waysFrom([first], micro === undefined ? undefined : at(micro), form);
  switch (first.system) {
    case "software_interrupt": case "breakpoint": return trapWays(ways);
    case "overflow": return [
      ...ways.map((way) => ({ ...way, outcomes: [{ condition: "trap", holds: false } as const] })),
      ...trapWays(ways).map((way) => ({ ...way, outcomes: [{ condition: "trap", holds: true } as const, ...way.outcomes] })),
    ];
    default: return ways;
  }
}

/** The same instruction when its last step gives way to a trap, up to the handler. */
function trapWays(ways: readonly Way[]): Way[] {
  const deliveries = deliveryWays().flatMap((delivery) => {
    const has_code = delivery.outcomes.some(({ condition, holds }) => condition === "if_error_code" && holds);
    const outcomes = delivery.outcomes.filter(({ condition }) => condition !== "if_error_code");
    return has_code ? [] : [{ ...delivery, outcomes }];
  });
  return ways.flatMap((way) =>
    deliveries.map((delivery) => ({ ...delivery, clocks: way.clocks + delivery.clocks, first: way.first })));
}

/** From the step that an exception or interrupt takes the place of to the handler: the delivery's ways. */
export function deliveryWays(): Way[] {
  const form: Form = { is_memory: true, sizes: { operand: 32, address: 32, wide: true } };
  return waysFrom([], at("exception"), form).map((way) => ({ ...way, clocks: way.clocks + redirect_bubbles("execute") }));
}
