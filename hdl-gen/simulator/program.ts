// The whole design as JavaScript: `settle` computes everything that follows from inputs and state, in an order in which
// each thing is computed once, after what it needs; `clock` computes what registers and memories take over.
//
// Large functions are not optimised by V8, so the code is cut into functions of moderate size.
import type { Bits } from "../language/bits.ts";
import { cat } from "../language/combine.ts";
import type { Clock } from "../language/clock.ts";
import type { Design, Property, Statement } from "../language/design.ts";
import type { Memory, MemoryWrite } from "../language/memory.ts";
import type { Signal } from "../language/signal.ts";
import { reads, inStatements } from "../check/reads.ts";
import { inCircles, prune, schedule, type Block } from "../verilog/schedule.ts";
import { condition, HELPERS, range, word, words, type Code } from "./expression.ts";
import { flatten, wordCount, type Hierarchy, type Place, type Scope } from "./hierarchy.ts";
import { writeStatements } from "./statement.ts";


export interface Program {
  readonly hierarchy: Hierarchy;
  /** All words; state first. */
  readonly words: Int32Array;
  readonly memories: readonly Int32Array[];
  settle(): void;
  /** One edge of the clocks whose bits are set in `ticks`. */
  clock(reset: boolean, ticks: number): void;
  /** Settles and clocks `cycles` times without reset. */
  run(cycles: number): void;
  /** Tells that somebody else wrote these words. */
  poked(index: number, count: number): void;
  /** Cycles in which the cover point of this path held. */
  covered(path: string): number;
}

/** Called by the generated code when a property does not hold. */
export type Violated = (scope: Scope, property: Property) => void;

/** Lines of generated code in a function. */
const LINES_MAX = 400;

export function compile(design: Design, violated: Violated): Program {
  const hierarchy = flatten(design);
  const tables: Int32Array[] = [];
  let names = 0;
  const codeFor = (scope: Scope): Code => ({
    lines: [],
    word: (signal, index) => `s[${placeOf(scope, signal).index + index}]`,
    memory: (memory) => `m${storeOf(scope, memory)}`,
    fresh: () => `t${names++}`,
    table: (values) => `T${tables.push(Int32Array.from(values)) - 1}`,
  });

  const settle = order(hierarchy).map(({ scope, body }) => {
    const code = codeFor(scope);
    writeStatements(body, code.word, code);
    return code.lines;
  });
  /** What must hold for something under a clock to happen; with a single clock, nothing. */
  const ticks = (scope: Scope, clock: Clock): readonly string[] =>
    hierarchy.clocks.length < 2 ? [] : [`(ticks & ${1 << scope.timing(clock).root}) !== 0`];
  const next = hierarchy.scopes.flatMap((scope) => registerCode(scope, () => codeFor(scope), ticks));
  const sync = hierarchy.scopes.flatMap((scope) => readCode(scope, () => codeFor(scope), ticks));
  const writes = hierarchy.scopes.flatMap((scope) => writeCode(scope, () => codeFor(scope), ticks));
  const { checks, properties, covers } = propertyCode(hierarchy, codeFor, ticks);

  const commit =
    hierarchy.stateWords <= 64 ? range(hierarchy.stateWords).map((i) => `s[${i}] = n[${i}];`) : ["s.set(n);"];
  const source = [
    '"use strict";',
    HELPERS,
    ...hierarchy.stores.map((_, i) => `const m${i} = memories[${i}];`),
    ...tables.map((_, i) => `const T${i} = tables[${i}];`),
    ...functions("settle", "", settle),
    ...functions("check", "ticks", checks),
    ...functions("next", "rst, ticks", next),
    ...functions("sync", "ticks", sync),
    ...functions("write", "ticks", [writes]),
    "const clock = (rst, ticks) => {",
    checks.length > 0 ? "if (!rst) check(ticks);" : "",
    "next(rst, ticks); sync(ticks); write(ticks);",
    ...commit,
    "};",
    "const run = (cycles) => { for (let i = 0; i < cycles; i++) { settle(); clock(false, -1); } };",
    "return { settle, clock, run };",
  ].join("\n");
  // The state of the coming cycle; it equals the present one when a clock begins.
  const s = new Int32Array(hierarchy.words);
  const n = new Int32Array(hierarchy.stateWords);
  const memories = hierarchy.stores.map(({ memory }) => new Int32Array(memory.depth * wordCount(memory.width)));
  const covered = new Int32Array(covers.length);
  const fail = (index: number): void => {
    const found = properties[index];
    if (found !== undefined) violated(found.scope, found.property);
  };
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-type-assertion -- a compiler must run its code
  const make = new Function("s", "n", "memories", "tables", "covered", "fail", source) as (
    ...given: unknown[]
  ) => Pick<Program, "settle" | "clock" | "run">;
  return {
    hierarchy,
    words: s,
    memories,
    poked: (index, count) => {
      for (let i = index; i < Math.min(index + count, n.length); i++) n[i] = s[i] ?? 0;
    },
    covered: (path) => covered[covers.indexOf(path)] ?? 0,
    ...make(s, n, memories, tables, covered, fail),
  };
}

function placeOf(scope: Scope, signal: Signal): Place {
  const place = scope.places.get(signal);
  if (place === undefined) throw new Error(`"${signal.label}" has no place in "${scope.design.name}"`);
  return place;
}

function storeOf(scope: Scope, memory: Memory): number {
  const store = scope.stores.get(memory);
  if (store === undefined) throw new Error(`"${memory.label}" has no place in "${scope.design.name}"`);
  return store.index;
}

/** Pieces of code as functions of moderate size, and one of the given name that calls them all. */
function functions(name: string, parameter: string, pieces: readonly (readonly string[])[]): string[] {
  const parts: string[][] = [[]];
  for (const piece of pieces) {
    const last = parts.at(-1) ?? [];
    if (last.length > 0 && last.length + piece.length > LINES_MAX) parts.push([...piece]);
    else last.push(...piece);
  }
  if (parts.length === 1) return [`const ${name} = (${parameter}) => {`, ...(parts[0] ?? []), "};"];
  const all = parts.flatMap((lines, i) => [`const ${name}${i} = (${parameter}) => {`, ...lines, "};"]);
  const calls = parts.map((_, i) => `${name}${i}(${parameter});`);
  return [...all, `const ${name} = (${parameter}) => { ${calls.join(" ")} };`];
}

/** A piece of combinational logic of one instance. */
interface Piece {
  readonly scope: Scope;
  readonly body: readonly Statement[];
  readonly writes: readonly Place[];
  readonly reads: readonly Place[];
}

/** All combinational logic, each piece after those it reads from. */
function order(hierarchy: Hierarchy): Piece[] {
  const pieces = hierarchy.scopes.flatMap(piecesOf);
  const circular = inCircles(edgesOf(pieces));
  const split = pieces.flatMap((piece, i) => (circular.has(i) ? splitPiece(piece) : [piece]));
  const edges = edgesOf(split);
  const sorted: Piece[] = [];
  const done = new Set<number>();
  const visit = (i: number): void => {
    const piece = split[i];
    if (piece === undefined || done.has(i)) return;
    done.add(i);
    for (const before of edges[i] ?? []) visit(before);
    sorted.push(piece);
  };
  split.forEach((_, i) => visit(i));
  return sorted;
}

function piecesOf(scope: Scope): Piece[] {
  const { plain, blocks } = schedule(scope.design);
  const pieces = [
    ...plain.map((assign) => newPiece(scope, [assign], [assign.target])),
    ...blocks.map(({ body, targets }: Block) => newPiece(scope, body, targets)),
  ];
  for (const { instance, scope: inner } of scope.children) {
    for (const port of inner.design.signals) {
      const value = port.kind === "input" ? instance.inputs.get(port.label) : undefined;
      if (value === undefined) continue;
      const place = placeOf(inner, port);
      const shared = value.node.op === "signal" && scope.places.get(value.node.signal) === place;
      if (!shared) pieces.push(inputPiece(scope, inner, port, value));
    }
  }
  return pieces;
}

function newPiece(scope: Scope, body: readonly Statement[], targets: readonly Signal[]): Piece {
  const read = [...inStatements(body)].flatMap(({ value }) => reads(value));
  return {
    scope,
    body,
    writes: targets.map((t) => placeOf(scope, t)),
    reads: [...new Set(read)].map((r) => placeOf(scope, r)),
  };
}

/** An instance's input: read outside, written inside. */
function inputPiece(outer: Scope, inner: Scope, port: Signal, value: Bits): Piece {
  const scope: Scope = { ...outer, places: new Map([...outer.places, [port, placeOf(inner, port)]]) };
  return newPiece(scope, [{ kind: "assign", target: port, value, at: port.at }], [port]);
}

function edgesOf(pieces: readonly Piece[]): number[][] {
  const writers = new Map<Place, number>();
  pieces.forEach((p, i) => p.writes.forEach((place) => writers.set(place, i)));
  return pieces.map((p) => p.reads.flatMap((place) => writers.get(place) ?? []));
}

function splitPiece({ scope, body, writes }: Piece): Piece[] {
  const signals = new Map([...scope.places].map(([signal, place]) => [place, signal]));
  return writes.flatMap((place) => {
    const signal = signals.get(place);
    return signal === undefined ? [] : [newPiece(scope, prune(body, new Set([signal])), [signal])];
  });
}

type Ticks = (scope: Scope, clock: Clock) => readonly string[];

function registerCode(scope: Scope, newCode: () => Code, ticks: Ticks): string[][] {
  const target = (signal: Signal, index: number): string => `n[${placeOf(scope, signal).index + index}]`;
  return schedule(scope.design).registers.flatMap(({ targets: all, body }) =>
    [...new Set(all.map((t) => t.clock))].flatMap((clock) => {
      const targets = all.filter((t) => t.clock === clock);
      const withReset = targets.filter((t) => t.reset !== undefined);
      const without = targets.filter((t) => t.reset === undefined);
      const [tick] = clock === undefined ? [] : ticks(scope, clock);
      const pieces: string[][] = [];
      if (withReset.length > 0) {
        const code = newCode();
        const resetBy = clock && scope.timing(clock).reset;
        code.lines.push(`if (${resetBy === undefined ? "rst" : `s[${resetBy.index}] !== 0`}) {`);
        for (const t of withReset) {
          range(wordCount(t.width)).forEach((i) => {
            const value = Number(BigInt.asIntN(32, (t.reset ?? 0n) >> BigInt(32 * i)));
            code.lines.push(`${target(t, i)} = ${value};`);
          });
        }
        code.lines.push("} else {");
        writeStatements(prune(body, new Set(withReset)), target, code);
        code.lines.push("}");
        pieces.push(tick === undefined ? code.lines : [`if (${tick}) {`, ...code.lines, "}"]);
      }
      if (without.length > 0) {
        const code = newCode();
        code.lines.push(tick === undefined ? "{" : `if (${tick}) {`);
        writeStatements(prune(body, new Set(without)), target, code);
        code.lines.push("}");
        pieces.push(code.lines);
      }
      return pieces;
    }),
  );
}

/** Clocked read ports take what the memory holds before this cycle's writes. */
function readCode(scope: Scope, newCode: () => Code, ticks: Ticks): string[][] {
  return scope.design.memories.flatMap((memory) =>
    [...memory.reads, ...memory.ports].map(({ target, address, enable, clock }) => {
      const code = newCode();
      const count = wordCount(memory.width);
      code.lines.push(`if (${[...ticks(scope, clock), condition(enable, code)].join(" && ")}) {`);
      const base = code.fresh();
      code.lines.push(`const ${base} = ${word(address, code)} * ${count};`);
      const first = placeOf(scope, target).index;
      for (const i of range(count)) code.lines.push(`n[${first + i}] = ${code.memory(memory)}[${base} + ${i}] | 0;`);
      code.lines.push("}");
      return code.lines;
    }),
  );
}

/** All writes are computed before the first is done, for one may read what another writes. */
function writeCode(scope: Scope, newCode: () => Code, ticks: Ticks): string[] {
  const code = newCode();
  const after: string[] = [];
  const one = (memory: Memory, enable: Bits, { address, data, byteEnable, clock }: MemoryWrite, also?: Bits): void => {
    const count = wordCount(memory.width);
    const name = (text: string): string => {
      const fresh = code.fresh();
      code.lines.push(`const ${fresh} = ${text};`);
      return fresh;
    };
    const tests = [enable, ...(also === undefined ? [] : [also])].map((e) => condition(e, code));
    const test = name([...ticks(scope, clock), ...tests].join(" && "));
    const base = name(`${word(address, code)} * ${count}`);
    const values = words(data, code).map(name);
    const masks = byteEnable === undefined ? undefined : words(byteMask(byteEnable, memory.width), code).map(name);
    const array = code.memory(memory);
    after.push(`if (${test}${2 ** address.width === memory.depth ? "" : ` && ${base} < ${memory.depth * count}`}) {`);
    values.forEach((value, i) => {
      const place = `${array}[${base} + ${i}]`;
      const mask = masks?.[i];
      after.push(mask === undefined ? `${place} = ${value};` : `${place} = ${place} & ~${mask} | ${value} & ${mask};`);
    });
    after.push("}");
  };
  for (const memory of scope.design.memories) {
    for (const write of memory.writes) one(memory, write.enable, write);
    for (const port of memory.ports) one(memory, port.enable, port, port.write);
  }
  return [...code.lines, ...after];
}

/** Each enable bit as often as a part has bits. */
function byteMask(byteEnable: Bits, width: number): Bits {
  const part = width / byteEnable.width;
  return cat(...range(byteEnable.width).map((i): Bits => byteEnable.bit(byteEnable.width - 1 - i).replicate(part)));
}

function propertyCode(hierarchy: Hierarchy, codeFor: (scope: Scope) => Code, ticks: Ticks): {
  checks: string[][];
  properties: { scope: Scope; property: Property }[];
  covers: string[];
} {
  const properties: { scope: Scope; property: Property }[] = [];
  const covers: string[] = [];
  const checks = hierarchy.scopes.flatMap((scope) =>
    scope.design.properties.map((property) => {
      const code = codeFor(scope);
      const guards = [...ticks(scope, property.clock), ...property.under.map((value) => condition(value, code))];
      const holds = condition(property.condition, code);
      if (property.kind === "cover") {
        code.lines.push(`if (${[...guards, holds].join(" && ")}) covered[${covers.push(scope.prefix + property.name) - 1}]++;`);
      } else {
        code.lines.push(`if (${[...guards, `!(${holds})`].join(" && ")}) fail(${properties.length});`);
        properties.push({ scope, property });
      }
      return code.lines;
    }),
  );
  return { checks, properties, covers };
}
