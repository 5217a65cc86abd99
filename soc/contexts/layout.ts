// Where everything of a context lies: in which of four rows, in which column of the row, and under which number
// software finds it as a 32-bit word.
//
// The general registers make up the bank bits of a row, everything else the shadow bits. A row has two general
// registers, two segments and one word of the remaining state; the first row has the level besides.
import { cat, constant, type Bit, type Bits } from "#hdl-gen";
import { contextSegments, segmentShape, stateShape } from "../cpu/context.ts";
import type { Values } from "../cpu/shape.ts";
import { rows } from "./shape.ts";

/** The shadow bits of a row, lowest first. */
const columns = {
  lower_base: 32, lower_limit: 32, lower_rights: 23,
  upper_base: 32, upper_limit: 32, upper_rights: 23,
  state: 32,
  level: 3,
} as const;
type Column = keyof typeof columns;

export const bankBits = 64;
export const shadowBits = Object.values(columns).reduce<number>((sum, width) => sum + width, 0);
export const wordBits = bankBits + shadowBits;

/** Places of a row's parts in its word of the RAM. */
const lsbOf: Readonly<Record<Column | "lower_general" | "upper_general", number>> = (() => {
  let lsb = bankBits;
  const place = (name: Column): number => {
    const at = lsb;
    lsb += columns[name];
    return at;
  };
  return {
    lower_general: 0, upper_general: 32,
    lower_base: place("lower_base"), lower_limit: place("lower_limit"), lower_rights: place("lower_rights"),
    upper_base: place("upper_base"), upper_limit: place("upper_limit"), upper_rights: place("upper_rights"),
    state: place("state"), level: place("level"),
  };
})();

/** Of the level, in the shadow bits of the first row; the others have nothing there. */
export const levelLsb = lsbOf.level - bankBits;

/** In the row of the same number. */
export const stateWords = ["eip", "flags", "directory", "entry_stack"] as const;
export const generalNames = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"] as const;
/** ESP is not in the core's banks, but its place in the rows is here. */
export const stackRow = generalNames.indexOf("esp") >> 1;

type Segment = Values<typeof segmentShape>;
export type ContextValues = Values<typeof stateShape> & { readonly segments: readonly Segment[] };

/** The shadow bits of each row. ESP is apart. */
export function rowsOf(context: ContextValues): readonly Bits[] {
  return Array.from({ length: rows }, (_, row) => {
    const [lower, upper] = [segmentAt(context, 2 * row), segmentAt(context, 2 * row + 1)];
    const state = context[stateWords[row] ?? "eip"];
    const level = row === 0 ? cat(context.task_of_386, context.cpl) : constant(0, columns.level);
    return cat(
      level, state, rightsOf(upper), upper.limit, upper.base, rightsOf(lower), lower.limit, lower.base,
    ).as(shadowBits);
  });
}

/** A context from the shadow bits of its rows, which must have names. */
export function contextOf(shadow: readonly Bits[], esp: Bits<32>): ContextValues {
  const column = (row: number, name: Column): Bits => {
    const from = shadow[row];
    if (from === undefined) throw new Error(`a context has no row ${row}`);
    const lsb = lsbOf[name] - bankBits;
    return from.slice(lsb + columns[name] - 1, lsb);
  };
  const level = (msb: number, lsb: number): Bits => {
    return first(shadow).slice(levelLsb + msb, levelLsb + lsb);
  };
  const state = (name: (typeof stateWords)[number]): Bits<32> => column(stateWords.indexOf(name), "state").as(32);
  return {
    eip: state("eip"), flags: state("flags"), directory: state("directory"), entry_stack: state("entry_stack"), esp,
    cpl: level(1, 0).as(2), task_of_386: level(2, 2).as(1),
    segments: contextSegments.map((_, i) => {
      const half = i % 2 === 0 ? "lower" : "upper";
      const lsb = lsbOf[`${half}_rights`] - bankBits;
      const rights = (msb: number, low: number): Bits => first([shadow[i >> 1]]).slice(lsb + msb, lsb + low);
      const one = (at: number): Bit => rights(at, at).as(1);
      return {
        base: column(i >> 1, `${half}_base`).as(32), limit: column(i >> 1, `${half}_limit`).as(32),
        selector: rights(15, 0).as(16),
        usable: one(16), readable: one(17), writable: one(18), expands_down: one(19), big: one(20),
        guard: rights(22, 21).as(2),
      };
    }),
  };
}

const first = (list: readonly (Bits | undefined)[]): Bits => {
  const [value] = list;
  if (value === undefined) throw new Error("a context has rows");
  return value;
};

function segmentAt({ segments }: ContextValues, index: number): Segment {
  const segment = segments[index];
  if (segment === undefined) throw new Error(`a context has no segment ${index}`);
  return segment;
}

const rightsOf = ({ selector, usable, readable, writable, expands_down, big, guard }: Segment): Bits =>
  cat(guard, big, expands_down, writable, readable, usable, selector);

/** A word that software can name. */
export interface Word {
  /** Its number, of those in a device's page. */
  readonly number: number;
  readonly row: number;
  /** Place in the row's word in the RAM. */
  readonly lsb: number;
  readonly width: number;
}

/** Groups of eight words. */
export const groups = { general: 0, rights: 1, base: 2, limit: 3, state: 4 } as const;
const inGroup = (group: keyof typeof groups, index: number): number => 8 * groups[group] + index;
const levelIndex = stateWords.length;

/** By their numbers. */
export const contextWords: readonly Word[] = [
  ...generalNames.map((_, i) => ({
    number: inGroup("general", i), row: i >> 1, lsb: 32 * (i % 2), width: 32,
  })),
  ...(["rights", "base", "limit"] as const).flatMap((what) => contextSegments.map((_, i) => {
    const column = `${i % 2 === 0 ? "lower" : "upper"}_${what}` as const;
    return { number: inGroup(what, i), row: i >> 1, lsb: lsbOf[column], width: columns[column] };
  })),
  ...stateWords.map((_, row) => ({ number: inGroup("state", row), row, lsb: lsbOf.state, width: columns.state })),
  { number: inGroup("state", levelIndex), row: 0, lsb: lsbOf.level, width: columns.level },
];

const sumOf = (widths: Readonly<Record<string, number>>): number => Object.values(widths).reduce((sum, w) => sum + w, 0);
if (sumOf(segmentShape) !== columns.lower_base + columns.lower_limit + columns.lower_rights) {
  throw new Error("a segment is not as wide as its columns");
}
if (sumOf(stateShape) !== (rows + 1) * columns.state + columns.level) throw new Error("the state has other words");
