// Through the microcode step by step: where it may go on from a place, and what is known there by the way that led to it.
import { microcode, microcodeLabels, type Step } from "../microcode.ts";
import type { CheckName } from "../microcode/steps.ts";
import type { MicroOp } from "../microop.ts";
import { redirect_bubbles, written } from "./pipeline.ts";

type Target = NonNullable<MicroOp["target"]>;
type Operand = NonNullable<MicroOp["a"]>;

/** What decides the way: a condition of the microcode, whether a jump is taken, INTO traps, or the mode is protected. */
export interface Outcome {
  readonly condition: NonNullable<Step["next"]> | "jump" | "trap" | "protected_mode";
  /** The check that is asked, where it is one. */
  readonly check?: CheckName;
  /** The operand that the condition is about. */
  readonly of?: Operand;
  /** The segment register whose descriptor it is about: the one loaded last. */
  readonly about?: Target;
  readonly holds: boolean;
  /** It ends a loop, as it does sooner or later: nothing that tells ways apart. */
  readonly ends_loop?: boolean;
}

/** A place in the microcode. */
export interface Place {
  readonly address: number;
  /** Where its subroutine returns to, innermost first. */
  readonly returns: readonly number[];
  /** The operand size in force. */
  readonly operand: 16 | 32;
  /** Numbers in registers, and answers to questions about them, that cannot be otherwise on this way. */
  readonly numbers: ReadonlyMap<Operand, number>;
  readonly answers: ReadonlyMap<string, boolean>;
  readonly loaded: Target | undefined;
}

/** A way on from a step. */
export interface Onward {
  readonly to: Place;
  /** What decides for it, unless that was known before. */
  readonly outcome?: Outcome;
  /** Bubbles because the condition was expected to be otherwise. */
  readonly wrong: number;
}

/** Answers that are supposed, whatever is asked. */
export type Supposed = ReadonlyMap<CheckName, boolean>;

/** Subroutines in subroutines that the sequencer has registers for. */
const returns_max = 2;

export const addressOf = (label: string): number => {
  const address = microcodeLabels.get(label);
  if (address === undefined) throw new Error(`the microcode has no routine "${label}"`);
  return address;
};

export const stepAt = (address: number): Step => {
  const step = microcode[address];
  if (step === undefined) throw new Error("microcode runs past its end");
  return step;
};

export const placeAt = (address: number, operand: 16 | 32): Place =>
  ({ address, returns: [], operand, numbers: new Map(), answers: new Map(), loaded: undefined });

/** One place whatever is known there: a walk that comes to it again goes round a loop. */
export const placeName = ({ address, returns, operand }: Place): string => [address, operand, ...returns].join(" ");

/** Every difference that may matter from here on. */
export const placeKey = (place: Place): string =>
  [placeName(place), place.loaded, ...sorted(place.numbers), ...sorted(place.answers)].join(" ");

const sorted = (map: ReadonlyMap<string, unknown>): string[] =>
  [...map].map(([key, value]) => `${key}=${String(value)}`).toSorted();

/** A requirement that never holds: an exception for certain. */
export const isDenied = ({ system, check }: Step): boolean => system === "require_here" && check === "never";

const question = ({ next, check, a = "none" }: Step): string => [next, next === "if_check" ? check : "", a].join(" ");
const busyTask = { next: "if_check", check: "tss_of_386" } as const;

/** What is known after a step that did not go one of two ways. */
function after(step: Step, place: Place): Pick<Place, "numbers" | "answers" | "loaded"> {
  const numbers = new Map(place.numbers), answers = new Map(place.answers);
  const { a = "none", b = "none", operation, to = "none", system, constant = 0 } = step;
  const written_to = written(to);
  if (written_to !== undefined) {
    const number = b !== "constant" ? undefined
      : operation === "move" ? constant : operation === "sub" ? minus(numbers.get(a), constant) : undefined;
    // A general register that the instruction names may be any of them.
    const isSame = (of: string): boolean => of === to || (isGeneral(to) && isGeneral(of));
    for (const of of [...numbers.keys()].filter(isSame)) numbers.delete(of);
    for (const asked of [...answers.keys()].filter((key) => isSame(key.split(" ").at(-1)!))) answers.delete(asked);
    if (number !== undefined) numbers.set(to, number);
  }
  const loads = (system === "load_descriptor" || system === "load_handler") && step.target !== undefined;
  if (loads && step.target === "tss") {
    const of_286 = answers.get(question({ next: "if_check", check: "of_286", a }));
    if (of_286 !== undefined) answers.set(question(busyTask), !of_286);
  }
  return { numbers, answers, loaded: loads ? step.target : place.loaded };
}

const isGeneral = (operand: string): boolean => operand !== "none" && !/^t\d$/.test(operand);

const minus = (a: number | undefined, b: number): number | undefined => (a === undefined ? undefined : a - b);

/** All ways on from a place; none if its step is the last, or an exception for certain. */
export function onward(place: Place, supposed: Supposed = new Map()): Onward[] {
  const step = stepAt(place.address);
  const { next = "step", target_step = "", expect, operands = place.operand } = step;
  if (next === "end" || isDenied(step)) return [];
  const behind = { ...place, ...after(step, place), operand: operands };
  const following = place.address + 1;
  const onTo = (address: number, returns = place.returns): Onward[] =>
    [{ to: { ...behind, address, returns }, wrong: 0 }];
  if (next === "step") return onTo(following);
  if (next === "jump") return onTo(addressOf(target_step));
  if (next === "call") {
    if (place.returns.length === returns_max) throw new Error(`a subroutine too deep calls "${target_step}"`);
    return onTo(addressOf(target_step), [following, ...place.returns]);
  }
  if (next === "return") {
    const [back, ...others] = place.returns;
    if (back === undefined) throw new Error("a routine that nothing has called returns");
    return onTo(back, others);
  }
  // What that costs is a rule of its own: `split_clocks`.
  if (next === "if_split") return onTo(following);
  const { check = "never", a = "none", to = "none" } = step;
  const asked = question(step), remembers = a !== "none" && written(to) !== a;
  const number = next === "if_zero" ? place.numbers.get(a) : undefined;
  const known = number !== undefined ? number === 0
    : place.answers.get(asked) ?? (next === "if_check" ? supposed.get(check) : undefined);
  const both: readonly boolean[] = known === undefined ? [true, false] : [known];
  return both.map((holds) => ({
    to: {
      ...behind,
      address: holds ? addressOf(target_step) : following,
      answers: remembers ? new Map([...behind.answers, [asked, holds]]) : behind.answers,
    },
    ...(known === undefined ? { outcome: outcomeOf(step, behind.loaded, holds) } : {}),
    wrong: holds === (expect === "taken") ? 0 : redirect_bubbles("memory"),
  }));
}

function outcomeOf({ next = "step", check, a }: Step, about: Target | undefined, holds: boolean): Outcome {
  if (next === "if_inner") return { condition: "if_check", check: "inner", ...(a === undefined ? {} : { of: a }), holds };
  return {
    condition: next,
    ...(next === "if_check" && check !== undefined ? { check } : {}),
    ...(a === undefined ? {} : { of: a }),
    ...(next === "if_accessed" && about !== undefined ? { about } : {}),
    holds,
  };
}
