// The scheduler's two register pages (registers.ts): what software writes, kept and handed on; what it reads.
import {
  and, array, cat, constant, indexWidth, input, module, mux, or, output, reg, regNoReset, select, type Bit, type Bits,
  type Builder, type Design, type Net, type Register,
} from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { flag, pack as packWord, part } from "../fields.ts";
import { Operation } from "./operation.ts";
import { scheduler, taskScheduler } from "./registers.ts";
import { pack, setupFields, stateFields, unpack, widthOf } from "./row.ts";
import { policyBits, timeBits, widthsOf, type SchedulerConfig } from "./shape.ts";

const ports = (config: SchedulerConfig) => {
  const { task, due, urgency } = widthsOf(config);
  const window = indexWidth(config.windows);
  return {
    kernel: wordDevice,
    own: wordDevice,
    command: {
      valid: output(1), kind: output(Operation), task: output(task), urgency: output(urgency),
      taken: input(1, "it enters the pipeline"),
    },
    ask: { valid: output(1), kind: output(Operation), task: output(task), taken: input(1) },
    /** What SETUP sets up. */
    setup: {
      row: output(widthOf(setupFields(config))), level: output(config.levelBits), budget: output(config.budgetBits),
    },
    ceiling: array(config.partitions, {
      raised: output(1), level: output(config.levelBits), holder: output(task),
    }),
    written_time: output(timeBits),
    entry: {
      write: output(1), number: output(window), may_run: output(config.partitions), length: output(config.windowBits),
    },
    next_frame: { write: output(1), last: output(window), run: output(1), timed: output(1), time: output(due) },
    alarm: { set: output(1), on: output(1), armed: input(1) },
    enable: output(1, "of the interrupt line"),
    event: {
      valid: input(1), kind: input(3), task: input(task), at: input(32), take: output(1),
    },
    lost: { count: input(8), clear: output(1) },
    concluded: {
      valid: input(1, "an operation on this task is"),
      task: input(task),
      runs: input(1, "the task is ready"),
      reads: input(1, "and the operation was READ"),
      state: input(widthOf(stateFields(config))),
    },
    shown: {
      now: input(timeBits), ready: input(1), frame_waits: input(1), window: input(window),
      may_run: input(config.partitions), events: input(6),
      choice: { valid: input(1), settled: input(1), task: input(task) },
      running: { task: input(task), waits: input(1), urgency: input(urgency), left: input(config.budgetBits) },
    },
  };
};

export type PagesPorts = ReturnType<typeof ports>;

const { TRAITS, COMMAND, FRAME, CEILING, INTERRUPT, ALARM } = scheduler.registers;

export function pages(config: SchedulerConfig): Design<PagesPorts> {
  const widths = widthsOf(config);
  const doc = "The scheduler's registers: the kernel's page and the running task's.";
  return module("scheduler_pages", doc, ports(config), (m, io) => {
    const { kernel, own, shown } = io;
    const { written, own_written } = m.nets({
      written: and(kernel.access, kernel.write, kernel.mask.all()),
      own_written: and(own.access, own.write, own.mask.all()),
    });
    const here = (register: Placed): Bit => within(kernel.address, register);
    const writes = (register: Placed): Bit => and(written, here(register));
    const ownWrites = (register: Placed): Bit => and(own_written, within(own.address, register));

    const r = m.regs({
      number: reg(widths.task),
      traits: reg(32),
      period: reg(config.horizonBits),
      deadline: reg(config.horizonBits),
      budget: reg(config.budgetBits),
      staged_time: reg(timeBits),
      operation: {
        valid: reg(1), kind: regNoReset(Operation), task: regNoReset(widths.task), policy: regNoReset(policyBits),
      },
      own: { valid: reg(1), kind: regNoReset(Operation), task: regNoReset(widths.task) },
      mask: reg(config.partitions),
      interrupts: reg(1),
      ceilings: array(config.partitions, {
        raised: reg(1), level: regNoReset(config.levelBits), holder: regNoReset(widths.task),
      }),
      result: regNoReset(widthOf(stateFields(config))),
      reading: reg(1, 0, "RESULT is on its way"),
      now_high: { kernel: regNoReset(32), own: regNoReset(32) },
    });

    // What is written
    const { TASK, PERIOD_LOW, PERIOD_HIGH, DEADLINE_LOW, DEADLINE_HIGH, BUDGET_LOW, BUDGET_HIGH } = scheduler.registers;
    const { TIME_LOW, TIME_HIGH, PARTITIONS } = scheduler.registers;
    const lowest = (width: number): Bits => fit(kernel.wdata, width);
    m.when(writes(TASK), () => { r.number.next = lowest(widths.task); });
    m.when(writes(TRAITS), () => { r.traits.next = kernel.wdata; });
    m.when(writes(PARTITIONS), () => { r.mask.next = lowest(config.partitions); });
    m.when(writes(INTERRUPT), () => { r.interrupts.next = flag(kernel.wdata, INTERRUPT.fields.ENABLE); });
    const halves = (register: Register<number>, low: Placed, high: Placed): void => {
      const { width } = register;
      m.when(writes(low), () => { register.part(Math.min(width, 32) - 1, 0).next = lowest(Math.min(width, 32)); });
      if (width > 32) m.when(writes(high), () => { register.part(width - 1, 32).next = lowest(width - 32); });
    };
    halves(r.period, PERIOD_LOW, PERIOD_HIGH);
    halves(r.deadline, DEADLINE_LOW, DEADLINE_HIGH);
    halves(r.budget, BUDGET_LOW, BUDGET_HIGH);
    halves(r.staged_time, TIME_LOW, TIME_HIGH);

    // Commands: the bus needs three cycles for an access; a command is taken in the third after it at the latest.
    const fields = COMMAND.fields;
    m.when(io.command.taken, () => { r.operation.valid.next = 0; });
    const wanted = Operation.from(part(kernel.wdata, fields.OPERATION));
    const { may_ask } = m.nets({ may_ask: wanted.is("look", "overrun", "dispatch").not() });
    m.when(and(writes(COMMAND), shown.ready, may_ask), () => {
      m.drive(r.operation, {
        valid: 1, kind: wanted, task: r.number,
        policy: part(kernel.wdata, fields.POLICY).as(policyBits),
      });
    });
    m.assert("no_command_is_lost", or(writes(COMMAND).not(), r.operation.valid.not(), io.command.taken));

    // What the running task asks for. Its own business, so it does not come first; asked twice in a few cycles is once.
    m.when(io.ask.taken, () => { r.own.valid.next = 0; });
    const { FINISH, BLOCK } = taskScheduler.registers;
    m.when(and(or(ownWrites(FINISH), ownWrites(BLOCK)), r.own.valid.not()), () => {
      m.drive(r.own, {
        valid: 1, kind: mux(within(own.address, FINISH), Operation("finish"), "block"), task: shown.running.task,
      });
    });
    io.ask.valid.value = r.own.valid;
    io.ask.kind.value = r.own.kind;
    io.ask.task.value = r.own.task;
    io.command.valid.value = r.operation.valid;
    io.command.kind.value = r.operation.kind;
    io.command.task.value = r.operation.task;
    io.command.urgency.value = cat(r.operation.policy, r.staged_time.slice(widths.deadline - 1, 0)).as(widths.urgency);
    const traits = TRAITS.fields;
    io.setup.row.value = pack(setupFields(config), {
      period: r.period, deadline: r.deadline,
      priority: fit(part(r.traits, traits.PRIORITY), config.priorityBits),
      policy: part(r.traits, traits.POLICY).as(policyBits),
      sporadic: flag(r.traits, traits.SPORADIC),
      collects: flag(r.traits, traits.COLLECTS),
      reports_early: flag(r.traits, traits.REPORT_EARLY),
      on_overrun: part(r.traits, traits.ON_OVERRUN),
      on_miss: part(r.traits, traits.ON_MISS),
    });
    io.setup.level.value = fit(part(r.traits, traits.LEVEL), config.levelBits);
    io.setup.budget.value = r.budget;
    io.written_time.value = r.staged_time;
    m.unused(r.traits);

    // Results
    const { concluded } = io;
    const { answers } = m.nets({ answers: concluded.valid.and(concluded.reads) });
    m.when(answers, () => { r.result.next = concluded.state; r.reading.next = 0; });
    m.when(io.command.taken, () => { r.reading.next = r.operation.kind.is("read"); });

    // Ceilings: one whose holder may no longer run would keep the others from running for ever.
    const holder = fit(part(kernel.wdata, CEILING.fields.HOLDER), widths.task);
    r.ceilings.forEach((ceiling, number) => {
      const { falls } = m.scope(`ceilings_${number}`, () => m.nets({
        falls: and(concluded.valid, concluded.runs.not(), concluded.task.eq(ceiling.holder)),
      }));
      m.when(writes({ offset: CEILING.offset + number * CEILING.stride }), () => {
        m.drive(ceiling, {
          raised: flag(kernel.wdata, CEILING.fields.RAISED),
          level: fit(part(kernel.wdata, CEILING.fields.LEVEL), config.levelBits),
          holder,
        });
      }).elsewhen(falls, () => { ceiling.raised.next = 0; });
    });
    m.drive(io.ceiling, r.ceilings);

    // The frame, the alarm, the events
    io.entry.write.value = writes(scheduler.registers.WINDOW);
    io.entry.number.value = fit(kernel.address, io.entry.number.width);
    io.entry.may_run.value = r.mask;
    io.entry.length.value = lowest(config.windowBits);
    io.next_frame.write.value = writes(FRAME);
    io.next_frame.last.value = fit(part(kernel.wdata, FRAME.fields.LAST), io.next_frame.last.width);
    io.next_frame.run.value = flag(kernel.wdata, FRAME.fields.RUN);
    io.next_frame.timed.value = flag(kernel.wdata, FRAME.fields.TIMED);
    io.next_frame.time.value = r.staged_time.slice(widths.due - 1, 0);
    io.alarm.set.value = writes(ALARM);
    io.alarm.on.value = flag(kernel.wdata, ALARM.fields.ARMED);
    io.enable.value = r.interrupts;
    io.event.take.value = writes(scheduler.registers.EVENT_TAKE);
    io.lost.clear.value = writes(scheduler.registers.LOST);

    // What is read
    const reads = (page: typeof kernel, register: Placed): Bit =>
      and(page.access, page.write.not(), within(page.address, register));
    m.when(reads(kernel, scheduler.registers.NOW_LOW), () => { r.now_high.kernel.next = high(shown.now); });
    m.when(reads(own, taskScheduler.registers.NOW_LOW), () => { r.now_high.own.next = high(shown.now); });
    const found = unpack(r.result, stateFields(config));
    const { running } = shown;
    const urgency = { deadline: (of: Bits): Bits => of.slice(widths.deadline - 1, 0) };
    const R = scheduler.registers;
    const which = fit(kernel.address, indexWidth(config.partitions));
    const { ceiling_at } = m.nets({ ceiling_at: which });
    const values: readonly (readonly [Placed, Bits<32>])[] = [
      [R.TASK, r.number.zext(32)],
      [R.STATUS, packWord(32, R.STATUS.fields, {
        READY: shown.ready, BUSY: r.operation.valid.or(r.reading), FRAME: shown.frame_waits,
        WINDOW: wide(shown.window, 4), MAY_RUN: wide(shown.may_run, 8), EVENTS: shown.events,
      })],
      [R.RESULT, packWord(32, R.RESULT.fields, {
        MODE: found.mode, MISSED: found.missed, ARMED: found.armed, FRESH: found.fresh, PENDING: wide(found.pending, 3),
        POLICY: found.urgency.slice(widths.urgency - 1, widths.deadline),
      })],
      [R.RELEASE_LOW, low(found.release)],
      [R.RELEASE_HIGH, high(found.release)],
      [R.URGENCY_LOW, low(urgency.deadline(found.urgency))],
      [R.URGENCY_HIGH, high(urgency.deadline(found.urgency))],
      [R.EVENT, packWord(32, R.EVENT.fields, {
        VALID: io.event.valid, KIND: io.event.kind, TASK: wide(io.event.task, 8),
      })],
      [R.EVENT_TIME, io.event.at],
      [R.LOST, io.lost.count.zext(32)],
      [INTERRUPT, r.interrupts.zext(32)],
      [ALARM, io.alarm.armed.zext(32)],
      [R.NOW_LOW, low(shown.now)],
      [R.NOW_HIGH, r.now_high.kernel],
      [R.CHOICE, packWord(32, R.CHOICE.fields, {
        VALID: shown.choice.valid, SETTLED: shown.choice.settled, TASK: wide(shown.choice.task, 8),
      })],
      [R.RUNNING, packWord(32, R.RUNNING.fields, { WAITS: running.waits, TASK: wide(running.task, 8) })],
      [CEILING, select(ceiling_at, r.ceilings.map(({ raised, level, holder: who }) => packWord(32, CEILING.fields, {
        RAISED: raised, LEVEL: wide(level, 8), HOLDER: wide(who, 8),
      })))],
    ];
    answer(m, kernel, values);
    const T = taskScheduler.registers;
    answer(m, own, [
      [T.STATE, packWord(32, T.STATE.fields, { WAITS: running.waits, TASK: wide(running.task, 8) })],
      [T.NOW_LOW, low(shown.now)],
      [T.NOW_HIGH, r.now_high.own],
      [T.BUDGET_LOW, low(running.left)],
      [T.BUDGET_HIGH, high(running.left)],
      [T.URGENCY_LOW, low(urgency.deadline(running.urgency))],
      [T.URGENCY_HIGH, high(urgency.deadline(running.urgency))],
    ]);
    m.unused(running.urgency, own.wdata, r.result, found.urgency);
  });
}

interface Placed {
  readonly offset: number;
  readonly count?: number;
}

const wordsOf = ({ offset, count = 1 }: Placed): readonly number[] =>
  Array.from({ length: count }, (_, n) => offset / 4 + n);

const within = (address: Bits<10>, register: Placed): Bit => {
  const [first, ...others] = wordsOf(register).map((word) => address.eq(word));
  return first === undefined ? constant(0, 1) : or(first, ...others);
};

function answer(
  m: Builder, page: { readonly address: Bits<10>; readonly rdata: Net<32> },
  values: readonly (readonly [Placed, Bits<32>])[],
): void {
  m.match(
    page.address,
    values.map(([place, value]) => [wordsOf(place), () => { page.rdata.value = value; }] as const),
    () => { page.rdata.value = 0; },
  );
}

/** The two words of a value of up to 64 bits. */
const low = (value: Bits): Bits<32> => (value.width <= 32 ? value.zext(32) : value.slice(31, 0).as(32));
const high = (value: Bits): Bits<32> =>
  (value.width <= 32 ? constant(0, 32) : value.slice(value.width - 1, 32).zext(32));

/** Its lowest bits. */
const fit = (value: Bits, width: number): Bits => (width === value.width ? value : value.slice(width - 1, 0));
/** With zeros above, for a field that may be wider than what is in it. */
const wide = (value: Bits, width: number): Bits => (value.width === width ? value : value.zext(width));
