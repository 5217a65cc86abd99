// Counts the cycles of the running task, and says when its job has had all that it was granted.
//
//   cycle        0            1       2            3            4 ...         n            n + 1
//   dispatched   ‾‾‾‾‾‾‾\___________________________________________________________________
//   memory                    rest of the task before   grant   rest
//   load                                                        offered until its row has been read: new, or not?
//   left                                                                                   counts down
//
// What is left of a job's budget lies in memory while the task does not run. Cycles from the switch until it has been
// fetched are a debt, taken from it then: every cycle counts, and none twice. A job that has begun since the task last
// ran has the whole grant, whatever the memory says; that is known to the task's row (`fresh`).
//
// When none is left, the overrun is reported once, and what the job goes on to take is unlimited: the action that the
// task is set up for decides whether it does.
import {
  and, cat, constant, enumeration, input, module, mux, or, output, reg, regNoReset, type Bit, type Bits,
  type Builder, type Choice, type Design, type Inside,
} from "#hdl-gen";
import { widthsOf, type SchedulerConfig } from "./shape.ts";

/** Of the count of cycles that a task runs before its budget is there. */
const debtBitsOf = ({ budgetBits }: SchedulerConfig): number => Math.min(6, budgetBits);

const ports = (config: SchedulerConfig) => {
  const { task } = widthsOf(config);
  return {
    counts: input(1, "this cycle is one of the running task's"),
    dispatched: { valid: input(1, "from the next cycle on this task runs"), task: input(task) },
    grant: { write: input(1), task: input(task), value: input(config.budgetBits) },
    row: {
      valid: input(1, "an operation on this task is being concluded"),
      task: input(task),
      loads: input(1, "and is the one that was offered"),
      fresh: input(1),
      starts: input(1),
      ends: input(1),
    },
    charged: { valid: output(1, "its budget is here"), task: output(task) },
    load: { valid: output(1, "the charged task's row is wanted"), taken: input(1) },
    overrun: { valid: output(1), task: output(task), taken: input(1) },
    left: output(config.budgetBits),
    used: output(config.budgetBits, "by the charged task's job, its grant at most; 0 without limit"),
  };
};

export type BudgetPorts = ReturnType<typeof ports>;

const Fetch = enumeration("fetch", ["done", "waits", "grant", "rest", "offers"]);

export function budget(config: SchedulerConfig): Design<BudgetPorts> {
  const { task } = widthsOf(config);
  const doc = "Counts down the running task's budget, and keeps those of the others.";
  return module("scheduler_budget", doc, ports(config), (m, io) => {
    const unlimited = (1n << BigInt(config.budgetBits)) - 1n;
    const { budgetBits } = config;
    const debtBits = debtBitsOf(config);
    const r = m.regs({
      runs: regNoReset(task, "whose cycles these are"),
      loaded: reg(1, 0, "`now_left` is that of the running task's job"),
      now_left: regNoReset(budgetBits),
      granted: regNoReset(budgetBits, "to each of the running task's jobs"),
      debt: regNoReset(debtBits, "cycles run while not loaded"),
      fetch: reg(Fetch, "done"),
      save: { valid: reg(1), task: regNoReset(task), left: regNoReset(budgetBits) },
      spent: { valid: reg(1, 0, "an overrun to be dealt with"), task: regNoReset(task) },
    });

    // Grants above, rests below
    const budgets = m.memory("budgets", { width: budgetBits, depth: 2 * config.tasks, collisions: "undefined" });
    budgets.write({
      address: mux(io.grant.write, cat(constant(1, 1), io.grant.task), cat(constant(0, 1), r.save.task)).as(task + 1),
      data: mux(io.grant.write, io.grant.value, r.save.left),
      enable: io.grant.write.or(r.save.valid),
    });
    m.when(io.grant.write.not(), () => { r.save.valid.next = 0; });
    const fetched = budgets.readSync("fetched", {
      address: cat(r.fetch.is("grant"), r.runs).as(task + 1), enable: r.fetch.is("grant", "rest"),
    });
    m.match(r.fetch, [
      ["waits", () => { r.fetch.next = "grant"; }],
      ["grant", () => { m.when(io.grant.write.not(), () => { r.fetch.next = "rest"; }); }],
      ["rest", () => { r.fetch.next = "offers"; r.granted.next = fetched; }],
      ["offers", () => { m.when(io.load.taken, () => { r.fetch.next = "done"; }); }],
      ["done", () => {}],
    ]);

    m.when(and(io.grant.write, io.grant.task.eq(r.runs)), () => { r.granted.next = io.grant.value; });

    // Counting
    const { limited, here } = m.nets({
      limited: r.now_left.ne(unlimited), here: io.row.valid.and(io.row.task.eq(r.runs)),
    });
    const { exhausted } = m.nets({
      exhausted: and(r.loaded, io.counts, r.now_left.eq(0), and(here, or(io.row.starts, io.row.ends)).not()),
    });
    const { left_then } = m.nets({
      left_then: mux(exhausted, constant(unlimited, budgetBits),
        r.now_left.sub(and(io.counts, limited, r.now_left.ne(0)).zext(budgetBits))),
    });
    const { whole } = m.nets({ whole: mux(io.row.fresh, r.granted, fetched) });
    const { loading } = m.nets({ loading: and(here, io.row.loads, r.loaded.not()) });
    const { debt_then } = m.nets({ debt_then: r.debt.add(and(io.counts, r.debt.all().not()).zext(debtBits)) });
    const owed = debt_then.zext(budgetBits);
    m.when(r.loaded, () => { r.now_left.next = left_then; }).otherwise(() => { r.debt.next = debt_then; });
    // What it ran before its budget was there may have been too much already.
    const { overdrawn } = m.nets({ overdrawn: and(loading, whole.ne(unlimited), whole.lt(owed)) });
    m.when(loading, () => {
      r.loaded.next = 1;
      r.now_left.next = mux(overdrawn, constant(unlimited, budgetBits), mux(whole.eq(unlimited), whole, whole.sub(owed)));
    });
    m.when(and(here, io.row.starts), () => {
      r.debt.next = 0;
      m.when(r.loaded, () => { r.now_left.next = r.granted; });
    });

    // Overruns
    const { over } = m.nets({ over: and(io.row.valid, io.row.task.eq(r.spent.task), or(io.row.starts, io.row.ends)) });
    m.when(io.overrun.taken.or(over), () => { r.spent.valid.next = 0; });
    m.when(exhausted.or(overdrawn), () => { m.drive(r.spent, { valid: 1, task: r.runs }); });

    m.when(io.dispatched.valid, () => {
      r.runs.next = io.dispatched.task;
      r.loaded.next = 0;
      r.debt.next = 0;
      r.fetch.next = "waits";
      m.when(r.loaded, () => { m.drive(r.save, { valid: 1, task: r.runs, left: left_then }); });
    });

    claims(m, config, io, {
      runs: r.runs, loaded: r.loaded, left: r.now_left, granted: r.granted, debt: r.debt, fetch: r.fetch, save: r.save,
      fetched, exhausted: exhausted.or(overdrawn),
    }, (address) => budgets.readAsync(address));

    io.charged.valid.value = r.loaded.and(io.dispatched.valid.not());
    io.charged.task.value = r.runs;
    io.load.valid.value = r.fetch.is("offers").and(io.dispatched.valid.not());
    io.overrun.valid.value = r.spent.valid;
    io.overrun.task.value = r.spent.task;
    io.left.value = r.now_left;
    // When all is used up, what is left counts as unlimited.
    const { left_of_grant } = m.nets({ left_of_grant: mux(limited, r.now_left, 0) });
    io.used.value = mux(r.loaded.and(r.granted.ne(unlimited)), r.granted.sub(left_of_grant), 0);
  });
}

interface Inner {
  readonly runs: Bits;
  readonly loaded: Bit;
  readonly left: Bits;
  readonly granted: Bits;
  readonly debt: Bits;
  readonly fetch: Choice<"done" | "waits" | "grant" | "rest" | "offers">;
  readonly save: { readonly valid: Bit; readonly task: Bits; readonly left: Bits };
  readonly fetched: Bits;
  readonly exhausted: Bit;
}

/**
 * Of any one task: as long as its job has not been reported, what it has had and what is left are its grant together.
 * So it never has more than its grant, but for what it runs while the rest is being fetched, which is reported then.
 */
function claims(
  m: Builder, config: SchedulerConfig, io: Inside<BudgetPorts>, r: Inner, wordAt: (address: Bits) => Bits,
): void {
  const { task } = widthsOf(config);
  const debtBits = debtBitsOf(config);
  const wide = config.budgetBits + debtBits;
  const unlimited = (1n << BigInt(config.budgetBits)) - 1n;
  const anyone = m.symbolic("anyone", task, "any task");
  m.ghost(() => {
    const { job } = m.regs({
      job: {
        known: reg(1, 0, "it began after its grant was written"),
        has_grant: reg(1),
        grant: regNoReset(config.budgetBits),
        had: regNoReset(wide, "cycles that it ran"),
        fresh: reg(1, 0, "it began while another ran"),
        reported: reg(1, 0, "that its grant is used up"),
      },
    });
    const { dispatched_once } = m.regs({ dispatched_once: reg(1, 0, "before that nobody is charged") });
    m.when(io.dispatched.valid, () => { dispatched_once.next = 1; });
    const { concerned, runs_now } = m.nets({
      concerned: and(io.row.valid, io.row.task.eq(anyone)), runs_now: r.runs.eq(anyone).and(dispatched_once),
    });
    m.when(and(runs_now, io.counts), () => { job.had.next = job.had.add(1); });
    m.when(and(runs_now, r.exhausted), () => { job.reported.next = 1; });
    m.when(concerned.and(io.row.loads), () => { job.fresh.next = 0; });
    m.when(concerned.and(io.row.ends), () => { job.known.next = 0; });
    m.when(concerned.and(io.row.starts), () => {
      job.had.next = 0;
      job.reported.next = 0;
      job.fresh.next = and(runs_now, r.loaded, io.dispatched.valid.not()).not();
      job.known.next = and(job.has_grant, job.grant.ne(unlimited));
    });
    m.when(and(io.grant.write, io.grant.task.eq(anyone)), () => {
      job.has_grant.next = 1;
      job.grant.next = io.grant.value;
      job.known.next = 0;
    });

    m.assume("a_row_is_loaded_once_when_it_was_asked_for",
      and(io.row.valid, io.row.loads).not()
        .or(and(io.row.task.eq(r.runs), r.loaded.not(), r.fetch.is("done"), dispatched_once)));
    m.assume("a_row_knows_whether_its_job_is_new",
      and(concerned, io.row.loads, job.known).not().or(io.row.fresh.eq(job.fresh)));
    m.assume("switches_keep_their_distance", or(io.dispatched.valid.not(), r.loaded, dispatched_once.not()));
    m.assume("a_budget_is_not_long_in_coming", dispatched_once.not().or(r.debt.lt(2 ** debtBits - 2)));
    m.assume("an_operation_is_one_thing", and(io.row.starts, io.row.loads).not());
    m.assume("a_job_is_not_that_long", job.had.lt((1n << BigInt(wide)) - BigInt(2 ** debtBits)));

    const saved = and(r.save.valid, r.save.task.eq(anyone));
    const { kept } = m.nets({ kept: {
      rest: mux(saved, r.save.left, wordAt(cat(constant(0, 1), anyone).as(task + 1))),
      whole: wordAt(cat(constant(1, 1), anyone).as(task + 1)),
    } });
    const sum = (left: Bits): Bits => job.had.add(left.zext(wide));
    const isWhole = (left: Bits, debt: Bits): Bit =>
      and(sum(left).eq(debt.zext(wide).add(job.grant.zext(wide))), left.le(job.grant));
    const { watched, none } = m.nets({ watched: and(job.known, job.reported.not()), none: constant(0, debtBits) });
    m.assert("a_job_that_is_known_has_a_grant", job.known.not().or(and(job.has_grant, job.grant.ne(unlimited))));
    m.assert("a_grant_is_kept", job.has_grant.not().or(kept.whole.eq(job.grant)));
    m.assert("while_it_waits_nothing_is_lost", or(watched.not(), runs_now,
      mux(job.fresh, job.had.eq(0), isWhole(kept.rest, none))));
    m.assert("while_it_is_fetched_nothing_is_lost", or(watched.not(), runs_now.not(), r.loaded,
      mux(job.fresh, job.had.eq(r.debt.zext(wide)), isWhole(kept.rest, r.debt))));
    m.assert("what_it_has_had_and_what_is_left_are_its_grant", or(watched.not(), runs_now.not(), r.loaded.not(),
      isWhole(r.left, none)));
    m.assert("a_loaded_job_is_not_new", or(job.known.not(), runs_now.not(), r.loaded.not(), job.fresh.not()));
    m.assert("the_grant_is_at_hand", or(job.has_grant.not(), runs_now.not(),
      and(r.loaded.not(), r.fetch.is("offers", "done").not()), r.granted.eq(job.grant)));
    m.assert("the_right_grant_is_fetched", or(
      job.has_grant.not(), runs_now.not(), r.fetch.is("rest").not(), r.fetched.eq(job.grant)));
    m.assert("the_right_rest_is_fetched", or(
      watched.not(), runs_now.not(), r.loaded, job.fresh, r.fetch.is("offers", "done").not(), r.fetched.eq(kept.rest)));
    m.assert("what_was_left_is_saved_in_time", or(r.save.valid.not(), r.fetch.is("waits", "grant")));
    m.assert("nothing_is_fetched_while_loaded", r.loaded.not().or(r.fetch.is("done")));
    m.assert("is_at_some_step", r.fetch.is("done", "waits", "grant", "rest", "offers"));
    m.assert("nobody_is_charged_at_first", or(
      dispatched_once, and(r.loaded.not(), r.save.valid.not(), r.fetch.is("done"))));
    m.cover("a_job_uses_up_its_grant", and(job.known, job.reported, job.had.gt(1)));
  });
}
