// A queue from one clock to another. Each side has a place that it alone moves; the other side sees it, two cycles late,
// in Gray code, in which a place caught while it moves is either the old one or the new. Late is safe: a writer that
// does not yet know of a removal sees less room than there is, a reader less items.
//
//   latency      an item is on offer 2 to 3 cycles of `read` after the edge of `write` that took it, 1 more in block RAM
//   throughput   an item per cycle of the slower clock; from 8 places on, also when the clocks are alike
//   price        4 × (log2(depth) + 1) flip-flops for the places, as many for seeing them, and the storage: on ECP5,
//                8 × 16 takes 38 flip-flops, 97 LUTs and 2 RAM cells of 16 × 4
//
// Both sides must be in reset at the same time, once, before the first item.
//
// Source: C. E. Cummings, "Simulation and Synthesis Techniques for Asynchronous FIFO Design", SNUG 2002, style 1.
import { constant, type Bit, type Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { clock, clockedBy, type ClockPort } from "../language/clock.ts";
import { reg, regNoReset } from "../language/declare.ts";
import type { Design } from "../language/design.ts";
import type { MemoryHandle } from "../language/memory.ts";
import { module } from "../language/module.ts";
import { input, type Inside, type Port } from "../language/ports.ts";
import { indexWidth } from "../language/widths.ts";
import { grayCounter, type GrayCounter } from "./counter.ts";
import { clockedSide, steppedSide, synchronizerStages, type Side } from "./crossing.ts";
import { fromGray, toGray } from "./gray.ts";
import { requireParameter, requireWhole } from "./parameter.ts";
import { keepsOffer } from "./scoreboard.ts";
import { sink, source, type Sink, type Source } from "./streams.ts";

export type AsyncFifoPorts<N extends number = number> = {
  readonly write: ClockPort;
  readonly read: ClockPort;
  readonly put: Sink<N>;
  readonly take: Source<N>;
};
export interface AsyncFifoOptions {
  readonly storage?: "distributed" | "block";
}

/** `depth` is a power of two, at least 4. */
export function asyncFifo<const N extends number>(
  width: N, depth: number, options?: AsyncFifoOptions,
): Design<AsyncFifoPorts<N>>;
export function asyncFifo(
  width: number, depth: number, { storage = "distributed" }: AsyncFifoOptions = {},
): Design<AsyncFifoPorts> {
  checkDepth(depth);
  const suffix = storage === "block" ? "_block" : "";
  const doc = `FIFO of ${depth} items of ${width} bits from clock "write" to clock "read".`;
  const ports = {
    write: clock(),
    read: clock(),
    ...clockedBy("write", { put: sink(width) }),
    ...clockedBy("read", { take: source(width) }),
  };
  return module(`async_fifo_${width}x${depth}${suffix}`, doc, ports, (m, io) => {
    queue(m, { width, depth, storage }, io, clockedSide(m, io.write), clockedSide(m, io.read));
  });
}

export type AsyncFifoModelPorts = {
  readonly write: Port<"in", 1>;
  readonly read: Port<"in", 1>;
  readonly put: Sink;
  readonly take: Source;
};

/** For proofs: the same logic under one clock, with ports that say whose edge it is. */
export function asyncFifoModel(
  width: number, depth: number, { storage = "distributed" }: AsyncFifoOptions = {},
): Design<AsyncFifoModelPorts> {
  checkDepth(depth);
  const ports = { write: input(1), read: input(1), put: sink(width), take: source(width) };
  return module(`async_fifo_model_${storage}`, "An asynchronous FIFO, for proofs.", ports, (m, io) => {
    const write = steppedSide(m, io.write);
    const read = steppedSide(m, io.read);
    claimOrder(m, depth, io.put.data, queue(m, { width, depth, storage }, io, write, read), write, read);
  });
}

function checkDepth(depth: number): void {
  requireWhole(depth, 4, "the depth of an asynchronous FIFO");
  requireParameter(
    Number.isInteger(Math.log2(depth)),
    `the depth of an asynchronous FIFO cannot be ${depth}`,
    "give a power of two: only then is Gray code cyclic",
  );
}

type Ends = Inside<{ readonly put: Sink; readonly take: Source }>;
type Shape = Required<AsyncFifoOptions> & { readonly width: number; readonly depth: number };

function queue(
  m: Builder, { width, depth, storage }: Shape, { put, take }: Ends, write: Side, read: Side,
): { readonly places: Places; readonly front: Bits; readonly offered: Bit; readonly words: MemoryHandle<number> } {
  // A bit more than a place needs, to tell a full queue from an empty one.
  const bits = indexWidth(depth) + 1;
  const words = m.memory("words", { width, depth, collisions: "undefined" });
  const { enters } = write.under(() => m.nets({ enters: 1 }));
  const { leaves } = read.under(() => m.nets({ leaves: 1 }));
  const tail = write.under(() => grayCounter(m, "tail", bits, enters));
  const head = read.under(() => grayCounter(m, "head", bits, leaves));
  const head_seen = write.under(() => synchronizerStages(m, "head_seen", head.gray));
  const tail_seen = read.under(() => synchronizerStages(m, "tail_seen", tail.gray));

  // Full is a whole round ahead: in Gray code, the two highest bits differ and the others are the same.
  const round = constant(3n << BigInt(bits - 2), bits);
  const { full } = write.under(() => m.nets({ full: tail.gray.eq(head_seen.stable.xor(round)) }));
  enters.value = put.valid.and(full.not());
  put.ready.value = full.not();
  write.under(() => {
    words.write({ address: placeOf(tail.binary), data: put.data, enable: enters.and(write.tick) });
  });

  const { front, offered } = read.under(() => {
    if (storage === "distributed") {
      const because = "what is on offer was written before its place was seen, and stays until it is taken";
      return {
        front: m.crossing("front", words.readAsync(placeOf(head.binary)), because),
        offered: head.gray.ne(tail_seen.stable),
      };
    }
    const r = m.regs({ offered: reg(1, 0, "front holds the oldest") });
    r.offered.next = head.gray_then.ne(tail_seen.stable);
    return { front: words.readSync("front", { address: placeOf(head.binary_then), enable: read.tick }), offered: r.offered };
  });
  leaves.value = offered.and(take.ready);
  take.valid.value = offered;
  take.data.value = front;
  keepsOffer(m, "take_end", { valid: offered, ready: take.ready, data: front }, read);
  const places = { head, head_stages: head_seen.stages, tail, tail_stages: tail_seen.stages, enters, leaves };
  return { places, front, offered, words };
}

/** Where a counter with a bit too many points to. */
const placeOf = (count: Bits): Bits => count.slice(count.width - 2, 0);

interface Places {
  readonly head: GrayCounter;
  readonly head_stages: readonly Bits[];
  readonly tail: GrayCounter;
  readonly tail_stages: readonly Bits[];
  readonly enters: Bit;
  readonly leaves: Bit;
}

/** Nothing is lost, doubled or reordered: what leaves from any place is what last entered there, and none is skipped. */
function claimOrder(
  m: Builder, depth: number, data: Bits, { places, front, offered, words }: ReturnType<typeof queue>, write: Side, read: Side,
): void {
  const { head_stages, tail_stages, enters, leaves } = places;
  const { binary: head } = places.head;
  const { binary: tail } = places.tail;
  const place = m.symbolic("place", head.width, "of any item");
  m.ghost(() => {
    const { item } = m.regs({ item: regNoReset(data.width, "what entered there last") });
    write.under(() => { m.when(enters.and(tail.eq(place)), () => { item.next = data; }); });

    // From what the writer knows of the head up to the tail, nobody overtakes anybody.
    const [head_meta = head, head_seen = head] = head_stages;
    const [tail_meta = tail, tail_seen = tail] = tail_stages;
    const { base } = m.nets({ base: fromGray(head_seen) });
    const { ahead } = m.nets({
      ahead: [fromGray(head_meta), head, fromGray(tail_seen), fromGray(tail_meta), tail].map((at) => at.sub(base)),
    });
    m.assert("the_head_agrees_with_its_code", places.head.gray.eq(toGray(head)));
    m.assert("the_tail_agrees_with_its_code", places.tail.gray.eq(toGray(tail)));
    m.assert("never_holds_more_than_it_can", tail.sub(base).le(depth));
    ahead.slice(1).forEach((one, i) => { m.assert(`nobody_overtakes_${i}`, one.ge(ahead[i] ?? one)); });

    const { held } = m.nets({ held: place.sub(head).lt(tail.sub(head)) });
    m.assert("keeps_every_item", held.not().or(words.readAsync(placeOf(place)).eq(item)));
    m.assert("offers_only_what_it_holds", offered.not().or(head.ne(fromGray(tail_seen))));
    m.assert("offers_the_oldest", offered.not().or(front.eq(words.readAsync(placeOf(head)))));
    read.under(() => m.assert("gives_what_entered_there", leaves.not().or(head.ne(place), front.eq(item))));
    read.under(() => m.cover("gives_an_item", leaves));
  });
  m.cover("fills", tail.sub(head).eq(depth));
}
