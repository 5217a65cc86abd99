// A region in hardware: where it is, and what each ring may do there.
import { and, cat, constant, or, select, type Bit, type Bits } from "#hdl-gen";
import { rightsBits, ringRights, rings, writeExecutesBit } from "./shape.ts";

/** Its first granule, its last, and the rights as RIGHTS has them. */
export type Region = { readonly base: Bits; readonly limit: Bits; readonly rights: Bits };

export const anyOf = (bits: readonly Bit[]): Bit => bits.reduce((all, bit) => all.or(bit), constant(0, 1));

export const packed = ({ base, limit, rights }: Region): Bits => cat(rights, limit, base);

export function unpacked(word: Bits, granuleBits: number): Region {
  return {
    base: word.slice(granuleBits - 1, 0),
    limit: word.slice(2 * granuleBits - 1, granuleBits),
    rights: word.slice(2 * granuleBits + rightsBits - 1, 2 * granuleBits),
  };
}

const ofRing = (rights: Bits, ring: number): Bits<2> => rights.slice(2 * ring + 1, 2 * ring).as(2);
const each = Array.from({ length: rings }, (_, ring) => ring);

/** Some ring may write, and some ring may execute. */
export function writableAndExecutable(rights: Bits): Bit {
  const has = (right: number): Bit => anyOf(each.map((ring) => ofRing(rights, ring).eq(right)));
  return has(ringRights.WRITE).and(has(ringRights.EXECUTE).or(rights.bit(writeExecutesBit)));
}

export interface Rights {
  readonly read: Bit;
  readonly write: Bit;
  readonly execute: Bit;
  /** This ring or one that is trusted less may write. */
  readonly writtenByLess: Bit;
}

/** What `ring` may do in a region with these rights; `locked`: what somebody may write, nobody may execute. */
export function rightsOf(rights: Bits, ring: Bits<2>, locked: Bit): Rights {
  const own = select(ring, each.map((n) => ofRing(rights, n)));
  const write = own.eq(ringRights.WRITE);
  const writtenFrom = (lowest: number): Bit =>
    anyOf(each.slice(lowest).map((n) => ofRing(rights, n).eq(ringRights.WRITE)));
  return {
    read: own.ne(ringRights.NONE),
    write,
    execute: and(
      or(own.eq(ringRights.EXECUTE), write.and(rights.bit(writeExecutesBit))),
      locked.and(writableAndExecutable(rights)).not(),
    ),
    writtenByLess: select(ring, each.map(writtenFrom)),
  };
}

/** A granule, or with `crosses` it and the next, is in the region; behind the last granule there is none. */
export function holds({ base, limit }: Region, granule: Bits, crosses: Bit = constant(0, 1)): Bit {
  return base.le(granule).and(cat(granule, crosses).le(cat(limit, constant(0, 1))));
}
