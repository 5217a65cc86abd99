// Values: bit vectors whose width is part of their TypeScript type. An operator takes equal widths and says in its
// name what else matters (signedness, extension), so that no width ever changes silently.
/* oxlint-disable typescript/no-unsafe-type-assertion -- widths are computed in the types, and checked when they run */
import { HdlError } from "./error.ts";
import type { EnumerationBase } from "./choice.ts";
import type { Memory } from "./memory.ts";
import type { Signal } from "./signal.ts";
import { Site } from "./site.ts";
import { indexWidth, type Plus, type SliceWidth } from "./widths.ts";

/** What may stand where an N-bit value is wanted: N bits, or a constant that fits. */
export type Val<N extends number> = Bits<N> | number | bigint | boolean;
export type Bit = Bits<1>;

export type BinarySymbol = "+" | "-" | "*" | "&" | "|" | "^" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "<<" | ">>" | ">>>";
export type UnarySymbol = "~" | "|" | "&" | "^";

export type Node =
  | { readonly op: "const"; readonly value: bigint }
  | { readonly op: "signal"; readonly signal: Signal }
  | { readonly op: "binary"; readonly symbol: BinarySymbol; readonly signed: boolean; readonly a: Bits; readonly b: Bits }
  | { readonly op: "unary"; readonly symbol: UnarySymbol; readonly a: Bits }
  | { readonly op: "mux"; readonly condition: Bits; readonly a: Bits; readonly b: Bits }
  | { readonly op: "select"; readonly index: Bits; readonly values: readonly Bits[] }
  | { readonly op: "slice"; readonly a: Bits; readonly hi: number; readonly lo: number }
  | { readonly op: "cat"; readonly parts: readonly Bits[] }
  | { readonly op: "extend"; readonly signed: boolean; readonly a: Bits }
  | { readonly op: "replicate"; readonly times: number; readonly a: Bits }
  | { readonly op: "memory"; readonly memory: Memory; readonly address: Bits };

export class Bits<N extends number = number> {
  readonly width: N;
  readonly node: Node;
  /** The names its values have, if it is a choice among names. */
  readonly enumeration: EnumerationBase | undefined = undefined;

  constructor(width: N, node: Node) {
    this.width = width;
    this.node = node;
  }

  /** Modulo 2^N: the carry is lost. Extend first to keep it. */
  add(b: Val<N>): Bits<N> {
    return this.#arithmetic("+", b, "add");
  }
  sub(b: Val<N>): Bits<N> {
    return this.#arithmetic("-", b, "sub");
  }
  /** The whole unsigned product. */
  mul<M extends number>(b: Bits<M>): Bits<Plus<N, M>> {
    return product(this, b, false) as Bits<Plus<N, M>>;
  }
  /** The whole product of two's complement numbers. */
  mulSigned<M extends number>(b: Bits<M>): Bits<Plus<N, M>> {
    return product(this, b, true) as Bits<Plus<N, M>>;
  }

  and(...others: readonly Val<N>[]): Bits<N> {
    return others.reduce<Bits<N>>((a, b) => a.#arithmetic("&", b, "and"), this);
  }
  or(...others: readonly Val<N>[]): Bits<N> {
    return others.reduce<Bits<N>>((a, b) => a.#arithmetic("|", b, "or"), this);
  }
  xor(...others: readonly Val<N>[]): Bits<N> {
    return others.reduce<Bits<N>>((a, b) => a.#arithmetic("^", b, "xor"), this);
  }
  not(): Bits<N> {
    return new Bits(this.width, { op: "unary", symbol: "~", a: this });
  }

  eq(b: Val<N>): Bit {
    return this.#compare("==", b, false, "eq");
  }
  ne(b: Val<N>): Bit {
    return this.#compare("!=", b, false, "ne");
  }
  lt(b: Val<N>): Bit {
    return this.#compare("<", b, false, "lt");
  }
  le(b: Val<N>): Bit {
    return this.#compare("<=", b, false, "le");
  }
  gt(b: Val<N>): Bit {
    return this.#compare(">", b, false, "gt");
  }
  ge(b: Val<N>): Bit {
    return this.#compare(">=", b, false, "ge");
  }
  ltSigned(b: Val<N>): Bit {
    return this.#compare("<", b, true, "ltSigned");
  }
  leSigned(b: Val<N>): Bit {
    return this.#compare("<=", b, true, "leSigned");
  }
  gtSigned(b: Val<N>): Bit {
    return this.#compare(">", b, true, "gtSigned");
  }
  geSigned(b: Val<N>): Bit {
    return this.#compare(">=", b, true, "geSigned");
  }
  /** Read as two's complement, the value is below zero. */
  negative(): Bit {
    return this.ltSigned(0);
  }

  /** Shifts by any amount; at the width and beyond nothing is left. */
  shl(amount: Bits | number): Bits<N> {
    return this.#shift("<<", amount);
  }
  shr(amount: Bits | number): Bits<N> {
    return this.#shift(">>", amount);
  }
  /** Shifts right and copies the sign in from the left. */
  sar(amount: Bits | number): Bits<N> {
    return this.#shift(">>>", amount);
  }

  /** Some bit is set. */
  any(): Bit {
    return new Bits(1, { op: "unary", symbol: "|", a: this });
  }
  /** Every bit is set. */
  all(): Bit {
    return new Bits(1, { op: "unary", symbol: "&", a: this });
  }
  /** The number of set bits is odd. */
  parity(): Bit {
    return new Bits(1, { op: "unary", symbol: "^", a: this });
  }

  /** Bit `index`, counted from the least significant. */
  bit(index: number): Bit {
    return slice(this, index, index) as Bit;
  }
  msb(): Bit {
    return this.bit(this.width - 1);
  }
  /** Bits `hi` down to `lo`, both included, as in Verilog. */
  slice<H extends number, L extends number>(hi: H, lo: L): Bits<SliceWidth<H, L>> {
    return slice(this, hi, lo) as Bits<SliceWidth<H, L>>;
  }
  zext<M extends number>(width: M): Bits<M> {
    return extend(this, width, false);
  }
  sext<M extends number>(width: M): Bits<M> {
    return extend(this, width, true);
  }
  /** The value `times` over, side by side. */
  replicate<M extends number>(times: M): Bits<N extends 1 ? M : number> {
    const width = this.width * times;
    checkWidth(width, "a replicated value");
    return new Bits(width, { op: "replicate", times, a: this }) as Bits<N extends 1 ? M : number>;
  }
  /** For generic code: promises a width the type system cannot see; elaboration checks it. Also sheds a choice's names. */
  as<M extends number>(width: M): Bits<M> {
    const has: number = this.width;
    if (has !== width) {
      throw new HdlError({
        code: "width-promise",
        summary: `${describe(this)} has ${bitCount(this.width)}, not ${width}`,
        notes: declaredHere(this),
        fix: "promise the width it has, or change it with .zext(n), .sext(n) or .slice(hi, lo)",
      });
    }
    return this.enumeration === undefined ? (this as Bits as Bits<M>) : new Bits(width, this.node);
  }

  #arithmetic(symbol: BinarySymbol, b: Val<N>, what: string): Bits<N> {
    return new Bits(this.width, { op: "binary", symbol, signed: false, a: this, b: operand(b, this, what) });
  }
  #compare(symbol: BinarySymbol, b: Val<N>, signed: boolean, what: string): Bit {
    return new Bits(1, { op: "binary", symbol, signed, a: this, b: operand(b, this, what) });
  }
  #shift(symbol: BinarySymbol, amount: Bits | number): Bits<N> {
    const b = typeof amount === "number" ? constant(amount, indexWidth(amount + 1)) : amount;
    if (b.width > SHIFT_AMOUNT_BITS_MAX) throw shiftAmountTooWide(b);
    return new Bits(this.width, { op: "binary", symbol, signed: symbol === ">>>", a: this, b });
  }
}

/** Not every Verilog tool takes more. */
const SHIFT_AMOUNT_BITS_MAX = 32;

function shiftAmountTooWide(amount: Bits): HdlError {
  return new HdlError({
    code: "shift-amount",
    summary: `a shift amount has at most ${SHIFT_AMOUNT_BITS_MAX} bits, and ${describe(amount)} has ${amount.width}`,
    notes: declaredHere(amount),
    fix: "take the bits that matter: .slice(hi, lo)",
  });
}

/** A number as bits: unsigned, or negative in two's complement. */
export function constant<N extends number>(value: number | bigint | boolean, width: N, at?: Site): Bits<N> {
  checkWidth(width, "a constant", at);
  const number = BigInt(value);
  const beyond = 1n << BigInt(width);
  const lowest = -(beyond >> 1n);
  if (number < lowest || number >= beyond) {
    throw new HdlError({
      code: "constant-range",
      summary: `${value} does not fit in ${bitCount(width)}`,
      at,
      fix: `${bitCount(width)} hold 0 to ${beyond - 1n}, or ${lowest} to ${-lowest - 1n} signed`,
    });
  }
  return new Bits(width, { op: "const", value: BigInt.asUintN(width, number) });
}

/** The other side of an operator or assignment: as wide as `like`, and a choice among the same names. */
export function operand<N extends number>(value: Val<N>, like: Bits<N>, what: string, at?: Site): Bits<N> {
  if (!(value instanceof Bits)) {
    if (typeof value === "object") throw notReadable(value, at);
    return constant(value, like.width, at);
  }
  if (value.width !== like.width) {
    throw new HdlError({
      code: "width",
      summary: `${what} needs ${bitCount(like.width)} but was given ${value.width}`,
      at,
      notes: [
        { at: siteOf(like), text: `${describe(like)} has ${bitCount(like.width)}` },
        { at: siteOf(value), text: `${describe(value)} has ${bitCount(value.width)}` },
      ],
      fix: "widen with .zext(n) or .sext(n), narrow with .slice(hi, lo)",
    });
  }
  if (value.enumeration !== undefined && like.enumeration !== undefined && value.enumeration !== like.enumeration) {
    throw new HdlError({
      code: "enumeration-mismatch",
      summary: `${what} needs a "${like.enumeration.label}" but was given a "${value.enumeration.label}"`,
      at,
      notes: [
        { at: like.enumeration.at, text: `"${like.enumeration.label}" is declared here` },
        { at: value.enumeration.at, text: `"${value.enumeration.label}" is declared here` },
      ],
      fix: "use names of the same enumeration, or drop them with .as(width)",
    });
  }
  return value;
}

/** An operand that is no value at all: most often an asynchronous input. */
function notReadable(value: object, at: Site | undefined): HdlError {
  const label = "unsynchronized" in value ? String(value.unsynchronized) : undefined;
  return new HdlError({
    code: "async-input",
    summary: label === undefined ? "this is no hardware value" : `"${label}" is asynchronous and cannot be read directly`,
    at,
    fix: 'take it in first: const stable = m.synchronize("name", io.pin)',
  });
}

function product(a: Bits, b: Bits, signed: boolean): Bits {
  const width = a.width + b.width;
  return new Bits(width, {
    op: "binary",
    symbol: "*",
    signed,
    a: extend(a, width, signed),
    b: extend(b, width, signed),
  });
}

function extend<M extends number>(a: Bits, width: M, signed: boolean): Bits<M> {
  checkWidth(width, "an extended value");
  if (width < a.width) {
    throw new HdlError({
      code: "extend-narrower",
      summary: `cannot extend ${bitCount(a.width)} to ${width}`,
      notes: declaredHere(a),
      fix: "to drop bits, say which: .slice(hi, lo)",
    });
  }
  if (width === a.width) return new Bits(width, a.node);
  // The sign has to be read on its own, which Verilog can only do to something with a name.
  if (signed && a.width > 1) slice(a, a.width - 1, a.width - 1);
  return new Bits(width, { op: "extend", a, signed });
}

/** What a slice can be taken of: what has a name, and what is put together from such things. */
function slice(a: Bits, hi: number, lo: number): Bits {
  if (!Number.isInteger(hi) || !Number.isInteger(lo) || lo < 0 || hi < lo || hi >= a.width) {
    throw new HdlError({
      code: "slice-range",
      summary: `bits ${hi}:${lo} are outside ${describe(a)}, which has ${bitCount(a.width)}`,
      notes: declaredHere(a),
      fix: `slice(hi, lo) needs ${a.width - 1} >= hi >= lo >= 0`,
    });
  }
  const width = hi - lo + 1;
  const n = a.node;
  if (width === a.width) return a;
  switch (n.op) {
    case "signal":
    case "memory":
      return new Bits(width, { op: "slice", a, hi, lo });
    case "const":
      return new Bits(width, { op: "const", value: BigInt.asUintN(width, n.value >> BigInt(lo)) });
    case "slice":
      return slice(n.a, hi + n.lo, lo + n.lo);
    case "cat":
      return sliceOfCat(n.parts, hi, lo);
    case "extend":
      return sliceOfExtension(n.a, n.signed, hi, lo);
    default:
      throw new HdlError({
        code: "slice-unnamed",
        summary: "only a named value can be sliced, and this expression has no name",
        fix: "give it one: const { sum } = m.nets({ sum: <the expression> })",
      });
  }
}

function sliceOfCat(parts: readonly Bits[], hi: number, lo: number): Bits {
  const found: Bits[] = [];
  let offset = parts.reduce((sum, part) => sum + part.width, 0);
  for (const part of parts) {
    offset -= part.width;
    const top = Math.min(hi - offset, part.width - 1);
    const bottom = Math.max(lo - offset, 0);
    if (top >= bottom) found.push(slice(part, top, bottom));
  }
  const [first] = found;
  return found.length === 1 && first !== undefined ? first : new Bits(hi - lo + 1, { op: "cat", parts: found });
}

function sliceOfExtension(a: Bits, signed: boolean, hi: number, lo: number): Bits {
  if (hi < a.width) return slice(a, hi, lo);
  const width = hi - lo + 1;
  if (lo < a.width) return extend(slice(a, a.width - 1, lo), width, signed);
  return signed ? slice(a, a.width - 1, a.width - 1).replicate(width) : constant(0, width);
}

export function checkWidth(width: number, what: string, at?: Site): void {
  if (Number.isInteger(width) && width >= 1) return;
  throw new HdlError({
    code: "width-range",
    summary: `${what} cannot have ${width} bits`,
    at,
    fix: "a width is a whole number, at least 1",
  });
}

export function describe(value: Bits): string {
  return value.node.op === "signal" ? `"${value.node.signal.label}"` : "this expression";
}

export const bitCount = (width: number): string => (width === 1 ? "1 bit" : `${width} bits`);

export function siteOf(value: Bits): Site | undefined {
  return value.node.op === "signal" ? value.node.signal.at : undefined;
}

export function declaredHere(value: Bits): readonly { at: Site; text: string }[] {
  const at = siteOf(value);
  return at === undefined ? [] : [{ at, text: `${describe(value)} is declared here` }];
}
