// Who waits, and until when. One channel after the other is looked at, one in each cycle, so that a timeout is noticed
// once around: at its time or a few cycles for each channel later, never before.
import { and, cat, constant, mux, reg, regNoReset, type Bit, type Bits, type Builder } from "#hdl-gen";
import type { MailboxConfig, Widths } from "./shape.ts";

/** What a channel's receiver is at. */
export const waitStates = { idle: 0, waiting: 1, timed_out: 2 } as const;

interface WaitInputs {
  readonly now: Bits;
  /** The receiver of `channel` begins to wait, for so many clocks; 0: for ever. */
  readonly begins: Bit;
  readonly channel: Bits;
  readonly clocks: Bits;
  /** Whether the receiver of a channel waits. */
  readonly waits: (channel: Bits) => Bit;
  /** What was due has been dealt with. */
  readonly served: Bit;
}

/** A receiver that has waited long enough, if it still waits; stays until served. */
export interface Due {
  readonly valid: Bit;
  readonly channel: Bits;
}

/** Cycles from the time that a waiter has named to its being due, apart from those in which others are due. */
export const roundOf = ({ channels }: Pick<MailboxConfig, "channels">): number => channels + 2;

export function waits(m: Builder, channels: number, { channel: bits, wakeTime, word }: Widths, inputs: WaitInputs): Due {
  const { begins, channel, served } = inputs;
  const times = m.memory("wake_times", {
    width: wakeTime + 1, depth: channels, collisions: "undefined", doc: "by channel: no end, else when to wake",
  });
  const now = inputs.now.slice(word, 0);
  const { ends } = m.nets({ ends: now.add(inputs.clocks.zext(wakeTime)) });
  times.write({ address: channel, enable: begins, data: cat(inputs.clocks.eq(0), ends) });

  const r = m.regs({
    place: reg(bits, 0, "channel to look at"),
    looked: { valid: reg(1, 0, "its receiver waited"), channel: regNoReset(bits, "looked at in the cycle before") },
    due: { valid: reg(1), channel: regNoReset(bits) },
  });
  const time = times.readSync("time", { address: r.place });
  const { age } = m.nets({ age: now.sub(time.slice(word, 0)) });
  // Who begins to wait anew must not be judged by the time that was there before.
  const anewIn = (place: Bits): Bit => begins.and(channel.eq(place));
  const { passed } = m.nets({
    passed: and(r.looked.valid, time.msb().not(), age.msb().not(), anewIn(r.looked.channel).not()),
  });
  m.unused(age.slice(word - 1, 0));
  m.when(r.due.valid.not(), () => {
    r.place.next = r.place.add(1);
    m.drive(r.looked, { valid: inputs.waits(r.place).and(anewIn(r.place).not()), channel: r.place });
    m.drive(r.due, { valid: passed, channel: r.looked.channel });
  }).otherwise(() => {
    r.looked.valid.next = 0;
    r.due.valid.next = mux(served.or(anewIn(r.due.channel)), constant(0, 1), constant(1, 1));
  });
  return r.due;
}
