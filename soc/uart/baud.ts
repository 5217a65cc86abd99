// The baud generator: one tick every `divisor` clocks.
import { reg, type Bit, type Bits, type Builder } from "#hdl-gen";

/** A divisor of 0 stops it; `restart` starts a new period, as loading the chip's divisor latch does. */
export function baudTick(m: Builder, divisor: Bits<16>, restart: Bit): Bit {
  const { baud } = m.regs({ baud: reg(16, 1, "clocks left of this tick; 0 takes up the divisor") });
  const { tick } = m.nets({ tick: baud.eq(1) });
  m.when(restart, () => { baud.next = 0; })
    .elsewhen(tick.or(baud.eq(0)), () => { baud.next = divisor; })
    .otherwise(() => { baud.next = baud.sub(1); });
  return tick;
}
