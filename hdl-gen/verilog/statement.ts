// Statements as Verilog lines, each with the source line it comes from.
import type { Bits } from "../language/bits.ts";
import { constant } from "../language/bits.ts";
import { mux } from "../language/combine.ts";
import type { Assign, Label, Match, Statement } from "../language/design.ts";
import type { Signal } from "../language/signal.ts";
import { expressionText, literal, nameText, type UsedNames } from "./expression.ts";

export interface Writer {
  readonly lines: string[];
  readonly used: UsedNames;
}

/** Columns a line of code takes at most, its comment not counted. */
const COLUMNS_MAX = 100;

/** A line and its comment; a long line goes on below, indented, broken where parentheses are fewest. */
export function writeLine(code: string, comment: string, to: Writer): void {
  const indent = `${/^ */.exec(code)?.[0] ?? ""}    `;
  let rest = code;
  let note = `  // ${comment}`;
  while (rest.length > COLUMNS_MAX) {
    const at = breakPoint(rest);
    if (at === undefined) break;
    to.lines.push(`${rest.slice(0, at)}${note}`);
    note = "";
    rest = indent + rest.slice(at + 1);
  }
  to.lines.push(rest + note);
}

/** The space to break at: the last one at the lowest depth, not too near the beginning. */
function breakPoint(code: string): number | undefined {
  let depth = 0;
  let best: { readonly at: number; readonly depth: number } | undefined;
  for (let i = 0; i < Math.min(code.length, COLUMNS_MAX); i++) {
    const c = code.charAt(i);
    if ("([{".includes(c)) depth++;
    else if (")]}".includes(c)) depth--;
    // Before an operator's right side: after `?`, `:`, `,` and the like, never before them.
    else if (c === " " && i > COLUMNS_MAX / 3 && /[^\w)\]}\s]/.test(code.charAt(i - 1)) && depth <= (best?.depth ?? depth)) {
      best = { at: i, depth };
    }
  }
  return best?.at;
}

export function writeStatements(body: readonly Statement[], sign: "=" | "<=", pad: string, to: Writer): void {
  for (const statement of body) writeStatement(statement, sign, pad, to);
}

function writeStatement(statement: Statement, sign: "=" | "<=", pad: string, to: Writer): void {
  const text = (value: Bits): string => expressionText(value, to.used);
  switch (statement.kind) {
    case "assign":
      writeLine(`${pad}${targetText(statement)} ${sign} ${text(statement.value)};`, statement.at.text, to);
      return;
    case "when":
      statement.arms.forEach((arm, i) => {
        writeLine(`${pad}${i === 0 ? "if" : "end else if"} (${text(arm.condition)}) begin`, arm.at.text, to);
        writeStatements(arm.body, sign, `${pad}  `, to);
      });
      if (statement.otherwise !== undefined && statement.otherwise.length > 0) {
        to.lines.push(`${pad}end else begin`);
        writeStatements(statement.otherwise, sign, `${pad}  `, to);
      }
      to.lines.push(`${pad}end`);
      return;
    case "match":
      writeMatch(statement, sign, pad, to);
  }
}

function targetText({ target, part }: Assign): string {
  if (part === undefined) return target.label;
  return `${target.label}[${part.hi === part.lo ? part.hi : `${part.hi}:${part.lo}`}]`;
}

function writeMatch(statement: Match, sign: "=" | "<=", pad: string, to: Writer): void {
  const { on, at, complete } = statement;
  const labels = (all: readonly Label[], used: UsedNames): string => all.map((l) => labelText(l, on, used)).join(", ");
  const arms = complete ? statement.arms.slice(0, -1) : statement.arms;
  const last = complete ? statement.arms.at(-1) : undefined;
  const wild = arms.some((arm) => arm.labels.some((l) => l.care !== undefined));
  to.lines.push(`${pad}${wild ? "casez" : "case"} (${expressionText(on, to.used)})  // ${at.text}`);
  for (const arm of arms) writeArm(labels(arm.labels, to.used), arm.body);
  // The comment names the labels; it does not make them used.
  writeArm("default", last?.body ?? statement.otherwise ?? [], last && labels(last.labels, new Map()));
  to.lines.push(`${pad}endcase`);

  function writeArm(label: string, body: readonly Statement[], comment?: string): void {
    const note = comment === undefined ? "" : `  // ${comment}`;
    if (body.length === 0) {
      to.lines.push(`${pad}  ${label}: ;${note}`);
      return;
    }
    to.lines.push(`${pad}  ${label}: begin${note}`);
    writeStatements(body, sign, `${pad}    `, to);
    to.lines.push(`${pad}  end`);
  }
}

function labelText({ value, care, name }: Label, on: Bits, used: UsedNames): string {
  if (name !== undefined && on.enumeration !== undefined) return nameText(on.enumeration, name, used);
  if (care === undefined) return literal(value, on.width);
  const bits = Array.from({ length: on.width }, (_, i) => {
    const bit = BigInt(on.width - 1 - i);
    return ((care >> bit) & 1n) === 0n ? "?" : String((value >> bit) & 1n);
  });
  return `${on.width}'b${bits.join("")}`;
}

/** What statements leave in a signal, as one expression. */
export function asExpression(body: readonly Statement[], target: Signal, before: Bits = constant(0, target.width)): Bits {
  return body.reduce<Bits>((current, statement) => {
    if (statement.kind === "assign") return statement.target === target ? assignedValue(statement, current) : current;
    const otherwise = asExpression(statement.otherwise ?? [], target, current);
    if (statement.kind === "when") {
      return statement.arms.reduceRight<Bits>(
        (rest, arm) => plainMux(arm.condition, asExpression(arm.body, target, current), rest),
        otherwise,
      );
    }
    const arms = [...statement.arms];
    const last = statement.complete ? arms.pop() : undefined;
    const on = statement.on.as(statement.on.width);
    return arms.reduceRight<Bits>((rest, arm) => {
      const tests = arm.labels.map(({ value, care }) => (care === undefined ? on.eq(value) : on.and(care).eq(value)));
      const [first, ...others] = tests;
      return first === undefined ? rest : plainMux(first.or(...others), asExpression(arm.body, target, current), rest);
    }, last === undefined ? otherwise : asExpression(last.body, target, current));
  }, before);
}

function assignedValue({ target, part, value }: Assign, before: Bits): Bits {
  if (part === undefined) return value;
  const bits = (1n << BigInt(part.hi + 1)) - (1n << BigInt(part.lo));
  const others = (1n << BigInt(target.width)) - 1n - bits;
  return before.and(others).or(value.as(value.width).zext(target.width).shl(part.lo));
}

function plainMux(condition: Bits, a: Bits, b: Bits): Bits {
  return mux(condition.as(1), a.as(a.width), b.as(b.width));
}
