// Decode tables: patterns on the left, control values on the right, every column a typed net.
/* oxlint-disable typescript/no-unsafe-type-assertion -- shapes are computed in the types, and follow the same tree when they run */
import type { Bits } from "./bits.ts";
import type { Builder } from "./builder.ts";
import { ChoiceNet, enumeration, isEnumeration, type Choice, type Enumeration } from "./choice.ts";
import { HdlError } from "./error.ts";
import { findGap, parsePattern } from "./pattern.ts";
import type { Net } from "./signal.ts";
import { Site } from "./site.ts";

/** A width, the names the column may take, or an enumeration. */
export type Column = number | readonly string[] | Enumeration;
export type Columns = Readonly<Record<string, Column>>;
type Cell<C> = C extends Enumeration<infer S> ? S : C extends readonly (infer S)[] ? S : number | bigint | boolean;
/** What a row does not mention is the column's first name, or 0. */
export type Row<C> = { readonly [K in keyof C]?: Cell<C[K]> };
export type Rows<C> = Readonly<Record<string, Row<C>>>;
export type Decoded<C> = {
  readonly [K in keyof C]: C[K] extends Enumeration<infer S>
    ? Choice<S>
    : C[K] extends readonly (infer S extends string)[]
      ? Choice<S>
      : C[K] extends number
        ? Bits<C[K]>
        : never;
};

/**
 * `rows` is keyed by patterns of 0, 1 and ?. No two may overlap; values that no pattern matches are an error, unless
 * a row `otherwise` says what holds for them.
 */
export function decode<const C extends Columns>(m: Builder, on: Bits, columns: C, rows: Rows<NoInfer<C>>): Decoded<C> {
  const at = new Site();
  const { otherwise, ...patterns } = rows as Rows<Columns>;
  const nets = m.nets(
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, shapeOf(name, column)])),
  ) as Readonly<Record<string, Net<number> | ChoiceNet<string>>>;
  const set = (row: Row<Columns> | undefined): void => {
    for (const [name, cell] of Object.entries(row ?? {})) {
      const net = nets[name];
      if (net === undefined) throw unknownColumn(name, Object.keys(columns), at);
      if (net instanceof ChoiceNet) net.value = String(cell);
      else net.value = cell as number | bigint | boolean;
    }
  };

  const first = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, typeof column === "number" ? 0 : namesOf(column)[0]]),
  );
  set({ ...first, ...otherwise });
  m.matchPatterns(on, Object.entries(patterns).map(([pattern, row]) => [pattern, () => set(row)] as const), () => undefined);
  if (otherwise === undefined) {
    const gap = findGap(Object.keys(patterns).map((text) => parsePattern(text, on.width, at)), on.width);
    if (gap !== undefined) throw gapFound(gap, at);
  }
  return nets as unknown as Decoded<C>;
}

const namesOf = (column: readonly string[] | Enumeration): readonly string[] =>
  isEnumeration(column) ? column.names : column;

function shapeOf(name: string, column: Column): number | Enumeration {
  return typeof column === "number" || isEnumeration(column) ? column : enumeration(name, column);
}

function unknownColumn(name: string, columns: readonly string[], at: Site): HdlError {
  return new HdlError({
    code: "decode-column",
    summary: `a row sets "${name}", which is no column of this table`,
    at,
    fix: `the columns are ${columns.join(", ")}`,
  });
}

function gapFound(gap: string, at: Site): HdlError {
  return new HdlError({
    code: "decode-gap",
    summary: `no pattern matches ${gap}`,
    at,
    fix: "add a pattern, or a row `otherwise: { … }` that says what holds for all that is left",
  });
}
