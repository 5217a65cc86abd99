// Code that changes itself: stores that meet what the pipeline already has.
import { constant, type Bit, type Bits } from "#hdl-gen";
import type { Execute } from "./execute-registers.ts";

/** Words that fetch may have, or may be about to have, from the instruction in decode on. */
const words_ahead = 10;

/** Words of an instruction: a few, so the lowest bits tell. */
const wordsOf = ({ start, end }: { readonly start: Bits<32>; readonly end: Bits<32> }): Bits<4> =>
  end.slice(5, 2).as(4).sub(start.slice(5, 2)).add(1);

/** `ends`: what the instruction here has done no longer matters. */
export function findStaleCode(
  { m, io, r, x }: Execute, { completes, ends }: { readonly completes: Bit; readonly ends: Bit },
): { readonly refetches: Bit } {
  // A store into what is on its way through the pipeline, or into what fetch has or is about to have: all that is sent
  // away and fetched again once the instruction is complete. A jump's own store is left alone: it goes elsewhere anyway.
  const c = io.code;
  for (const byte of [c.memory.start, c.memory.end, c.address.start, c.address.end, c.from]) m.unused(byte.slice(1, 0));
  for (const { end } of [c.memory, c.address]) m.unused(end.slice(31, 6));
  const stored = x.linear.slice(31, 2);
  /** The store's two words, of which it may need the first only, meet these: from that of byte `from` on. */
  const touches = (name: string, from: Bits<32>, words: Bits<4>): Bit => m.scope(name, () => {
    const { behind } = m.nets({ behind: stored.sub(from.slice(31, 2)) });
    return behind.all().or(behind.slice(29, 4).any().not().and(behind.slice(3, 0).lt(words)));
  });
  const { stale_now } = m.nets({
    stale_now: x.memory.is("store").and(
      c.memory.valid.and(touches("into_memory", c.memory.start, wordsOf(c.memory))).or(
        c.address.valid.and(touches("into_address", c.address.start, wordsOf(c.address))),
        touches("into_decode", c.from, constant(words_ahead, 4)))),
  });
  const { refetches } = m.nets({ refetches: stale_now.or(r.stale) });
  r.stale.next = r.stale.or(completes.and(stale_now)).and(ends.not());
  return { refetches };
}
