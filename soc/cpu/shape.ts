// Shapes: records of widths and enumerations, from which ports, registers and selections of the same names are made.
/* oxlint-disable typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- the types follow the
   keys of the shape one by one, which no loop over them can show the compiler */
import {
  input, mux, output, regNoReset,
  type Bit, type Bits, type Choice, type ChoicePort, type ChoiceRegister, type Declaration, type Enumeration, type Port,
  type Register,
} from "#hdl-gen";

/** Widths and enumerations by name. */
export type Shape = Readonly<Record<string, number | Enumeration>>;

type Ports<D extends "in" | "out", T extends Shape> = {
  readonly [K in keyof T]: T[K] extends Enumeration<infer S>
    ? ChoicePort<D, S>
    : T[K] extends number
      ? Port<D, T[K]>
      : never;
};
type Registers<T extends Shape> = {
  readonly [K in keyof T]: Declaration<
    T[K] extends Enumeration<infer S> ? ChoiceRegister<S> : T[K] extends number ? Register<T[K]> : never
  >;
};
/** Values of a shape's widths and enumerations. */
export type Values<T extends Shape> = {
  readonly [K in keyof T]: T[K] extends Enumeration<infer S> ? Choice<S> : T[K] extends number ? Bits<T[K]> : never;
};

function map<T extends Shape, R>(shape: T, make: (of: never, name: string) => unknown): R {
  return Object.fromEntries(Object.entries(shape).map(([name, of]) => [name, make(of as never, name)])) as R;
}

export const inputsOf = <const T extends Shape>(shape: T): Ports<"in", T> => map(shape, (of) => input(of));
export const outputsOf = <const T extends Shape>(shape: T): Ports<"out", T> => map(shape, (of) => output(of));
/** Registers without reset, for a pipeline stage whose `valid` says whether they mean anything. */
export const registersOf = <const T extends Shape>(shape: T): Registers<T> => map(shape, (of) => regNoReset(of));

/** Of `values`, those that a shape names. */
export const picked = <const T extends Shape>(shape: T, values: Values<T>): Values<T> =>
  map(shape, (_, name) => values[name]);

/** `condition ? a : b`, name by name. */
export const muxed = <const T extends Shape>(shape: T, condition: Bit, a: Values<T>, b: Values<T>): Values<T> =>
  map(shape, (_, name) => mux(condition, a[name] as Bits, b[name] as Bits));

/** The fields of a word, lowest first. */
export function unpacked<const T extends Shape>(shape: T, word: Bits): Values<T> {
  let lsb = 0;
  return map(shape, (of: number | Enumeration) => {
    const width = widthOf(of);
    const bits = word.slice(lsb + width - 1, lsb);
    lsb += width;
    return typeof of === "number" ? bits : of.from(bits);
  });
}

export const widthOf = (of: number | Enumeration): number => (typeof of === "number" ? of : of.width);
