// What the merger is proved to do, as ghosts beside it:
//
// - Nothing is lost unless it is said: at any time, the events that came in are those that went out, those that are
//   inside, and those that a record said or is about to say were lost. (As long as the count of them has not reached
//   its end.)
// - Any one event, chosen by the prover, goes out as it came in, with its time, after exactly those before it.
import { and, bitsOf, cat, constant, mux, reg, regNoReset, select, type Bit, type Bits, type Builder } from "#hdl-gen";
import { followingPlace, slotOf, sum } from "./merger.ts";

interface Row {
  readonly mask: Bits;
  readonly lost: Bits;
  readonly now: Bits;
  readonly events: Bits;
}

export interface Inside {
  readonly rows: number;
  readonly inputs: readonly { readonly counts: Bit; readonly bits: Bits }[];
  readonly now: Bits;
  readonly mask_in: Bits;
  readonly enters: Bit;
  /** The count of the lost reaches its end. */
  readonly saturates: Bit;
  readonly lost: Bits;
  readonly head: Bits;
  readonly tail: Bits;
  readonly held: Bits;
  readonly gone: Bits;
  readonly rowAt: (name: string, place: Bits) => Row;
  readonly moves: Bit;
  readonly chosen: Bits;
  /** The record that goes out, without its time. */
  readonly out: Bits;
  readonly time: Bits;
}

/** Of the ghosts that count: enough for more than can be inside at a time. */
const count_bits = 8;
type Count = Bits<typeof count_bits>;

export function claimThatNothingIsLost(m: Builder, inside: Inside): void {
  const { rows, inputs, mask_in, enters, head, tail, held, gone, moves, chosen, out } = inside;
  const slots = mask_in.width;
  const which = m.symbolic("which_input", 4, "the input whose event is followed");
  const pass = m.anything("pass", 1, "do not follow the event that enters now");
  m.ghost(() => {
    const g = m.regs({
      owed: reg(count_bits, 0, "events that came in, less those that went out, and less those said to be lost"),
      entered: reg(count_bits, 0, "records"),
      emitted: reg(count_bits, 0, "records"),
      saturated: reg(1),
      follows: reg(1),
      followed: {
        place: regNoReset(head.width), bits: regNoReset(out.width), now: regNoReset(inside.now.width),
        serial: regNoReset(count_bits, "of the record, counted as they enter"),
      },
    });

    // The rows inside, and what of them is still to go.
    const held_rows = Array.from({ length: rows }, (_, p) => {
      const place = constant(p, head.width);
      const row = inside.rowAt(`row_${p}`, place);
      const { distance } = m.scope(`row_${p}`, () => m.nets({
        distance: mux(place.ge(head), place.sub(head).zext(held.width),
          place.zext(held.width).add(rows).sub(head.zext(held.width))),
      }));
      const { there, remains } = m.scope(`row_${p}`, () => m.nets({
        there: distance.lt(held),
        remains: row.mask.and(
          mux(distance.eq(0), gone.not(), constant(-1, slots)), distance.lt(held).replicate(slots).as(slots)),
      }));
      m.assert(`row_${p}_has_something_to_give`, there.not().or(remains.any()));
      return { ...row, place, distance, there, remains };
    });
    const countOf = (mask: Bits): Count => sum(bitsOf(mask), count_bits);
    const total = (values: readonly Count[]): Count =>
      values.reduce<Count>((all, one) => all.add(one), constant(0, count_bits));
    const counted = (value: Bits): Count =>
      (value.width > count_bits ? value.slice(count_bits - 1, 0).as(count_bits) : value.zext(count_bits));

    m.assert("rows_lie_in_order", and(held.le(rows), head.zext(held.width).lt(rows), tail.zext(held.width).lt(rows)));
    m.assert("places_lie_apart_by_the_count", select(held, Array.from({ length: rows + 1 }, (_, n) =>
      Array.from({ length: n }).reduce<Bits>((place) => followingPlace(place, rows), head))).eq(tail));
    m.assert("nothing_has_left_a_row_that_is_not_there", held.ne(0).or(gone.eq(0)));

    // Nothing is lost unless it is said.
    const out_event = moves.and(chosen.slice(slots - 1, slotOf.events).any());
    const out_lost = moves.and(chosen.bit(slotOf.lost));
    const said = mux(out_lost, counted(out.slice(inside.lost.width - 1, 0)), 0);
    const came = sum(inputs.map(({ counts }) => counts), count_bits);
    g.owed.next = g.owed.add(came).sub(out_event.zext(count_bits)).sub(said);
    m.when(inside.saturates, () => { g.saturated.next = 1; });
    const inside_now = total([
      counted(inside.lost),
      ...held_rows.flatMap(({ remains, lost }) => [
        countOf(remains.slice(slots - 1, slotOf.events)), mux(remains.bit(slotOf.lost), counted(lost), 0),
      ]),
    ]);
    m.assert("loses_nothing_but_what_it_says", g.saturated.or(g.owed.eq(inside_now)));

    // One event, from its input to its exit.
    m.when(enters, () => { g.entered.next = g.entered.add(countOf(mask_in)); });
    m.when(moves, () => { g.emitted.next = g.emitted.add(1); });
    m.assert("counts_agree", g.entered.eq(total([g.emitted, ...held_rows.map(({ remains }) => countOf(remains))])));
    const slot = (mask: Bits): Bit => select(which, bitsOf(mask.slice(slots - 1, slotOf.events)));
    const before = (mask: Bits): Count =>
      total(bitsOf(mask).map((bit, i) => counted(bit.and(constant(i, 5).lt(which.zext(5).add(slotOf.events))))));
    m.assume("the_input_is_there", which.lt(inputs.length));
    const { starts } = m.nets({ starts: g.follows.not().and(pass.not(), enters, slot(mask_in)) });
    const { ends } = m.nets({ ends: g.follows.and(moves, head.eq(g.followed.place), slot(chosen)) });
    m.when(starts, () => {
      g.follows.next = 1;
      m.drive(g.followed, {
        place: tail, bits: select(which, inputs.map(({ bits }) => bits)), now: inside.now,
        serial: g.entered.add(before(mask_in)),
      });
    }).elsewhen(ends, () => { g.follows.next = 0; });

    const at = held_rows.map(({ place, ...row }) => ({ ...row, here: g.follows.and(g.followed.place.eq(place)) }));
    at.forEach(({ here, there, remains, events, now, distance }, p) => {
      const mine = select(which, inputs.map((_, i) => events.slice((i + 1) * out.width - 1, i * out.width)));
      const kept = and(there, slot(remains), mine.eq(g.followed.bits), now.eq(g.followed.now));
      m.assert(`row_${p}_keeps_the_event`, here.not().or(kept));
      const ahead = total([
        g.emitted,
        ...at.map((other) => mux(other.distance.lt(distance), countOf(other.remains), 0)),
        before(remains),
      ]);
      m.assert(`row_${p}_keeps_the_order`, here.not().or(g.followed.serial.eq(ahead)));
    });
    m.assert("goes_out_as_it_came_in", ends.not().or(
      cat(out, inside.time).eq(cat(g.followed.bits, g.followed.now.slice(inside.time.width - 1, 0)))));
    m.assert("goes_out_in_order", ends.not().or(g.emitted.eq(g.followed.serial)));
    m.cover("follows_an_event_through", ends);
    m.cover("says_what_was_lost", out_lost);
  });
}

