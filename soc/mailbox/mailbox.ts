// The mailbox: channels between tasks, each a queue of messages in block RAM.
//
//   cycle        k-1       k         k+1       k+2
//   ahead        COMMIT                                  rights of {task, channel} and first half are read
//   bus.access             ‾‾‾‾‾‾                        it is decided: status, the tail moves, credit is taken
//   messages                         write               both halves are there now
//   bus.ready                        ‾‾‾‾‾‾
//
//   ahead        RECEIVE                                 the rights and the oldest message are read
//   bus.access             ‾‾‾‾‾‾                        it is decided: status, the head moves
//   buffers                write     write
//   window                                     read      from here on all of the message is seen
//
// An operation is one access, decided in one cycle: no task can be interrupted halfway, so sending is wait-free. The
// cycle has one operation, on one channel, at most: software's, or else a step of the router's message, or else the
// end of somebody's waiting. Software cannot be kept waiting; it needs one cycle in three at most, so nobody else
// waits for more than a cycle for it.
//
// The router's message takes two steps, as it needs two cycles to get to its place: first a place is taken, then, two
// cycles later or as soon as the doorbells' queue has room, the message counts as sent.
//
// A channel's places lie in a circle; head and tail are counted with one bit more than a place needs, so that their
// difference is the number of messages. A sender's credit lies beside its rights: a message takes one, and gives it
// back when it is received. So credit and messages in the channel always add up to what the kernel has granted.
//
// After reset, everything is cleared, which takes a cycle for each pair of task and channel; all is denied until then.
import {
  and, cat, constant, enumeration, fifo, module, mux, or, reg, regNoReset, select, type Bit, type Bits, type Builder,
  type Design,
} from "#hdl-gen";
import { flag, pack } from "../fields.ts";
import { kindOf } from "../trace/ports.ts";
import { buffers } from "./buffers.ts";
import { claimDelivery, claimOrder, claimRights } from "./claims.ts";
import { mailboxPorts } from "./ports.ts";
import { mailbox as description } from "./registers.ts";
import { policyBits, statuses, widthsOf, type MailboxConfig, type Status } from "./shape.ts";
import { waits, waitStates } from "./waits.ts";

/** From the access that receives a message to the first cycle in which a window read sees all of it. */
export const receiveToWindow_cycles = 2;

const { registers } = description;
/** Which of the groups of 64 words a register is in. */
const groupOf = ({ offset }: { readonly offset: number }): number => offset >> 8;

const RouterStep = enumeration("router_step", ["idle", "placed", "stored", "rests"]);

type Ports = ReturnType<typeof mailboxPorts>;

export function mailbox(config: MailboxConfig): Design<Ports> {
  const width = widthsOf(config);
  const { tasks, channels, slots } = config;
  // Not "mailbox": that is a class of SystemVerilog's, which Verilator then brings along.
  return module("task_mailbox", description.doc, mailboxPorts(config), (m, io) => {
    const { running, bus, interrupt } = io;
    const kernel = running.cpl.eq(0);

    // --- what software asks for -----------------------------------------------------------------------
    const r = m.regs({
      clearing: reg(1, 1, "everything is being cleared after reset"),
      ready: reg(1, 0, "everything has been"),
      clear_place: reg(width.task + width.channel, 0, "what is cleared now"),
      selected: { task: reg(width.task), channel: reg(width.channel) },
      router: { step: reg(RouterStep, "idle"), tail: regNoReset(width.count, "where its message goes") },
      store: { valid: reg(1, 0, "a message goes to its place now"), from_router: regNoReset(1),
        place: regNoReset(width.channel + width.place), task: regNoReset(width.task), words: regNoReset(2) },
      first_half: { even: regNoReset(width.word), odd: regNoReset(width.word) },
      deliver: { valid: reg(1, 0, "the second half is delivered now"), task: regNoReset(width.task) },
      refund: { valid: reg(1, 0, "a sender gets its credit back now"), task: regNoReset(width.task),
        channel: regNoReset(width.channel) },
    });
    const asked = decodeAddress(m, "asked", bus.address, width.channel);
    const next = decodeAddress(m, "next", io.ahead, width.channel);
    const { acts } = m.nets({ acts: bus.access.and(r.ready) });
    const reads = (group: number): Bit => and(acts, bus.write.not(), asked.group.eq(group), asked.exists);
    const { op } = m.nets({
      op: {
        commit: and(acts, bus.write.not(), asked.group.slice(3, 2).eq(0), asked.exists),
        receive: reads(groupOf(registers.RECEIVE)),
        wait: reads(groupOf(registers.WAIT)),
        poll: reads(groupOf(registers.POLL)),
        discard: reads(groupOf(registers.DISCARD)),
      },
    });
    const at = (register: { readonly offset: number }): Bit => bus.address.eq(register.offset / 4);
    const { writes } = m.nets({ writes: and(acts, bus.write, bus.mask.all(), kernel) });
    const { sets } = m.nets({
      sets: {
        channel: and(writes, asked.group.eq(groupOf(registers.CHANNEL)), asked.exists),
        select: writes.and(at(registers.SELECT)),
        rights: writes.and(at(registers.RIGHTS)),
        clear: writes.and(at(registers.CLEAR)),
      },
    });

    // --- whose turn it is -----------------------------------------------------------------------------
    const { router_acts, due_acts, channel } = m.nets({ router_acts: 1, due_acts: 1, channel: width.channel });
    const { due_valid, due_channel, doorbells_full } = m.nets({
      due_valid: 1, due_channel: width.channel, doorbells_full: 1,
    });
    router_acts.value = and(
      bus.access.not(), r.ready, interrupt.valid,
      or(r.router.step.is("idle"), r.router.step.is("stored").and(doorbells_full.not())),
    );
    due_acts.value = and(bus.access.not(), r.ready, router_acts.not(), due_valid, doorbells_full.not());
    channel.value = mux(bus.access, asked.channel, mux(router_acts, interrupt.channel, due_channel));

    // --- the channels ---------------------------------------------------------------------------------
    const heads = m.memory("heads", { width: width.count, depth: channels, doc: "by channel: the oldest message" });
    const tails = m.memory("tails", { width: width.count, depth: channels, doc: "by channel: the next to come" });
    const states = m.memory("states", { width: 2, depth: channels, doc: "by channel: what its receiver is at" });
    const routes = m.memory("routes", {
      width: 1 + width.task, depth: channels, doc: "by channel: whether urgency is inherited, and the receiver",
    });
    const { head, tail, state, route, head_next } = m.nets({
      head: heads.readAsync(channel),
      tail: tails.readAsync(channel),
      state: states.readAsync(channel),
      route: routes.readAsync(channel),
      head_next: heads.readAsync(next.channel),
    });
    const receiver = route.slice(width.task - 1, 0);
    const inherits = route.msb();
    const isOnTheWay = and(r.router.step.is("placed", "stored"), interrupt.channel.eq(channel));
    const { taken_places, waited, is_receiver, timed_out } = m.nets({
      taken_places: tail.sub(head),
      waited: state.eq(waitStates.waiting),
      timed_out: state.eq(waitStates.timed_out),
      is_receiver: receiver.eq(running.task),
    });
    // What the router is about to send, and what has come behind it, does not count yet.
    const { full, held } = m.nets({
      full: taken_places.eq(slots),
      held: mux(isOnTheWay, r.router.tail, tail).sub(head),
    });

    // --- rights ---------------------------------------------------------------------------------------
    const rights = m.memory("rights", {
      width: 2 + width.credit, depth: tasks * channels, collisions: "undefined",
      doc: "by task and channel: may receive, may send, credit",
    });
    const { refunds, sender } = m.nets({ refunds: 1, sender: width.task });
    const { rights_place } = m.nets({
      rights_place: mux(refunds, cat(sender, channel),
        mux(io.ahead.eq(registers.RIGHTS.offset / 4), cat(r.selected.task, r.selected.channel),
          cat(running.task, next.channel))),
    });
    const right = rights.readSync("right", { address: rights_place });
    const credit = right.slice(width.credit - 1, 0);
    const { may_send, may_receive } = m.nets({
      may_send: right.bit(width.credit), may_receive: right.bit(width.credit + 1),
    });

    // --- messages -------------------------------------------------------------------------------------
    const messages = m.memory("messages", {
      width: width.message + width.task + 3, depth: channels * slots, collisions: "undefined",
      doc: "by channel and place: from the router, words less one, sender, words",
    });
    const oldest = messages.readSync("oldest", {
      address: cat(next.channel, head_next.slice(width.place - 1, 0)), enable: bus.access.not(),
    });
    sender.value = oldest.slice(width.message + width.task - 1, width.message);
    const words = oldest.slice(width.message + width.task + 1, width.message + width.task);
    const fromRouter = oldest.msb();

    // --- decisions ------------------------------------------------------------------------------------
    const takes = or(op.receive, op.wait, op.discard);
    const mayTake = mux(op.discard, kernel, may_receive.and(or(op.wait.not(), is_receiver)));
    const { commit_status, take_status } = m.nets({
      commit_status: mux(may_send.not(), status("DENIED"), mux(credit.eq(0), status("NO_CREDIT"),
        mux(full, status("FULL"), mux(doorbells_full, status("BUSY"), status("OK"))))),
      take_status: mux(mayTake.not(), status("DENIED"), mux(held.ne(0), status("OK"),
        mux(op.wait, mux(doorbells_full, status("BUSY"), status("WAITING")),
          mux(and(op.receive, timed_out, is_receiver), status("TIMED_OUT"), status("EMPTY"))))),
    });
    const { sends, received, begins_to_wait, places, publishes, expires } = m.nets({
      sends: op.commit.and(commit_status.eq(statuses.OK)),
      received: takes.and(take_status.eq(statuses.OK)),
      begins_to_wait: op.wait.and(take_status.eq(statuses.WAITING)),
      places: and(router_acts, r.router.step.is("idle"), full.not()),
      publishes: router_acts.and(r.router.step.is("stored")),
      expires: due_acts.and(waited),
    });

    m.match(r.router.step, [
      ["idle", () => {
        m.when(router_acts, () => { r.router.step.next = mux(full, RouterStep("rests"), RouterStep("placed")); });
      }],
      ["placed", () => { r.router.step.next = "stored"; }],
      ["stored", () => { m.when(router_acts, () => { r.router.step.next = "rests"; }); }],
      ["rests", () => { r.router.step.next = "idle"; }],
    ]);
    m.when(places, () => { r.router.tail.next = tail; });
    interrupt.refused.value = and(router_acts, r.router.step.is("idle"), full);
    interrupt.done.value = interrupt.refused.or(publishes);

    // --- what a decision changes ----------------------------------------------------------------------
    const clearChannel = r.clear_place.slice(width.channel - 1, 0);
    const cleared = (address: Bits): Bits => mux(r.clearing, clearChannel, address);
    heads.write({
      address: cleared(channel), enable: received.or(r.clearing), data: mux(r.clearing, 0, head.add(1)),
    });
    tails.write({
      address: cleared(channel), enable: or(sends, places, r.clearing), data: mux(r.clearing, 0, tail.add(1)),
    });
    const takerIsReceiver = and(or(op.receive, op.wait), mayTake, is_receiver);
    const { ends_wait } = m.nets({
      ends_wait: or(sends, publishes, sets.channel, and(takerIsReceiver, or(received, timed_out))),
    });
    const stateThen = mux(begins_to_wait, constant(waitStates.waiting, 2),
      mux(expires, constant(waitStates.timed_out, 2), waitStates.idle));
    states.write({
      address: cleared(channel), enable: or(begins_to_wait, expires, ends_wait, r.clearing),
      data: mux(r.clearing, 0, stateThen),
    });
    const channelFields = registers.CHANNEL.fields;
    const newRoute = cat(flag(bus.wdata, channelFields.INHERIT), bus.wdata.slice(width.task - 1, 0));
    routes.write({
      address: cleared(channel), enable: sets.channel.or(r.clearing), data: mux(r.clearing, 0, newRoute),
    });

    // Credit: taken with a message, given back one cycle after it is received; at its end it stays there.
    refunds.value = received.and(fromRouter.not());
    m.drive(r.refund, { valid: refunds, task: sender, channel });
    const rightsFields = registers.RIGHTS.fields;
    const granted = cat(flag(bus.wdata, rightsFields.RECEIVE), flag(bus.wdata, rightsFields.SEND),
      bus.wdata.slice(width.credit - 1, 0));
    const flags = cat(may_receive, may_send);
    const { rights_write } = m.nets({
      rights_write: {
        enable: or(r.clearing, sends, r.refund.valid, sets.rights),
        address: mux(r.clearing, r.clear_place, mux(r.refund.valid, cat(r.refund.task, r.refund.channel),
          mux(sets.rights, cat(r.selected.task, r.selected.channel), cat(running.task, channel)))),
        data: mux(r.clearing, 0, mux(r.refund.valid, cat(flags, mux(credit.all(), credit, credit.add(1))),
          mux(sets.rights, granted, cat(flags, credit.sub(1))))),
      },
    });
    rights.write(rights_write);

    // A message goes to its place a cycle after it is decided that it may.
    m.drive(r.store, {
      valid: sends.or(places), from_router: places, task: mux(places, constant(0, width.task), running.task),
      place: cat(channel, tail.slice(width.place - 1, 0)),
      words: mux(places, constant(3, 2), bus.address.slice(1, 0)),
    });
    const { clear } = m.nets({
      clear: {
        enable: sets.clear.or(r.clearing),
        task: mux(r.clearing, r.clear_place.slice(width.task, 1), bus.wdata.slice(8 + width.task - 1, 8)),
        half: mux(r.clearing, r.clear_place.bit(0), flag(bus.wdata, registers.CLEAR.fields.HALF)),
      },
    });
    const wordAt = (index: number): Bits => oldest.slice((index + 1) * width.word - 1, index * width.word);
    const copies = received.and(op.discard.not());
    m.drive(r.deliver, { valid: copies, task: running.task });
    const { staged, rdata, received: receivedHalf } = m.scope("buffers", () => buffers(m, tasks, width, {
      window: io.window, task: running.task, stagedHalf: bus.access,
      deliver: {
        enable: copies.or(r.deliver.valid), task: mux(r.deliver.valid, r.deliver.task, running.task),
        half: r.deliver.valid,
        data: { even: mux(r.deliver.valid, wordAt(2), wordAt(0)), odd: mux(r.deliver.valid, wordAt(3), wordAt(1)) },
      },
      clear,
    }));
    io.window.rdata.value = rdata;
    m.drive(r.first_half, staged);
    const upTo = (index: 1 | 2 | 3, word: Bits): Bits =>
      word.and(r.store.words.ge(index).replicate(width.word).as(width.word));
    const { stored } = m.nets({
      stored: cat(r.store.from_router, r.store.words, r.store.task, mux(r.store.from_router, interrupt.words,
        cat(upTo(3, staged.odd), upTo(2, staged.even), upTo(1, r.first_half.odd), r.first_half.even))),
    });
    messages.write({ address: r.store.place, enable: r.store.valid, data: stored });

    m.when(r.clearing, () => {
      r.clear_place.next = r.clear_place.add(1);
      m.when(r.clear_place.all(), () => { r.clearing.next = 0; });
    }).otherwise(() => { r.ready.next = 1; });
    m.when(sets.select, () => {
      m.drive(r.selected, {
        task: bus.wdata.slice(8 + width.task - 1, 8), channel: bus.wdata.slice(width.channel - 1, 0),
      });
    });

    // --- doorbells and timeouts -----------------------------------------------------------------------
    const due = m.scope("waits", () => waits(m, channels, width, {
      now: io.now, begins: begins_to_wait, channel, clocks: staged.even, served: due_acts,
      waits: (of) => states.readAsync(of).eq(waitStates.waiting),
    }));
    due_valid.value = due.valid;
    due_channel.value = due.channel;

    const { ring } = m.nets({
      ring: {
        valid: or(sends, publishes, begins_to_wait, expires),
        policy: mux(sends, running.urgency.policy, interrupt.urgency.policy),
        value: mux(sends, running.urgency.value, interrupt.urgency.value),
        inherits: or(sends, publishes).and(inherits),
      },
    });
    const bell = [
      config.timeBits, policyBits, width.task, width.channel, /* waits, inherits, waited, in vain */ 1, 1, 1, 1,
    ];
    const bellBits = bell.reduce((sum, bits) => sum + bits, 0);
    const queue = m.instance("doorbells", fifo(bellBits, config.doorbells), {
      put: {
        valid: ring.valid,
        data: cat(ring.value, ring.policy, receiver, channel, begins_to_wait, ring.inherits, waited, expires)
          .as(bellBits),
      },
      take: { ready: io.doorbell.ready },
    });
    doorbells_full.value = queue.put.ready.not();
    m.unused(queue.count, bus.wdata.slice(31, 16), head_next.msb());
    if (config.timeBits > width.wakeTime) m.unused(io.now.slice(config.timeBits - 1, width.wakeTime));
    const { rung } = m.nets({ rung: queue.take.data });
    const taskAt = 4 + width.channel;
    const policyAt = taskAt + width.task;
    const { ready: taken, ...offered } = io.doorbell;
    m.drive(offered, {
      valid: queue.take.valid,
      number: rung.slice(policyAt - 1, taskAt),
      waits: rung.bit(3),
      inherits: rung.bit(2),
      urgency: {
        policy: rung.slice(policyAt + policyBits - 1, policyAt).as(policyBits),
        value: rung.slice(bellBits - 1, policyAt + policyBits),
      },
      channel: rung.slice(taskAt - 1, 4),
      waited: rung.bit(1),
      in_vain: rung.bit(0),
    });

    // --- what is read ---------------------------------------------------------------------------------
    const receivedWord = pack(32, registers.RECEIVE.fields, {
      STATUS: take_status, SENDER: mux(fromRouter, constant(0, 8), sender.zext(8)), INTERRUPT: fromRouter, WORDS: words,
    });
    const denied = constant(statuses.DENIED * 2 ** 28, 32);
    const maySee = or(may_send, may_receive, kernel);
    const { row } = m.nets({ row: bus.address.slice(1, 0) });
    const { own } = m.nets({
      own: select(row, [
        pack(32, registers.SELECT.fields, { TASK: r.selected.task.zext(8), CHANNEL: r.selected.channel.zext(6) }),
        pack(32, rightsFields, { RECEIVE: may_receive, SEND: may_send, CREDIT: credit.zext(4) }),
        constant(0, 32),
        pack(32, registers.STATE.fields, { READY: r.ready }),
      ]),
    });
    const readable = and(kernel, asked.exists, r.ready);
    bus.rdata.value = mux(op.commit, cat(commit_status, constant(0, 28)),
      mux(takes, mux(take_status.eq(statuses.OK), receivedWord, cat(take_status, constant(0, 28))),
        mux(op.poll.and(maySee), pack(32, registers.POLL.fields, {
          STATUS: constant(0, 4), WAITS: waited, MESSAGES: held.zext(6),
        }),
        mux(readable.and(asked.group.eq(groupOf(registers.CHANNEL))),
          pack(32, channelFields, { INHERIT: inherits, RECEIVER: receiver.zext(8) }),
          mux(and(kernel, asked.group.eq(groupOf(registers.SELECT))), own, denied)))));

    // --- events ---------------------------------------------------------------------------------------
    const refused = and(or(op.commit, takes), or(
      op.commit.and(commit_status.ne(statuses.OK)), takes.and(take_status.eq(statuses.DENIED))));
    m.drive(io.event, {
      valid: or(sends, publishes, received, refused),
      kind: mux(refused, kindOf("refused"), mux(received, constant(kindOf("receive"), 5), kindOf("send"))),
      task: mux(publishes, constant(0, 8), running.task.zext(8)),
      argument: channel.zext(32),
    });
    m.drive(io.doorbell_event, {
      valid: and(queue.take.valid, taken, offered.waits.not()),
      kind: kindOf("doorbell"), task: offered.number.zext(8), argument: offered.channel.zext(32),
    });

    // --- what the CPU and the router keep to ----------------------------------------------------------
    const g = m.ghost(() => m.scope("before", () => m.regs({
      rest: reg(2, 0, "cycles in which no access comes, as one takes three"), ahead: regNoReset(10),
      task: regNoReset(width.task),
    })));
    m.ghost(() => {
      g.rest.next = mux(bus.access, constant(2, 2), mux(g.rest.eq(0), 0, g.rest.sub(1)));
      g.ahead.next = io.ahead;
      g.task.next = running.task;
    });
    m.assume("an_access_takes_three_cycles", bus.access.not().or(g.rest.eq(0)));
    m.assume("an_access_is_announced", or(bus.access.not(), m.sinceReset(1).not(),
      and(bus.address.eq(g.ahead), running.task.eq(g.task))));
    m.assume("no_access_right_after_reset", m.sinceReset(1).or(bus.access.not()));
    m.assume("the_router_waits_until_done", or(m.sinceReset(1).not(), m.past(interrupt.valid).not(),
      m.past(interrupt.done), and(interrupt.valid, m.stable(interrupt.channel), m.stable(interrupt.words))));
    const common = {
      chosen: m.symbolic("chosen_channel", width.channel, "any channel"), heads, tails, messages, received, channel,
      access: bus.access, ready: r.ready, rest: g.rest, task: running.task,
      store: r.store, copies, oldest,
    };
    m.scope("order", () => { claimOrder(m, config, width, {
      ...common, states, stored, held, head, clearing: r.clearing, rings: ring.valid, queueHasRoom: queue.put.ready,
      cleared: (place) => r.clearing.not().or(r.clear_place.gt(place.zext(width.task + width.channel))),
      router: {
        ...interrupt, tail: r.router.tail,
        isPlaced: r.router.step.is("placed"), isStored: r.router.step.is("stored"),
      },
    }); });
    m.scope("delivery", () => {
      claimDelivery(m, width, { ...common, second: r.deliver, clear, received: receivedHalf });
    });
    m.scope("law", () => { claimRights(m, config, width, {
      ...common, rights, right, sends, begins_to_wait, granted, sets: sets.rights, selected: r.selected,
      refund: r.refund, ownAccess: at(registers.RIGHTS),
      cleared: (place) => r.clearing.not().or(r.clear_place.gt(place)),
    }); });
  });
}

const status = (name: Status): Bits<4> => constant(statuses[name], 4);

interface Asked {
  readonly group: Bits<4>;
  readonly channel: Bits;
  /** The channel that the address names is one of the mailbox's. */
  readonly exists: Bit;
}

/** Of COMMIT, 16 bytes are a channel's, of the other rows 4. */
function decodeAddress(m: Builder, name: string, address: Bits<10>, bits: number): Asked {
  return m.scope(name, () => {
    const { number } = m.nets({ number: mux(address.slice(9, 8).eq(0), address.slice(7, 2), address.slice(5, 0)) });
    return {
      group: address.slice(9, 6), channel: number.slice(bits - 1, 0),
      exists: bits === 6 ? constant(1, 1) : number.slice(5, bits).eq(0),
    };
  });
}
