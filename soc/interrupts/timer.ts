// The local APIC's timer. With the initial count written in cycle c, n ticks of d cycles, it expires in cycle
// c + n d, and, if periodic, every n d cycles from then on: the count starts anew in the cycle of the expiry.
import { constant, mux, reg, select, type Bit, type Bits, type Builder } from "#hdl-gen";

interface TimerInputs {
  /** The initial count is written with `value`. */
  readonly started: Bit;
  readonly value: Bits<32>;
  readonly periodic: Bit;
  /** The divide configuration register's bits 3, 1 and 0. */
  readonly divide: Bits<3>;
}

interface Timer {
  readonly initial: Bits<32>;
  readonly current: Bits<32>;
  /** In the cycle in which the last tick ends. */
  readonly expires: Bit;
}

/** Cycles in a tick, less one: in the manual's order, the divisors 2, 4, 8, 16, 32, 64, 128 and 1. */
const tickLengths = [1, 3, 7, 15, 31, 63, 127, 0];

export function timer(m: Builder, of: TimerInputs): Timer {
  return m.scope("timer", () => {
    const r = m.regs({
      initial: reg(32),
      current: reg(32, 0, "ticks left; 0 while stopped"),
      clocks: reg(7, 0, "cycles into this tick"),
    });
    const { tick_ends } = m.nets({
      tick_ends: r.clocks.or(select(of.divide, tickLengths.map((length) => constant(127 - length, 7)))).all(),
    });
    const { expires } = m.nets({ expires: tick_ends.and(r.current.eq(1), of.started.not()) });
    m.when(of.started, () => {
      r.initial.next = of.value;
      r.current.next = of.value;
      r.clocks.next = 0;
    }).otherwise(() => {
      r.clocks.next = r.clocks.add(1);
      m.when(tick_ends.and(r.current.ne(0)), () => {
        r.current.next = mux(expires, mux(of.periodic, r.initial, 0), r.current.sub(1));
      });
    });
    return { initial: r.initial, current: r.current, expires };
  });
}
