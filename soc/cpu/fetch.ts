// Fetch: keeps the bytes that come next at hand. The window starts at the next instruction byte, in any alignment.
//
// No prefetch state is visible in the timing. The memory answers a request of two words one clock after, and what
// arrives can be decoded in that same clock. After a jump, the first window so holds 8 - (target mod 4) bytes. Each
// later clock brings 8 more while decode takes at most 8 (longer instructions wait a clock), so every later window
// holds at least 8: an instruction waits for bytes only at a jump's target, by a rule of address and length alone.
import { cat, constant, input, module, mux, output, reg, regNoReset, select, type Bits } from "#hdl-gen";

/** Bytes of the window: the longest instruction without prefixes. */
export const windowBytes = 11;
/** In so many bytes, prefixes aside, is all that an instruction's length depends on. */
export const bytes_with_length = 4;
/** Words that the queue holds. */
const slots = 8;

const byteAt = (bytes: Bits, i: number): Bits<8> => bytes.slice(8 * i + 7, 8 * i).as(8);

export const fetchQueue = module("fetch_queue", "Instruction bytes ahead of decode, in eight slots of a word each.", {
  redirect: {
    valid: input(1, "go on at target; what is queued is for another way"),
    likely: input(1, "so it will be if the pipeline moves: known sooner"),
    target: input(32, "linear address"),
  },
  anew: input(1, "with redirect: what was fetched last may lie in a page that was never asked for"),
  go: input(1, "the pipeline moves; while it stands, fetch does too, so that no wait is hidden behind another"),
  take: input(4, "bytes that decode takes in this clock"),
  memory: {
    enable: output(1),
    address: output(30, "of the first of two words"),
    data: input(64, "asked for in the clock before"),
  },
  paging: {
    enabled: input(1),
    page: output(20, "of which the frame is asked for"),
    hit: input(1),
    frame: input(20),
    lacks: input(1, "decode lacks bytes"),
    starved: input(1, "and nothing is under way: page tables may be walked"),
    walk: output(1, "held until walked"),
    walked: input(1),
    faults: input(1, "with walked: the page is not to be had"),
    error_code: input(6),
  },
  /** Of the words that arrive: their granules of 32 bytes. */
  mpu: { first: output(27), second: output(27), refuses: { first: input(1), second: input(1) } },
  user: input(1, "CPL is 3"),
  fault: {
    valid: output(1, "what follows the queued bytes is in a page that is not to be had, or refused by the MPU"),
    linear: output(32, "the first byte that is not"),
    error_code: output(6),
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
    arriving_one: reg(1, 0, "with one word: the next is in another page"),
    arriving_at: reg(3, 0, "the slot of its first word"),
    page_known: reg(1, 0, "frame is that of page"),
    page: reg(20),
    frame: reg(20),
    asked: regNoReset(30, "the first word that arrives"),
    faults: reg(1),
    fault_code: reg(6),
    slot: Array.from({ length: slots }, () => regNoReset(32, "the word whose address ends so")),
  });

  // The two words go to the slots that their addresses name. Behind a fault, what still arrives is not wanted: there may
  // be no room for it.
  const { arriving_at } = r;
  const low_word = io.memory.data.slice(31, 0);
  const high_word = io.memory.data.slice(63, 32);
  const { arrives } = m.nets({ arrives: r.arriving.and(r.faults.not()) });
  const { two_arrive } = m.nets({ two_arrive: arrives.and(r.arriving_one.not()) });
  r.slot.forEach((slot, i) => {
    m.when(arrives.and(arriving_at.eq(i)), () => { slot.next = low_word; })
      .elsewhen(two_arrive.and(arriving_at.eq((i + slots - 1) % slots)), () => { slot.next = high_word; });
  });
  // Where the words lie is looked at as they arrive: what the MPU refuses does not count, and nor does what comes behind.
  const { second_word } = m.nets({ second_word: r.asked.add(1) });
  io.mpu.first.value = r.asked.slice(29, 3);
  io.mpu.second.value = second_word.slice(29, 3);
  m.unused(second_word.slice(2, 0));
  const { first_arrives, second_arrives, is_refused } = m.nets({
    first_arrives: arrives.and(io.mpu.refuses.first.not()),
    second_arrives: io.mpu.refuses.second.or(r.arriving_one).not(),
    is_refused: arrives.and(io.mpu.refuses.first.or(
      io.mpu.refuses.second.and(r.arriving_one.not()))),
  });
  const { words } = m.nets({
    words: r.count.add(mux(first_arrives, mux(second_arrives, constant(2, 4), 1), 0)),
  });

  // Four words from the one with the next byte on hold the window in every alignment. Decode uses what arrives in the
  // same clock, and memory is late: all but the choice between the slots' bytes and the new ones is made before.
  const { byte_offset } = m.nets({ byte_offset: r.position.slice(1, 0) });
  const word = [0, 1, 2, 3].map((i) => m.scope(`word_${i}`, () => {
    const { index } = m.nets({ index: r.position.slice(4, 2).add(i) });
    return m.nets({
      kept: select(index, r.slot),
      is_first: arrives.and(arriving_at.eq(index)),
      is_second: two_arrive.and(arriving_at.add(1).eq(index)),
    });
  }));
  const { kept } = m.nets({ kept: cat(...word.map((one) => one.kept).toReversed()).as(128) });
  m.unused(kept.slice(127, 112));
  const offsets = [0, 1, 2, 3].map((offset) => kept.slice(offset * 8 + windowBytes * 8 - 1, offset * 8).as(88));
  const { kept_window } = m.nets({ kept_window: select(byte_offset, offsets) });
  /** The bytes of a word, so that each stands where the window has it, modulo 4. */
  const rotated = (bytes: Bits<32>): Bits<32> => select(byte_offset, [
    bytes, cat(bytes.slice(7, 0), bytes.slice(31, 8)), cat(bytes.slice(15, 0), bytes.slice(31, 16)),
    cat(bytes.slice(23, 0), bytes.slice(31, 24)),
  ]);
  const { first_rotated, second_rotated } = m.nets({
    first_rotated: rotated(low_word), second_rotated: rotated(high_word),
  });
  const window = Array.from({ length: windowBytes }, (_, i) => {
    // By the byte offset, this byte is in one of two of the four words.
    const at = [0, 1, 2, 3].map((offset) => word[(offset + i) >> 2]!);
    const { is_first, is_second } = m.scope(`byte_${i}`, () => m.nets({
      is_first: select(byte_offset, at.map((one) => one.is_first)),
      is_second: select(byte_offset, at.map((one) => one.is_second)),
    }));
    return mux(is_first, byteAt(first_rotated, i % 4), mux(is_second, byteAt(second_rotated, i % 4), byteAt(kept_window, i)));
  });
  io.window.value = cat(...window.toReversed()).as(windowBytes * 8);
  io.address.value = r.position;
  const { held } = m.nets({ held: cat(words, constant(0, 2)) });
  // Of no words, none is there, wherever in it the next byte would be.
  const { available_bytes } = m.nets({ available_bytes: held.sub(byte_offset.zext(6)) });
  io.available.value = available_bytes.and(words.any().replicate(6));

  // Ask for two more words whenever there is room, however much decode takes. With paging, the frame of one page is
  // kept here; another page's is asked for first, and a jump's target is asked for a clock later. The next page is not
  // looked at before decode lacks its bytes: so the way into it takes the same, whatever the queue holds.
  const { paging } = io;
  const { next_page, in_page } = m.nets({ next_page: r.next_word.slice(29, 10), in_page: r.next_word.slice(9, 0) });
  const { known } = m.nets({ known: paging.enabled.not().or(r.page_known.and(r.page.eq(next_page))) });
  const { room } = m.nets({ room: words.le(slots - 2).and(io.go) });
  const { asks } = m.nets({ asks: room.and(known, r.faults.not(), io.redirect.likely.not()) });
  // Memory is read all the time, and its address waits for as little as can be: `arriving` says what is wanted.
  const { to_target } = m.nets({ to_target: io.redirect.likely.and(paging.enabled.not()) });
  io.memory.enable.value = 1;
  io.memory.address.value = mux(to_target, io.redirect.target.slice(31, 2),
    cat(mux(paging.enabled, r.frame, next_page), in_page));
  r.arriving.next = asks.or(io.redirect.valid.and(paging.enabled.not()));
  r.asked.next = io.memory.address;
  const { last_of_page } = m.nets({ last_of_page: paging.enabled.and(in_page.eq(0x3ff)) });
  r.arriving_one.next = last_of_page.and(to_target.not());
  r.arriving_at.next = mux(to_target, io.redirect.target.slice(4, 2), r.next_word.slice(2, 0));
  paging.page.value = next_page;
  paging.walk.value = paging.enabled.and(known.not(), paging.hit.not(), paging.starved, r.faults.not());
  m.when(known.not().and(paging.hit, paging.lacks, io.go), () => {
    r.page_known.next = 1;
    r.page.next = next_page;
    r.frame.next = paging.frame;
  });
  m.when(paging.walked.and(paging.faults), () => {
    r.faults.next = 1;
    r.fault_code.next = paging.error_code;
  });
  m.when(is_refused, () => {
    r.faults.next = 1;
    r.fault_code.next = cat(constant(0b110, 3), io.user, constant(0b01, 2));
  });
  const { behind } = m.nets({ behind: r.position.slice(31, 2).as(30).add(r.count.zext(30)) });
  io.fault.valid.value = r.faults.and(r.arriving.not());
  io.fault.linear.value = mux(r.count.any(), cat(behind, constant(0, 2)), r.position);
  io.fault.error_code.value = r.fault_code;

  const { advance } = m.nets({ advance: byte_offset.zext(5).add(io.take.zext(5)) });
  m.unused(advance.slice(1, 0));
  m.when(io.redirect.valid, () => {
    r.position.next = io.redirect.target;
    r.next_word.next = io.redirect.target.slice(31, 2).as(30).add(mux(paging.enabled, constant(0, 30), 2));
    r.count.next = 0;
    r.faults.next = 0;
    m.when(io.anew, () => { r.page_known.next = 0; });
  }).otherwise(() => {
    r.position.next = r.position.add(io.take.zext(32));
    m.when(asks, () => { r.next_word.next = r.next_word.add(mux(last_of_page, constant(1, 30), 2)); });
    r.count.next = words.sub(advance.slice(4, 2).zext(4));
  });
});
