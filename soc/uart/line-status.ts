// The receiver's errors as LSR tells them. An error belongs to its character and comes to light when that character
// becomes the oldest in the FIFO; it then stays until LSR is read. An overrun belongs to no character.
import { constant, mux, reg, type Bit, type Bits, type Builder } from "#hdl-gen";

interface LineEvents {
  /** A character is added, with this break, framing and parity error. */
  readonly written: Bit;
  readonly written_errors: Bits<3>;
  /** It becomes the oldest at once: the FIFO was empty, or holds only one. */
  readonly written_to_front: Bit;
  /** The oldest character, and how many there are. */
  readonly front_errors: Bits<3>;
  readonly count: Bits<5>;
  /** The oldest is removed; there is one. */
  readonly taken: Bit;
  readonly overrun: Bit;
  readonly cleared: Bit;
  readonly lsr_read: Bit;
}

interface LineStatus {
  readonly overrun: Bit;
  /** Break, framing error, parity error. */
  readonly errors: Bits<3>;
  /** Some character in the FIFO has an error, come to light or not. */
  readonly any_in_fifo: Bit;
}

export function lineStatus(m: Builder, of: LineEvents): LineStatus {
  const r = m.regs({
    overrun: reg(1),
    seen: reg(3, 0, "errors come to light, and LSR not read since"),
    new_front: reg(1, 0, "the oldest character is another one than a cycle ago"),
    hidden: reg(5, 0, "characters with errors that have not come to light"),
  });
  const { errors, hides, shows } = m.nets({
    errors: mux(r.new_front, r.seen.or(of.front_errors), r.seen),
    hides: of.written.and(of.written_errors.any()),
    shows: r.new_front.and(of.front_errors.any()),
  });

  const followed = of.count.gt(1).or(of.written);
  r.new_front.next = mux(of.taken, followed, of.written_to_front).and(of.cleared.not());
  r.seen.next = mux(of.lsr_read, constant(0, 3), errors);
  r.overrun.next = of.overrun.or(r.overrun.and(of.lsr_read.not()));
  m.when(of.cleared, () => { r.hidden.next = 0; })
    .elsewhen(hides.and(shows.not()), () => { r.hidden.next = r.hidden.add(1); })
    .elsewhen(shows.and(hides.not()), () => { r.hidden.next = r.hidden.sub(1); });
  return { overrun: r.overrun, errors, any_in_fifo: r.hidden.ne(0).or(errors.any()) };
}
