// Steps of microcode, and pieces of them that routines and the instruction table share.
import type { MicroOp, Next } from "../microop.ts";

/** A step as the routines write it: a micro-operation, and where to go after it: to the following one unless stated. */
export interface Step extends MicroOp {
  readonly label?: string;
  readonly next?: (typeof Next)["names"][number];
  readonly target_step?: string;
  /** A conditional step's likely outcome: the pipeline goes on there until the condition is known. */
  readonly expect?: "taken" | "not_taken";
  /** An interrupt may be taken before this step: all that came before is complete (Intel SDM 2, REP). */
  readonly interruptible?: true;
  /** For `constant` and `slots`, from -128 to 127. */
  readonly constant?: number;
  /** From here on the routine's operands have so many bits, whatever the instruction said. */
  readonly operands?: 16 | 32;
}

export type To = NonNullable<MicroOp["to"]>;
export type Base = NonNullable<MicroOp["base"]>;
export type SegmentName = NonNullable<MicroOp["segment"]>;
export type CheckName = NonNullable<MicroOp["check"]>;

/** The address that ModRM, SIB and prefixes give. */
export const operandAddress: MicroOp = { base: "context", segment: "context", displacement: "context" };

/** The target of a jump by a distance. */
export const relativeTarget: MicroOp = { base: "next_eip", segment: "cs", displacement: "immediate" };

export const popInto = (to: To): MicroOp => ({ operation: "move", b: "memory", to, stack: "pop", memory: "load" });
export const pushFrom = (b: To): MicroOp => ({ operation: "move", b, stack: "push", memory: "store" });
export const pushSpecial = (special: NonNullable<MicroOp["special"]>): MicroOp => ({ ...pushFrom("special"), special });
export const pushSelector = (target: SegmentName): MicroOp => ({ ...pushSpecial("selector"), target });

/** Reads from `segment` at the address in register `base`. */
export const load = (to: To, base: Base, segment: SegmentName): MicroOp => ({
  operation: "move", b: "memory", to, memory: "load", base, segment,
});

/** Reads a word, as a doubleword. */
export const loadWord = (to: To, base: Base, segment: SegmentName): MicroOp => ({
  ...load(to, base, segment), operation: "zero_extend", source: "word", size: "dword",
});

/** Writes to the operand's segment at the address in register `base`. */
export const storeAt = (base: Base, b: To): MicroOp => ({
  operation: "move", b, memory: "store", base, segment: "context",
});

/** Copies all 32 bits. */
export const copy = (b: To, to: To): MicroOp => ({ operation: "move", b, to, size: "dword" });

/** A doubleword of the descriptor table that the selector under way points into, at the index in t1. */
export const tableEntry = (to: To, half: "low" | "high"): MicroOp => ({
  ...load(to, "t1", "table"), size: "dword", ...(half === "high" ? { displacement: "plus_4" } : {}),
});

/** Begins to load a segment: the selector in `b` is under way, its index in t1. */
export const selectFrom = (b: To): MicroOp => ({
  system: "set_selector", operation: "selector_index", b, to: "t1", size: "dword",
});
/** The same, with a selector from the stack. */
export const selectPopped: MicroOp = {
  system: "set_selector", operation: "selector_index", b: "memory", to: "t1", stack: "pop", memory: "load",
};
/** The same, with the selector of a far pointer at the address in t1. */
export const selectBehind: MicroOp = {
  ...selectFrom("memory"), source: "word", memory: "load", base: "t1", segment: "context", displacement: "plus_size",
};

/**
 * Reads both doublewords at once, the upper one to t3, the lower one to `pair_low`. They lie in two words if the table does
 * not begin in the midst of one; else, in three, they are read one after the other.
 */
export const pair = (name: string, at: MicroOp, more: Partial<Step> = {}): { readonly step: Step; readonly apart: Step[] } => ({
  step: {
    operation: "move", b: "memory", to: "t3", size: "dword", source: "pair", memory: "load", ...at, ...more,
    ...when("if_split", `${name}_apart`, "not_taken"),
  },
  apart: [
    // In this order: what is latched may be asked for by the step after the next.
    { label: `${name}_apart`, system: "latch_low", b: "memory", size: "dword", memory: "load", ...at },
    { operation: "move", b: "memory", to: "t3", size: "dword", memory: "load", ...upperOf(at), ...goto(`${name}_read`) },
  ],
});
const upperOf = ({ displacement, ...at }: MicroOp): MicroOp =>
  ({ ...at, displacement: displacement === "vector" ? "vector_high" : "plus_4" });

/** The descriptor that the selector under way names; its index is in t1. */
export const descriptor = (name: string, more: Partial<Step> = {}, segment: SegmentName = "table") =>
  pair(name, { base: "t1", segment }, more);
/** The same; null is a fault. */
export const descriptorNotNull = (name: string, more: Partial<Step> = {}) =>
  descriptor(name, { system: "require_here", check: "not_null", ...more });

/** A string instruction's read: loads the element and moves the index on; the element stays in the memory operand. */
export const loadElement = (index: "esi" | "edi"): MicroOp => ({
  operation: "advance", a: index, to: index, size: "address", source: "element", memory: "load",
  base: index, segment: index === "esi" ? "context" : "es",
});

/** A string instruction's write. */
export const storeElement = (b: To): MicroOp => ({
  operation: "advance", a: "edi", b, to: "edi", size: "address", source: "element", memory: "store",
  base: "edi", segment: "es",
});

export const goto = (target_step: string): Pick<Step, "next" | "target_step"> => ({ next: "jump", target_step });
export const callTo = (target_step: string): Pick<Step, "next" | "target_step"> => ({ next: "call", target_step });

type Condition = Extract<Step["next"], `if_${string}`>;

/** Goes to a step if the condition holds. */
export const when = (
  next: Condition, target_step: string, expect: "taken" | "not_taken",
): Pick<Step, "next" | "target_step" | "expect"> => ({ next, target_step, expect });

/** Goes to a step if the check holds for `a`. */
export const whenCheck = (check: CheckName, target_step: string, expect: "taken" | "not_taken", a: To = "none"): Step => ({
  check, a, size: "dword", ...when("if_check", target_step, expect),
});

/** What of ZF is left by LAR, LSL, VERR and VERW. */
export const setZero: MicroOp = { operation: "sub", a: "t0", b: "t0", size: "dword", flags: "zero" };
export const clearZero: MicroOp = { operation: "move", b: "one", size: "dword", flags: "zero" };
