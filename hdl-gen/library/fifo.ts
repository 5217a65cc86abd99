// A queue between two valid/ready streams of one clock.
//
//   storage       first word out      price for `depth` words of `width` bits
//   registers     1 cycle after       depth × width flip-flops and a multiplexer as wide and deep
//   distributed   1 cycle after       distributed RAM (a LUT holds 16 bits of it on ECP5; iCE40 has none)
//   block         2 cycles after      block RAM (18 Kbit each on ECP5, 4 Kbit on iCE40); a flip-flop more
//
// and in each the two places and the count, 3 × log2(depth) flip-flops. On ECP5, measured with yosys 0.23: 8 bits × 5 in
// registers 46 LUTs and 49 flip-flops; 8 × 16 distributed 34 LUTs, 17 flip-flops and 2 RAM cells of 16 × 4; 36 × 512 in
// block RAM 61 LUTs, 29 flip-flops and 1 block. All move one item per cycle in and one out, also
// when full or as good as empty. No path leads through a FIFO within the cycle: `put.ready` follows from the count alone,
// so a full FIFO refuses an item in the very cycle that makes room, and `take` sees an item in a later cycle.
//
// Source: Hardcaml's Fifo (hardcaml, src/fifo_intf.ml) for the ports and modes; reading block RAM ahead, at the place
// that will be the head, is the "first word fall through" of AMD PG057, FIFO Generator, and costs no output register.
import { constant, type Bit, type Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { mux, select } from "../language/combine.ts";
import { reg, regNoReset } from "../language/declare.ts";
import type { Design } from "../language/design.ts";
import { module } from "../language/module.ts";
import { array, output, type Port } from "../language/ports.ts";
import { indexWidth } from "../language/widths.ts";
import { requireWhole } from "./parameter.ts";
import { keepsOffer, scoreboard } from "./scoreboard.ts";
import { sink, source, type Sink, type Source } from "./streams.ts";

export type FifoStorage = "registers" | "distributed" | "block";
export interface FifoOptions {
  readonly storage?: FifoStorage;
}

export type FifoPorts<N extends number = number> = {
  readonly put: Sink<N>;
  readonly take: Source<N>;
  readonly count: Port<"out">;
};

/** What holds the words: at each place one, and how the oldest comes out. */
interface Storage {
  /** The oldest word, where `offered` says that it is there. */
  readonly front: Bits;
  readonly offered: Bit;
  /** For properties: the word at a place. */
  readonly at: (place: Bits) => Bits;
}

/** Holds up to `depth` items. */
export function fifo<const N extends number>(width: N, depth: number, options?: FifoOptions): Design<FifoPorts<N>>;
export function fifo(width: number, depth: number, { storage = "distributed" }: FifoOptions = {}): Design<FifoPorts> {
  requireWhole(depth, 2, "the depth of a FIFO");
  const suffix = storage === "distributed" ? "" : `_${storage}`;
  const doc = `FIFO of ${depth} items of ${width} bits, in ${storage === "block" ? "block RAM" : storage}.`;
  const ports: FifoPorts = {
    put: sink(width),
    take: source(width),
    count: output(indexWidth(depth + 1), "items held"),
  };
  return module(`fifo_${width}x${depth}${suffix}`, doc, ports, (m, { put, take, count }) => {
    const placeBits = indexWidth(depth);
    const r = m.regs({
      head: reg(placeBits, 0, "place of the oldest"),
      tail: reg(placeBits, 0, "place of the next to come"),
      held: reg(indexWidth(depth + 1), 0, "items held"),
    });
    const { full, leaves } = m.nets({ full: r.held.eq(depth), leaves: 1 });
    const { enters } = m.nets({ enters: put.valid.and(full.not()) });
    const { head_then } = m.nets({ head_then: mux(leaves, following(r.head, depth), r.head) });
    const words = store(m, storage, { width, depth, enters, leaves, data: put.data, ...r, head_then });
    leaves.value = words.offered.and(take.ready);

    put.ready.value = full.not();
    take.valid.value = words.offered;
    take.data.value = words.front;
    count.value = r.held;

    r.head.next = head_then;
    m.when(enters, () => { r.tail.next = following(r.tail, depth); });
    m.when(enters.and(leaves.not()), () => { r.held.next = r.held.add(1); })
      .elsewhen(leaves.and(enters.not()), () => { r.held.next = r.held.sub(1); });

    const channel = { put: enters, item: put.data, take: leaves, taken: words.front, capacity: depth };
    const { inside, followed, item, ahead } = scoreboard(m, "queue", channel);
    keepsOffer(m, "take_end", { valid: words.offered, ready: take.ready, data: words.front });
    m.ghost(() => {
      m.assert("counts_what_it_holds", r.held.eq(inside));
      m.assert("places_lie_apart_by_the_count", after(m, "next_place", r.head, r.held, depth).eq(r.tail));
      m.assert("places_exist", placeExists(r.head, depth).and(placeExists(r.tail, depth)));
      const place = after(m, "followed_place", r.head, ahead, depth);
      m.assert("keeps_the_item_in_its_place", followed.not().or(words.at(place).eq(item)));
    });
    m.cover("fills", r.held.eq(depth));
  });
}

interface Use {
  readonly width: number;
  readonly depth: number;
  readonly enters: Bit;
  readonly leaves: Bit;
  readonly data: Bits;
  readonly head: Bits;
  readonly tail: Bits;
  readonly held: Bits;
  /** The head in the coming cycle. */
  readonly head_then: Bits;
}

function store(m: Builder, storage: FifoStorage, use: Use): Storage {
  const { width, depth, enters, leaves, data, head, tail, held, head_then } = use;
  if (storage === "registers") {
    const { word } = m.regs({ word: array(depth, regNoReset(width)) });
    word.forEach((one, place) => m.when(enters.and(tail.eq(place)), () => { one.next = data; }));
    const at = (place: Bits): Bits => select(place, word);
    return { front: at(head), offered: held.ne(0), at };
  }
  const words = m.memory("words", { width, depth, collisions: storage === "block" ? "undefined" : "old" });
  words.write({ address: tail, data, enable: enters });
  const at = (place: Bits): Bits => words.readAsync(place);
  if (storage === "distributed") return { front: at(head), offered: held.ne(0), at };
  // What is read is on offer if it was written in an earlier cycle, so reading never meets writing at one place.
  const { offered } = m.regs({ offered: reg(1, 0, "front holds the oldest") });
  offered.next = held.ne(leaves.zext(held.width));
  const front = words.readSync("front", { address: head_then });
  m.ghost(() => {
    m.assert("offers_only_what_it_holds", offered.not().or(held.ne(0)));
    m.assert("offers_the_oldest", offered.not().or(front.eq(at(head))));
  });
  return { front, offered, at };
}

function following(place: Bits, depth: number): Bits {
  return 2 ** place.width === depth ? place.add(1) : mux(place.eq(depth - 1), constant(0, place.width), place.add(1));
}

/** The place so many further on, at most one round. */
function after(m: Builder, name: string, place: Bits, distance: Bits, depth: number): Bits {
  return m.scope(name, () => {
    const wide = place.width + 2;
    const { sum } = m.nets({ sum: place.zext(wide).add(distance.zext(wide)) });
    const { within } = m.nets({ within: mux(sum.ge(depth), sum.sub(depth), sum) });
    return within.slice(place.width - 1, 0);
  });
}

function placeExists(place: Bits, depth: number): Bit {
  return 2 ** place.width === depth ? constant(1, 1) : place.lt(depth);
}
