// What an operation does to a task: the row before, in; a cycle later, the row after, out, with what the trees and
// everyone else need to know.
//
// A periodic task's `release` is the time of its next job. While a job goes on after that time, `armed` is 0 and the
// time stays: the next job is the one of that time, whenever this one ends. So no release is lost, however far a task
// falls behind, and each job's deadline counts from its own release.
//
// A sporadic task's `release` is when the next job may come. A release before that time, or before the job has ended,
// is counted in `pending`, and becomes a job as soon as both have happened.
//
// A job's own release is `release` less the period, so its deadline need not be kept.
import {
  and, cat, constant, input, module, mux, or, output, reg, regNoReset, type Bit, type Bits, type Builder, type Design,
  type Inside,
} from "#hdl-gen";
import { Action, Mode, modeOf, pack, registersOf, setupFields, stateFields, unpack, widthOf } from "./row.ts";
import { Operation } from "./operation.ts";
import { policies, policyBits, widthsOf, type SchedulerConfig } from "./shape.ts";
import { rankWidth } from "./tree.ts";

const edf = policies.indexOf("edf");

const ports = (config: SchedulerConfig) => {
  const { task, due, deadline, urgency } = widthsOf(config);
  return {
    given: {
      valid: input(1),
      kind: input(Operation),
      task: input(task),
      at: input(deadline, "the time that it happens"),
      carries: input(1, "an urgency to inherit"),
      urgency: input(urgency, "for `start` the time of the first release, in the lower bits"),
      setup: input(widthOf(setupFields(config))),
      state: input(widthOf(stateFields(config))),
    },
    // A cycle later
    charged: { valid: input(1, "the budget of this task is being counted down"), task: input(task) },
    row: {
      valid: output(1),
      kind: output(Operation),
      task: output(task),
      at: output(deadline),
      state: output(widthOf(stateFields(config)), "to be kept"),
    },
    leaf: {
      rank: output(rankWidth(config)),
      due: { valid: output(1), time: output(due) },
    },
    job: {
      starts: output(1, "a job begins"),
      ends: output(1, "a job has come to its end, or is stopped"),
      runs: output(1, "the task is ready"),
      was_fresh: output(1),
      to_deadline: output(due, "from now to the deadline; 0: there is none"),
      to_release: output(due, "from now to the next release"),
    },
    happens: {
      miss: output(1),
      overrun: output(1),
      early: output(1, "a release came before its time"),
      dropped: output(1, "a release was one too many to be counted"),
      stop: output(1),
    },
    reports_early: output(1),
  };
};

export type DecidePorts = ReturnType<typeof ports>;

export function decide(config: SchedulerConfig): Design<DecidePorts> {
  const widths = widthsOf(config);
  return module("scheduler_decide", "What an operation does to a task.", ports(config), (m, io) => {
    const before = prepare(m, config, io);
    const { now } = m.nets({ now: before.at.slice(widths.due - 1, 0) });
    const is = (kind: Operation): Bit => before.kind.is(kind).and(before.valid);
    const mode = before.mode;
    const { setup, state } = before;

    // Times
    const { deadline } = m.nets({ deadline: before.begins.add(setup.deadline.zext(widths.deadline)) });
    const { to_deadline } = m.nets({ to_deadline: deadline.slice(widths.due - 1, 0).sub(now) });
    const { next } = m.nets({ next: before.begins.slice(widths.due - 1, 0).add(setup.period.zext(widths.due)) });
    const { to_next } = m.nets({ to_next: next.sub(now) });
    const { past } = m.nets({
      past: {
        deadline: to_deadline.msb().or(to_deadline.eq(0)),
        next: to_next.msb().or(to_next.eq(0)),
        release: before.release_passed,
      },
    });
    const { watched, repeats } = m.nets({ watched: setup.deadline.ne(0), repeats: setup.period.ne(0) });

    // What happens
    const waits = state.pending.ne(0);
    const { waiting, active } = m.nets({
      waiting: mode.is("waiting"), active: mode.is("ready", "woken", "blocked", "held"),
    });
    const { released, may_arrive } = m.nets({
      released: state.armed.and(past.release),
      may_arrive: state.armed.not().or(past.release),
    });
    const { starts } = m.nets({
      starts: or(
        and(is("look"), waiting, released, setup.sporadic.not().or(waits)),
        and(is("wake"), waiting, setup.sporadic, may_arrive),
        and(is("finish"), active, state.armed.not(), mux(setup.sporadic, waits, repeats)),
      ),
    });
    const { counted, taken } = m.nets({
      // A wake-up that finds its task blocked goes on with the job, and asks for no other.
      counted: and(is("wake"), setup.sporadic, or(active.and(mode.is("blocked").not()), waiting.and(may_arrive.not()))),
      taken: and(starts, setup.sporadic, is("wake").not()),
    });
    const { full } = m.nets({ full: state.pending.all() });
    const { miss, overrun } = m.nets({
      miss: and(is("look"), active, mode.is("held").not(), watched, state.missed.not(), past.deadline),
      overrun: and(is("overrun"), active, mode.is("held").not()),
    });
    const { action } = m.nets({ action: mux(overrun, setup.on_overrun, setup.on_miss) });
    const acts = (kind: Action): Bit => or(miss, overrun).and(Action.from(action).is(kind));
    const { ends, stops } = m.nets({
      ends: and(is("finish"), active),
      stops: or(is("setup"), is("stop"), acts("stop_task")),
    });

    // The row after
    const { mode_after } = m.nets({ mode_after: Mode });
    mode_after.value = mode;
    m.when(starts, () => { mode_after.value = "ready"; })
      .elsewhen(stops, () => { mode_after.value = "stopped"; })
      .elsewhen(acts("stop_job"), () => { mode_after.value = "held"; })
      .elsewhen(ends, () => { mode_after.value = "waiting"; })
      .elsewhen(is("start").and(mode.is("stopped")), () => { mode_after.value = "waiting"; })
      .elsewhen(is("block").and(mode.is("ready")), () => { mode_after.value = "blocked"; })
      .elsewhen(is("block").and(mode.is("woken")), () => { mode_after.value = "ready"; })
      .elsewhen(is("wake").and(mode.is("blocked")), () => { mode_after.value = "ready"; })
      .elsewhen(and(is("wake"), mode.is("ready"), setup.sporadic.not()), () => { mode_after.value = "woken"; });
    const { begun } = m.nets({ begun: and(is("start"), mode.is("stopped")) });

    const own = mux(
      setup.policy.eq(edf),
      cat(constant(edf, policyBits), deadline).as(widths.urgency),
      cat(setup.policy, setup.priority.zext(widths.deadline)).as(widths.urgency),
    );
    const { base } = m.nets({
      base: mux(or(starts, is("block"), is("restore")), own, state.urgency),
    });
    const { inherits } = m.nets({
      inherits: and(or(is("wake"), is("inherit")), before.carries, before.urgency.lt(base)),
    });
    const { charged } = m.nets({ charged: and(io.charged.valid, io.charged.task.eq(before.task)) });
    const { more } = m.nets({ more: and(counted, or(full, and(setup.collects, waits)).not()) });
    const { after } = m.nets({
      after: {
        release: mux(starts, next, mux(begun, before.urgency.slice(widths.due - 1, 0), state.release)),
        urgency: mux(inherits, before.urgency, base),
        pending: mux(
          begun.or(stops), 0,
          mux(taken, state.pending.sub(1), mux(more, state.pending.add(1), state.pending)),
        ),
        missed: and(starts.not(), begun.not(), or(state.missed, miss, acts("stop_job"))),
        armed: or(
          and(starts, repeats, setup.sporadic.or(past.next.not())),
          begun,
          and(starts.not(), stops.not(), state.armed, and(is("look"), released).not()),
        ),
        // The budget of the running task's job is renewed where it is counted.
        fresh: or(and(starts, charged.not()), and(state.fresh, is("dispatch").not(), stops.not(), starts.not())),
      },
    });
    io.row.valid.value = before.valid;
    io.row.kind.value = before.kind;
    io.row.task.value = before.task;
    io.row.at.value = before.at;
    io.row.state.value = pack(stateFields(config), { ...after, mode: mode_after });

    // For the trees
    const { runs, watching, ahead } = m.nets({
      runs: mode_after.is("ready", "woken"),
      watching: and(mode_after.is("ready", "woken", "blocked"), watched, after.missed.not()),
      ahead: after.armed.and(mode_after.is("stopped").not()),
    });
    io.leaf.rank.value = cat(runs.not(), after.urgency).as(rankWidth(config));
    // A job's next release and its deadline count from the same time: their order is that of period and deadline.
    const { deadline_first } = m.nets({ deadline_first: watching.and(ahead.not().or(before.deadline_first)) });
    io.leaf.due.valid.value = watching.or(ahead);
    io.leaf.due.time.value = mux(deadline_first, mux(past.deadline, now, deadline.slice(widths.due - 1, 0)), after.release);

    io.job.starts.value = starts;
    io.job.ends.value = or(ends, and(active, stops), acts("stop_job"));
    io.job.runs.value = runs;
    io.job.was_fresh.value = state.fresh;
    io.job.to_deadline.value = mux(watched, to_deadline, 0);
    io.job.to_release.value = state.release.sub(now);
    io.happens.miss.value = miss;
    io.happens.overrun.value = overrun;
    io.happens.early.value = and(is("wake"), waiting, setup.sporadic, may_arrive.not());
    io.happens.dropped.value = and(counted, full, setup.collects.not());
    io.happens.stop.value = and(is("stop"), mode.is("stopped").not());
    m.ghost(() => {
      const { kept, resumes } = m.nets({
        kept: and(counted, setup.collects, waits), resumes: and(is("wake"), mode.is("blocked")),
      });
      m.assert("a_release_by_wake_up_is_neither_lost_nor_doubled", or(
        is("wake").not(), setup.sporadic.not(), or(waiting, active).not(),
        one(starts).add(one(more)).add(one(io.happens.dropped)).add(one(kept)).add(one(resumes)).eq(1)));
    });
    m.assert("what_waits_is_counted", or(
      begun, stops,
      after.pending.add(taken.zext(config.pendingBits)).eq(state.pending.add(more.zext(config.pendingBits)))));
    m.assert("a_periodic_release_makes_one_job", or(
      setup.sporadic, begun,
      after.release.eq(mux(starts, state.release.add(setup.period.zext(widths.due)), state.release))));
    m.assert("what_has_no_job_is_not_ready", runs.not().or(starts, and(active, ends.not(), stops.not())));
    m.assert("a_deadline_is_missed_once", miss.not().or(after.missed, stops));
    io.reports_early.value = setup.reports_early;
  });
}

const one = (bit: Bit): Bits => bit.zext(3);

/** The first half: takes the row apart and finds the time that the job began, or begins. */
function prepare(m: Builder, config: SchedulerConfig, { given }: Inside<DecidePorts>) {
  const widths = widthsOf(config);
  const setup = unpack(given.setup, setupFields(config));
  const state = unpack(given.state, stateFields(config));
  const mode = modeOf(state);
  const now = given.at.slice(widths.due - 1, 0);
  const { continues } = m.nets({
    continues: mode.is("ready", "woken", "blocked", "held").and(given.kind.is("finish").not()),
  });
  // A time that has passed, from its lower bits: its upper bits are those of now, or one less.
  const upper = given.at.slice(widths.deadline - 1, widths.due);
  const { upper_before } = m.nets({ upper_before: upper.sub(1) });
  const passed = (name: string, time: Bits): Bits => m.scope(name, () => {
    const { all } = m.nets({ all: cat(mux(time.gt(now), upper_before, upper), time).as(widths.deadline) });
    return all;
  });
  const { job_release } = m.nets({ job_release: state.release.sub(setup.period.zext(widths.due)) });
  const passed_time = mux(continues, passed("job", job_release), passed("next", state.release));
  const { begins_now } = m.nets({
    begins_now: and(continues.not(), setup.sporadic, given.kind.is("look").not()),
  });
  const { since_release } = m.nets({ since_release: now.sub(state.release) });
  m.unused(since_release);
  const registers = m.scope("before", () => m.regs({
    valid: reg(1),
    kind: regNoReset(Operation),
    task: regNoReset(widths.task),
    at: regNoReset(widths.deadline),
    carries: regNoReset(1),
    urgency: regNoReset(widths.urgency),
    begins: regNoReset(widths.deadline, "the time that the job began, or begins"),
    release_passed: regNoReset(1),
    deadline_first: regNoReset(1, "the deadline is not after the next release"),
    mode: regNoReset(Mode),
    setup: registersOf(setupFields(config)),
    state: registersOf(stateFields(config)),
  }));
  m.drive(registers, {
    valid: given.valid, kind: given.kind, task: given.task, at: given.at, carries: given.carries,
    urgency: given.urgency,
    begins: mux(begins_now, given.at, passed_time),
    release_passed: since_release.msb().not(),
    deadline_first: setup.deadline.le(setup.period),
    mode, setup, state,
  });
  m.unused(registers.state.mode);
  return registers;
}
