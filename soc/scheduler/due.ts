// Which task is due: the earliest of each due group, from the tree, against the clock.
//
//   cycle           t - 1       t            t + 1
//   a time t is     due         offered      (offered until taken)
//
// A task is offered in the cycle of its time, not before; with n due at once in different groups, one in each cycle.
// Taking the offer does not change the tree yet: until the look at that task has come back through it, its group is
// `looking` and is not offered again. So nothing is looked at twice for one time. Other tasks' updates may load the
// group meanwhile; only the look's own ends the wait.
//
// To compare 32 times with the clock in every cycle would take 32 wide comparators. Two do: the times lie in a memory,
// and one after the other is read and, if it is less than two rounds of this away, marked `near`; the lower bits of a
// near time, which are all that is compared in every cycle, are then enough. What is near, or late, as it arrives is
// found by the other comparator.
import {
  and, array, cat, input, lowestIndex, module, or, output, reg, regNoReset, select, type Bit, type Bits,
  type Builder, type Design, type Inside,
} from "#hdl-gen";
import { widthsOf, type SchedulerConfig } from "./shape.ts";

/** From the clock to the offer: a time is due when it is so many cycles ahead, to be offered on time. */
const ahead_cycles = 2;

const ports = (config: SchedulerConfig) => {
  const { task, dueGroup, due: dueBits } = widthsOf(config);
  return {
    now: input(dueBits, "the clock's lower bits; counts every cycle"),
    load: {
      valid: input(1, "from the tree: this group's earliest is"),
      number: input(dueGroup),
      place: input(task - dueGroup),
      due: { valid: input(1), time: input(dueBits) },
      looked: input(1, "the task taken from this group has been looked at"),
    },
    offer: { valid: output(1, "this task is due"), task: output(task) },
    taken: input(1, "the offer is"),
  };
};

export type DuePorts = ReturnType<typeof ports>;

export function due(config: SchedulerConfig): Design<DuePorts> {
  const widths = widthsOf(config);
  const placeBits = widths.task - widths.dueGroup;
  const nearBits = widths.dueGroup + 1;
  if (widths.due < nearBits + 2) throw new Error("the horizon is shorter than the rounds of the due groups");
  return module("scheduler_due", "Offers the tasks that are due, each when it is.", ports(config), (m, io) => {
    const r = m.regs({
      soon: regNoReset(widths.due, "what is due at this time is offered two cycles later, on time"),
      arrived: {
        valid: reg(1, 0, "a group was loaded in the last cycle"), number: regNoReset(widths.dueGroup),
        earliest: { valid: regNoReset(1), time: regNoReset(widths.due) },
      },
      visited: { number: regNoReset(widths.dueGroup), valid: regNoReset(1), time: regNoReset(widths.due) },
      held: { valid: reg(1), group: regNoReset(widths.dueGroup), place: regNoReset(placeBits) },
      group: array(config.dueGroups, {
        low: regNoReset(nearBits, "lower bits of its time"),
        near: reg(1, 0, "and they are enough"),
        due: reg(1, 0, "its time has come"),
        looking: reg(1, 0, "its due task has been offered and is being looked at"),
      }),
    });
    r.soon.next = io.now.add(ahead_cycles + 1);

    const times = m.memory("times", { width: 1 + widths.due, depth: config.dueGroups });
    times.write({
      address: io.load.number, data: cat(io.load.due.valid, io.load.due.time).as(1 + widths.due), enable: io.load.valid,
    });
    const { turn } = m.nets({ turn: r.soon.slice(widths.dueGroup - 1, 0) });
    const { visit } = m.nets({ visit: times.readAsync(turn) });
    m.drive(r.visited, { number: turn, valid: visit.msb(), time: visit.slice(widths.due - 1, 0) });
    m.drive(r.arrived, { valid: io.load.valid, number: io.load.number, earliest: io.load.due });

    const distance = (name: string, time: Bits): { readonly passed: Bit; readonly near: Bit } => m.scope(name, () => {
      const { ahead } = m.nets({ ahead: time.sub(r.soon) });
      m.unused(ahead);
      return { passed: ahead.msb().or(ahead.eq(0)), near: ahead.slice(widths.due - 1, nearBits).eq(0) };
    });
    const arrival = distance("arrived", r.arrived.earliest.time);
    const visiting = distance("visited", r.visited.time);
    const { late, arrives_near, comes_near } = m.nets({
      late: and(r.arrived.valid, r.arrived.earliest.valid, arrival.passed),
      arrives_near: and(r.arrived.valid, r.arrived.earliest.valid, arrival.passed.not(), arrival.near),
      comes_near: and(
        r.visited.valid, visiting.passed.not(), visiting.near,
        // What was loaded since the visit is another time.
        and(r.arrived.valid, r.arrived.number.eq(r.visited.number)).not(),
      ),
    });

    // The lowest group first. It is not due again before the others had as many cycles as a look takes.
    const { asking } = m.nets({ asking: cat(...r.group.map((g) => g.due.and(g.looking.not())).toReversed()) });
    const { next_group } = m.nets({ next_group: lowestIndex(asking).as(widths.dueGroup) });
    const places = m.memory("places", { width: placeBits, depth: config.dueGroups, doc: "the earliest in each group" });
    places.write({ address: io.load.number, data: io.load.place, enable: io.load.valid });
    const { free } = m.nets({ free: r.held.valid.not().or(io.taken) });
    m.when(free, () => {
      m.drive(r.held, { valid: asking.any(), group: next_group, place: places.readAsync(next_group) });
    });
    r.group.forEach((group, number) => {
      const { loaded, chosen } = m.scope(`group_${number}`, () => m.nets({
        loaded: io.load.valid.and(io.load.number.eq(number)),
        chosen: and(free, asking.any(), next_group.eq(number)),
      }));
      const { now } = m.scope(`group_${number}`, () => m.nets({
        now: {
          due: or(and(group.near, group.low.eq(r.soon.slice(nearBits - 1, 0))), and(late, r.arrived.number.eq(number))),
          near: or(and(arrives_near, r.arrived.number.eq(number)), and(comes_near, r.visited.number.eq(number))),
        },
      }));
      m.when(now.near, () => { group.near.next = 1; });
      m.when(now.due, () => { group.due.next = 1; group.near.next = 0; });
      m.when(chosen, () => { group.looking.next = 1; });
      m.when(loaded, () => {
        group.low.next = io.load.due.time.slice(nearBits - 1, 0);
        group.near.next = 0;
        group.due.next = 0;
        m.when(io.load.looked, () => { group.looking.next = 0; });
      });
    });
    claims(m, config, io, {
      soon: r.soon, arrived: r.arrived, visited: r.visited, held: r.held, groups: r.group, turn,
      chosen: free.and(asking.any()), next_group,
    }, (number) => times.readAsync(number));
    io.offer.valid.value = r.held.valid;
    io.offer.task.value = cat(r.held.group, r.held.place).as(widths.task);
  });
}

interface Inner {
  readonly soon: Bits;
  readonly arrived: { readonly valid: Bit; readonly number: Bits };
  readonly visited: { readonly number: Bits; readonly valid: Bit; readonly time: Bits };
  readonly held: { readonly valid: Bit; readonly group: Bits };
  readonly groups: readonly { readonly low: Bits; readonly near: Bit; readonly due: Bit; readonly looking: Bit }[];
  readonly turn: Bits;
  readonly chosen: Bit;
  readonly next_group: Bits;
}

/** Of any one group: its time does not pass unseen, it is not due before, and it is looked at once. */
function claims(
  m: Builder, config: SchedulerConfig, io: Inside<DuePorts>, r: Inner, wordAt: (number: Bits) => Bits,
): void {
  const widths = widthsOf(config);
  const anyone = m.symbolic("anyone", widths.dueGroup, "any group");
  m.ghost(() => {
    const { seen } = m.regs({
      seen: {
        clock: reg(1, 0, "the clock, once"), now: regNoReset(widths.due),
        group: reg(1, 0, "a time for the group"), valid: regNoReset(1), time: regNoReset(widths.due),
        looks: reg(1, 0, "that are going on"),
      },
    });
    const { here } = m.nets({ here: io.load.valid.and(io.load.number.eq(anyone)) });
    m.drive({ clock: seen.clock, now: seen.now }, { clock: 1, now: io.now });
    m.when(here.and(seen.clock), () => {
      m.drive({ group: seen.group, valid: seen.valid, time: seen.time }, {
        group: 1, valid: io.load.due.valid, time: io.load.due.time,
      });
    });
    const { starts } = m.nets({ starts: r.chosen.and(r.next_group.eq(anyone)) });
    const ends = here.and(io.load.looked);
    m.when(starts, () => { seen.looks.next = 1; }).elsewhen(ends, () => { seen.looks.next = 0; });

    const { group } = m.nets({ group: {
      low: select(anyone, r.groups.map(({ low }) => low)), near: select(anyone, r.groups.map(({ near }) => near)),
      due: select(anyone, r.groups.map(({ due: is }) => is)),
      looking: select(anyone, r.groups.map(({ looking }) => looking)),
      ahead: seen.time.sub(r.soon),
    } });
    const { fresh } = m.nets({ fresh: r.arrived.valid.and(r.arrived.number.eq(anyone)) });
    const known = and(seen.group, seen.clock);
    const half = 1n << BigInt(widths.due - 1);
    m.assume("the_clock_counts", or(seen.clock.not(), io.now.eq(seen.now.add(1))));
    m.assume("nothing_waits_for_half_a_round", or(known.not(), group.ahead.ne(half), seen.valid.not()));
    m.assume("a_look_ends_that_began", or(ends.not(), and(group.looking, and(r.held.valid, r.held.group.eq(anyone)).not())));
    m.assert("soon_is_two_cycles_ahead", or(seen.clock.not(), r.soon.eq(seen.now.add(ahead_cycles + 1))));
    m.assert("a_time_is_kept", or(known.not(), wordAt(anyone).eq(cat(seen.valid, seen.time).as(1 + widths.due))));
    m.assert("its_lower_bits_are_at_hand", or(known.not(), group.low.eq(seen.time.slice(group.low.width - 1, 0))));
    m.assert("no_time_passes_unseen", or(
      known.not(), seen.valid.not(), fresh, group.due, and(group.ahead.msb().not(), group.ahead.ne(0)),
      and(group.ahead.eq(0), group.near)));
    m.assert("nothing_is_due_before_its_time", or(known.not(), group.due.not(), fresh, and(seen.valid, group.ahead.msb())));
    m.assert("near_means_near", or(known.not(), group.near.not(), and(
      seen.valid, fresh.not(), group.due.not(), group.ahead.slice(widths.due - 1, group.low.width).eq(0))));
    const { visited, distance } = m.nets({
      visited: r.visited.number.eq(anyone), distance: anyone.sub(r.turn).zext(widths.due),
    });
    m.assert("what_is_visited_is_its_time", or(known.not(), visited.not(), fresh,
      and(r.visited.valid.eq(seen.valid), r.visited.time.eq(seen.time))));
    m.assert("a_visit_comes_before_its_time", or(
      known.not(), seen.valid.not(), fresh, group.due, group.near, visited, group.ahead.ge(distance.add(2))));
    m.assert("is_visited_after_its_turn", or(seen.clock.not(), m.sinceReset(2).not(),
      r.visited.number.eq(r.turn.sub(1))));
    m.assert("one_look_at_a_time", seen.looks.eq(group.looking));
    m.assert("an_offer_is_a_look", or(r.held.valid.not(), r.held.group.ne(anyone), group.looking));
    m.cover("a_group_is_due", and(known, group.due));
  });
}
