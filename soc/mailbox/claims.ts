// What is claimed of the mailbox, for properties alone. Every claim is about a channel, or a task and a channel, that
// the prover chooses: so it holds for each.
//
// - Order: what is stored in the channel is received from it once, in order, as it was; nothing else is.
// - Waking: nobody waits at a channel that has a message, and no doorbell is lost.
// - Delivery: what is received is in the buffer of the task that received it; no other buffer changes.
// - Rights: a task sends, receives and waits only where the kernel last said that it may.
// - Credit: what a sender may still send and what it has in the channel add up to what it was granted.
import {
  and, cat, constant, mux, or, reg, regNoReset, scoreboard, type Bit, type Bits, type Builder, type MemoryHandle,
} from "#hdl-gen";
import type { Half } from "./buffers.ts";
import type { MailboxConfig, Widths } from "./shape.ts";
import { waitStates } from "./waits.ts";

export interface OrderInsides {
  /** Any channel. */
  readonly chosen: Bits;
  readonly heads: MemoryHandle<number>;
  readonly tails: MemoryHandle<number>;
  readonly messages: MemoryHandle<number>;
  readonly states: MemoryHandle<number>;
  /** A message on its way into its place, and what it will be there. */
  readonly store: { readonly valid: Bit; readonly from_router: Bit; readonly place: Bits };
  readonly stored: Bits;
  readonly ready: Bit;
  readonly clearing: Bit;
  readonly cleared: (place: Bits) => Bit;
  readonly access: Bit;
  /** The channel acted on, its messages, the oldest of them. */
  readonly channel: Bits;
  readonly held: Bits;
  readonly head: Bits;
  readonly oldest: Bits;
  readonly received: Bit;
  /** A doorbell goes into its queue. */
  readonly rings: Bit;
  readonly queueHasRoom: Bit;
  /** Cycles without access that are still to come. */
  readonly rest: Bits;
  readonly router: {
    readonly channel: Bits; readonly tail: Bits; readonly isPlaced: Bit; readonly isStored: Bit; readonly valid: Bit;
  };
}

export function claimOrder(m: Builder, { slots }: MailboxConfig, width: Widths, inside: OrderInsides): void {
  const { chosen, store, router, rest, channel } = inside;
  const storeChannel = store.place.slice(width.channel + width.place - 1, width.place);
  const { enters, leaves } = m.ghost(() => m.nets({
    enters: store.valid.and(storeChannel.eq(chosen)),
    leaves: inside.received.and(channel.eq(chosen)),
  }));
  const queue = scoreboard(m, "channel", {
    put: enters, item: inside.stored, take: leaves, taken: inside.oldest, capacity: slots,
  });
  m.ghost(() => {
    const { head, tail } = m.nets({
      head: { chosen: inside.heads.readAsync(chosen) }, tail: { chosen: inside.tails.readAsync(chosen) },
    });
    const { count, next_place, router_count } = m.nets({
      count: tail.chosen.sub(head.chosen),
      next_place: tail.chosen.sub(1),
      router_count: router.tail.sub(head.chosen),
    });
    const { followed_place } = m.nets({ followed_place: head.chosen.add(queue.ahead.zext(width.count)) });
    const placeIn = (of: Bits): Bits => of.slice(width.place - 1, 0);
    const onTheWay = and(or(router.isPlaced, router.isStored), router.channel.eq(chosen));

    m.assert("nothing_is_in_it_at_first", or(inside.ready,
      and(store.valid.not(), router.isPlaced.not(), router.isStored.not(), queue.inside.eq(0))));
    m.assert("is_not_ready_before_all_is_cleared", inside.ready.not().or(inside.clearing.not()));
    m.assert("what_is_cleared_is_empty", or(inside.ready, inside.cleared(chosen).not(), count.eq(0)));
    m.assert("counts_what_it_holds", or(inside.ready.not(), count.eq(queue.inside.add(enters.zext(width.count)))));
    m.assert("a_message_goes_behind_the_others", enters.not().or(placeIn(store.place).eq(placeIn(next_place))));
    m.assert("software_waits_for_its_message", or(store.valid.not(), store.from_router, rest.eq(2)));
    m.assert("the_router_waits_for_its_message", or(store.valid.not(), store.from_router.not(),
      and(router.isPlaced, storeChannel.eq(router.channel), placeIn(router.tail).eq(placeIn(store.place)))));
    m.assert("its_place_is_taken", onTheWay.not().or(router_count.lt(count)));
    m.assert("the_router_keeps_its_message", or(router.isPlaced, router.isStored).not().or(router.valid));
    const { available } = m.nets({ available: mux(onTheWay, router.tail, tail.chosen).sub(head.chosen) });
    const waits = inside.states.readAsync(chosen).eq(waitStates.waiting);
    m.assert("nobody_waits_at_first", or(inside.ready, inside.cleared(chosen).not(), waits.not()));
    m.assert("nobody_waits_where_there_is_a_message", or(inside.ready.not(), waits.not(), available.eq(0)));
    m.assert("no_doorbell_is_lost", inside.rings.not().or(inside.queueHasRoom));
    m.assert("keeps_the_message_in_its_place",
      queue.followed.not().or(inside.messages.readAsync(cat(chosen, placeIn(followed_place))).eq(queue.item)));
    m.assert("the_oldest_is_at_hand", or(inside.access.not(), inside.ready.not(), channel.ne(chosen), inside.held.eq(0),
      inside.oldest.eq(inside.messages.readAsync(cat(channel, placeIn(inside.head))))));
  });
}

export interface DeliveryInsides {
  readonly copies: Bit;
  readonly oldest: Bits;
  readonly second: { readonly valid: Bit; readonly task: Bits };
  readonly task: Bits;
  readonly clear: { readonly enable: Bit; readonly task: Bits };
  readonly rest: Bits;
  readonly received: (task: Bits, half: 0 | 1) => Half;
}

export function claimDelivery(m: Builder, width: Widths, inside: DeliveryInsides): void {
  const chosen = m.symbolic("chosen_task", width.task, "any task");
  m.ghost(() => {
    const g = m.regs({
      age: reg(2, 0, "cycles since the task received a message; 3: longer ago"),
      message: regNoReset(width.message),
      was: regNoReset(width.message, "the task's receive buffer, a cycle ago"),
      may_change: reg(1, 1),
    });
    const [low, high] = [inside.received(chosen, 0), inside.received(chosen, 1)];
    const { buffer } = m.nets({ buffer: cat(high.odd, high.even, low.odd, low.even) });
    const { receives, clears } = m.nets({
      receives: inside.copies.and(inside.task.eq(chosen)),
      clears: inside.clear.enable.and(inside.clear.task.eq(chosen)),
    });
    const second = inside.second.valid.and(inside.second.task.eq(chosen));
    g.age.next = mux(receives, constant(1, 2), mux(or(clears, g.age.eq(0), g.age.eq(3)), 0, g.age.add(1)));
    m.when(receives, () => { g.message.next = inside.oldest.slice(width.message - 1, 0); });
    g.was.next = buffer;
    g.may_change.next = or(receives, second, clears);

    const lower = (of: Bits): Bits => of.slice(2 * width.word - 1, 0);
    const upper = (of: Bits): Bits => of.slice(width.message - 1, 2 * width.word);
    const { first_half, second_half } = m.nets({
      first_half: lower(g.message).eq(lower(buffer)), second_half: upper(g.message).eq(upper(buffer)),
    });
    m.assert("a_delivery_ends_before_the_next_access", inside.second.valid.not().or(inside.rest.eq(2)));
    m.assert("the_second_half_follows_the_first", second.eq(g.age.eq(1)));
    m.assert("the_message_is_still_at_hand",
      second.not().or(inside.oldest.slice(width.message - 1, 0).eq(g.message)));
    m.assert("the_first_half_is_delivered", or(g.age.eq(0), g.age.eq(3), first_half));
    m.assert("all_of_the_message_is_delivered", g.age.ne(2).or(first_half.and(second_half)));
    m.assert("a_buffer_changes_only_by_what_its_task_receives", or(g.may_change, buffer.eq(g.was)));
    m.cover("a_message_is_delivered", g.age.eq(2));
  });
}

export interface RightsInsides {
  /** Any channel. */
  readonly chosen: Bits;
  readonly rights: MemoryHandle<number>;
  readonly messages: MemoryHandle<number>;
  readonly heads: MemoryHandle<number>;
  readonly tails: MemoryHandle<number>;
  /** The kernel writes rights. */
  readonly sets: Bit;
  readonly selected: { readonly task: Bits; readonly channel: Bits };
  readonly granted: Bits;
  readonly ready: Bit;
  readonly cleared: (place: Bits) => Bit;
  readonly access: Bit;
  /** The access is to RIGHTS itself. */
  readonly ownAccess: Bit;
  readonly right: Bits;
  readonly task: Bits;
  readonly channel: Bits;
  readonly sends: Bit;
  readonly copies: Bit;
  readonly begins_to_wait: Bit;
  readonly received: Bit;
  readonly store: { readonly valid: Bit; readonly from_router: Bit; readonly place: Bits; readonly task: Bits };
  readonly refund: { readonly valid: Bit; readonly task: Bits; readonly channel: Bits };
  readonly rest: Bits;
}

export function claimRights(m: Builder, { slots }: MailboxConfig, width: Widths, inside: RightsInsides): void {
  const task = m.symbolic("task_judged", width.task, "any task");
  const { chosen: channel, refund, store } = inside;
  m.ghost(() => {
    const g = m.regs({
      may: { send: reg(1), receive: reg(1) },
      in_channel: reg(width.count, 0, "messages whose credit has not come back"),
      granted: reg(width.count + 1, 0, "credit and messages together, as the kernel left them"),
      too_much: reg(1, 0, "the kernel granted more than can be counted"),
    });
    const is = (ofTask: Bits, ofChannel: Bits): Bit => and(ofTask.eq(task), ofChannel.eq(channel));
    const { grants, sends, repays, runs } = m.nets({
      grants: inside.sets.and(is(inside.selected.task, inside.selected.channel)),
      sends: inside.sends.and(is(inside.task, inside.channel)),
      repays: refund.valid.and(is(refund.task, refund.channel)),
      runs: is(inside.task, inside.channel),
    });
    const { entry } = m.nets({ entry: inside.rights.readAsync(cat(task, channel)) });
    const credit = entry.slice(width.credit - 1, 0);
    const wide = width.count + 1;
    const { sum, new_sum } = m.nets({
      sum: credit.zext(wide).add(g.in_channel.zext(wide)),
      new_sum: inside.granted.slice(width.credit - 1, 0).zext(wide).add(g.in_channel.zext(wide)),
    });
    m.when(grants, () => {
      g.may.send.next = inside.granted.bit(width.credit);
      g.may.receive.next = inside.granted.bit(width.credit + 1);
      g.granted.next = new_sum;
      g.too_much.next = new_sum.gt(slots - 1);
    });
    m.when(sends.and(repays.not()), () => { g.in_channel.next = g.in_channel.add(1); })
      .elsewhen(repays.and(sends.not()), () => { g.in_channel.next = g.in_channel.sub(1); });

    const known = or(inside.ready, inside.cleared(cat(task, channel)));
    const nothing = and(g.may.send.not(), g.may.receive.not(), g.in_channel.eq(0), g.granted.eq(0));
    m.assert("nobody_has_rights_at_first", or(inside.ready, and(nothing, refund.valid.not(), store.valid.not())));
    m.assert("rights_are_what_the_kernel_said",
      known.not().or(entry.slice(width.credit + 1, width.credit).eq(cat(g.may.receive, g.may.send))));
    m.assert("rights_are_at_hand", or(inside.access.not(), inside.ready.not(), inside.ownAccess,
      inside.right.eq(inside.rights.readAsync(cat(inside.task, inside.channel)))));
    m.assert("only_who_may_sends", sends.not().or(g.may.send));
    m.assert("only_who_may_receives", inside.copies.and(runs).not().or(g.may.receive));
    m.assert("only_who_may_waits", inside.begins_to_wait.and(runs).not().or(g.may.receive));
    m.cover("a_message_is_sent", sends);

    // Credit, and the messages themselves: those in their places, one on its way there, one whose credit is on its way.
    const { judged_head, judged_tail } = m.nets({
      judged_head: inside.heads.readAsync(channel), judged_tail: inside.tails.readAsync(channel),
    });
    const storeChannel = store.place.slice(width.channel + width.place - 1, width.place);
    const { stores, judged_count } = m.nets({
      stores: and(store.valid, storeChannel.eq(channel)), judged_count: judged_tail.sub(judged_head),
    });
    const mine = Array.from({ length: slots }, (_, i) => {
      const names = m.scope(`message_${i}`, () => {
        const { place } = m.nets({ place: judged_head.add(i) });
        return m.nets({ word: inside.messages.readAsync(cat(channel, place.slice(width.place - 1, 0))) });
      });
      const sender = names.word.slice(width.message + width.task - 1, width.message);
      const isThere = judged_count.sub(stores.zext(width.count)).gt(i);
      return and(isThere, names.word.msb().not(), sender.eq(task));
    });
    const onTheWay = and(stores, store.from_router.not(), store.task.eq(task));
    const total = [...mine, onTheWay, repays].reduce<Bits>((all, one) => all.add(one.zext(wide)), constant(0, wide));
    m.assert("counts_the_messages_of_each_sender", inside.ready.not().or(g.in_channel.zext(wide).eq(total)));
    m.assert("credit_and_messages_are_what_was_granted", or(known.not(), g.too_much, sum.eq(g.granted)));
    m.assert("nobody_is_granted_more_than_can_be_counted", g.too_much.or(g.granted.lt(slots)));
    m.assert("a_credit_is_given_back_at_once", refund.valid.not().or(inside.rest.eq(2)));
  });
}
