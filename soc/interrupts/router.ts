// The interrupt router: each line leads to the local APIC, into a channel of the mailbox, or to the scheduler as the
// release of a job; the last two without an instruction.
//
//   cycle      0        1        2        3
//   line     __/‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾
//   pending  ___________/‾‾‾‾‾‾‾‾\___________     it has requested: of those that may, the highest priority is chosen
//   release  ____________________/‾‾‾‾‾‾‾‾\__     offered to the scheduler until ready; a message likewise
//   held     ____________________/‾‾‾‾‾‾‾‾‾‾‾     until it is delivered and its distance has passed
//
// What requests. A rising line requests once for each rise. A level requests when it is high, and not again before it
// has been low or its task has written REARM: so a driver first serves its device and then allows the next. A request
// stays until it is delivered, even if the line falls. One that comes while another is pending becomes one with it and
// is counted.
//
// Storms. From the moment that a request is chosen the line is held back, until GAP clocks after it was delivered: no
// two deliveries are closer, whatever the device does. Distances are looked at one line in each cycle, so the line is
// free again once around later at the latest, never sooner. What the channel has no room for is tried again then.
//
// To the local APIC a level is passed on as it is, and a rise until it is acknowledged; a line that is held back or
// masked by its partition is low. What the APIC has already taken in is the APIC's.
//
// After reset, all lines lead to the local APIC as levels, so that software that knows nothing of the router finds them
// there, and every partition sees every line. The memories are cleared first: a cycle for each line or partition.
import {
  and, array, cat, constant, input, module, mux, or, output, reg, regNoReset, select, type Bit, type Bits, type Builder,
  type Design,
} from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { flag, pack, part } from "../fields.ts";
import { messageWords, policyBits } from "../mailbox/shape.ts";
import { firstLineVector } from "../memory-map.ts";
import { eventPort, kindOf } from "../trace/ports.ts";
import { claimConservation, claimDistance } from "./router-claims.ts";
import { interruptRouter as description } from "./router-registers.ts";
import { routerWidths, routes, type RouterConfig } from "./router-shape.ts";

const wordBits = 32;
/** Enough for what comes in while the other lines have their turn: a request in two cycles, one that comes back. */
const excessBits = 4;
const { registers } = description;

export function routerPorts(config: RouterConfig) {
  const { line, partition, task, channel } = routerWidths(config);
  return {
    now: input(config.timeBits, "the clock, in cycles"),
    partition: input(partition, "which has the processor"),
    running: { task: input(task), cpl: input(2, "0: the kernel") },
    bus: wordDevice,
    lines: input(config.lines, "in time with the clock"),
    apic: {
      lines: output(config.lines, "levels"),
      taken: { valid: input(1, "the CPU takes a line's interrupt in this cycle"), line: input(line) },
    },
    message: {
      valid: output(1, "everything here stays as it is until done"),
      channel: output(channel),
      words: output(messageWords * wordBits, "the line, and when it was chosen"),
      urgency: { policy: output(policyBits), value: output(config.timeBits, "the deadline: GAP after that") },
      done: input(1),
      refused: input(1, "with done: there is no room"),
    },
    release: {
      valid: output(1, "stays as it is until ready"),
      ready: input(1),
      number: output(task, "the task"),
    },
    event: eventPort,
  };
}

type Ports = ReturnType<typeof routerPorts>;

/** The ways to somebody, each busy with one line at a time. */
const ways = ["message", "release", "apic"] as const;
type Way = (typeof ways)[number];

export function interruptRouter(config: RouterConfig): Design<Ports> {
  const width = routerWidths(config);
  const { lines: lineCount, partitions, gapBits } = config;
  const places = Math.max(lineCount, partitions);
  const clearBits = Math.max(width.line, width.partition);
  return module("interrupt_router", description.doc, routerPorts(config), (m, io) => {
    const { bus, running } = io;
    const time = io.now.slice(gapBits, 0);
    const way = { line: regNoReset(width.line), stamps: reg(1, 0, "delivered: its distance begins"),
      time: regNoReset(width.end, "when that was") };
    const r = m.regs({
      clearing: reg(1, 1),
      clear_place: reg(clearBits),
      line: array(lineCount, {
        route: reg(2, routes[config.routeAtReset]), level: reg(1, 1), priority: reg(config.priorityBits),
        was_high: reg(1), armed: reg(1, 1, "a level may request"), pending: reg(1),
        held: reg(1, 0, "being delivered, or too soon"), timed: reg(1, 0, "the end of its distance is known"),
        excess: reg(excessBits, 0, "requests that became one with another and are not in the count yet"),
      }),
      message: {
        busy: reg(1), ...way, chosen_at: regNoReset(config.timeBits),
        retry: regNoReset(1, "there was no room: it is tried again once around"),
      },
      release: { busy: reg(1), ...way },
      apic: way,
      look: reg(width.line, 0, "whose distance is looked at, and whose count brought up to date"),
    });

    // --- registers ------------------------------------------------------------------------------------
    const kernel = running.cpl.eq(0);
    const place = bus.address.slice(width.line - 1, 0);
    const partitionPlace = bus.address.slice(width.partition - 1, 0);
    const inRow = ({ offset }: { readonly offset: number }, count: number): Bit =>
      bus.address.slice(9, Math.log2(count)).eq(offset / 4 / count);
    const { at, writes } = m.nets({
      at: {
        line: inRow(registers.LINE, lineCount), gap: inRow(registers.GAP, lineCount),
        state: inRow(registers.STATE, lineCount), rearm: inRow(registers.REARM, lineCount),
        partition: inRow(registers.PARTITION, partitions),
      },
      writes: and(bus.access, bus.write, bus.mask.all(), r.clearing.not()),
    });
    const fields = registers.LINE.fields;
    const targets = m.memory("targets", {
      width: 7 + width.task + width.channel, depth: lineCount, doc: "by line: priority, level, route, channel, task",
    });
    const gaps = m.memory("gaps", { width: gapBits, depth: lineCount, doc: "by line: least distance" });
    const masks = m.memory("masks", { width: lineCount, depth: partitions, doc: "by partition: lines delivered" });
    const { target, setup } = m.nets({
      target: targets.readAsync(place),
      setup: {
        route: part(bus.wdata, fields.ROUTE), level: flag(bus.wdata, fields.LEVEL),
        priority: part(bus.wdata, fields.PRIORITY), task: bus.wdata.slice(8 + width.task - 1, 8),
        channel: bus.wdata.slice(16 + width.channel - 1, 16),
      },
    });
    const { sets } = m.nets({
      sets: {
        line: and(writes, kernel, at.line), gap: and(writes, kernel, at.gap),
        partition: and(writes, kernel, at.partition),
        rearm: and(writes, at.rearm, or(kernel, target.slice(width.task - 1, 0).eq(running.task))),
      },
    });
    const clears = (bits: number): Bits => r.clear_place.slice(bits - 1, 0);
    targets.write({
      enable: sets.line.or(r.clearing), address: mux(r.clearing, clears(width.line), place),
      data: mux(r.clearing, cat(constant(0, 4), constant(1, 1), constant(routes[config.routeAtReset], 2),
        constant(0, width.channel + width.task)), cat(setup.priority, setup.level, setup.route, setup.channel, setup.task))
        .as(7 + width.task + width.channel),
    });
    gaps.write({
      enable: sets.gap.or(r.clearing), address: mux(r.clearing, clears(width.line), place),
      data: mux(r.clearing, 0, bus.wdata.slice(gapBits - 1, 0)),
    });
    masks.write({
      enable: sets.partition.or(r.clearing),
      address: mux(r.clearing, clears(width.partition), partitionPlace),
      data: mux(r.clearing, -1, bus.wdata.slice(lineCount - 1, 0)),
    });
    m.when(r.clearing, () => {
      r.clear_place.next = r.clear_place.add(1);
      m.when(r.clear_place.eq(places - 1), () => { r.clearing.next = 0; });
    });

    // --- who is chosen --------------------------------------------------------------------------------
    const { allowed } = m.nets({ allowed: masks.readAsync(io.partition) });
    const is = (line: (typeof r.line)[number], route: keyof typeof routes): Bit => line.route.eq(routes[route]);
    const free: Record<"message" | "release", Bit> = { message: r.message.busy.not(), release: r.release.busy.not() };
    const candidates = r.line.map((line, n) => m.scope(`line_${n}`, () => {
      const wayFree = or(and(is(line, "MESSAGE"), free.message), and(is(line, "RELEASE"), free.release));
      const { may } = m.nets({ may: and(line.pending, line.held.not(), allowed.bit(n), wayFree) });
      return { valid: may, line: constant(n, width.line), priority: line.priority, route: line.route };
    }));
    const winner = tournament(m, candidates);
    m.unused(winner.priority);
    const { chosen } = m.nets({
      chosen: {
        message: and(winner.valid, winner.route.eq(routes.MESSAGE), r.clearing.not()),
        release: and(winner.valid, winner.route.eq(routes.RELEASE), r.clearing.not()),
      },
    });

    // --- the ways -------------------------------------------------------------------------------------
    const { delivered } = m.nets({
      delivered: {
        refused: and(io.message.done, io.message.refused),
        release: and(io.release.valid, io.release.ready),
        apic: io.apic.taken.valid,
      },
    });
    const ends: Record<Way, Bit> = {
      message: io.message.done, release: delivered.release, apic: delivered.apic,
    };
    // One distance is noted in each cycle.
    const { noting } = m.nets({
      noting: {
        message: r.message.stamps, release: and(r.release.stamps, r.message.stamps.not()),
        apic: and(r.apic.stamps, r.release.stamps.not(), r.message.stamps.not()),
      },
    });
    for (const name of ways) {
      m.when(ends[name], () => {
        r[name].stamps.next = 1;
        r[name].time.next = time;
      }).elsewhen(noting[name], () => { r[name].stamps.next = 0; });
    }
    m.when(delivered.apic, () => { r.apic.line.next = io.apic.taken.line; });
    for (const name of ["message", "release"] as const) {
      m.when(chosen[name], () => {
        r[name].busy.next = 1;
        r[name].line.next = winner.line;
      }).elsewhen(noting[name], () => { r[name].busy.next = 0; });
    }
    m.when(chosen.message, () => { r.message.chosen_at.next = io.now; });
    m.when(ends.message, () => { r.message.retry.next = io.message.refused; });

    const to = {
      message: m.scope("message", () => m.nets({ to: targets.readAsync(r.message.line) })).to,
      release: m.scope("release", () => m.nets({ to: targets.readAsync(r.release.line) })).to,
    };
    m.unused(to.message.slice(6 + width.task + width.channel, width.task + width.channel));
    m.unused(to.release.slice(6 + width.task + width.channel, width.task));
    const taskOf = (of: Bits): Bits => of.slice(width.task - 1, 0);
    const { deadline } = m.nets({
      deadline: r.message.chosen_at.add(gaps.readAsync(r.message.line).zext(config.timeBits)),
    });
    io.message.valid.value = r.message.busy.and(r.message.stamps.not());
    io.message.channel.value = to.message.slice(width.task + width.channel - 1, width.task);
    io.message.words.value = cat(constant(0, wordBits), r.message.chosen_at.zext(2 * wordBits),
      r.message.line.zext(wordBits)).as(messageWords * wordBits);
    io.message.urgency.policy.value = config.deadlinePolicy;
    io.message.urgency.value.value = deadline;
    io.release.valid.value = r.release.busy.and(r.release.stamps.not());
    io.release.number.value = taskOf(to.release);

    // --- distances ------------------------------------------------------------------------------------
    const ends_at = m.memory("ends", {
      width: width.end, depth: lineCount, doc: "by line: when its distance has passed",
    });
    const byWay = (of: (way: { readonly line: Bits; readonly time: Bits }) => Bits): Bits =>
      mux(r.message.stamps, of(r.message), mux(r.release.stamps, of(r.release), of(r.apic)));
    const { stamp } = m.nets({
      stamp: {
        valid: or(r.message.stamps, r.release.stamps, r.apic.stamps),
        line: byWay(({ line }) => line), time: byWay((one) => one.time),
        retry: r.message.stamps.and(r.message.retry),
      },
    });
    const { distance } = m.nets({ distance: gaps.readAsync(stamp.line) });
    ends_at.write({
      address: stamp.line, enable: stamp.valid,
      data: mux(stamp.retry, stamp.time, stamp.time.add(distance.zext(width.end))),
    });
    r.look.next = r.look.add(1);
    const { age } = m.nets({ age: time.sub(ends_at.readAsync(r.look)) });
    const { passed } = m.nets({ passed: age.msb().not() });
    m.unused(age.slice(gapBits - 1, 0));

    const counts = m.memory("counts", { width: config.countBits, depth: lineCount, doc: "by line: requests too many" });
    const { excess } = m.nets({ excess: select(r.look, r.line.map((line) => line.excess)) });
    counts.write({
      enable: constant(1, 1), address: mux(r.clearing, clears(width.line), r.look),
      data: mux(r.clearing, 0, counts.readAsync(r.look).add(excess.zext(config.countBits))),
    });

    // --- the lines ------------------------------------------------------------------------------------
    const each = r.line.map((line, n) => m.scope(`line_${n}`, () => {
      const here = (valid: Bit, of: Bits): Bit => and(valid, of.eq(n));
      const high = io.lines.bit(n);
      const { set_up, taken, won, comes_back } = m.nets({
        set_up: here(sets.line, place),
        taken: here(delivered.apic, io.apic.taken.line),
        won: or(here(chosen.message, winner.line), here(chosen.release, winner.line)),
        comes_back: here(delivered.refused, r.message.line),
      });
      // A level to the APIC is the APIC's own business.
      const latched = or(is(line, "MESSAGE"), is(line, "RELEASE"), is(line, "VECTOR").and(line.level.not()));
      const { asks, remains, is_high } = m.nets({
        is_high: high,
        asks: and(latched, mux(line.level, high.and(line.armed), high.and(line.was_high.not())), set_up.not()),
        remains: and(line.pending, won.not(), or(taken.not(), is(line, "VECTOR").not()), set_up.not()),
      });
      const back = comes_back.and(set_up.not());
      const { first_more, second_more } = m.nets({
        first_more: or(and(remains, asks), and(remains, back), and(asks, back)), second_more: and(remains, asks, back),
      });
      line.was_high.next = high;
      line.pending.next = or(remains, asks, back);
      m.when(or(high.not(), set_up, here(sets.rearm, place)), () => { line.armed.next = 1; })
        .elsewhen(asks, () => { line.armed.next = 0; });
      m.when(or(won, taken), () => { line.held.next = 1; })
        .elsewhen(and(line.timed, passed, r.look.eq(n)), () => { line.held.next = 0; });
      m.when(or(won, taken), () => { line.timed.next = 0; })
        .elsewhen(here(stamp.valid, stamp.line), () => { line.timed.next = 1; });
      const counted = mux(r.look.eq(n).and(r.clearing.not()), constant(0, excessBits), line.excess);
      line.excess.next = counted.add(cat(second_more, first_more.and(second_more.not())).zext(excessBits));
      m.when(set_up, () => {
        m.drive({ route: line.route, level: line.level, priority: line.priority }, {
          route: setup.route.as(2), level: setup.level,
          priority: bus.wdata.slice(fields.PRIORITY.lsb + config.priorityBits - 1, fields.PRIORITY.lsb),
        });
      });
      const { to_apic } = m.nets({
        to_apic: and(is(line, "VECTOR"), line.held.not(), allowed.bit(n), mux(line.level, high, line.pending)),
      });
      return { high: is_high, asks, won, taken, comes_back, set_up, first_more, second_more, to_apic };
    }));
    io.apic.lines.value = cat(...each.map(({ to_apic }) => to_apic).toReversed()).as(lineCount);

    // --- what is read ---------------------------------------------------------------------------------
    const ofPlace = <N extends number>(value: (line: (typeof r.line)[number], n: number) => Bits<N>): Bits<N> =>
      select(place, r.line.map((line, n) => value(line, n)));
    const targetAt = { route: width.task + width.channel, level: width.task + width.channel + 2 };
    const lineWord = pack(32, fields, {
      ROUTE: target.slice(targetAt.level - 1, targetAt.route), LEVEL: target.bit(targetAt.level),
      PRIORITY: target.slice(targetAt.level + 4, targetAt.level + 1),
      TASK: taskOf(target).zext(8), CHANNEL: target.slice(targetAt.route - 1, width.task).zext(6),
    });
    const stateWord = pack(32, registers.STATE.fields, {
      HIGH: select(place, each.map(({ high }) => high)), PENDING: ofPlace((line) => line.pending),
      HELD: ofPlace((line) => line.held), COUNT: counts.readAsync(place).zext(16),
    });
    const { word } = m.nets({
      word: mux(at.line, lineWord, mux(at.gap, gaps.readAsync(place).zext(32),
        mux(at.state, stateWord, mux(at.partition, masks.readAsync(partitionPlace).zext(32), 0)))),
    });
    bus.rdata.value = and(word, kernel.replicate(32));
    m.unused(bus.wdata);

    // --- events ---------------------------------------------------------------------------------------
    m.drive(io.event, {
      valid: or(r.message.stamps.and(r.message.retry.not()), noting.release),
      kind: kindOf("interrupt"),
      task: mux(r.message.stamps, taskOf(to.message), taskOf(to.release)).zext(8),
      argument: stamp.line.zext(32).add(firstLineVector),
    });

    // --- what the others keep to ----------------------------------------------------------------------
    m.assume("a_message_is_done_only_if_offered", io.message.done.not().or(io.message.valid));
    m.assume("refused_is_done", io.message.refused.not().or(io.message.done));
    const g = m.ghost(() => m.scope("apic", () => m.regs({ rest: reg(2, 0, "cycles in which no line is taken") })));
    m.ghost(() => {
      g.rest.next = mux(io.apic.taken.valid, constant(3, 2), mux(g.rest.eq(0), 0, g.rest.sub(1)));
    });
    m.assume("an_interrupt_takes_four_cycles", io.apic.taken.valid.not().or(g.rest.eq(0)));
    const line = m.symbolic("chosen_line", width.line, "any line");
    const common = {
      line, lines: r.line, each, ways: r, clearing: r.clearing,
      delivered: { ...delivered, message: io.message.done.and(io.message.refused.not()) },
    };
    m.scope("distance", () => {
      claimDistance(m, config, {
        ...common, ends: ends_at, time, stamp, distance, allowed: masks.readAsync(io.partition),
      });
    });
    m.scope("account", () => { claimConservation(m, config, { ...common, look: r.look, counts }); });
  });
}

interface Candidate {
  readonly valid: Bit;
  readonly line: Bits;
  readonly priority: Bits;
  readonly route: Bits;
}

/** Of those that are valid, the one of the highest priority; of equals, the first. */
function tournament(m: Builder, candidates: readonly Candidate[], round = 0): Candidate {
  const [only, ...others] = candidates;
  if (only === undefined) throw new Error("a tournament needs somebody");
  if (others.length === 0) return only;
  const winners: Candidate[] = [];
  for (let i = 0; i < candidates.length; i += 2) {
    const [first, second] = [candidates[i], candidates[i + 1]];
    if (first === undefined || second === undefined) throw new Error("a tournament is among a power of two");
    winners.push(m.scope(`round_${round}_${i / 2}`, () => {
      const { takes_second } = m.nets({
        takes_second: second.valid.and(first.valid.not().or(second.priority.gt(first.priority))),
      });
      return m.nets({
        valid: first.valid.or(second.valid),
        line: mux(takes_second, second.line, first.line),
        priority: mux(takes_second, second.priority, first.priority),
        route: mux(takes_second, second.route, first.route),
      });
    }));
  }
  return tournament(m, winners, round + 1);
}
