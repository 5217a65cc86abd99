// Widths as literal types. Only `cat`, `slice`, `mul` and `replicate` do arithmetic on them; everything else demands
// equal widths. Good to about 1500 bits; beyond that, and for parameters, a width is plain `number`.
type Tuple<N extends number, T extends 0[] = []> = T["length"] extends N ? T : Tuple<N, [...T, 0]>;
type Length<T extends readonly unknown[]> = T["length"] extends infer L extends number ? L : never;

export type Plus<A extends number, B extends number> = number extends A | B
  ? number
  : Length<[...Tuple<A>, ...Tuple<B>]>;

export type Minus<A extends number, B extends number> = number extends A | B
  ? number
  : Tuple<A> extends [...Tuple<B>, ...infer Rest]
    ? Length<Rest>
    : never;

/** The width of `hi` down to `lo`, both included. */
export type SliceWidth<Hi extends number, Lo extends number> = Plus<Minus<Hi, Lo>, 1>;

/** Bits that count from 0 to `count - 1`; at least one. */
export function indexWidth(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(count)));
}
