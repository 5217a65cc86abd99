// Fetch: keeps the bytes that come next at hand. The window starts at the next instruction byte, in any alignment.
//
// No prefetch state is visible in the timing. The memory answers a request of two words one clock after, and what
// arrives can be decoded in that same clock. After a jump, the first window so holds 8 - (target mod 4) bytes. Each
// later clock brings 8 more while decode takes at most 8 (longer instructions wait a clock), so every later window
// holds at least 8: an instruction waits for bytes only at a jump's target, by a rule of address and length alone.
import { cat, constant, input, module, mux, output, reg, regNoReset, select } from "#hdl-gen";

/** Bytes of the window: the longest instruction without prefixes. */
export const windowBytes = 11;
/** Words that the queue holds. */
const slots = 8;

export const fetchQueue = module("fetch_queue", "Instruction bytes ahead of decode, in eight slots of a word each.", {
  redirect: {
    valid: input(1, "go on at target; what is queued is for another way"),
    target: input(32, "linear address"),
  },
  go: input(1, "the pipeline moves; while it stands, fetch does too, so that no wait is hidden behind another"),
  take: input(4, "bytes that decode takes in this clock"),
  memory: {
    enable: output(1),
    address: output(30, "of the first of two words"),
    data: input(64, "asked for in the clock before"),
  },
  address: output(32, "linear address of the window's first byte"),
  window: output(windowBytes * 8, "lowest byte first"),
  available: output(6, "bytes of the window and beyond that are there"),
}, (m, io) => {
  const r = m.regs({
    position: reg(32, 0xfffffff0, "linear address of the next instruction byte"),
    next_word: reg(30, 0xfffffff0 / 4, "the word to ask for next"),
    count: reg(4, 0, "words in the slots, counted from the one with the next byte"),
    arriving: reg(1, 0, "memory answers in this clock"),
    slot: Array.from({ length: slots }, () => regNoReset(32, "the word whose address ends so")),
  });

  // The two words go to the slots that their addresses name; decode may use them in the same clock.
  const { arriving_at } = m.nets({ arriving_at: r.next_word.slice(2, 0).sub(2) });
  const current = r.slot.map((slot, i) => m.scope(`slot_${i}`, () => {
    const first = arriving_at.eq(i);
    const second = arriving_at.eq((i + slots - 1) % slots);
    const { now } = m.nets({
      now: mux(r.arriving.and(first), io.memory.data.slice(31, 0),
        mux(r.arriving.and(second), io.memory.data.slice(63, 32), slot)),
    });
    slot.next = now;
    return now;
  }));
  const { words } = m.nets({ words: r.count.add(mux(r.arriving, constant(2, 4), 0)) });

  // Four words from the one with the next byte on hold the window in every alignment.
  const aligned = [0, 1, 2, 3].map((i) => m.scope("aligned", () => {
    const { [`index_${i}`]: index } = m.nets({ [`index_${i}`]: r.position.slice(4, 2).add(i) });
    return m.nets({ [`word_${i}`]: select(index!, current) })[`word_${i}`]!;
  }));
  const { bytes } = m.nets({ bytes: cat(...aligned.toReversed()).as(128) });
  const offsets = [0, 1, 2, 3].map((offset) => bytes.slice(offset * 8 + windowBytes * 8 - 1, offset * 8).as(88));
  const { byte_offset } = m.nets({ byte_offset: r.position.slice(1, 0) });
  m.unused(bytes.slice(127, 112));
  io.window.value = select(byte_offset, offsets);
  io.address.value = r.position;
  const { held } = m.nets({ held: cat(words, constant(0, 2)) });
  io.available.value = held.sub(byte_offset.zext(6));

  // Ask for two more words whenever there is room, however much decode takes.
  const { room } = m.nets({ room: words.le(slots - 2).and(io.go) });
  io.memory.enable.value = io.redirect.valid.or(room);
  io.memory.address.value = mux(io.redirect.valid, io.redirect.target.slice(31, 2), r.next_word);
  r.arriving.next = io.memory.enable;

  const { advance } = m.nets({ advance: byte_offset.zext(5).add(io.take.zext(5)) });
  m.unused(advance.slice(1, 0));
  m.when(io.redirect.valid, () => {
    r.position.next = io.redirect.target;
    r.next_word.next = io.redirect.target.slice(31, 2).as(30).add(2);
    r.count.next = 0;
  }).otherwise(() => {
    r.position.next = r.position.add(io.take.zext(32));
    m.when(room, () => { r.next_word.next = r.next_word.add(2); });
    r.count.next = words.sub(advance.slice(4, 2).zext(4));
  });
});
