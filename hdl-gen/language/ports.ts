// Ports: bundles of inputs and outputs, seen from inside the module. Names of nested bundles are joined with `_`.
/* oxlint-disable typescript/no-unsafe-type-assertion -- shapes are computed in the types, and follow the same tree when they run */
import type { Bit, Bits, Val } from "./bits.ts";
import { isEnumeration, type Choice, type ChoiceNet, type ChoiceVal, type Enumeration, type EnumerationBase } from "./choice.ts";
import type { Clock, ClockPort, ClockShape } from "./clock.ts";
import type { Net } from "./signal.ts";
import { Site } from "./site.ts";

export type Direction = "in" | "out";

export interface Port<D extends Direction = Direction, N extends number = number> {
  readonly direction: D;
  readonly width: N;
  readonly doc: string;
  readonly at: Site;
  readonly async: boolean;
  readonly enumeration: EnumerationBase | undefined;
  /** A clock, in place of a value. */
  readonly clock?: ClockShape;
  /** The name of the clock it belongs to, when it is not the module's own. */
  readonly domain?: string;
}
export interface ChoicePort<D extends Direction, S extends string> extends Port<D> {
  readonly enumeration: Enumeration<S>;
}
export interface AsyncPort<D extends Direction, N extends number> extends Port<D, N> {
  readonly async: true;
}

export type PortTree = Port | Bundle | readonly PortTree[];
export interface Bundle {
  readonly [name: string]: PortTree;
}

/** An input of so many bits, or of one of an enumeration's names. */
export function input<S extends string>(of: Enumeration<S>, doc?: string): ChoicePort<"in", S>;
export function input<N extends number>(width: N, doc?: string): Port<"in", N>;
export function input(shape: number | Enumeration, doc = ""): Port {
  return port("in", shape, doc, false);
}

/** An output of so many bits, or of one of an enumeration's names; its module drives it. */
export function output<S extends string>(of: Enumeration<S>, doc?: string): ChoicePort<"out", S>;
export function output<N extends number>(width: N, doc?: string): Port<"out", N>;
export function output(shape: number | Enumeration, doc = ""): Port {
  return port("out", shape, doc, false);
}

/** An input that no clock here times: a pin. It has no operators until `m.synchronize` has taken it in. */
export function asyncInput<N extends number>(width: N, doc = ""): AsyncPort<"in", N> {
  return port("in", width, doc, true) as AsyncPort<"in", N>;
}

function port(direction: Direction, shape: number | Enumeration, doc: string, async: boolean): Port {
  const at = new Site();
  return isEnumeration(shape)
    ? { direction, width: shape.width, doc, at, async, enumeration: shape }
    : { direction, width: shape, doc, at, async, enumeration: undefined };
}

/** `count` of one shape, numbered from 0: ports, bundles, registers, nets. */
export function array<T>(count: number, of: T): readonly T[] {
  return Array.from({ length: count }, () => of);
}

export type Flipped<P> = Bundle extends P
  ? unknown
  : P extends ChoicePort<infer D, infer S>
    ? ChoicePort<Opposite<D>, S>
    : P extends AsyncPort<infer D, infer N>
      ? AsyncPort<Opposite<D>, N>
      : P extends Port<infer D, infer N>
        ? Port<Opposite<D>, N>
        : { readonly [K in keyof P]: Flipped<P[K]> };
type Opposite<D extends Direction> = D extends "in" ? "out" : "in";

/** The same bundle seen from the other end. */
export function flip<const P extends PortTree>(tree: P): Flipped<P> {
  return flipTree(tree) as Flipped<P>;
}
function flipTree(tree: PortTree): PortTree {
  if (isPort(tree)) return { ...tree, direction: tree.direction === "in" ? "out" : "in" };
  if (isList(tree)) return tree.map(flipTree);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, flipTree(value)]));
}

/** An asynchronous input inside its module: a width, and nothing to compute with. */
export interface Unsynchronized<N extends number> {
  readonly width: N;
  /** The port's name. */
  readonly unsynchronized: string;
}

/** Inside the module: inputs are read, outputs are driven. Of ports that are just some `Bundle` nothing is known. */
export type Inside<P> = Bundle extends P
  ? unknown
  : P extends ClockPort
    ? Clock
    : P extends ChoicePort<infer D, infer S>
      ? D extends "in"
        ? Choice<S>
        : ChoiceNet<S>
      : P extends AsyncPort<"in", infer N>
        ? Unsynchronized<N>
        : P extends Port<infer D, infer N>
          ? D extends "in"
            ? Bits<N>
            : Net<N>
          : { readonly [K in keyof P]: Inside<P[K]> };

/** What an instance must be given … */
export type Given<P> = Bundle extends P
  ? unknown
  : P extends ClockPort
    ? Clock
    : P extends ChoicePort<"in", infer S>
      ? ChoiceVal<S>
      : P extends AsyncPort<"in", infer N>
        ? Val<N> | Unsynchronized<N>
        : P extends Port<"in", infer N>
          ? Val<N>
          : P extends readonly (infer E)[]
            ? readonly Given<E>[]
            : { readonly [K in keyof P as Has<P[K], "in"> extends true ? K : never]: Given<P[K]> };

/** … and what it gives back. */
export type Yields<P> = Bundle extends P
  ? unknown
  : P extends ChoicePort<"out", infer S>
    ? Choice<S>
    : P extends Port<"out", infer N>
      ? Bits<N>
      : P extends readonly (infer E)[]
        ? readonly Yields<E>[]
        : { readonly [K in keyof P as Has<P[K], "out"> extends true ? K : never]: Yields<P[K]> };

type Has<P, D> = Bundle extends P
  ? true
  : P extends Port<infer E>
    ? E extends D
      ? true
      : false
    : P extends readonly (infer E)[]
      ? Has<E, D>
      : true extends { [K in keyof P]: Has<P[K], D> }[keyof P]
        ? true
        : false;

export function isPort(tree: PortTree): tree is Port {
  return typeof (tree as Port).direction === "string";
}
export function isList(tree: PortTree): tree is readonly PortTree[] {
  return Array.isArray(tree);
}

/** A data item on offer, and its taking: the item moves in each cycle in which both are set. */
export function stream<const P extends PortTree>(
  data: P,
): { readonly valid: Port<"out", 1>; readonly ready: Port<"in", 1>; readonly data: P } {
  return { valid: output(1, "data is on offer"), ready: input(1, "data is taken in this cycle if valid"), data };
}
/** In each cycle in which this holds, one item moves. */
export function moves(of: { readonly valid: Bit; readonly ready: Bit }): Bit {
  return of.valid.and(of.ready);
}
