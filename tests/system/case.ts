// A case: a piece of code, the state it starts in, and what is different in the arena.

import { gate, type Gate, type Segment, segment, word } from "./descriptors.ts";
import { ARENA, place, selector, type StateField } from "./layout.ts";

export interface Patch {
  /** Offset in the arena */
  readonly at: number;
  readonly bytes: readonly number[];
}

export type State = Readonly<Partial<Record<StateField, number>>>;

/** What the manuals leave open, or Bochs does otherwise than they say; the case tells which. */
export interface Leniency {
  /** Offsets in the arena of doublewords that may differ */
  readonly uncompared?: readonly number[];
  /** Several accesses may fault, in any order: of CR2 only the page counts, and page tables' A and D bits do not. */
  readonly anyOrder?: boolean;
  /** The exception that ends the case by the manual, where Bochs does otherwise: nothing else is compared. */
  readonly instead?: { readonly vector: number; readonly error: number };
}

export interface Case {
  readonly name: string;
  /** GNU assembler; an INT3 follows it. */
  readonly code: string;
  /** 32 if not given */
  readonly bits?: 16 | 32;
  /** Where the code is, if not at `place.code` */
  readonly at?: number;
  readonly state?: State;
  readonly patches?: readonly Patch[];
  /** More code elsewhere */
  readonly more?: readonly { readonly at: number; readonly code: string; readonly bits?: 16 | 32 }[];
  readonly leniency?: Leniency;
  /** The arena stays as the case before left it. */
  readonly keepArena?: boolean;
  /** So do LDTR and TR. */
  readonly keepTasks?: boolean;
}

export interface Group {
  readonly name: string;
  readonly claim: string;
  /** What the core must have for it, beside what all need */
  readonly paging?: boolean;
  readonly debug?: boolean;
  cases(): Iterable<Case>;
}

/** The segment registers of code in a ring. */
export function ring(cpl: number): State {
  const data = at(selector.data, cpl) + cpl;
  const stacks = [place.stack0, place.stack1, place.stack2, place.stack3];
  return { cs: at(selector.code, cpl) + cpl, ss: data, ds: data, es: data, fs: 0, gs: 0, esp: at(stacks, cpl) - 0x20 };
}

export const put = (offset: number, bytes: readonly number[]): Patch => ({ at: offset, bytes });
export const putWord = (offset: number, value: number): Patch => ({ at: offset, bytes: word(value) });

/** A descriptor in the GDT, or for a selector with its bit 2 in the LDT. */
export const entry = (selectorOfIt: number, bytes: readonly number[]): Patch => ({
  at: ((selectorOfIt & 4) === 0 ? place.gdt : place.ldt) + (selectorOfIt & ~7),
  bytes,
});
export const putSegment = (selectorOfIt: number, of: Partial<Segment> & { type: number }): Patch =>
  entry(selectorOfIt, segment({ base: ARENA, limit: 0x1fff, ...of }));
export const putGate = (selectorOfIt: number, of: Gate): Patch => entry(selectorOfIt, gate(of));
export const putVector = (vector: number, of: Gate): Patch => put(place.idt + 8 * vector, gate(of));

export function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`there is no item ${index} among ${list.length}`);
  return item;
}

export const hex = (value: number, digits = 0): string => (value >>> 0).toString(16).padStart(digits, "0");
