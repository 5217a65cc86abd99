// Expressions of several values: joining and choosing.
/* oxlint-disable typescript/no-unsafe-type-assertion -- widths are computed in the types, and checked when they run */
import { Bits, bitCount, describe, operand, siteOf, type Bit, type Val } from "./bits.ts";
import { ChoiceBits, choiceOperand, isEnumeration, type Choice, type ChoiceVal } from "./choice.ts";
import { HdlError } from "./error.ts";
import { Site } from "./site.ts";
import type { Plus } from "./widths.ts";

export type Sum<T extends readonly Bits[]> = T extends readonly [Bits<infer A>, ...infer R extends readonly Bits[]]
  ? Plus<A, Sum<R>>
  : T extends readonly []
    ? 0
    : number;

/** Joins values, most significant first, as `{a, b}` does in Verilog. */
export function cat<const T extends readonly Bits[]>(...parts: T): Bits<Sum<T>> {
  const [first] = parts;
  if (first === undefined) {
    throw new HdlError({ code: "width-range", summary: "cat() of nothing has no bits", fix: "give it a value" });
  }
  for (const part of parts) operand(part, part, "cat");
  if (parts.length === 1) return first as Bits<Sum<T>>;
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  return new Bits(width, { op: "cat", parts }) as Bits<Sum<T>>;
}

/** `condition ? a : b` */
export function mux<S extends string>(condition: Bit, a: Choice<S>, b: NoInfer<ChoiceVal<S>>): Choice<S>;
export function mux<N extends number>(condition: Bit, a: Bits<N>, b: Val<NoInfer<N>>): Bits<N>;
export function mux<N extends number>(condition: Bit, a: Val<NoInfer<N>>, b: Bits<N>): Bits<N>;
export function mux(condition: Bit, a: Val<number> | string, b: Val<number> | string): Bits {
  const [left, right] = alike([a, b], "mux") as [Bits, Bits];
  return choiceLike(left, right, { op: "mux", condition: bit(condition, "mux"), a: left, b: right });
}

/**
 * `values[index]`. The list may be shorter than the index can count; its last value then repeats.
 * The index must have a name, for the choice is made bit by bit of it.
 */
export function select<S extends string>(index: Bits, values: readonly Choice<S>[]): Choice<S>;
export function select<N extends number>(index: Bits, values: readonly Val<N>[]): Bits<N>;
export function select(index: Bits, values: readonly Val<number>[]): Bits {
  const limit = 2 ** index.width;
  if (values.length === 0 || values.length > limit) {
    throw new HdlError({
      code: "select-length",
      summary: `select has ${values.length} values, but its index of ${bitCount(index.width)} counts ${limit}`,
      notes: [{ at: siteOf(index), text: `${describe(index)} is the index` }],
      fix: `give 1 to ${limit} values, or another index`,
    });
  }
  const all = alike(values, "select");
  const [first] = all as [Bits];
  if (index.width > 1) index.bit(0);
  return choiceLike(first, first, { op: "select", index, values: all });
}

/** The value whose condition holds. At most one may hold: it is built as an OR of ANDs, and gives 0 when none does. */
export function oneHotMux<N extends number>(pairs: readonly (readonly [Bit, Bits<N>])[]): Bits<N> {
  const terms = pairs.map(([condition, value]) => gate(bit(condition, "oneHotMux").as(1), value));
  const [first, ...rest] = terms;
  if (first === undefined) {
    throw new HdlError({
      code: "select-length",
      summary: "oneHotMux of nothing has no value",
      fix: "give it at least one [condition, value]",
    });
  }
  return first.or(...rest);
}

function gate<N extends number>(condition: Bit, value: Bits<N>): Bits<N> {
  const plain = value.as(value.width);
  return plain.width === 1 ? plain.and(condition as Bits as Bits<N>) : plain.and(condition.replicate(value.width));
}

/** Every one of them, bit by bit: `a.and(b, c)` as a function. */
export function and<N extends number>(first: Bits<N>, ...others: readonly Val<NoInfer<N>>[]): Bits<N> {
  return first.and(...others);
}
/** Any of them, bit by bit. */
export function or<N extends number>(first: Bits<N>, ...others: readonly Val<NoInfer<N>>[]): Bits<N> {
  return first.or(...others);
}
/** An odd number of them, bit by bit. */
export function xor<N extends number>(first: Bits<N>, ...others: readonly Val<NoInfer<N>>[]): Bits<N> {
  return first.xor(...others);
}

/** Constants among the values take the width, and names the enumeration, of the first that is hardware. */
function alike(values: readonly (Val<number> | string)[], what: string): Bits[] {
  const at = new Site();
  const like = values.find((value) => value instanceof Bits);
  if (like === undefined) {
    throw new HdlError({
      code: "width-promise",
      summary: `${what} of plain numbers has no width`,
      at,
      fix: "give one of them a width: constant(value, width)",
    });
  }
  return values.map((value) => {
    if (typeof value !== "string") return operand(value, like, what, at);
    if (isEnumeration(like.enumeration)) return choiceOperand(value, like.enumeration);
    throw new HdlError({
      code: "enumeration-name",
      summary: `"${value}" is a name, but the other value of ${what} has none`,
      at,
      fix: "give a number, or a value of an enumeration on the other side",
    });
  });
}

/** A single bit to decide by. */
export function bit(condition: Bits, what: string, at?: Site): Bits {
  if (!(condition instanceof Bits) || condition.width !== 1) {
    throw new HdlError({
      code: "hardware-condition",
      summary: `the condition of ${what} must be one bit of hardware`,
      at,
      notes: condition instanceof Bits ? [{ at: siteOf(condition), text: `${describe(condition)} has ${bitCount(condition.width)}` }] : [],
      fix: "compare it (.ne(0)), or ask whether any bit is set (.any())",
    });
  }
  return condition;
}

function choiceLike(a: Bits, b: Bits, node: Bits["node"]): Bits {
  const of = a.enumeration ?? b.enumeration;
  return isEnumeration(of) ? new ChoiceBits(of, node) : new Bits(a.width, node);
}
