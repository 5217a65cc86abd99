// Between a register's description and its bits in hardware.
import { cat, constant, type Bit, type Bits } from "#hdl-gen";
import type { Field } from "./registers.ts";

/** A field of one bit in what was written to, or stands in, its register. */
export const flag = (word: Bits, field: Field): Bit => word.bit(field.lsb);

/** A field of several bits. */
export const part = (word: Bits, field: Field): Bits => word.slice(field.lsb + field.width - 1, field.lsb);

/** The register's word, made of its fields; bits in no field are 0. */
export function pack<const F extends Readonly<Record<string, Field>>, const W extends number>(
  width: W, fields: F, values: { readonly [K in keyof F]: Bits },
): Bits<W> {
  const parts: Bits[] = [];
  let top: number = width;
  const byPlace = Object.entries<Field>(fields).toSorted(([, a], [, b]) => b.lsb - a.lsb);
  for (const [name, field] of byPlace) {
    const gap = top - (field.lsb + field.width);
    if (gap > 0) parts.push(constant(0, gap));
    parts.push((values as Readonly<Record<string, Bits>>)[name]?.as(field.width) ?? constant(0, field.width));
    top = field.lsb;
  }
  if (top > 0) parts.push(constant(0, top));
  return cat(...parts).as(width);
}
