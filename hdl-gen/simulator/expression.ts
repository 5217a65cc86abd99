// Expressions as JavaScript on 32-bit words.
//
// A value of w bits is ceil(w / 32) words, lowest first. Words are int32, as JavaScript's bit operators give them; the
// highest word of a value has its unused bits 0, so a value of less than 32 bits is never negative. Up to 32 bits an
// expression stays one JavaScript expression; beyond, its words are kept in constants of the generated code.
/* oxlint-disable consistent-return -- tsc knows that these switches are exhaustive */
import type { Bits, Node } from "../language/bits.ts";
import { WORD, wordCount } from "./hierarchy.ts";
import type { Memory } from "../language/memory.ts";
import type { Signal } from "../language/signal.ts";

/** Where generated code goes and how it names what it reads. */
export interface Code {
  readonly lines: string[];
  /** JavaScript for one word of a signal. */
  readonly word: (signal: Signal, index: number) => string;
  /** The JavaScript array of a memory. */
  readonly memory: (memory: Memory) => string;
  /** A name not used before. */
  readonly fresh: () => string;
  /** The name of an array that holds these numbers. */
  readonly table: (values: readonly number[]) => string;
}

type Words = readonly string[];

/** The words of a value, as JavaScript expressions. */
export function words(e: Bits, code: Code): Words {
  const node = e.node;
  switch (node.op) {
    case "const":
      return constantWords(node.value, e.width);
    case "signal":
      return range(wordCount(e.width)).map((i) => code.word(node.signal, i));
    case "memory":
      return memoryWords(e.width, node, code);
    case "slice":
      return sliceWords(words(node.a, code), node.lo, e.width, code);
    case "cat":
      return catWords(node.parts, e.width, code);
    case "replicate":
      return node.a.width === 1
        ? repeatBit(words(node.a, code), e.width, code)
        : catWords(Array.from({ length: node.times }, () => node.a), e.width, code);
    case "extend":
      return extendWords(e.width, node, code);
    case "unary":
      return unaryWords(e.width, node, code);
    case "mux":
      return muxWords(node, code);
    case "select":
      return selectWords(node, code);
    case "binary":
      return binaryWords(e.width, node, code);
  }
}

/** The single word of a value of at most 32 bits. */
export function word(e: Bits, code: Code): string {
  return words(e, code)[0] ?? "0";
}

/** A JavaScript condition: true when the single bit is set. */
export function condition(e: Bits, code: Code): string {
  const node = e.node;
  if (node.op === "binary" && COMPARISONS.has(node.symbol)) return comparison(node, code);
  if (node.op === "unary" && node.symbol === "~") return `!${condition(node.a, code)}`;
  if (node.op === "unary" && node.symbol === "|" && node.a.width > 1) return nonZero(words(node.a, code));
  if (node.op === "binary" && e.width === 1 && (node.symbol === "&" || node.symbol === "|")) {
    return `(${condition(node.a, code)} ${node.symbol}${node.symbol} ${condition(node.b, code)})`;
  }
  return word(e, code);
}

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export function constantWords(value: bigint, width: number): string[] {
  return range(wordCount(width)).map((i) => String(Number(BigInt.asIntN(WORD, value >> BigInt(i * WORD)))));
}

/** Bits of the highest word. */
const topBits = (width: number): number => width - (wordCount(width) - 1) * WORD;
const maskOf = (bits: number): number => (bits === WORD ? -1 : 2 ** bits - 1);

/** Clears what lies above `bits` in a word. */
function masked(text: string, bits: number): string {
  return bits === WORD ? `(${text} | 0)` : `(${text} & ${maskOf(bits)})`;
}

/** The word as a signed number. */
function signed(text: string, bits: number): string {
  return bits === WORD ? text : `(${text} << ${WORD - bits} >> ${WORD - bits})`;
}

const isSimple = (text: string): boolean => /^(-?\d+|\w+(\[\d+\])?)$/.test(text);

/** The expression under a name, if it is worth one. */
function keep(text: string, code: Code): string {
  if (isSimple(text)) return text;
  const name = code.fresh();
  code.lines.push(`const ${name} = ${text};`);
  return name;
}

function nonZero(all: Words): string {
  return all.length === 1 ? `(${all[0]} !== 0)` : `((${all.join(" | ")}) !== 0)`;
}

function memoryWords(width: number, { memory, address }: Node & { op: "memory" }, code: Code): Words {
  const count = wordCount(width);
  const at = word(address, code);
  const name = code.memory(memory);
  // Beyond a depth that is no power of two there is nothing: | 0 makes it 0.
  if (count === 1) return [2 ** address.width === memory.depth ? `${name}[${at}]` : `(${name}[${at}] | 0)`];
  const base = keep(`${at} * ${count}`, code);
  return range(count).map((i) => `(${name}[${base} + ${i}] | 0)`);
}

/** `width` bits from bit `lo` up. */
function sliceWords(all: Words, lo: number, width: number, code: Code): Words {
  const shift = lo % WORD;
  const first = Math.floor(lo / WORD);
  const sources = shift === 0 ? all : all.map((text) => keep(text, code));
  return range(wordCount(width)).map((i) => {
    const bits = Math.min(WORD, width - i * WORD);
    const low = sources[first + i] ?? "0";
    const high = sources[first + i + 1];
    if (shift === 0) return bits === WORD ? low : masked(low, bits);
    const fromLow = `${low} >>> ${shift}`;
    return high === undefined || bits <= WORD - shift
      ? masked(fromLow, bits)
      : masked(`(${fromLow} | ${high} << ${WORD - shift})`, bits);
  });
}

function catWords(parts: readonly Bits[], width: number, code: Code): Words {
  const terms: string[][] = range(wordCount(width)).map(() => []);
  let offset = 0;
  for (const part of parts.toReversed()) {
    const sources = words(part, code);
    sources.forEach((source, i) => {
      const at = offset + i * WORD;
      const shift = at % WORD;
      const home = Math.floor(at / WORD);
      const bits = Math.min(WORD, part.width - i * WORD);
      const spills = shift + bits > WORD;
      const text = spills ? keep(source, code) : source;
      if (text === "0") return;
      terms[home]?.push(shift === 0 ? text : `${text} << ${shift}`);
      if (spills) terms[home + 1]?.push(`${text} >>> ${WORD - shift}`);
    });
    offset += part.width;
  }
  return terms.map((all) => {
    const [first] = all;
    if (first === undefined) return "0";
    if (all.length === 1) return isSimple(first) ? first : `(${first} | 0)`;
    return `(${all.join(" | ")})`;
  });
}

function repeatBit(all: Words, width: number, code: Code): Words {
  const bit = keep(all[0] ?? "0", code);
  return range(wordCount(width)).map((i) => masked(`-${bit}`, Math.min(WORD, width - i * WORD)));
}

function extendWords(width: number, { a, signed: isSigned }: Node & { op: "extend" }, code: Code): Words {
  const sources = words(a, code);
  const count = wordCount(width);
  if (!isSigned) return [...sources, ...range(count - sources.length).map(() => "0")];
  const top = keep(signed(sources.at(-1) ?? "0", topBits(a.width)), code);
  const all = [...sources.slice(0, -1), top, ...range(count - sources.length).map(() => `(${top} >> 31)`)];
  return all.map((text, i) => (i === count - 1 && topBits(width) < WORD ? masked(text, topBits(width)) : text));
}

function unaryWords(width: number, { symbol, a }: Node & { op: "unary" }, code: Code): Words {
  const all = words(a, code);
  switch (symbol) {
    case "~":
      return all.map((text, i) =>
        i < all.length - 1 || topBits(width) === WORD ? `~${text}` : `(${text} ^ ${maskOf(topBits(width))})`,
      );
    case "|":
      return [a.width === 1 ? (all[0] ?? "0") : `(${nonZero(all)} ? 1 : 0)`];
    case "&": {
      const tests = all.map((text, i) => `${text} === ${maskOf(i < all.length - 1 ? WORD : topBits(a.width))}`);
      return [`(${tests.join(" && ")} ? 1 : 0)`];
    }
    case "^":
      return [a.width === 1 ? (all[0] ?? "0") : `parity(${all.join(" ^ ")})`];
  }
}

function muxWords({ condition: test, a, b }: Node & { op: "mux" }, code: Code): Words {
  const chosen = condition(test, code);
  const left = words(a, code);
  const right = words(b, code);
  const once = left.length === 1 ? chosen : keep(chosen, code);
  return left.map((text, i) => `(${once} ? ${text} : ${right[i]})`);
}

function selectWords({ index, values }: Node & { op: "select" }, code: Code): Words {
  const at = keep(word(index, code), code);
  const count = wordCount(values[0]?.width ?? 1);
  if (count === 1 && values.every((v) => v.node.op === "const")) {
    const last = values.length - 1;
    const numbers = values.map((v) => Number(word(v, code)));
    const clipped = values.length === 2 ** index.width ? at : `(${at} < ${last} ? ${at} : ${last})`;
    return [`${code.table(numbers)}[${clipped}]`];
  }
  const names = range(count).map(() => code.fresh());
  // Wide values may need lines of their own, which must stand before the switch.
  const all = values.map((value) => words(value, code));
  code.lines.push(`let ${names.map((name) => `${name} = 0`).join(", ")};`, `switch (${at}) {`);
  all.forEach((value, i) => {
    const label = i === all.length - 1 ? "default:" : `case ${i}:`;
    code.lines.push(`${label} ${value.map((text, w) => `${names[w]} = ${text};`).join(" ")} break;`);
  });
  code.lines.push("}");
  return names;
}

function binaryWords(width: number, node: Node & { op: "binary" }, code: Code): Words {
  const { symbol, a, b } = node;
  if (COMPARISONS.has(symbol)) return [`(${comparison(node, code)} ? 1 : 0)`];
  switch (symbol) {
    case "&":
    case "|":
    case "^": {
      const left = words(a, code);
      const right = words(b, code);
      return left.map((text, i) => `(${text} ${symbol} ${right[i]})`);
    }
    case "+":
    case "-":
      return width <= WORD
        ? [masked(`${word(a, code)} ${symbol} ${word(b, code)}`, width)]
        : wideSum(words(a, code), words(b, code), symbol, width, code);
    case "*":
      return width <= WORD
        ? [masked(`Math.imul(${word(a, code)}, ${word(b, code)})`, width)]
        : wideProduct(words(a, code), words(b, code), width, code);
    default:
      return b.node.op === "const"
        ? fixedShift(width, node, Number(b.node.value), code)
        : variableShift(width, node, code);
  }
}

/** Adds or subtracts word by word; numbers hold the sum of two words and a carry exactly. */
function wideSum(a: Words, b: Words, symbol: "+" | "-", width: number, code: Code): Words {
  let carry = "";
  return a.map((text, i) => {
    const whole = code.fresh();
    code.lines.push(`const ${whole} = (${text} >>> 0) ${symbol} (${b[i]} >>> 0)${carry};`);
    carry = symbol === "+" ? ` + (${whole} > 4294967295 ? 1 : 0)` : ` - (${whole} < 0 ? 1 : 0)`;
    const result = masked(whole, i < a.length - 1 ? WORD : topBits(width));
    return keep(result, code);
  });
}

function wideProduct(a: Words, b: Words, width: number, code: Code): Words {
  const left = a.map((text) => keep(text, code));
  const right = b.map((text) => keep(text, code));
  if (width <= 2 * WORD) {
    const terms = [`mulhi(${left[0]}, ${right[0]})`];
    if (right[1] !== "0") terms.push(`Math.imul(${left[0]}, ${right[1]})`);
    if (left[1] !== "0") terms.push(`Math.imul(${left[1]}, ${right[0]})`);
    return [`Math.imul(${left[0]}, ${right[0]})`, masked(terms.join(" + "), topBits(width))];
  }
  const whole = code.fresh();
  const big = (all: Words): string => all.map((text, i) => `BigInt(${text} >>> 0) << ${i * WORD}n`).join(" | ");
  code.lines.push(`const ${whole} = (${big(left)}) * (${big(right)});`);
  return range(wordCount(width)).map((i) => {
    const bits = Math.min(WORD, width - i * WORD);
    return masked(`Number(BigInt.asIntN(32, ${whole} >> ${i * WORD}n))`, bits);
  });
}

function fixedShift(width: number, { symbol, a }: Node & { op: "binary" }, by: number, code: Code): Words {
  const all = words(a, code);
  const count = all.length;
  if (symbol === "<<") {
    if (by >= width) return range(count).map(() => "0");
    const sources = by % WORD === 0 || count === 1 ? all : all.map((text) => keep(text, code));
    return range(count).map((i) => {
      const home = i - Math.floor(by / WORD);
      const shift = by % WORD;
      const high = sources[home];
      const low = sources[home - 1];
      const text = [
        ...(high === undefined ? [] : [shift === 0 ? high : `${high} << ${shift}`]),
        ...(low === undefined || shift === 0 ? [] : [`${low} >>> ${WORD - shift}`]),
      ].join(" | ");
      return text === "" ? "0" : masked(`(${text})`, i === count - 1 ? topBits(width) : WORD);
    });
  }
  if (symbol === ">>") {
    if (by >= width) return range(count).map(() => "0");
    const shifted = sliceWords(all, by, width - by, code);
    return [...shifted, ...range(count - shifted.length).map(() => "0")];
  }
  const clipped = Math.min(by, width - 1);
  const top = signed(all.at(-1) ?? "0", topBits(width));
  if (count === 1) return [masked(`${top} >> ${clipped}`, width)];
  const sign = keep(`${top} >> 31`, code);
  const extended = [...all.slice(0, -1), keep(top, code), ...range(count).map(() => sign)];
  return sliceWords(extended, clipped, width, code);
}

function variableShift(width: number, { symbol, a, b }: Node & { op: "binary" }, code: Code): Words {
  const all = words(a, code);
  const amount = shiftAmount(b, code);
  const top = topBits(width);
  if (all.length === 1) {
    const value = all[0] ?? "0";
    const small = b.width <= 5;
    if (symbol === "<<") return [masked(small ? `${value} << ${amount}` : `shl(${value}, ${amount})`, width)];
    if (symbol === ">>") return [small ? `(${value} >>> ${amount} | 0)` : `shr(${value}, ${amount})`];
    const from = signed(value, width);
    return [masked(small ? `${from} >> ${amount}` : `sar(${from}, ${amount})`, width)];
  }
  // The words go into a scratch array with the fill on the side the shift draws from.
  const by = keep(`clip(${amount}, ${width})`, code);
  const fill = symbol === ">>>" ? keep(`${signed(all.at(-1) ?? "0", top)} >> 31`, code) : "0";
  const sources = symbol === ">>>" ? [...all.slice(0, -1), signed(all.at(-1) ?? "0", top)] : all;
  const scratch = code.fresh();
  const list = sources.map((text) => text).join(", ");
  code.lines.push(`const ${scratch} = [${list}];`);
  const helper = symbol === "<<" ? "shlWord" : "shrWord";
  return range(all.length).map((i) =>
    keep(masked(`${helper}(${scratch}, ${by}, ${i}, ${fill})`, i === all.length - 1 ? top : WORD), code),
  );
}

/** The amount in one word; more than a word counts comes out as -1, which is large when read as unsigned. */
function shiftAmount(b: Bits, code: Code): string {
  const all = words(b, code);
  if (all.length === 1) return all[0] ?? "0";
  return `((${all.slice(1).join(" | ")}) !== 0 ? -1 : ${all[0]})`;
}

function comparison({ symbol, signed: isSigned, a, b }: Node & { op: "binary" }, code: Code): string {
  const left = words(a, code);
  const right = words(b, code);
  if (symbol === "==" || symbol === "!=") {
    const tests = left.map((text, i) => `${text} ${symbol}= ${right[i]}`);
    return `(${tests.join(symbol === "==" ? " && " : " || ")})`;
  }
  const top = topBits(a.width);
  const ordered = (text: string, i: number): string => {
    if (i === left.length - 1) return isSigned ? signed(text, top) : top === WORD ? `(${text} >>> 0)` : text;
    return `(${text} >>> 0)`;
  };
  if (left.length === 1) return `(${ordered(left[0] ?? "0", 0)} ${symbol} ${ordered(right[0] ?? "0", 0)})`;
  const l = left.map((text) => keep(text, code));
  const r = right.map((text) => keep(text, code));
  const strict = symbol.charAt(0);
  // Highest word first: it decides unless it is equal on both sides.
  return range(l.length).reduce((rest, i) => {
    const here = `${ordered(l[i] ?? "0", i)} ${i === 0 ? symbol : strict} ${ordered(r[i] ?? "0", i)}`;
    return rest === "" ? `(${here})` : `(${here} || (${l[i]} === ${r[i]} && ${rest}))`;
  }, "");
}

/** Functions the generated code calls. */
export const HELPERS = `
const shl = (a, n) => (n >>> 0 > 31 ? 0 : a << n);
const shr = (a, n) => (n >>> 0 > 31 ? 0 : a >>> n | 0);
const sar = (a, n) => a >> (n >>> 0 > 31 ? 31 : n);
const clip = (n, width) => (n >>> 0 > width ? width : n);
const shlWord = (a, n, i, fill) => {
  const from = i - (n >>> 5), bits = n & 31;
  const high = from >= 0 ? a[from] : fill;
  return bits === 0 ? high : high << bits | (from >= 1 ? a[from - 1] : fill) >>> 32 - bits;
};
const shrWord = (a, n, i, fill) => {
  const from = i + (n >>> 5), bits = n & 31;
  const low = from < a.length ? a[from] : fill;
  return bits === 0 ? low : low >>> bits | (from + 1 < a.length ? a[from + 1] : fill) << 32 - bits;
};
const parity = (a) => {
  a ^= a >>> 16; a ^= a >>> 8; a ^= a >>> 4; a ^= a >>> 2;
  return (a ^ a >>> 1) & 1;
};
const mulhi = (a, b) => {
  const al = a & 65535, ah = a >>> 16, bl = b & 65535, bh = b >>> 16;
  const middle = ah * bl + (al * bl / 65536 >>> 0);
  return ah * bh + Math.floor(middle / 65536) + Math.floor(((middle % 65536) + al * bh) / 65536) | 0;
};
`;
