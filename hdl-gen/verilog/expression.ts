// Expressions as Verilog. Every operand has exactly the width its operator wants, so that no context can widen it and
// signedness never leaks; parentheses stand wherever two different operators meet.
/* oxlint-disable consistent-return -- tsc knows that these switches are exhaustive */
import type { Bits, Node } from "../language/bits.ts";
import { ChoiceConstant, localparamName } from "../language/choice.ts";
import type { EnumerationBase } from "../language/choice.ts";

/** Enumeration names the text has used, by their Verilog name. */
export type UsedNames = Map<string, { readonly of: EnumerationBase; readonly value: bigint }>;

/** Binding strength of what stands around: an operand that binds less tightly gets parentheses. */
const LOOSE = 0;
const TERNARY = 1;
const BINARY = 2;
const TIGHT = 3;
const UNARY = 4;

export function expressionText(e: Bits, used: UsedNames, around = LOOSE): string {
  const text = (inner: Bits, tight = LOOSE): string => expressionText(inner, used, tight);
  const node = e.node;
  switch (node.op) {
    case "const":
      return e instanceof ChoiceConstant ? nameText(e.enumeration, String(e.name), used) : literal(node.value, e.width);
    case "signal":
      return node.signal.label;
    case "memory":
      return `${node.memory.label}[${addressText(node.address, used)}]`;
    case "slice":
      return sliceText(node, text);
    case "cat":
      return `{${node.parts.map((part) => text(part)).join(", ")}}`;
    case "replicate":
      return `{${node.times}{${text(node.a)}}}`;
    case "extend":
      return extendText(e.width, node, text);
    case "unary":
      return unaryText(node, around, text);
    case "mux":
      return paren(`${text(node.condition, TIGHT)} ? ${text(node.a, TIGHT)} : ${text(node.b, TERNARY)}`, around > TERNARY);
    case "select":
      return selectText(node, around, text);
    case "binary":
      return binaryText(node, around, text);
  }
}

/** An array index. Icarus computes a bare sum in an index with more bits than it has; braces keep it to its own. */
export function addressText(address: Bits, used: UsedNames): string {
  const text = expressionText(address, used);
  return ["const", "signal", "slice", "cat"].includes(address.node.op) ? text : `{${text}}`;
}

/** What an instance's pin is given. Yosys 0.23 takes the wire of a bare $unsigned for signed and stops; an OR hides it. */
export function pinText(value: Bits, used: UsedNames): string {
  const text = expressionText(value, used);
  return text.startsWith("$unsigned(") ? `${value.width}'d0 | ${text}` : text;
}

type Inner = (inner: Bits, tight?: number) => string;

export function nameText(of: EnumerationBase, name: string, used: UsedNames): string {
  const full = localparamName(of.label, name);
  used.set(full, { of, value: BigInt(of.names.indexOf(name)) });
  return full;
}

function sliceText({ a, hi, lo }: Node & { op: "slice" }, text: Inner): string {
  return hi === lo ? `${text(a)}[${hi}]` : `${text(a)}[${hi}:${lo}]`;
}

function extendText(width: number, { a, signed }: Node & { op: "extend" }, text: Inner): string {
  const by = width - a.width;
  if (!signed) return `{${by}'d0, ${text(a)}}`;
  return a.width === 1 ? `{${width}{${text(a)}}}` : `{{${by}{${text(a.msb())}}}, ${text(a)}}`;
}

function unaryText({ symbol, a }: Node & { op: "unary" }, around: number, text: Inner): string {
  const reduction = symbol !== "~";
  return paren(`${symbol}${text(a, UNARY)}`, around >= (reduction ? BINARY : UNARY));
}

const ASSOCIATIVE: ReadonlySet<string> = new Set(["&", "|", "^", "+"]);

function binaryText({ symbol, signed, a, b }: Node & { op: "binary" }, around: number, text: Inner): string {
  if (symbol === ">>>") return `$unsigned($signed(${text(a)}) >>> ${text(b, TIGHT)})`;
  if (signed && symbol === "*") return `$unsigned($signed(${text(a)}) * $signed(${text(b)}))`;
  if (signed) return paren(`$signed(${text(a)}) ${symbol} $signed(${text(b)})`, around >= BINARY);
  const chained = ASSOCIATIVE.has(symbol) && a.node.op === "binary" && a.node.symbol === symbol && !a.node.signed;
  return paren(`${text(a, chained ? LOOSE : TIGHT)} ${symbol} ${text(b, TIGHT)}`, around >= BINARY);
}

/** A tree of choices by the bits of the index, the highest outermost. */
function selectText({ index, values }: Node & { op: "select" }, around: number, text: Inner): string {
  const size = 2 ** index.width;
  const all = values.concat(Array.from({ length: size - values.length }, () => values.at(-1) ?? index));
  const choose = (from: number, count: number, tight: number): string => {
    const first = all[from];
    if (first !== undefined && all.slice(from, from + count).every((value) => value === first)) return text(first, tight);
    const half = count / 2;
    const bit = text(index.bit(Math.log2(half)), TIGHT);
    return paren(`${bit} ? ${choose(from + half, half, TIGHT)} : ${choose(from, half, TERNARY)}`, tight > TERNARY);
  };
  return choose(0, size, around);
}

export function literal(value: bigint, width: number): string {
  if (width === 1) return `1'b${value}`;
  return value < 10n ? `${width}'d${value}` : `${width}'h${value.toString(16)}`;
}

const paren = (text: string, yes: boolean): string => (yes ? `(${text})` : text);
