// Statements as JavaScript that writes words.
import type { Assign, Label, Match, Statement, When } from "../language/design.ts";
import type { Signal } from "../language/signal.ts";
import { condition, constantWords, word, words, type Code } from "./expression.ts";
import { WORD } from "./hierarchy.ts";

/** JavaScript for the word of a signal that is being assigned. */
export type Target = (signal: Signal, index: number) => string;

export function writeStatements(body: readonly Statement[], target: Target, code: Code): void {
  for (const statement of body) {
    if (statement.kind === "assign") writeAssign(statement, target, code);
    else if (statement.kind === "when") writeWhen(statement, target, code);
    else writeMatch(statement, target, code);
  }
}

function writeAssign({ target: signal, part, value }: Assign, target: Target, code: Code): void {
  if (part === undefined) {
    words(value, code).forEach((text, i) => code.lines.push(`${target(signal, i)} = ${text};`));
    return;
  }
  const { hi, lo } = part;
  const placed = value.as(value.width).zext(signal.width).shl(lo);
  const masks = constantWords((1n << BigInt(hi + 1)) - (1n << BigInt(lo)), signal.width);
  words(placed, code).forEach((text, i) => {
    const place = target(signal, i);
    if (masks[i] !== "0") code.lines.push(`${place} = ${place} & ~${masks[i]} | ${text};`);
  });
}

function writeWhen({ arms, otherwise }: When, target: Target, code: Code): void {
  arms.forEach((arm) => {
    code.lines.push(`if (${condition(arm.condition, code)}) {`);
    writeStatements(arm.body, target, code);
    // What a later condition needs to keep stands inside the else.
    code.lines.push("} else {");
  });
  writeStatements(otherwise ?? [], target, code);
  code.lines.push("}".repeat(arms.length));
}

/** Up to this width a wild match goes through a table of arm numbers. */
const TABLE_BITS_MAX = 12;

function writeMatch(match: Match, target: Target, code: Code): void {
  const { on, arms, otherwise, complete } = match;
  const wild = arms.some((arm) => arm.labels.some((l) => l.care !== undefined));
  if (on.width > WORD || (wild && on.width > TABLE_BITS_MAX)) {
    writeChain(match, target, code);
    return;
  }
  const subject = word(on, code);
  code.lines.push(wild ? `switch (${code.table(armNumbers(match))}[${subject}]) {` : `switch (${subject}) {`);
  arms.forEach((arm, i) => {
    const labels = wild ? [String(i)] : arm.labels.map((l) => constantWords(l.value, on.width)[0]);
    const all = labels.map((label) => `case ${label}: `).join("");
    code.lines.push(complete && i === arms.length - 1 ? `${all}default: {` : `${all}{`);
    writeStatements(arm.body, target, code);
    code.lines.push("break; }");
  });
  if (!complete) {
    code.lines.push("default: {");
    writeStatements(otherwise ?? [], target, code);
    code.lines.push("}");
  }
  code.lines.push("}");
}

/** For each value, the number of the arm it takes; -1 for none. */
function armNumbers({ on, arms }: Match): number[] {
  return Array.from({ length: 2 ** on.width }, (_, value) =>
    arms.findIndex((arm) => arm.labels.some((label) => fits(label, BigInt(value)))),
  );
}
const fits = ({ value, care }: Label, of: bigint): boolean => (care === undefined ? of === value : (of & care) === value);

function writeChain({ on, arms, otherwise, complete }: Match, target: Target, code: Code): void {
  const subject = words(on, code).map((text) => {
    const name = code.fresh();
    code.lines.push(`const ${name} = ${text};`);
    return name;
  });
  const test = ({ value, care }: Label): string => {
    const wanted = constantWords(value, on.width);
    const mask = care === undefined ? undefined : constantWords(care, on.width);
    const tests = subject.map((text, i) => `${mask === undefined ? text : `(${text} & ${mask[i]})`} === ${wanted[i]}`);
    return `(${tests.join(" && ")})`;
  };
  const chained = complete ? arms.slice(0, -1) : arms;
  for (const arm of chained) {
    code.lines.push(`if (${arm.labels.map(test).join(" || ")}) {`);
    writeStatements(arm.body, target, code);
    code.lines.push("} else {");
  }
  writeStatements((complete ? arms.at(-1)?.body : otherwise) ?? [], target, code);
  code.lines.push("}".repeat(chained.length));
}
