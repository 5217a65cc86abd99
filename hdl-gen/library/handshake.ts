// Crossings that move one thing at a time, for little.
//
//   handshake        items, each when the one before has arrived and been taken
//   pulseCrossing    that something happened, not more often than the other side can see
//
// Both tell with a toggle: a bit that changes instead of one that is set, so that it needs no clearing. The data of a
// handshake crosses beside it: it has been still for two cycles by the time that anyone looks.
//
//                    latency                    at most                              price
//   handshake        2 to 3 cycles of `into`    an item in 3 cycles of each clock    width + 6 flip-flops
//   pulseCrossing    1 to 2 cycles of `into`    a pulse in 2 cycles of `into`        4 flip-flops
//
// Source: C. E. Cummings, "Clock Domain Crossing (CDC) Design & Verification Techniques Using SystemVerilog", SNUG 2008,
// 5.6 (multi-cycle path formulation with feedback) and 5.5 (toggle pulse generation).
import type { Bit, Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { clock, clockedBy, type ClockPort } from "../language/clock.ts";
import { reg, regNoReset } from "../language/declare.ts";
import type { Design } from "../language/design.ts";
import { module } from "../language/module.ts";
import { input, output, type Inside, type Port } from "../language/ports.ts";
import { clockedSide, steppedSide, synchronizerStages, type Side } from "./crossing.ts";
import { atMostOne, fromBits } from "./one-hot.ts";
import { keepsOffer, scoreboard } from "./scoreboard.ts";
import { sink, source, type Sink, type Source } from "./streams.ts";

export type HandshakePorts<N extends number = number> = {
  readonly from: ClockPort;
  readonly into: ClockPort;
  readonly put: Sink<N>;
  readonly take: Source<N>;
};

/** Moves items from one clock to another, one at a time. */
export function handshake<const N extends number>(width: N): Design<HandshakePorts<N>>;
export function handshake(width: number): Design<HandshakePorts> {
  const ports = {
    from: clock(),
    into: clock(),
    ...clockedBy("from", { put: sink(width) }),
    ...clockedBy("into", { take: source(width) }),
  };
  const doc = `Handshake: items of ${width} bits from clock "from" to clock "into", one at a time.`;
  return module(`handshake_${width}`, doc, ports, (m, io) => {
    exchange(m, io, clockedSide(m, io.from), clockedSide(m, io.into));
  });
}

/** The ports of a crossing's model: in place of each clock, whether it has an edge. */
type Stepped = { readonly from: Port<"in", 1>; readonly into: Port<"in", 1> };

/** For proofs: the same logic under one clock, with ports that say whose edge it is. */
export function handshakeModel(width: number): Design<Stepped & { readonly put: Sink; readonly take: Source }> {
  const ports = { from: input(1), into: input(1), put: sink(width), take: source(width) };
  return module("handshake_model", "A handshake, for proofs.", ports, (m, io) => {
    const from = steppedSide(m, io.from);
    const into = steppedSide(m, io.into);
    claimExchange(m, io, exchange(m, io, from, into), from, into);
  });
}

type Ends = Inside<{ readonly put: Sink; readonly take: Source }>;

interface Exchange {
  readonly enters: Bit;
  readonly leaves: Bit;
  readonly offered: Bit;
  readonly held: Bits;
  /** The toggles on their way round, from the putter to the taker and back. */
  readonly toggles: readonly Bit[];
}

function exchange(m: Builder, { put, take }: Ends, from: Side, into: Side): Exchange {
  const { enters } = from.under(() => m.nets({ enters: 1 }));
  const { leaves } = into.under(() => m.nets({ leaves: 1 }));
  const given = from.under(() => m.regs({ given: reg(1, 0, "toggles with each item"), held: regNoReset(put.data.width) }));
  const taken = into.under(() => m.regs({ taken: reg(1, 0, "follows when the item is taken") }));
  const seen = into.under(() => synchronizerStages(m, "given_seen", given.given));
  const back = from.under(() => synchronizerStages(m, "taken_seen", taken.taken));
  const data = into.under(() => m.crossing("data", given.held, "stays from before the toggle until it has come back"));
  const { offered } = into.under(() => m.nets({ offered: seen.stable.xor(taken.taken) }));
  const { idle } = from.under(() => m.nets({ idle: given.given.eq(back.stable) }));

  enters.value = put.valid.and(idle);
  leaves.value = take.ready.and(offered);
  put.ready.value = idle;
  take.valid.value = offered;
  take.data.value = data;
  from.under(() => m.when(enters, () => {
    given.given.next = given.given.not();
    given.held.next = put.data;
  }));
  into.under(() => m.when(leaves, () => { taken.taken.next = taken.taken.not(); }));
  keepsOffer(m, "take_end", { valid: offered, ready: take.ready, data }, into);
  return { enters, leaves, offered, held: given.held, toggles: [given.given, ...seen.stages, taken.taken, ...back.stages] };
}

/** All toggles but one neighbouring pair are alike: where they differ is where the item is. */
function claimExchange(m: Builder, { put, take }: Ends, done: Exchange, from: Side, into: Side): void {
  const put_now = done.enters.and(from.tick);
  const take_now = done.leaves.and(into.tick);
  const channel = { put: put_now, item: put.data, take: take_now, taken: take.data, capacity: 1 };
  const { inside, followed, item } = scoreboard(m, "channel", channel);
  const changes = done.toggles.slice(1).map((toggle, i) => toggle.xor(done.toggles[i] ?? toggle));
  m.ghost(() => {
    const { where } = m.nets({ where: changes });
    m.assert("changes_in_one_place_at_most", atMostOne(fromBits(where)));
    const [first, second, third] = where;
    if (first === undefined || second === undefined || third === undefined) return;
    m.assert("holds_what_has_not_been_taken", inside.eq(first.or(second, third)));
    m.assert("keeps_the_item", followed.not().or(done.held.eq(item)));
  });
}

export type PulseCrossingPorts = {
  readonly from: ClockPort;
  readonly into: ClockPort;
  readonly pulse: Port<"in", 1>;
  readonly arrived: Port<"out", 1>;
};

const pulseDoc = "one cycle long, and then none for 2 cycles of the other clock";

/** Tells under another clock that something happened: a cycle of `arrived` for each cycle of `pulse`. */
export function pulseCrossing(): Design<PulseCrossingPorts> {
  const ports = {
    from: clock(),
    into: clock(),
    ...clockedBy("from", { pulse: input(1, pulseDoc) }),
    ...clockedBy("into", { arrived: output(1) }),
  };
  return module("pulse_crossing", 'Pulses of clock "from" as pulses of clock "into".', ports, (m, io) => {
    toggled(m, io, clockedSide(m, io.from), clockedSide(m, io.into));
  });
}

/** For proofs: the same logic under one clock, with ports that say whose edge it is. */
export function pulseCrossingModel(): Design<Stepped & { readonly pulse: Port<"in", 1>; readonly arrived: Port<"out", 1> }> {
  const ports = { from: input(1), into: input(1), pulse: input(1), arrived: output(1) };
  return module("pulse_crossing_model", "A pulse crossing, for proofs.", ports, (m, io) => {
    const from = steppedSide(m, io.from);
    const into = steppedSide(m, io.into);
    const { toggles, arrived } = toggled(m, io, from, into);
    m.ghost(() => {
      const { under_way } = m.regs({ under_way: reg(2, 0, "pulses that have not arrived yet") });
      const sent = io.pulse.and(from.tick);
      const came = arrived.and(into.tick);
      m.when(sent.and(came.not()), () => { under_way.next = under_way.add(1); })
        .elsewhen(came.and(sent.not()), () => { under_way.next = under_way.sub(1); });
      const [toggle, first, second, last] = toggles;
      if (toggle === undefined || first === undefined || second === undefined || last === undefined) return;
      m.assume("an_edge_comes_between_two_pulses", sent.not().or(toggle.eq(first)));
      m.assert("all_that_set_out_are_under_way", under_way.eq(
        toggle.xor(first).zext(2).add(first.xor(second).zext(2)).add(second.xor(last).zext(2)),
      ));
      m.assert("none_arrives_that_has_not_set_out", came.not().or(under_way.ne(0)));
    });
    m.cover("a_pulse_arrives", arrived);
  });
}

type PulseEnds = Inside<{ readonly pulse: Port<"in", 1>; readonly arrived: Port<"out", 1> }>;

function toggled(
  m: Builder, { pulse, arrived }: PulseEnds, from: Side, into: Side,
): { readonly toggles: readonly Bit[]; readonly arrived: Bit } {
  const { toggle } = from.under(() => m.regs({ toggle: reg(1, 0, "changes with each pulse") }));
  from.under(() => m.when(pulse, () => { toggle.next = toggle.not(); }));
  const seen = into.under(() => synchronizerStages(m, "seen", toggle));
  const { last } = into.under(() => {
    const r = m.regs({ last: reg(1) });
    r.last.next = seen.stable;
    return r;
  });
  arrived.value = seen.stable.xor(last);
  return { toggles: [toggle, ...seen.stages, last], arrived };
}
