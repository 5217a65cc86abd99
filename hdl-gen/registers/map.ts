// Register maps: one description of a peripheral's registers, from which come its bus logic, the C header, the page of
// the manual and the debugger's names. A register is a word of 32 bits; registers follow each other in order, and so do
// fields, from bit 0 up, unless a field says where it stands.
import { bitCount } from "../language/bits.ts";
import { HdlError } from "../language/error.ts";
import { Site } from "../language/site.ts";

/**
 * rw: software's own; hardware reads it.
 * ro: hardware's own; software reads it.
 * wo: what software writes, for the one cycle of the write, else 0.
 * w1c: hardware sets bits, software clears those it writes as 1.
 * w1s: software sets those it writes as 1, hardware clears bits.
 * rc: hardware sets bits, a read clears them all.
 */
export type Access = "rw" | "ro" | "wo" | "w1c" | "w1s" | "rc";

export interface FieldOptions {
  /** Lowest bit; the next free one when left out. */
  readonly lsb?: number;
  /** Value after reset, for the kinds that hold one. */
  readonly reset?: number;
  /** Names of values. */
  readonly values?: Readonly<Record<string, number>>;
}
export interface Field<A extends Access = Access, N extends number = number> {
  readonly access: A;
  readonly width: N;
  readonly doc: string;
  readonly options: FieldOptions;
  readonly at: Site;
}
export type Fields = Readonly<Record<string, Field>>;
export type Registers = Readonly<Record<string, Fields>>;

export interface PlacedField {
  readonly name: string;
  readonly access: Access;
  readonly width: number;
  readonly lsb: number;
  readonly reset: number;
  readonly values: Readonly<Record<string, number>>;
  readonly doc: string;
}
export interface PlacedRegister {
  readonly name: string;
  /** In bytes from the beginning of the map. */
  readonly offset: number;
  readonly fields: readonly PlacedField[];
}
export interface RegisterMap<R extends Registers = Registers> {
  readonly name: string;
  readonly doc: string;
  readonly registers: R;
  /** Where everything stands. */
  readonly layout: readonly PlacedRegister[];
}

export const REGISTER_BITS = 32;
export const REGISTER_BYTES = 4;

/** A field: who may do what, how many bits, what they mean. */
export function field<A extends Access, N extends number>(access: A, width: N, doc: string, options: FieldOptions = {}): Field<A, N> {
  return { access, width, doc, options, at: new Site() };
}

export function registerMap<const R extends Registers>(name: string, doc: string, registers: R): RegisterMap<R> {
  const at = new Site();
  if (Object.keys(registers).length === 0) throw wrong(`map "${name}" has no registers`, at, "give it one");
  const layout = Object.entries(registers).map(([register, fields], i) => ({
    name: register,
    offset: REGISTER_BYTES * i,
    fields: placeFields(register, fields, at),
  }));
  return { name, doc, registers, layout };
}

function placeFields(register: string, fields: Fields, at: Site): PlacedField[] {
  const placed: PlacedField[] = [];
  for (const [name, { access, width, doc, options, at: site }] of Object.entries(fields)) {
    const lsb = options.lsb ?? placed.reduce((next, f) => Math.max(next, f.lsb + f.width), 0);
    const reset = options.reset ?? 0;
    const one = { name, access, width, lsb, reset, values: options.values ?? {}, doc };
    checkField(register, one, placed, site);
    placed.push(one);
  }
  if (placed.length === 0) throw wrong(`register "${register}" has no fields`, at, "give it one");
  return placed.toSorted((a, b) => a.lsb - b.lsb);
}

function checkField(register: string, placed: PlacedField, before: readonly PlacedField[], at: Site): void {
  const { name, lsb, width, reset, values } = placed;
  const msb = lsb + width - 1;
  if (lsb < 0 || msb >= REGISTER_BITS) {
    throw wrong(`"${register}.${name}" would reach bit ${msb}`, at, `a register has bits 0 to ${REGISTER_BITS - 1}: start another`);
  }
  const other = before.find((f) => f.lsb <= msb && lsb <= f.lsb + f.width - 1);
  if (other !== undefined) {
    throw wrong(`"${register}.${name}" and "${register}.${other.name}" share bits`, at, "move one of them with the option lsb");
  }
  for (const [what, value] of [["the reset value", reset], ...Object.entries(values)] as const) {
    if (Number.isInteger(value) && value >= 0 && value < 2 ** width) continue;
    throw wrong(`${what} of "${register}.${name}", ${value}, does not fit in ${bitCount(width)}`, at, "widen the field or mend the value");
  }
}

function wrong(summary: string, at: Site, fix: string): HdlError {
  return new HdlError({ code: "register-map", summary, at, fix });
}
