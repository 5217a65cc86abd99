// Registers whose layout was fixed by someone else's manual, as data.
//
// hdl-gen's `registerMap` places registers itself, which is right for devices of our own. The 16550 and the local APIC
// are older than this project: registers share an address, are told apart by a bit elsewhere or by the direction of
// the access, and sit at offsets that existing software knows. Here such a layout is written down once; the hardware,
// the C headers (`headers.ts`) and the pages in `docs/registers/` (`register-pages.ts`) are all made from it.

export interface Field {
  readonly lsb: number;
  readonly width: number;
  readonly doc: string;
  /** Values with a name, as they stand in the field (not shifted to its place in the register). */
  readonly values?: Readonly<Record<string, number>>;
}

/** ro: writes are ignored; wo: reads as 0 unless another register answers there. */
export type Access = "rw" | "ro" | "wo";

export interface Register {
  readonly offset: number;
  readonly access: Access;
  readonly doc: string;
  /** What else must hold for this register to answer at its offset. */
  readonly when?: string;
  /** Present for a row of equal registers: how many, `stride` bytes apart. */
  readonly count?: number;
  readonly stride?: number;
  /** Value after reset; 0 if left out. */
  readonly reset?: number;
  readonly fields: Readonly<Record<string, Field>>;
}

export interface Peripheral<R extends Readonly<Record<string, Register>> = Readonly<Record<string, Register>>> {
  /** Names the C header and its macros. */
  readonly name: string;
  readonly doc: string;
  /** The manual that the names come from. */
  readonly manual: string;
  /** Where the description stands, for the first line of what is generated from it. */
  readonly source: string;
  readonly width: 8 | 32;
  readonly registers: R;
}

export const bit = (lsb: number, doc: string): Field => ({ lsb, width: 1, doc });

export function bits(high: number, low: number, doc: string): Field;
export function bits<const V extends Readonly<Record<string, number>>>(
  high: number, low: number, doc: string, values: V): Field & { readonly values: V };
export function bits(high: number, low: number, doc: string, values?: Readonly<Record<string, number>>): Field {
  const field = { lsb: low, width: high - low + 1, doc };
  return values ? { ...field, values } : field;
}

/** Checks a description: fields inside their register and apart from each other, registers told apart. */
export function peripheral<const R extends Readonly<Record<string, Register>>>(
  described: Peripheral<R>,
): Peripheral<R> {
  const answering = new Map<string, string>();
  for (const [name, register] of Object.entries(described.registers)) {
    checkFields(`${described.name}.${name}`, register, described.width);
    for (const direction of register.access === "rw" ? ["ro", "wo"] : [register.access]) {
      for (let i = 0; i < (register.count ?? 1); i++) {
        const place = `${register.offset + i * (register.stride ?? 0)} ${direction} ${register.when ?? ""}`;
        const other = answering.get(place);
        if (other !== undefined) throw new Error(`${described.name}: ${name} and ${other} answer the same access`);
        answering.set(place, name);
      }
    }
  }
  return described;
}

function checkFields(name: string, register: Register, width: number): void {
  let taken = 0n;
  for (const [fieldName, field] of Object.entries(register.fields)) {
    if (field.lsb + field.width > width) throw new Error(`${name}.${fieldName} ends above bit ${width - 1}`);
    if ((taken & mask(field)) !== 0n) throw new Error(`${name}.${fieldName} overlaps another field`);
    taken |= mask(field);
    for (const [valueName, value] of Object.entries(field.values ?? {})) {
      if (value < 0 || value >= 2 ** field.width) {
        throw new Error(`${name}.${fieldName}: ${valueName} does not fit in ${field.width} bits`);
      }
    }
  }
}

/** The field's bits, in place. */
export const mask = (field: Field): bigint => ((1n << BigInt(field.width)) - 1n) << BigInt(field.lsb);
