// What a module's author works with: `m`. It records declarations and statements; nothing is decided here that the
// checks could decide better once the module is complete.
/* oxlint-disable typescript/no-unsafe-type-assertion -- shapes are computed in the types, and follow the same tree when they run */
import { Bits, constant, operand, type Bit, type Val } from "./bits.ts";
import { choiceOperand, ChoiceNet, ChoiceRegister, ChoiceSignal, encodingOf, enumeration, isEnumeration, type Choice } from "./choice.ts";
import { bit } from "./combine.ts";
import {
  constantValue,
  isDeclaration,
  join,
  mapTree,
  type Drive,
  type NetsOf,
  type NetTree,
  type RegistersOf,
  type RegisterTree,
} from "./declare.ts";
import type { Assign, Design, Instance, Label, Match, Property, PropertyKind, Statement, WhenArm } from "./design.ts";
import { Clock, OWN_CLOCK, type ClockShape } from "./clock.ts";
import { HdlError } from "./error.ts";
import { connect } from "./instance.ts";
import { MemoryHandle, type Memory, type MemoryShape } from "./memory.ts";
import { KEYWORDS, RESERVED } from "./names.ts";
import { History } from "./past.ts";
import { comparePatterns, parsePattern } from "./pattern.ts";
import type { Bundle, Given, Unsynchronized, Yields } from "./ports.ts";
import { Net, Register, Signal, type Owner, type Part } from "./signal.ts";
import { Site } from "./site.ts";

/** Continues a `when`. */
export interface WhenChain {
  elsewhen(condition: Bit, body: () => void): WhenChain;
  otherwise(body: () => void): void;
}

export class Builder implements Owner {
  readonly name: string;
  readonly signals: Signal[] = [];
  readonly memories: Memory[] = [];
  readonly instances: Instance[] = [];
  readonly properties: Property[] = [];
  readonly unusedValues: Bits[] = [];
  readonly body: Statement[] = [];
  readonly #names = new Map<string, Site>();
  /** The branches around the statement being recorded, as conditions made when a property asks. */
  readonly #under: (() => readonly Bits[])[] = [];
  #block: Statement[] = this.body;
  #prefix = "";
  #ghost = false;
  /** The module's own clock. */
  readonly clock: Clock = new Clock("", OWN_CLOCK, new Site());
  /** Those that are ports. */
  readonly clocks: Clock[] = [];
  #domain: Clock = this.clock;
  readonly #history = new History({
    body: this.body,
    instances: this.instances,
    declareGhost: (signal) => this.ghost(() => this.declare(signal)),
  });

  constructor(name: string) {
    this.name = name;
  }

  // --- declarations -------------------------------------------------------------------------------

  /** Registers, each named by its key; nested records and arrays join their names with `_`. */
  regs<const R extends RegisterTree>(tree: R): RegistersOf<R> {
    const at = new Site();
    return mapTree(tree, this.#prefix, (leaf, label) => this.#declareLeaf(leaf, label, at)) as RegistersOf<R>;
  }

  /** Nets: a width or an enumeration to be driven later, or an expression to give a name to. */
  nets<const R extends NetTree>(tree: R): NetsOf<R> {
    const at = new Site();
    return mapTree(tree, this.#prefix, (leaf, label) => this.#declareLeaf(leaf, label, at)) as NetsOf<R>;
  }

  #declareLeaf(leaf: unknown, label: string, at: Site): Signal {
    if (isDeclaration(leaf)) return this.declare(leaf.make(label));
    if (isEnumeration(leaf)) return this.declare(new ChoiceNet("net", label, leaf, { doc: "", at }));
    if (typeof leaf === "number") return this.declare(new Net("net", label, leaf, { doc: "", at }));
    const value = leaf as Bits;
    operand(value, value, `"${label}"`, at);
    const target = isEnumeration(value.enumeration)
      ? new ChoiceNet("net", label, value.enumeration, { doc: "", at })
      : new Net("net", label, value.width, { doc: "", at });
    // What an expression is worth does not depend on the branch it is named in.
    this.body.push({ kind: "assign", target: this.declare(target), value, at });
    return target;
  }

  /** Takes a signal in under its label. */
  declare<T extends Signal>(signal: T): T {
    this.#claim(signal.label, signal.at);
    signal.owner = this;
    signal.ghost = this.#ghost;
    if (!signal.async) signal.clock ??= this.#domain;
    this.signals.push(signal);
    return signal;
  }

  /** Two flip-flops between the outside world and this module's clock; `name` is the stable one. */
  synchronize<N extends number>(name: string, from: Unsynchronized<N>): Bits<N> {
    const at = new Site();
    const source = this.signals.find((s) => s.label === from.unsynchronized);
    if (source === undefined) {
      throw new HdlError({
        code: "foreign-signal",
        summary: `"${from.unsynchronized}" is no asynchronous input of module "${this.name}"`,
        at,
        fix: `give "${this.name}" an asyncInput for it`,
      });
    }
    const flop = (label: string, doc: string): Register<N> =>
      this.declare(new Register("register", join(this.#prefix, label), from.width, { reset: 0n, doc, at }));
    const meta = flop(`${name}_meta`, "may be metastable: only the next register reads it");
    const stable = flop(name, "");
    this.body.push({ kind: "assign", target: meta, value: source, at });
    this.body.push({ kind: "assign", target: stable, value: meta, at });
    return stable as Bits as Bits<N>;
  }

  /** Names made inside start with `name_`: for loops and functions that make many of a kind. */
  scope<T>(name: string, body: () => T): T {
    const outer = this.#prefix;
    this.#prefix = join(outer, name);
    try {
      return body();
    } finally {
      this.#prefix = outer;
    }
  }

  /** What is declared inside belongs to this clock. */
  domain<T>(clock: Clock, body: () => T): T {
    const outer = this.#domain;
    this.#domain = clock;
    try {
      return body();
    } finally {
      this.#domain = outer;
    }
  }

  /** Takes in a clock that is a port. */
  takeClock(clock: Clock): void {
    this.#claim(clock.clockWire, clock.at);
    this.#claim(clock.resetWire, clock.at);
    this.clocks.push(clock);
  }

  /** A clock that comes from inside, such as a PLL's; it has no reset but one that `m.withReset` gives it. */
  clockFrom(wire: Bit, edge: ClockShape["edge"] = "rising"): Clock {
    if (wire.node.op === "signal" && wire.node.signal.kind === "instance") {
      const { signal } = wire.node;
      return new Clock(signal.label, { ...OWN_CLOCK, edge }, new Site(), { clockedBy: signal });
    }
    throw new HdlError({
      code: "crossing-source",
      summary: "a clock must come straight from an instance, not from logic, which may glitch",
      fix: "take it from a black box: a PLL, a clock buffer, a gate made for clocks",
    });
  }

  /** The same clock with another reset: a bit of this module's, synchronous, active high. */
  withReset(clock: Clock, reset: Bit): Clock {
    if (reset.node.op === "signal") return new Clock(clock.label, { ...clock.shape, reset: OWN_CLOCK.reset }, new Site(), {
      from: clock,
      resetBy: reset.node.signal,
    });
    throw new HdlError({ code: "crossing-source", summary: "a reset must be a signal, not logic, which may glitch", fix: RAW_FIX });
  }

  /**
   * A value of another clock's domain, as it is, under a name of this one's. Only for parts that are themselves
   * crossings: whoever reads it may meet it while it changes, and `because` says why that is no harm.
   */
  crossing<N extends number>(name: string, value: Bits<N>, because: string): Bits<N> {
    const at = new Site();
    if (!isRaw(value)) {
      throw new HdlError({
        code: "crossing-source",
        summary: `what crosses as "${name}" is logic, whose glitches the other clock could see`,
        at: new Site("user"),
        fix: RAW_FIX,
      });
    }
    const target = new Net("net", join(this.#prefix, name), value.width, { doc: because, at });
    target.crossing = true;
    this.body.push({ kind: "assign", target: this.declare(target), value, at });
    return target as Bits as Bits<N>;
  }

  /** Words in a row; what it becomes is decided by how it is read, see `MemoryHandle`. */
  memory<N extends number>(name: string, shape: MemoryShape<N>): MemoryHandle<N> {
    const at = new Site();
    const label = join(this.#prefix, name);
    this.#claim(label, at);
    const declare = (read: string, width: number, doc: string, site: Site): Signal =>
      this.declare(new Signal("read", join(this.#prefix, read), width, { doc, at: site }));
    const memory = new MemoryHandle(label, shape, declare, () => this.#domain, at);
    this.memories.push(memory);
    return memory;
  }

  /** A module inside this one. Every input must be given; outputs come back, named `<name>_<port>` in the Verilog. */
  instance<B extends Bundle>(name: string, of: Design<B>, given: Given<B>): Yields<B> {
    const at = new Site();
    const label = join(this.#prefix, name);
    this.#claim(label, at);
    const { instance, yields } = connect(label, of, given, { at, own: this.signals, clock: this.#domain }, (signal) =>
      this.declare(signal),
    );
    this.instances.push(instance);
    return yields as Yields<B>;
  }

  // --- statements ---------------------------------------------------------------------------------

  assign(target: Signal, value: Bits, at: Site, part?: Part): void {
    if (building.at(-1) !== this) {
      throw new HdlError({
        code: "not-driven-here",
        summary: `"${target.label}" belongs to module "${this.name}", which cannot be driven from here`,
        at,
        notes: [{ at: target.at, text: `"${target.label}" is declared here` }],
        fix: "give this module an output and connect it where the other module instantiates it",
      });
    }
    if (!DRIVEN.has(target.kind)) {
      throw new HdlError({
        code: "not-driven-here",
        summary: `"${target.label}" is an ${target.kind === "input" ? "input" : "output of something else"} and cannot be driven`,
        at,
        notes: [{ at: target.at, text: `"${target.label}" is declared here` }],
        fix: "drive a register, a net or an output",
      });
    }
    const whole = part === undefined || value.width === target.width;
    this.#block.push(whole ? { kind: "assign", target, value, at } : { kind: "assign", target, part, value, at });
  }

  /** Drives every register (`next`) and net (`value`) of a record from the value of the same key. */
  drive<T extends object>(target: T, source: Drive<T>): void {
    this.#drive(target, source, "", new Site());
  }

  #drive(target: unknown, source: unknown, path: string, at: Site): void {
    if (target instanceof Signal) {
      const value = typeof source === "string" && target instanceof ChoiceSignal
        ? choiceOperand(source, target.enumeration)
        : operand(source as Val<number>, target, `"${target.label}"`, at);
      return this.assign(target, value, at);
    }
    const targets = Object.keys(target as object);
    const given = typeof source === "object" && source !== null ? Object.keys(source) : [];
    const missing = targets.filter((key) => !given.includes(key));
    const extra = given.filter((key) => !targets.includes(key));
    if (missing.length + extra.length > 0) {
      const wrong = [...missing.map((key) => `lacks "${key}"`), ...extra.map((key) => `has "${key}" too many`)];
      throw new HdlError({
        code: "drive-shape",
        summary: `the source for ${path === "" ? "m.drive" : `"${path}"`} ${wrong.join(" and ")}`,
        at,
        fix: "give a value for each key of the target, and for no other",
      });
    }
    for (const key of targets) {
      this.#drive((target as Record<string, unknown>)[key], (source as Record<string, unknown>)[key], join(path, key), at);
    }
    return undefined;
  }

  /** What `body` assigns holds while the condition does; `.elsewhen` and `.otherwise` go on from there. */
  when(condition: Bit, body: () => void): WhenChain {
    const at = new Site();
    const before: Bits[] = [];
    const arm = (test: Bit, inner: () => void, site: Site): WhenArm => {
      const tested = bit(test, "when", site);
      const under = [...before.map((b) => b.not()), tested];
      before.push(tested);
      return { condition: tested, body: this.#within(inner, () => under), at: site };
    };
    const arms = [arm(condition, body, at)];
    const statement: { kind: "when"; arms: WhenArm[]; otherwise: Statement[] | undefined; at: Site } = {
      kind: "when",
      arms,
      otherwise: undefined,
      at,
    };
    this.#block.push(statement);
    const chain: WhenChain = {
      elsewhen: (test, inner) => {
        arms.push(arm(test, inner, new Site()));
        return chain;
      },
      otherwise: (inner) => {
        statement.otherwise = this.#within(inner, () => before.map((b) => b.not()));
      },
    };
    return chain;
  }

  /** Chooses by value; the last argument, if given, is everything else. */
  match<S extends string>(
    on: Choice<S>,
    arms: readonly (readonly [NoInfer<S> | readonly NoInfer<S>[], () => void])[],
    otherwise?: () => void,
  ): void;
  match(
    on: Bits,
    arms: readonly (readonly [number | bigint | readonly (number | bigint)[], () => void])[],
    otherwise?: () => void,
  ): void;
  match(
    on: Bits,
    arms: readonly (readonly [LabelText | readonly LabelText[], () => void])[],
    otherwise?: () => void,
  ): void {
    const at = new Site();
    const labelled = arms.map(([labels, body]) => ({
      labels: (Array.isArray(labels) ? (labels as readonly LabelText[]) : [labels as LabelText]).map((l) => labelOf(l, on, at)),
      body,
    }));
    this.#match(on, labelled, otherwise, at);
  }

  /** Chooses by pattern, a text of 0, 1 and ? for each bit (spaces are ignored). No two patterns may overlap. */
  matchPatterns(on: Bits, arms: readonly (readonly [string, () => void])[], otherwise?: () => void): void {
    const at = new Site();
    const patterns = arms.map(([text]) => parsePattern(text, on.width, at));
    comparePatterns(patterns, at);
    const labelled = arms.map(([, body], i) => ({ labels: patterns.slice(i, i + 1), body }));
    this.#match(on, labelled, otherwise, at);
  }

  #match(on: Bits, arms: readonly { labels: readonly Label[]; body: () => void }[], otherwise: (() => void) | undefined, at: Site): void {
    checkLabels(arms.flatMap((arm) => arm.labels), at);
    const statement: Match = {
      kind: "match",
      on,
      arms: arms.map(({ labels, body }) => ({ labels, body: this.#within(body, () => [anyLabel(on, labels)]), at })),
      complete: otherwise === undefined && isComplete(on, arms.flatMap((arm) => arm.labels)),
      otherwise:
        otherwise && this.#within(otherwise, () => [anyLabel(on, arms.flatMap((arm) => arm.labels)).not()]),
      at,
    };
    this.#block.push(statement);
  }

  /**
   * A state machine: states are keys, the first is the reset state, and `go` only takes a state that exists.
   * Gives back, for each state, whether the machine is in it.
   */
  fsm<S extends string>(name: string, states: Record<S, (go: (to: NoInfer<S>) => void) => void>): { readonly [K in S]: Bit } {
    const at = new Site();
    const label = join(this.#prefix, name);
    const names = Object.keys(states) as S[];
    if (names.length === 0) {
      throw new HdlError({ code: "no-states", summary: `state machine "${label}" has no states`, at, fix: "give it one" });
    }
    const of = enumeration(label, names);
    const state = this.declare(new ChoiceRegister("register", label, of, { reset: 0n, doc: names.join(", "), at }));
    const arms = names.map((s) => ({
      labels: [labelOf(s, state, at)],
      body: () => states[s]((to) => this.assign(state, of(to), new Site())),
    }));
    this.#match(state, arms, undefined, at);
    // A machine that never leaves its only state is still driven.
    if (!assigns(this.#block.at(-1), state)) this.#block.push({ kind: "assign", target: state, value: state, at });
    return Object.fromEntries(names.map((s) => [s, state.is(s)])) as { readonly [K in S]: Bit };
  }

  // --- properties ---------------------------------------------------------------------------------

  /** Must hold in every cycle out of reset; inside a branch, in those in which the branch is taken. */
  assert(name: string, condition: Bit): void {
    this.#property("assert", name, condition);
  }
  /** May be relied upon: the prover only looks at inputs that make it hold. */
  assume(name: string, condition: Bit): void {
    this.#property("assume", name, condition);
  }
  /** Must be possible: the prover looks for a way there. */
  cover(name: string, condition: Bit): void {
    this.#property("cover", name, condition);
  }
  #property(kind: PropertyKind, name: string, condition: Bit): void {
    const at = new Site();
    const label = join(this.#prefix, name);
    this.#claim(label, at);
    const under = this.#under.flatMap((conditions) => conditions());
    this.properties.push({ kind, name: label, condition: bit(condition, kind, at), under, clock: this.#domain, at });
  }

  /**
   * Registers, nets and statements for properties alone: what happened before, what ought to be inside. The simulator
   * runs them and the prover sees them; no hardware is made of them, and none may read them.
   */
  ghost<T>(body: () => T): T {
    const outer = this.#ghost;
    this.#ghost = true;
    try {
      return body();
    } finally {
      this.#ghost = outer;
    }
  }

  /** A ghost that never changes: the prover tries every value, the simulator what a test pokes (at first 0). */
  symbolic<N extends number>(name: string, width: N, doc = "any value, for ever"): Bits<N> {
    return this.#free(name, width, "constant", doc);
  }

  /** A ghost that may change in each cycle: the prover tries every value, the simulator what a test pokes (at first 0). */
  anything<N extends number>(name: string, width: N, doc = "any value, anew in each cycle"): Bits<N> {
    return this.#free(name, width, "each cycle", doc);
  }

  #free<N extends number>(name: string, width: N, free: "constant" | "each cycle", doc: string): Bits<N> {
    const at = new Site();
    const label = join(this.#prefix, name);
    const signal = this.ghost(() => this.declare(new Signal<N>("register", label, width, { doc, at })));
    signal.free = free;
    this.body.push({ kind: "assign", target: signal, value: signal, at });
    return signal;
  }

  /** What a value was some cycles ago, for properties: they then only speak of cycles that have such a past. */
  past<S extends string>(value: Choice<S>, cycles?: number): Choice<S>;
  past<N extends number>(value: Bits<N>, cycles?: number): Bits<N>;
  past(value: Bits, cycles = 1): Bits {
    return this.#history.past(value, cycles, new Site());
  }
  /** It is what it was one cycle ago. */
  stable(value: Bits): Bit {
    return value.as(value.width).eq(this.past(value).as(value.width));
  }
  /** It is set, and was not one cycle ago. */
  rose(value: Bit): Bit {
    return value.and(this.past(value).not());
  }
  /** It was set one cycle ago, and is not. */
  fell(value: Bit): Bit {
    return value.not().and(this.past(value));
  }
  /** At least this many cycles without reset came before this one. */
  sinceReset(cycles: number): Bit {
    return this.#history.sinceReset(cycles, this.#domain, new Site());
  }
  /** Once the module is complete. */
  finishProperties(): void {
    this.properties.forEach((property, i) => (this.properties[i] = this.#history.guarded(property)));
  }

  /** Says that these are deliberately not read, so that no tool complains. */
  unused(...values: readonly Bits[]): void {
    this.unusedValues.push(...values);
  }

  // --- inner workings -----------------------------------------------------------------------------

  #claim(name: string, at: Site): void {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(name)) {
      throw new HdlError({
        code: "name",
        summary: `"${name}" cannot be a name in Verilog`,
        at,
        fix: "use letters, digits and underscores, starting with a small letter",
      });
    }
    if (KEYWORDS.has(name) || RESERVED.has(name)) {
      const why = RESERVED.has(name) ? "is kept for the module's own" : "is a Verilog keyword";
      throw new HdlError({ code: "keyword", summary: `"${name}" ${why}`, at, fix: "choose another name" });
    }
    const before = this.#names.get(name);
    if (before !== undefined) {
      throw new HdlError({
        code: "duplicate-name",
        summary: `"${name}" is already taken in module "${this.name}"`,
        at,
        notes: [{ at: before, text: "it was declared here" }],
        fix: 'choose another name, or set it apart with m.scope("name", …)',
      });
    }
    this.#names.set(name, at);
  }

  #within(body: () => void, under: () => readonly Bits[]): Statement[] {
    const outer = this.#block;
    const inner: Statement[] = [];
    this.#block = inner;
    this.#under.push(under);
    try {
      body();
    } finally {
      this.#block = outer;
      this.#under.pop();
    }
    return inner;
  }
}

/** What assignments drive; other signals get their values from where they belong. */
const DRIVEN: ReadonlySet<Signal["kind"]> = new Set(["register", "net", "output"]);

/** The modules being built, innermost last. */
export const building: Builder[] = [];

const RAW_FIX = "put a register before it, in the domain that it comes from";

/** It comes straight from something that changes at a clock's edge, or from where that cannot be seen. */
function isRaw({ node }: Bits): boolean {
  if (node.op === "slice") return isRaw(node.a);
  return node.op === "memory" || (node.op === "signal" && node.signal.kind !== "net" && node.signal.kind !== "output");
}

type LabelText = number | bigint | string;

function labelOf(label: LabelText, on: Bits, at: Site): Label {
  if (typeof label !== "string") return { value: constantValue(constant(label, on.width, at)), care: undefined, name: undefined };
  if (on.enumeration === undefined) {
    throw new HdlError({
      code: "enumeration-name",
      summary: `"${label}" is a name, but what is matched has none`,
      at,
      fix: "match numbers, or declare the signal with an enumeration",
    });
  }
  return { value: encodingOf(on.enumeration, label, at), care: undefined, name: label };
}

function checkLabels(labels: readonly Label[], at: Site): void {
  const seen = new Set<bigint>();
  for (const { value, care, name } of labels) {
    if (care !== undefined) continue;
    if (seen.has(value)) {
      throw new HdlError({
        code: "duplicate-case",
        summary: `${name === undefined ? value : `"${name}"`} has two arms in this match`,
        at,
        fix: "join the two arms",
      });
    }
    seen.add(value);
  }
}

function isComplete(on: Bits, labels: readonly Label[]): boolean {
  const ways = labels.reduce((sum, l) => sum + (l.care === undefined ? 1 : 2 ** (on.width - popCount(l.care))), 0);
  return ways === (on.enumeration?.names.length ?? 2 ** on.width) || ways === 2 ** on.width;
}
const popCount = (value: bigint): number => value.toString(2).replaceAll("0", "").length;

function anyLabel(on: Bits, labels: readonly Label[]): Bit {
  const plain = on.as(on.width);
  const tests = labels.map(({ value, care }) =>
    care === undefined ? plain.eq(value) : plain.and(care).eq(value),
  );
  const [first, ...rest] = tests;
  return first === undefined ? constant(0, 1) : first.or(...rest);
}

function assigns(statement: Statement | undefined, target: Signal): boolean {
  if (statement === undefined) return false;
  if (statement.kind === "assign") return (statement satisfies Assign).target === target;
  const bodies = [...statement.arms.map((arm) => arm.body), statement.otherwise ?? []];
  return bodies.some((body) => body.some((inner) => assigns(inner, target)));
}
