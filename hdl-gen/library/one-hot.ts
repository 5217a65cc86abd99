// Conversions between numbers and sets of one. All are expressions without state; the price is about one LUT for each
// bit of the result and four of the operand.
//
// Source: H. S. Warren, "Hacker's Delight", 2nd ed., 2-1, for the tricks with `x - 1` and `-x`.
import { Bits, constant, type Bit } from "../language/bits.ts";
import { cat, mux, or } from "../language/combine.ts";
import { indexWidth } from "../language/widths.ts";
import { requireParameter } from "./parameter.ts";

/** Bit `index` of `count` is set; none, if the index is beyond. */
export function toOneHot<const C extends number>(index: Bits, count: C): Bits<C> {
  return constant(1, count).shl(index);
}

/** The number of the bit that is set. If several are, the OR of their numbers; 0 if none is. */
export function fromOneHot(set: Bits): Bits {
  const bits = Array.from({ length: indexWidth(set.width) }, (_, digit) => {
    const members = bitsOf(set).filter((_bit, number) => ((number >> digit) & 1) === 1);
    const [first, ...rest] = members;
    return first === undefined ? constant(0, 1) : or(first, ...rest);
  });
  return cat(...bits.toReversed());
}

/** No two bits are set. */
export function atMostOne(set: Bits): Bit {
  return set.and(set.sub(set.width === 1 ? constant(1, 1) : 1)).eq(0);
}

/** Exactly one bit is set. */
export function isOneHot(set: Bits): Bit {
  return set.any().and(atMostOne(set));
}

/** The lowest set bit alone, or none: a carry chain on FPGAs, fast also when wide. */
export function lowestSet<N extends number>(set: Bits<N>): Bits<N> {
  return set.and(set.not().add(1));
}

/** The number of the lowest set bit; that of the highest bit if none is set. `set` must have a name. */
export function lowestIndex(set: Bits): Bits {
  const width = indexWidth(set.width);
  return bitsOf(set)
    .slice(0, -1)
    .reduceRight<Bits>((rest, bit, number) => mux(bit, constant(number, width), rest), constant(set.width - 1, width));
}

/** Each bit of something with a name, the lowest first. */
export function bitsOf(set: Bits): readonly Bit[] {
  return Array.from({ length: set.width }, (_, i) => set.bit(i));
}

/** Bits put side by side, the first lowest. */
export function fromBits(bits: readonly Bit[]): Bits {
  requireParameter(bits.length > 0, "no bits make no value", "give at least one");
  return cat(...bits.toReversed());
}
