// Shapes: records of widths and enumerations, from which ports and registers of the same names are made.
import { input, output, regNoReset, type ChoicePort, type ChoiceRegister, type Declaration, type Enumeration, type Port, type Register } from "#hdl-gen";

export type Shape = Readonly<Record<string, number | Enumeration>>;

type Ports<D extends "in" | "out", T extends Shape> = {
  readonly [K in keyof T]: T[K] extends Enumeration<infer S> ? ChoicePort<D, S> : T[K] extends number ? Port<D, T[K]> : never;
};
type Registers<T extends Shape> = {
  readonly [K in keyof T]: Declaration<T[K] extends Enumeration<infer S> ? ChoiceRegister<S> : T[K] extends number ? Register<T[K]> : never>;
};

const map = <T extends Shape, R>(shape: T, make: (of: never) => unknown): R =>
  Object.fromEntries(Object.entries(shape).map(([name, of]) => [name, make(of as never)])) as R;

export const inputsOf = <const T extends Shape>(shape: T): Ports<"in", T> => map(shape, input);
export const outputsOf = <const T extends Shape>(shape: T): Ports<"out", T> => map(shape, output);
/** Registers without reset, for a pipeline stage whose `valid` says whether they mean anything. */
export const registersOf = <const T extends Shape>(shape: T): Registers<T> => map(shape, regNoReset);
