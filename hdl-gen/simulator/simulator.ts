// A simulator for unit tests: the design compiled to JavaScript, no other tool needed. What it shows has the shape of
// the ports: `sim.io.bus.address = 5`.
/* oxlint-disable typescript/no-unsafe-type-assertion -- shapes are computed in the types, and follow the same tree when they run */
import { readFileSync } from "node:fs";
import { encodingOf, type EnumerationBase } from "../language/choice.ts";
import type { ClockPort } from "../language/clock.ts";
import { join } from "../language/declare.ts";
import type { Design } from "../language/design.ts";
import { HdlError } from "../language/error.ts";
import { isList, isPort, type AsyncPort, type Bundle, type ChoicePort, type Port, type PortTree } from "../language/ports.ts";
import type { Signal } from "../language/signal.ts";
import { constantWords } from "./expression.ts";
import { wordCount, type Place, type Store } from "./hierarchy.ts";
import { compile, type Program } from "./program.ts";

/** Widths whose values fit a JavaScript number; wider ones are bigints. */
type Narrow =
  | (1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16)
  | (17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30 | 31 | 32);
/** A value of N bits, unsigned. When N is only known at run time, it is a number up to 32 bits all the same. */
export type ValueOf<N extends number> = number extends N ? number | bigint : N extends Narrow ? number : bigint;

/** The ports as the test bench sees them: inputs are assigned, outputs are read; choices are their names. */
export type Outside<P> = Bundle extends P
  ? unknown
  : P extends ClockPort
    ? never
    : P extends ChoicePort<infer D, infer S>
      ? D extends "in"
        ? { value: S }["value"]
        : S
      : P extends AsyncPort<"in", infer N> | Port<"in" | "out", infer N>
        ? ValueOf<N>
        : P extends readonly (infer E)[]
          ? Outside<E>[]
          : { -readonly [K in keyof P as P[K] extends Port<"out"> ? never : K]: Outside<P[K]> } & {
              readonly [K in keyof P as P[K] extends Port<"out"> ? K : never]: Outside<P[K]>;
            };

export interface SimulatedMemory {
  read(index: number): number | bigint;
  write(index: number, word: number | bigint): void;
}

/** What happened when a property did not hold. */
export class PropertyViolation extends Error {
  override readonly name = "PropertyViolation";
}

export interface Simulation<B extends Bundle = Bundle> {
  readonly design: Design<B>;
  readonly io: Outside<B>;
  /** Rising edges so far. */
  readonly cycle: number;
  /** Runs clock cycles, of all clocks together if there are several; reset is inactive. */
  step(cycles?: number): Simulation<B>;
  /** Runs cycles with reset active; an asynchronous one, too, acts with the edge here. */
  reset(cycles?: number): Simulation<B>;
  /** One edge of the clocks named: ports, and `clk` for the module's own. */
  tick(...clocks: readonly string[]): Simulation<B>;
  /** Steps until `done()`; throws after `limit` cycles. */
  until(done: () => boolean, limit: number): Simulation<B>;
  /** Any signal by its dotted path, such as `u_alu.sum`. */
  peek(path: string): number | bigint;
  /** Sets an input or a register; a net would be computed anew. */
  poke(path: string, value: number | bigint): void;
  /** The name a choice has at the moment, or its number if it has none. */
  peekName(path: string): string;
  memory(path: string): SimulatedMemory;
  /** Cycles in which a cover point held. */
  covered(path: string): number;
  /** Dotted paths of all signals. */
  readonly paths: readonly string[];
  widthOf(path: string): number;
  /** Calls `see` before each clock edge, when everything has settled. */
  watch(see: () => void): () => void;
}

export function simulate<B extends Bundle>(design: Design<B>): Simulation<B> {
  const program: Program = compile(design, (scope, property) => {
    const verb = property.kind === "assume" ? "assumption" : "assertion";
    throw new PropertyViolation(
      `${verb} "${scope.prefix}${property.name}" does not hold in cycle ${cycle} (${property.at.text})`,
    );
  });
  const { names, stores } = program.hierarchy;
  const watchers = new Set<() => void>();
  let cycle = 0;
  let settled = false;
  fillMemories(program);

  const settle = (): void => {
    if (!settled) program.settle();
    settled = true;
  };
  const find = (path: string): { readonly signal: Signal; readonly place: Place } => {
    const found = names.get(path);
    if (found === undefined) throw new HdlError({ code: "unknown-port", summary: `"${design.name}" has no signal "${path}"`, fix: "see sim.paths for those it has" });
    return found;
  };
  const get = (place: Place): number | bigint => {
    settle();
    return readWords(program.words, place.index, place.width);
  };
  const set = (label: string, place: Place, value: number | bigint): void => {
    writeWords(program.words, place.index, place.width, checked(value, place.width, label));
    program.poked(place.index, wordCount(place.width));
    settled = false;
  };
  const clock = (cycles: number, reset: boolean, ticks = -1): void => {
    if (watchers.size === 0 && !reset && ticks === -1) {
      program.run(cycles);
      cycle += cycles;
      settled = false;
      return;
    }
    for (let i = 0; i < cycles; i++) {
      settle();
      for (const see of watchers) see();
      program.clock(reset, ticks);
      settled = false;
      cycle++;
    }
  };

  const simulation: Simulation<B> = {
    design,
    io: mirror(design.ports, "", (path) => find(path).place, get, set) as Outside<B>,
    get cycle() {
      return cycle;
    },
    step(cycles = 1) {
      clock(cycles, false);
      return simulation;
    },
    reset(cycles = 1) {
      clock(cycles, true);
      return simulation;
    },
    tick(...clocks) {
      const numbers = clocks.map((name) => program.hierarchy.clocks.indexOf(name));
      const stray = clocks.find((_, i) => numbers[i] === -1);
      if (stray !== undefined) {
        const all = program.hierarchy.clocks.join(", ") || "none";
        throw new HdlError({ code: "unknown-port", summary: `"${design.name}" has no clock "${stray}"`, fix: `it has ${all}` });
      }
      clock(1, false, numbers.reduce((bits, number) => bits | (1 << number), 0));
      return simulation;
    },
    until(done, limit) {
      for (let i = 0; !done(); i++) {
        if (i >= limit) throw new Error(`not within ${limit} cycles: ${done.toString()}`);
        clock(1, false);
      }
      return simulation;
    },
    peek: (path) => get(find(path).place),
    poke: (path, value) => set(path, find(path).place, value),
    peekName(path) {
      const { signal, place } = find(path);
      return nameOf(signal.enumeration, get(place));
    },
    memory(path) {
      const store = stores.find((s) => s.path === path);
      if (store === undefined) throw new HdlError({ code: "unknown-port", summary: `"${design.name}" has no memory "${path}"`, fix: `it has ${stores.map((s) => s.path).join(", ") || "none"}` });
      return memoryAccess(program, store, () => {
        settled = false;
      });
    },
    covered: (path) => program.covered(path),
    paths: [...names.keys()],
    widthOf: (path) => find(path).place.width,
    watch(see) {
      watchers.add(see);
      return () => watchers.delete(see);
    },
  };
  return simulation;
}

type Get = (place: Place) => number | bigint;
type Set = (label: string, place: Place, value: number | bigint) => void;

/** Accessors in the shape of the ports. */
function mirror(tree: PortTree, label: string, find: (path: string) => Place, get: Get, set: Set): unknown {
  const shape: object = isList(tree) ? [] : {};
  for (const [key, item] of Object.entries(tree) as [string, PortTree][]) {
    if (isPort(item) && item.clock !== undefined) continue;
    const path = join(label, key);
    Object.defineProperty(shape, key, { enumerable: true, ...accessor(item, path, find, get, set) });
  }
  return Object.freeze(shape);
}

function accessor(item: PortTree, path: string, find: (path: string) => Place, get: Get, set: Set): PropertyDescriptor {
  if (!isPort(item)) return { value: mirror(item, path, find, get, set) };
  const place = find(path);
  const of = item.enumeration;
  const read = (): unknown => (of === undefined ? get(place) : nameOf(of, get(place)));
  if (item.direction === "out") return { get: read };
  return {
    get: read,
    set: (value: number | bigint | string) =>
      set(path, place, typeof value === "string" && of !== undefined ? encodingOf(of, value) : (value as number | bigint)),
  };
}

function nameOf(of: EnumerationBase | undefined, value: number | bigint): string {
  return of?.names[Number(value)] ?? String(value);
}

function checked(value: number | bigint | boolean, width: number, label: string): bigint {
  const number = typeof value === "bigint" || Number.isInteger(Number(value)) ? BigInt(value) : undefined;
  const beyond = 1n << BigInt(width);
  if (number !== undefined && number < beyond && number >= -(beyond >> 1n)) return BigInt.asUintN(width, number);
  throw new HdlError({
    code: "simulator-value",
    summary: `${value} does not fit in "${label}", which has ${width === 1 ? "1 bit" : `${width} bits`}`,
    fix: `give a whole number from ${-(beyond >> 1n)} to ${beyond - 1n}`,
  });
}

export function readWords(all: Int32Array, index: number, width: number): number | bigint {
  if (width <= 32) return (all[index] ?? 0) >>> 0;
  let value = 0n;
  for (let i = wordCount(width) - 1; i >= 0; i--) value = (value << 32n) | BigInt((all[index + i] ?? 0) >>> 0);
  return value;
}

function writeWords(all: Int32Array, index: number, width: number, value: bigint): void {
  if (width <= 32) all[index] = Number(BigInt.asIntN(32, value));
  else constantWords(value, width).forEach((word, i) => (all[index + i] = Number(word)));
}

function memoryAccess(program: Program, { index, memory, path }: Store, changed: () => void): SimulatedMemory {
  const words = program.memories[index] ?? new Int32Array();
  const count = wordCount(memory.width);
  const check = (at: number): number => {
    if (Number.isInteger(at) && at >= 0 && at < memory.depth) return at * count;
    throw new HdlError({ code: "simulator-value", summary: `memory "${path}" has no word ${at}`, fix: `give 0 to ${memory.depth - 1}` });
  };
  return {
    read: (at) => readWords(words, check(at), memory.width),
    write(at, word) {
      writeWords(words, check(at), memory.width, checked(word, memory.width, path));
      changed();
    },
  };
}

function fillMemories(program: Program): void {
  for (const { memory, index } of program.hierarchy.stores) {
    const words = program.memories[index] ?? new Int32Array();
    const { init, width } = memory;
    const initial = "file" in init ? parseHexWords(readFileSync(init.file, "utf8")) : init;
    initial.forEach((word, i) => writeWords(words, i * wordCount(width), width, BigInt.asUintN(width, word)));
  }
}

/** What `$readmemh` reads: hexadecimal words apart by white space, with comments; `@` sets the address. */
export function parseHexWords(text: string): bigint[] {
  const found: bigint[] = [];
  let at = 0;
  const plain = text.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, " ");
  for (const token of plain.split(/\s+/).filter((t) => t !== "")) {
    if (token.startsWith("@")) at = Number.parseInt(token.slice(1), 16);
    else found[at++] = BigInt(`0x${token.replaceAll("_", "")}`);
  }
  return Array.from(found, (word) => word ?? 0n);
}
