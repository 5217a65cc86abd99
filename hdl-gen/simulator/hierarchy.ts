// The design laid flat: every signal of every instance gets a place in one array of 32-bit words, every memory an array
// of its own. An instance's output shares the place of the signal it appears as outside, and so does an input that is
// given nothing but a signal.
import type { Clock } from "../language/clock.ts";
import type { Design, Instance } from "../language/design.ts";
import { HdlError } from "../language/error.ts";
import type { Memory } from "../language/memory.ts";
import type { Signal } from "../language/signal.ts";

/** Bits of a word. A value takes as many words as it needs, the lowest first. */
export const WORD = 32;
export const wordCount = (width: number): number => Math.ceil(width / WORD);

export interface Place {
  /** Number of the first word. */
  index: number;
  readonly width: number;
  /** Words that the clock writes; these come first in the array. */
  readonly state: boolean;
  /** Dotted path from the top. */
  readonly path: string;
}

export interface Timing {
  /** Number of the clock outside that it is. */
  readonly root: number;
  /** A signal that resets, or else the reset from outside. */
  readonly reset: Place | undefined;
}

export interface Store {
  /** Number of the array. */
  readonly index: number;
  readonly memory: Memory;
  readonly path: string;
}

/** One module instance, or the top. */
export interface Scope {
  /** Dotted path from the top, ending in a dot; empty for the top. */
  readonly prefix: string;
  readonly design: Design;
  readonly places: ReadonlyMap<Signal, Place>;
  readonly stores: ReadonlyMap<Memory, Store>;
  /** When a clock of this module ticks, and what resets under it. */
  readonly timing: (clock: Clock) => Timing;
  readonly children: readonly { readonly instance: Instance; readonly scope: Scope }[];
}

export interface Hierarchy {
  readonly top: Scope;
  readonly scopes: readonly Scope[];
  readonly stores: readonly Store[];
  /** The clocks from outside, by name; the number of each is its place. */
  readonly clocks: readonly string[];
  /** By dotted path. */
  readonly names: ReadonlyMap<string, { readonly signal: Signal; readonly place: Place }>;
  readonly words: number;
  readonly stateWords: number;
}

export function flatten(design: Design): Hierarchy {
  const scopes: Scope[] = [];
  const stores: Store[] = [];
  const places: Place[] = [];

  const clocks = [...(design.clocked ? [""] : []), ...design.clocks.map((c) => c.label)];
  const enter = (
    described: Design, prefix: string, given: ReadonlyMap<string, Place>, timings: ReadonlyMap<string, Timing>,
  ): Scope => {
    const of = simulated(described, prefix);
    const own = new Map<Signal, Place>();
    const outside = new Map(of.instances.flatMap((i) => [...i.outputs].map(([, signal]) => [signal.label, signal] as const)));
    for (const signal of of.signals) {
      if (outside.get(signal.label) === signal) continue;
      const shared = given.get(signal.label);
      const place = shared ?? {
        index: 0,
        width: signal.width,
        state: signal.kind === "register" || signal.kind === "read",
        path: prefix + signal.label,
      };
      if (shared === undefined) places.push(place);
      own.set(signal, place);
    }
    const ownStores = new Map<Memory, Store>();
    for (const memory of of.memories) {
      const store = { index: stores.length, memory, path: prefix + memory.label };
      stores.push(store);
      ownStores.set(memory, store);
    }
    const children: { instance: Instance; scope: Scope }[] = [];
    const timing = ({ label, clockedBy, resetBy }: Clock): Timing => {
      if (clockedBy !== undefined && !clocks.includes(prefix + label)) clocks.push(prefix + label);
      const inner = { root: clocks.indexOf(prefix + label), reset: undefined };
      const { root, reset } = clockedBy === undefined ? timings.get(label) ?? { root: 0, reset: undefined } : inner;
      return { root, reset: resetBy === undefined ? reset : own.get(resetBy) };
    };
    const scope: Scope = { prefix, design: of, places: own, stores: ownStores, timing, children };
    scopes.push(scope);
    for (const { clock } of of.signals) if (clock?.clockedBy !== undefined) timing(clock);
    for (const instance of inOrder(of.instances)) {
      const shared = new Map<string, Place>();
      for (const [name, value] of instance.inputs) {
        const place = value.node.op === "signal" ? own.get(value.node.signal) : undefined;
        if (place !== undefined) shared.set(name, place);
      }
      const inner = enter(instance.of, `${prefix}${instance.label}.`, shared, clocksOf(instance, timing));
      const ports = new Map(inner.design.signals.map((s) => [s.label, s]));
      for (const [name, signal] of instance.outputs) {
        const port = ports.get(name);
        const place = port && inner.places.get(port);
        if (place !== undefined) own.set(signal, place);
      }
      children.push({ instance, scope: inner });
    }
    return scope;
  };
  const top = enter(design, "", new Map(), new Map(clocks.map((label, root) => [label, { root, reset: undefined }])));

  let index = 0;
  for (const state of [true, false]) {
    for (const place of places) {
      if (place.state !== state) continue;
      place.index = index;
      index += wordCount(place.width);
    }
  }
  const names = new Map(
    scopes.flatMap((scope) =>
      [...scope.places].map(([signal, place]) => [scope.prefix + signal.label, { signal, place }] as const),
    ),
  );
  const stateWords = places.filter((p) => p.state).reduce((sum, p) => sum + wordCount(p.width), 0);
  return { top, scopes, stores, clocks: clocks.map((label) => label || "clk"), names, words: index, stateWords };
}

/** The design itself or, for a black box, its model. */
function simulated(design: Design, prefix: string): Design {
  if (design.blackBox === undefined) return design;
  if (design.blackBox.model !== undefined) return design.blackBox.model;
  throw new HdlError({
    code: "black-box",
    summary: `"${prefix.slice(0, -1)}" cannot be simulated: black box "${design.name}" has no model`,
    at: design.at,
    fix: "give the black box a model: a module with the same ports",
  });
}

/** The clocks of an instance by its own names for them; its own one has none. */
function clocksOf({ clock, clocks }: Instance, timing: (clock: Clock) => Timing): ReadonlyMap<string, Timing> {
  return new Map([["", timing(clock)], ...[...clocks].map(([label, c]): [string, Timing] => [label, timing(c)])]);
}

/** Instances whose outputs feed others' inputs come first, where there is such an order, so that places can be shared. */
function inOrder(instances: readonly Instance[]): readonly Instance[] {
  const makers = new Map(instances.flatMap((i) => [...i.outputs.values()].map((signal) => [signal, i] as const)));
  const done = new Set<Instance>();
  const order: Instance[] = [];
  const visit = (instance: Instance): void => {
    if (done.has(instance)) return;
    done.add(instance);
    for (const value of instance.inputs.values()) {
      const maker = value.node.op === "signal" ? makers.get(value.node.signal) : undefined;
      if (maker !== undefined) visit(maker);
    }
    order.push(instance);
  };
  instances.forEach(visit);
  return order;
}
