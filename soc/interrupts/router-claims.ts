// What is claimed of the interrupt router, for properties alone, about any line that the prover chooses:
//
// - Distance: it is not delivered sooner than GAP clocks after it was delivered before; nor chosen while its partition
//   masks it.
// - Account: every request is pending, being delivered, delivered, or counted as one with another. None is lost.
import {
  and, constant, or, reg, regNoReset, select, type Bit, type Bits, type Builder, type MemoryHandle,
} from "#hdl-gen";
import { routerWidths, routes, type RouterConfig } from "./router-shape.ts";

interface Way {
  readonly line: Bits;
  readonly stamps: Bit;
  readonly time: Bits;
}

interface Insides {
  /** Any line. */
  readonly line: Bits;
  readonly lines: readonly {
    readonly route: Bits; readonly pending: Bit; readonly held: Bit; readonly timed: Bit; readonly excess: Bits;
  }[];
  readonly each: readonly {
    readonly asks: Bit; readonly won: Bit; readonly taken: Bit; readonly set_up: Bit; readonly comes_back: Bit;
    readonly to_apic: Bit;
  }[];
  readonly ways: {
    readonly message: Way & { readonly busy: Bit; readonly retry: Bit };
    readonly release: Way & { readonly busy: Bit };
    readonly apic: Way;
  };
  readonly delivered: { readonly message: Bit; readonly refused: Bit; readonly release: Bit };
  readonly clearing: Bit;
}

/** What befalls the chosen line. */
function follow(m: Builder, { lines, each, ways, delivered }: Insides, line: Bits) {
  const of = (bits: readonly Bit[]): Bit => select(line, bits);
  const [message, release, apic] = [ways.message, ways.release, ways.apic].map((way) => way.line.eq(line));
  if (message === undefined || release === undefined || apic === undefined) throw new Error("there are three ways");
  const taken = of(each.map((e) => e.taken));
  return m.nets({
    is: {
      delivered: or(and(delivered.message, message), and(delivered.release, release), taken),
      refused: and(delivered.refused, message),
      taken,
      won: of(each.map((e) => e.won)),
      asks: of(each.map((e) => e.asks)),
      set_up: of(each.map((e) => e.set_up)),
      pending: of(lines.map((l) => l.pending)),
      held: of(lines.map((l) => l.held)),
      to_vector: of(lines.map((l) => l.route.eq(routes.VECTOR))),
      timed: of(lines.map((l) => l.timed)),
      to_apic: of(each.map((e) => e.to_apic)),
      under_way: or(
        and(ways.message.busy, ways.message.stamps.not(), message),
        and(ways.release.busy, ways.release.stamps.not(), release),
      ),
      to_be_noted: or(
        and(ways.message.stamps, message), and(ways.release.stamps, release), and(ways.apic.stamps, apic),
      ),
    },
  }).is;
}

interface DistanceInsides extends Insides {
  readonly ends: MemoryHandle<number>;
  readonly time: Bits;
  /** Lines that the partition lets through. */
  readonly allowed: Bits;
  readonly stamp: { readonly valid: Bit; readonly line: Bits; readonly time: Bits; readonly retry: Bit };
  readonly distance: Bits;
}

export function claimDistance(m: Builder, config: RouterConfig, inside: DistanceInsides): void {
  const { gapBits } = config;
  const { line } = inside;
  const { end } = routerWidths(config);
  m.ghost(() => {
    const is = follow(m, inside, line);
    const g = m.regs({
      time_was: regNoReset(end),
      elapsed: reg(end, 2 ** gapBits, "since it was last delivered; at its end, long ago"),
      required: reg(gapBits, 0, "distance from there"),
      requested: reg(1, 0, "of the local APIC, and not taken yet"),
    });
    const { ways, time, stamp } = inside;
    g.time_was.next = time;
    m.assume("time_goes_on", or(m.sinceReset(1).not(), time.eq(g.time_was.add(1))));
    g.requested.next = and(or(g.requested, is.to_apic), is.taken.not(), is.set_up.not());
    m.assume("only_what_was_requested_is_taken", is.taken.not().or(g.requested));
    m.assert("only_a_vector_is_requested", g.requested.not().or(is.to_vector));
    m.assert("nothing_is_requested_while_held", and(g.requested, is.held).not());
    const { noted } = m.nets({ noted: and(stamp.valid, stamp.line.eq(line)) });
    const long = constant(2 ** gapBits, end);
    m.when(is.delivered, () => { g.elapsed.next = 1; })
      .elsewhen(g.elapsed.ne(long), () => { g.elapsed.next = g.elapsed.add(1); });
    m.when(and(noted, stamp.retry.not()), () => { g.required.next = inside.distance; })
      .elsewhen(is.delivered, () => { g.required.next = 0; });

    const { since } = m.nets({ since: time.sub(inside.ends.readAsync(line)) });
    const { expected } = m.nets({ expected: g.elapsed.sub(g.required.zext(end)) });
    m.assert("elapsed_stays_at_its_end", g.elapsed.le(long));
    m.assert("is_held_while_under_way", or(is.under_way, is.to_be_noted).not().or(and(is.held, is.timed.not())));
    m.assert("is_timed_or_under_way_if_held", is.held.not().or(is.timed, is.under_way, is.to_be_noted));
    m.assert("is_not_under_way_and_noted", is.under_way.and(is.to_be_noted).not());
    m.assert("knows_when_it_was_delivered", or(
      is.to_be_noted.not(),
      ...(["message", "release", "apic"] as const).map((name) => and(ways[name].stamps, ways[name].line.eq(line),
        or(name === "message" ? ways.message.retry : constant(0, 1), g.elapsed.eq(long),
          time.sub(ways[name].time).eq(g.elapsed))))));
    m.assert("a_way_that_notes_is_busy", and(
      ways.message.stamps.not().or(ways.message.busy), ways.release.stamps.not().or(ways.release.busy)));
    m.assert("only_one_way_is_taken", and(
      and(ways.message.busy, ways.message.line.eq(line), ways.release.busy, ways.release.line.eq(line)).not(),
      and(ways.message.busy, ways.message.line.eq(line), ways.apic.stamps, ways.apic.line.eq(line)).not(),
      and(ways.release.busy, ways.release.line.eq(line), ways.apic.stamps, ways.apic.line.eq(line)).not(),
    ));
    const { is_over } = m.nets({ is_over: or(g.elapsed.eq(long), g.elapsed.ge(g.required.zext(end))) });
    m.assert("counts_down_from_there", or(is.timed.not(), is.held.not(), is_over, since.eq(expected)));
    m.assert("is_free_only_after_its_distance", is.held.or(is_over));
    m.assert("is_under_way_only_after_its_distance", or(is.under_way, is.to_be_noted).not().or(is_over));
    m.assert("is_not_delivered_too_soon", is.delivered.not().or(is_over));
    const { allowed } = m.nets({ allowed: inside.allowed });
    m.assert("is_not_chosen_while_masked", is.won.not().or(select(line, inside.lines.map((_, n) => allowed.bit(n)))));
    m.cover("is_delivered_again", and(is.delivered, g.elapsed.ne(long)));
  });
}

interface AccountInsides extends Insides {
  /** Whose excess goes into its count. */
  readonly look: Bits;
  readonly counts: MemoryHandle<number>;
}

export function claimConservation(m: Builder, config: RouterConfig, inside: AccountInsides): void {
  const { countBits } = config;
  const { line } = inside;
  const bits = countBits;
  m.ghost(() => {
    const is = follow(m, inside, line);
    const g = m.regs({
      owed: reg(bits, 0, "requests, less those delivered and those counted as one with another"),
      overflows: reg(1, 0, "its excess was more than it can hold, which it cannot be in a round of so few lines"),
    });
    const { excess, leaves } = m.nets({
      excess: select(line, inside.lines.map((l) => l.excess)),
      leaves: is.delivered.and(or(is.taken.not(), is.pending.and(is.to_vector))),
    });
    // Whoever sets a line up anew forgets what it has requested.
    const { forgotten, returned } = m.nets({
      forgotten: and(is.set_up, is.pending, is.won.not(), or(is.taken.not(), is.to_vector.not())),
      returned: and(is.set_up, is.refused),
    });
    const gone = leaves.zext(bits).add(forgotten.zext(bits)).add(returned.zext(bits));
    g.owed.next = g.owed.add(is.asks.zext(bits)).sub(gone);
    m.when(and(excess.slice(excess.width - 1, 1).all(), inside.look.ne(line)), () => { g.overflows.next = 1; });
    const count = inside.counts.readAsync(line).add(excess.zext(bits));
    const inPlay = is.pending.zext(bits).add(is.under_way.zext(bits)).add(count);
    m.assert("every_request_is_accounted_for", or(inside.clearing, g.overflows, g.owed.eq(inPlay)));
    m.assert("nothing_is_requested_at_first", or(inside.clearing.not(),
      and(is.asks.not(), is.pending.not(), is.under_way.not(), excess.eq(0), g.owed.eq(0))));
    m.cover("some_become_one", excess.eq(1));
    m.cover("a_message_is_refused", is.refused);
  });
}
