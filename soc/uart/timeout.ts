// The character timeout: characters below the trigger level do not wait for ever. It comes when, with something in
// the FIFO, nothing was received and nothing read for four character times, and goes when a character is read.
import { cat, constant, reg, type Bit, type Bits, type Builder } from "#hdl-gen";

interface TimeoutEvents {
  readonly tick: Bit;
  readonly ticksPerBit: number;
  readonly characterBits: Bits<4>;
  /** There are FIFOs, and something is in the receiver's. */
  readonly waiting: Bit;
  /** A character came. */
  readonly received: Bit;
  /** A character was read. */
  readonly taken: Bit;
}

export function characterTimeout(m: Builder, of: TimeoutEvents): Bit {
  const r = m.scope("timeout", () => m.regs({
    ticks: reg(5, 0, "since the last character came or went"),
    bits: reg(6, 0, "and whole bit times"),
    reached: reg(1),
  }));
  const { four_characters } = m.nets({ four_characters: cat(of.characterBits, constant(0, 2)) });
  m.when(of.received.or(of.taken, of.waiting.not()), () => {
    r.ticks.next = 0;
    r.bits.next = 0;
  }).elsewhen(of.tick.and(r.reached.not()), () => {
    m.when(r.ticks.eq(of.ticksPerBit - 1), () => {
      r.ticks.next = 0;
      r.bits.next = r.bits.add(1);
    }).otherwise(() => { r.ticks.next = r.ticks.add(1); });
  });
  m.when(of.taken.or(of.waiting.not()), () => { r.reached.next = 0; })
    .elsewhen(r.bits.eq(four_characters), () => { r.reached.next = 1; });
  return r.reached;
}
