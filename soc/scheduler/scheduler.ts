// The scheduler: 256 tasks, and at every moment the one that should run.
//
// Whatever happens to a task is an operation (operation.ts) that passes through one pipeline: its rows are read, what
// becomes of it is decided, the trees are brought up to date, and the choice stands at their end. One operation enters
// per cycle, whatever it is.
//
//   cycle  0 accepted  1 prepared  2 concluded   3, 4, 5 levels 8 to 6  6 levels 5, 4  7, 8 partitions  9 choice
//          rows read               rows written  due group loaded in 5
//
// Operations on one task are three cycles apart, so that each reads what the one before has written. Of what may come
// at the same time, this goes first: the sweep after reset; a command of the kernel; a switch of the running task; its
// overrun; what it asks for itself. These come one at a time. Then a due task and the wake-ups take turns. Nothing that
// waits is lost: a due task is offered until taken, a wake-up until it is ready, and a command is accepted before the
// next one can be written.
//
// A decision is measured from acceptance to choice: `decision_cycles`, always. While an operation that takes the choice
// away is between its conclusion and the tree's end, the choice is not `settled`, and the dispatcher waits.
import {
  and, array, cat, constant, indexWidth, input, module, mux, or, output, reg, regNoReset, select, type Bit, type Bits,
  type Builder, type Design, type Inside,
} from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { eventPort, kindOf } from "../trace/ports.ts";
import { admit, wakers, type Requester } from "./admit.ts";
import { budget } from "./budget.ts";
import { choice } from "./choice.ts";
import { decide } from "./decide.ts";
import { due } from "./due.ts";
import { frame } from "./frame.ts";
import { Operation } from "./operation.ts";
import { pages } from "./pages.ts";
import { report } from "./report.ts";
import { setupFields, stateFields, widthOf } from "./row.ts";
import { decision_cycles, policyBits, timeBits, widthsOf, type SchedulerConfig } from "./shape.ts";
import { tree } from "./tree.ts";

/** From a unit that wakes tasks. Held until ready. */
const wakePort = (config: SchedulerConfig) => ({
  valid: input(1),
  ready: output(1, "accepted in this cycle"),
  number: input(widthsOf(config).task, "the task"),
  waits: input(1, "its job is to wait for a later wake-up, as by BLOCK; else it is woken"),
  inherits: input(1, "it is to be at least so urgent"),
  urgency: { policy: input(policyBits), value: input(timeBits, "a deadline, or a priority") },
});

const ports = (config: SchedulerConfig) => {
  const { task } = widthsOf(config);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one for each name
  const wake = Object.fromEntries(wakers.map((name) => [name, wakePort(config)])) as
    Record<(typeof wakers)[number], ReturnType<typeof wakePort>>;
  return {
    now: input(timeBits, "cycles since reset, every one"),
    kernel: wordDevice,
    own: wordDevice,
    wake,
    choice: {
      valid: output(1, "some task is ready and may run; else none does"),
      number: output(task, "who shall run"),
      settled: output(1, "nothing under way takes that back: the dispatcher may act on it"),
    },
    dispatched: { valid: input(1, "from the next cycle on this task runs"), number: input(task) },
    counts: input(1, "this cycle counts against the running task's budget"),
    running: {
      waits: output(1, "the running task has no job, or its job is blocked: another is about to run"),
      urgency: { policy: output(policyBits), value: output(timeBits, "to be inherited by whom it sends to") },
    },
    line: output(1, "to the interrupt controller: there are events"),
    released: eventPort,
    happened: eventPort,
  };
};

export type SchedulerPorts = ReturnType<typeof ports>;

export function scheduler(config: SchedulerConfig): Design<SchedulerPorts> {
  const widths = widthsOf(config);
  const doc = `Scheduler of ${config.tasks} tasks.`;
  return module("scheduler", doc, ports(config), (m, io) => {
    const r = m.regs({
      sweep: reg(widths.task + 1, 0, "tasks stopped since reset; then the highest bit stays"),
      settling: reg(5, 0, "cycles since, while the trees come to rest"),
      given: {
        valid: reg(1), kind: regNoReset(Operation), task: regNoReset(widths.task), at: regNoReset(widths.deadline),
        carries: regNoReset(1), urgency: regNoReset(widths.urgency),
      },
      waits: reg(1),
      urgency: reg(widths.urgency),
    });
    const { ready, number_at_sweep } = m.nets({
      ready: r.settling.all(), number_at_sweep: r.sweep.slice(widths.task - 1, 0),
    });
    const { sweeps } = m.nets({ sweeps: r.sweep.msb().not() });
    m.when(sweeps, () => { r.sweep.next = r.sweep.add(1); })
      .elsewhen(ready.not(), () => { r.settling.next = r.settling.add(1); });

    // Loops between the parts are closed through these.
    const { wires } = m.nets({
      wires: {
        row: {
          valid: 1, number: widths.task, runs: 1, starts: 1, ends: 1, loads: 1, fresh: 1, reads: 1,
          state: widthOf(stateFields(config)),
        },
        taken: { command: 1, load: 1, overrun: 1, own: 1, due: 1 },
        load: {
          valid: 1, number: widths.dueGroup, place: widths.task - widths.dueGroup, looked: 1,
          due: { valid: 1, time: widths.due },
        },
        happens: { miss: 1, overrun: 1, early: 1, dropped: 1 },
        charged: widths.task,
        event: { valid: 1, kind: 3, number: widths.task, at: 32 },
        lost: 8,
        armed: 1,
        events: 6,
        frame: { waits: 1, window: indexWidth(config.windows), may_run: config.partitions },
        choice: { valid: 1, settled: 1, number: widths.task },
        left: config.budgetBits,
      },
    });
    const { row } = wires;

    const page = m.instance("pages", pages(config), {
      kernel: accessOf(io.kernel), own: accessOf(io.own),
      command: { taken: wires.taken.command },
      ask: { taken: wires.taken.own },
      alarm: { armed: wires.armed },
      event: { valid: wires.event.valid, kind: wires.event.kind, task: wires.event.number, at: wires.event.at },
      lost: { count: wires.lost },
      concluded: { valid: row.valid, task: row.number, runs: row.runs, reads: row.reads, state: row.state },
      shown: {
        now: io.now, ready, frame_waits: wires.frame.waits, window: wires.frame.window, may_run: wires.frame.may_run,
        events: wires.events,
        choice: { valid: wires.choice.valid, settled: wires.choice.settled, task: wires.choice.number },
        running: { task: wires.charged, waits: r.waits, urgency: r.urgency, left: wires.left },
      },
    });
    for (const [end, from] of [[io.kernel, page.kernel], [io.own, page.own]] as const) end.rdata.value = from.rdata;

    const { sets_up } = m.nets({ sets_up: wires.taken.command.and(page.command.kind.is("setup")) });
    const charge = m.instance("budget", budget(config), {
      counts: io.counts,
      dispatched: { valid: io.dispatched.valid, task: io.dispatched.number },
      grant: { write: sets_up, task: page.command.task, value: page.setup.budget },
      row: { valid: row.valid, task: row.number, loads: row.loads, fresh: row.fresh, starts: row.starts, ends: row.ends },
      load: { taken: wires.taken.load },
      overrun: { taken: wires.taken.overrun },
    });
    wires.charged.value = charge.charged.task;
    wires.left.value = charge.left;

    // What is due, and what is asked for
    const watch = m.instance("due", due(config), {
      now: io.now.slice(widths.due - 1, 0),
      load: {
        valid: wires.load.valid, number: wires.load.number, place: wires.load.place, due: wires.load.due,
        looked: wires.load.looked,
      },
      taken: wires.taken.due,
    });
    const asked = (waker: (typeof wakers)[number]) => {
      const { valid, number, waits, inherits, urgency } = io.wake[waker];
      return {
        valid: valid.and(ready), kind: mux(waits, Operation("block"), "wake"), task: number,
        carries: inherits.and(waits.not()),
        urgency: cat(urgency.policy, urgency.value.slice(widths.deadline - 1, 0)).as(widths.urgency),
      };
    };
    const entry = m.instance("admit", admit(config), {
      asks: {
        sweep: { valid: sweeps, task: number_at_sweep },
        command: {
          valid: page.command.valid, kind: page.command.kind, task: page.command.task,
          carries: page.command.kind.is("inherit"), urgency: page.command.urgency,
        },
        load: { valid: charge.load.valid, task: charge.charged.task },
        overrun: { valid: charge.overrun.valid, task: charge.overrun.task },
        own: { valid: page.ask.valid, kind: page.ask.kind, task: page.ask.task },
        due: { valid: watch.offer.valid.and(ready), task: watch.offer.task },
        message: asked("message"),
        interrupt: asked("interrupt"),
      },
      under_way: [{ valid: r.given.valid, task: r.given.task }, { valid: row.valid, task: row.number }],
    });
    const takes = (name: Requester): Bit => entry.asks[name].taken;
    m.drive(wires.taken, {
      command: takes("command"), load: takes("load"), overrun: takes("overrun"), own: takes("own"), due: takes("due"),
    });
    for (const name of wakers) io.wake[name].ready.value = takes(name);
    m.unused(takes("sweep"));
    m.drive(r.given, { ...entry.enters, at: io.now.slice(widths.deadline - 1, 0) });

    // The rows. What is written is not read in the same cycle: operations on one task keep their distance.
    const setups = m.memory("setups", {
      width: widthOf(setupFields(config)), depth: config.tasks, collisions: "undefined", doc: "what the kernel set up",
    });
    setups.write({
      address: entry.enters.task, data: mux(sweeps, 0, page.setup.row), enable: or(takes("sweep"), sets_up),
    });
    const states = m.memory("states", {
      width: widthOf(stateFields(config)), depth: config.tasks, collisions: "undefined", doc: "what became of each task",
    });
    const decided = m.instance("decide", decide(config), {
      given: {
        ...r.given,
        setup: setups.readSync("setup", { address: entry.enters.task }),
        state: states.readSync("state", { address: entry.enters.task }),
      },
      charged: { valid: charge.charged.valid, task: charge.charged.task },
    });
    states.write({ address: decided.row.task, data: decided.row.state, enable: decided.row.valid });
    m.drive(row, {
      valid: decided.row.valid, number: decided.row.task, runs: decided.job.runs, starts: decided.job.starts,
      ends: decided.job.ends, loads: decided.row.kind.is("dispatch"), fresh: decided.job.was_fresh,
      reads: decided.row.kind.is("read"), state: decided.row.state,
    });
    const { happens } = decided;
    m.drive(wires.happens, {
      miss: happens.miss, overrun: happens.overrun, early: happens.early.and(decided.reports_early),
      dropped: happens.dropped,
    });

    m.assert("reads_no_row_that_is_being_written",
      and(entry.enters.valid, row.valid, entry.enters.task.eq(row.number)).not());

    // The trees, and the choice
    const ranks = m.instance("tree", tree(config), {
      enter: {
        valid: row.valid, task: row.number, rank: decided.leaf.rank, due: decided.leaf.due,
        looked: decided.row.kind.is("look"),
      },
    });
    m.drive(wires.load, ranks.group);
    const windows = m.instance("frame", frame(config), {
      now: io.now.slice(widths.due - 1, 0), entry: page.entry, next: page.next_frame,
    });
    m.drive(wires.frame, { waits: windows.waits, window: windows.window, may_run: windows.may_run });
    const first = m.instance("choice", choice(config), {
      partition: ranks.partition.map((best, number) => ({ ...best, ceiling: ceilingOf(page.ceiling, number) })),
      may_run: windows.may_run,
      level: { write: sets_up, task: page.command.task, value: page.setup.level },
    });
    const leaving = goingAway(m, config, { valid: row.valid.and(row.runs.not()), task: row.number });
    const taskOfChoice = first.choice.task;
    const { takes_back, in_window } = m.nets({
      takes_back: or(...atLeastOne(leaving.map(({ valid, task }) => valid.and(task.eq(taskOfChoice))))),
      in_window: select(
        taskOfChoice.slice(widths.task - 1, widths.task - widths.partition),
        Array.from({ length: config.partitions }, (_, number) => windows.may_run.bit(number))),
    });
    m.drive(wires.choice, {
      valid: first.choice.valid.and(ready), settled: and(ready, takes_back.not(), in_window), number: taskOfChoice,
    });
    m.drive(io.choice, wires.choice);

    // The running task
    const { concerns_running } = m.nets({ concerns_running: row.valid.and(row.number.eq(charge.charged.task)) });
    m.when(concerns_running, () => {
      r.waits.next = row.runs.not();
      r.urgency.next = decided.leaf.rank.slice(widths.urgency - 1, 0);
    });
    m.when(io.dispatched.valid, () => { r.waits.next = 0; });
    io.running.waits.value = r.waits;
    io.running.urgency.policy.value = r.urgency.slice(widths.urgency - 1, widths.deadline).as(policyBits);
    io.running.urgency.value.value = r.urgency.slice(widths.deadline - 1, 0).zext(timeBits);

    // Who is told
    const news = m.instance("report", report(config), {
      now: io.now,
      happens: { ...wires.happens, task: row.number, at: lowWord(decided.row.at) },
      alarm: { set: page.alarm.set, on: page.alarm.on, time: page.written_time },
      enable: page.enable,
      event: { take: page.event.take },
      lost: { clear: page.lost.clear },
    });
    m.drive(wires.event, {
      valid: news.event.valid, kind: news.event.kind, number: news.event.task, at: news.event.at,
    });
    wires.lost.value = news.lost.count;
    wires.armed.value = news.alarm.armed;
    wires.events.value = news.waiting;
    io.line.value = news.line;

    io.released.valid.value = row.valid.and(row.starts);
    io.released.kind.value = kindOf("release");
    io.released.task.value = row.number.zext(8);
    io.released.argument.value = lowWord(decided.job.to_deadline);
    const done = and(decided.row.kind.is("finish"), row.ends);
    io.happened.valid.value = row.valid.and(done.or(happens.miss, happens.overrun, happens.early, happens.stop));
    io.happened.task.value = row.number.zext(8);
    io.happened.kind.value = kindOf("done");
    io.happened.argument.value = mux(concerns_running, lowWord(charge.used), 0);
    m.when(happens.miss, () => { io.happened.kind.value = kindOf("miss"); });
    m.when(happens.overrun, () => { io.happened.kind.value = kindOf("overrun"); });
    m.when(happens.stop, () => { io.happened.kind.value = kindOf("stop"); });
    m.when(happens.early, () => {
      io.happened.kind.value = kindOf("early");
      io.happened.argument.value = lowWord(decided.job.to_release);
    });
    m.unused(first.root.valid, first.root.task, first.root.rank);
    // An event has room for the lower bits only.
    m.unused(decided.row.at, charge.used, decided.job.to_deadline, decided.job.to_release);
    for (const name of wakers) m.unused(io.wake[name].urgency.value);
  });
}

/** As much as an event has room for. */
const lowWord = (value: Bits): Bits<32> => (value.width < 32 ? value.zext(32) : value.slice(31, 0).as(32));

const accessOf = ({ access, write, address, mask, wdata }: Inside<typeof wordDevice>) =>
  ({ access, write, address, mask, wdata });

type Ceiling = { readonly raised: Bit; readonly level: Bits; readonly holder: Bits };
function ceilingOf(all: readonly Ceiling[], number: number): Ceiling {
  const found = all[number];
  if (found === undefined) throw new Error(`there is no partition ${number}`);
  return found;
}

interface Leaving {
  readonly valid: Bit;
  readonly task: Bits;
}

/** Tasks that have stopped being ready and may still be the choice, until the tree's end knows. */
function goingAway(m: Builder, config: SchedulerConfig, concluded: Leaving): readonly Leaving[] {
  const conclusion_cycle = 2;
  const { leaving } = m.regs({
    leaving: array(decision_cycles(config) - conclusion_cycle - 1, {
      valid: reg(1), task: regNoReset(widthsOf(config).task),
    }),
  });
  leaving.forEach((stage, number) => { m.drive(stage, leaving[number - 1] ?? concluded); });
  return leaving;
}

const atLeastOne = (bits: readonly Bit[]): [Bit, ...Bit[]] => {
  const [first, ...rest] = bits;
  return [first ?? constant(0, 1), ...rest];
};
