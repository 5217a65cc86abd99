// Declarations: what registers and nets a module has, as records whose keys are the names.
import { Bits, checkWidth, constant, type Val } from "./bits.ts";
import {
  ChoiceNet,
  ChoiceRegister,
  encodingOf,
  isEnumeration,
  type Choice,
  type Enumeration,
} from "./choice.ts";
import { Net, Register, type Signal } from "./signal.ts";
import { Site } from "./site.ts";

/** A signal to come: its shape, made into a signal when a key names it. */
export interface Declaration<T extends Signal> {
  readonly make: (label: string) => T;
}

type Tree<L> = L | readonly Tree<L>[] | NamedTree<L>;
/** Records and arrays, as deep as one likes, with leaves of one kind. */
export interface NamedTree<L> {
  readonly [name: string]: Tree<L>;
}

/** A register's width, its value after reset and a word on what it holds. */
export function reg<S extends string>(of: Enumeration<S>, reset?: NoInfer<S> | 0, doc?: string): Declaration<ChoiceRegister<S>>;
export function reg<N extends number>(width: N, reset?: number | bigint | boolean, doc?: string): Declaration<Register<N>>;
export function reg(shape: number | Enumeration, reset: string | number | bigint | boolean = 0, doc = ""): Declaration<Signal> {
  return register(shape, reset, doc);
}

/** A register that reset leaves alone: for data whose validity something else says. */
export function regNoReset<S extends string>(of: Enumeration<S>, doc?: string): Declaration<ChoiceRegister<S>>;
export function regNoReset<N extends number>(width: N, doc?: string): Declaration<Register<N>>;
export function regNoReset(shape: number | Enumeration, doc = ""): Declaration<Signal> {
  return register(shape, undefined, doc);
}

function register(
  shape: number | Enumeration,
  reset: string | number | bigint | boolean | undefined,
  doc: string,
): Declaration<Signal> {
  const at = new Site();
  const value = reset === undefined ? undefined : resetValue(shape, reset, at);
  if (isEnumeration(shape)) {
    return { make: (label) => new ChoiceRegister("register", label, shape, { ...(value === undefined ? {} : { reset: value }), doc, at }) };
  }
  return { make: (label) => new Register("register", label, shape, { reset: value, doc, at }) };
}

function resetValue(shape: number | Enumeration, reset: string | number | bigint | boolean, at: Site): bigint {
  if (typeof reset === "string") return isEnumeration(shape) ? encodingOf(shape, reset, at) : 0n;
  const width = isEnumeration(shape) ? shape.width : shape;
  checkWidth(width, "a register", at);
  return BigInt.asUintN(width, constantValue(constant(reset, width, at)));
}

export function constantValue(value: Bits): bigint {
  return value.node.op === "const" ? value.node.value : 0n;
}

/** A net to be driven later, with a word on what it means. */
export function net<S extends string>(of: Enumeration<S>, doc?: string): Declaration<ChoiceNet<S>>;
export function net<N extends number>(width: N, doc?: string): Declaration<Net<N>>;
export function net(shape: number | Enumeration, doc = ""): Declaration<Signal> {
  const at = new Site();
  return {
    make: (label) =>
      isEnumeration(shape) ? new ChoiceNet("net", label, shape, { doc, at }) : new Net("net", label, shape, { doc, at }),
  };
}

export type RegisterTree = NamedTree<Declaration<Signal>>;
/** A width, an enumeration or a `net(…)` to be driven later, or an expression to give a name to. */
export type NetLeaf = number | Enumeration | Declaration<Signal> | Bits;
export type NetTree = NamedTree<NetLeaf>;

export type RegistersOf<R> = { readonly [K in keyof R]: R[K] extends Declaration<infer T> ? T : RegistersOf<R[K]> };

export type NetsOf<R> = { readonly [K in keyof R]: NetOf<R[K]> };
type NetOf<L> =
  L extends Choice<infer S>
    ? Choice<S>
    : L extends Bits<infer N>
      ? Bits<N>
      : L extends number
        ? Net<L>
        : L extends Enumeration<infer S>
          ? ChoiceNet<S>
          : L extends Declaration<infer T>
            ? T
            : NetsOf<L>;

/** What `m.drive` wants for a record of registers and nets: the same keys, a value for each. */
export type Drive<T> =
  T extends ChoiceRegister<infer S> | ChoiceNet<infer S>
    ? Choice<S> | S
    : T extends Register<infer N> | Net<infer N>
      ? Val<N>
      : { readonly [K in keyof T]: Drive<T[K]> };

export function isDeclaration(value: unknown): value is Declaration<Signal> {
  return typeof value === "object" && value !== null && "make" in value && typeof value.make === "function";
}

/** The same shape with each leaf replaced; `label` is the path, joined with `_`. */
export function mapTree(tree: unknown, label: string, leaf: (value: unknown, label: string) => unknown): unknown {
  if (Array.isArray(tree)) return tree.map((value: unknown, i) => mapTree(value, join(label, String(i)), leaf));
  if (typeof tree !== "object" || tree === null || tree instanceof Bits || isDeclaration(tree)) return leaf(tree, label);
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, mapTree(value, join(label, key), leaf)]),
  );
}

export const join = (a: string, b: string): string => (a === "" ? b : `${a}_${b}`);
