// The machine's counters: the clock that is the TSC, the scheduler's time and the trace's timestamp; what happens, by
// kind; and the clocks that each task has run.
//
// A clock belongs to the task that runs in it. The total of the running task is in a register, all others are in block
// RAM: when the task changes, one total goes there and another comes from there, and no clock is lost even if the task
// changes in every clock.
//
//   cycle          0    1    2    3
//   task           A    A    B    B
//   total of A     n    n+1  written
//   total of B               read m, m+1
//
// A read gives its value one clock after the number, as of the clock in which it is given. Reads share the RAM's port
// with the change of task: the core reads while it executes, and changes the task between instructions.
//
// For as many clocks after reset as there are tasks, the RAM is cleared; only task 0 may run until then, which is what
// boots the machine.
//
//   price      two block RAMs for 256 tasks; 64 flip-flops and a carry chain for each counter
import {
  and, indexWidth, input, module, mux, or, output, reg, regNoReset, select, type Design,
} from "#hdl-gen";
import { counters, firstTaskCounter, type CounterName } from "./numbers.ts";

export interface CountersConfig {
  readonly tasks?: number;
  /** Of every counter; fewer only in proofs. */
  readonly count_bits?: number;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object's own keys
const names = Object.keys(counters) as readonly CounterName[];

const ports = (task_bits: number, count_bits: number) => ({
  running: { task: input(task_bits, "that runs in this clock") },
  happens: {
    retired: input(1, counters.retired.doc),
    interrupts: input(1, counters.interrupts.doc),
    switches: input(1, counters.switches.doc),
    stalls: input(1, counters.stalls.doc),
  },
  now: output(count_bits, "clocks since reset: the TSC"),
  read: {
    number: input(32, "ECX of RDPMC"),
    value: output(count_bits, "one clock after the number"),
  },
});

export function performanceCounters(config: CountersConfig = {}): Design<ReturnType<typeof ports>> {
  const { tasks = 256, count_bits = 64 } = config;
  const task_bits = indexWidth(tasks);
  const doc = `Counters: the clock, what happens, and the clocks of ${tasks} tasks.`;
  return module("performance_counters", doc, ports(task_bits, count_bits), (m, io) => {
    const r = m.regs({
      clocks: reg(count_bits, 0, "since reset"),
      counted: {
        retired: reg(count_bits), interrupts: reg(count_bits), switches: reg(count_bits), stalls: reg(count_bits),
      },
      runner: reg(task_bits, 0, "the task that ran in the clock before"),
      total: reg(count_bits, 0, "clocks of that task, unless they have only now been read"),
      fresh: reg(1, 0, "that task began in the clock before: its total is what was read, and that clock"),
      clearing: reg(1, 1, "reset was so recently that the RAM is not yet cleared"),
      clear_at: reg(task_bits, 0, "task whose total is cleared"),
      number: {
        task: regNoReset(task_bits), of_task: regNoReset(1),
        event: regNoReset(indexWidth(names.length)), known: regNoReset(1),
        zero: regNoReset(1, "the RAM's word may be what it held before reset"),
      },
    });
    r.clocks.next = r.clocks.add(1);
    io.now.value = r.clocks;
    for (const name of names) m.when(io.happens[name], () => { r.counted[name].next = r.counted[name].add(1); });

    const { changes } = m.nets({ changes: io.running.task.ne(r.runner) });
    const totals = m.memory("totals", { width: count_bits, depth: tasks, collisions: "undefined" });
    const read_task = io.read.number.slice(task_bits - 1, 0);
    const stored = totals.readSync("stored", { address: mux(changes, io.running.task, read_task).as(task_bits) });
    const { so_far } = m.nets({ so_far: mux(r.fresh, stored.add(1), r.total) });
    totals.write({
      address: mux(r.clearing, r.clear_at, r.runner),
      data: mux(r.clearing, 0, so_far),
      enable: r.clearing.or(changes),
    });
    m.when(r.clearing, () => {
      r.clear_at.next = r.clear_at.add(1);
      m.when(r.clear_at.eq(tasks - 1), () => { r.clearing.next = 0; });
    });
    r.runner.next = io.running.task;
    r.fresh.next = changes;
    r.total.next = so_far.add(1);

    const high = io.read.number.slice(31, task_bits);
    const taskHigh = firstTaskCounter >> task_bits;
    m.drive(r.number, {
      task: read_task,
      of_task: high.eq(taskHigh),
      event: io.read.number.slice(indexWidth(names.length) - 1, 0),
      known: io.read.number.lt(names.length),
      zero: r.clearing,
    });
    const stays = r.number.task.eq(r.runner);
    const ofTask = mux(stays, so_far, mux(r.number.zero, 0, stored));
    const inOrder = names.toSorted((a, b) => counters[a].number - counters[b].number);
    const ofEvent = select(r.number.event, inOrder.map((name) => r.counted[name]));
    io.read.value.value = mux(r.number.of_task, ofTask, mux(r.number.known, ofEvent, 0)).as(count_bits);

    m.assume("task_0_runs_until_the_totals_are_cleared", r.clearing.not().or(changes.not()));
    const any = m.symbolic("any_task", task_bits, "every task");
    m.ghost(() => {
      const g = m.regs({ ran: reg(count_bits, 0, "clocks of that task") });
      m.when(io.running.task.eq(any), () => { g.ran.next = g.ran.add(1); });
      const cleared = r.clearing.not().or(any.lt(r.clear_at));
      m.assert("counts_the_clocks_of_the_running_task", r.runner.ne(any).or(so_far.eq(g.ran)));
      m.assert("keeps_the_totals_of_the_others", or(r.runner.eq(any), cleared.not(), totals.readAsync(any).eq(g.ran)));
      m.assert("clears_before_others_run",
        r.clearing.not().or(r.runner.eq(0).and(r.fresh.not(), r.runner.eq(any).or(g.ran.eq(0)))));
      m.assert("what_comes_is_the_task_s", or(r.fresh.not(), stored.eq(totals.readAsync(r.runner))));
      const asked = m.past(and(io.read.number.eq(any.zext(32).or(firstTaskCounter)), changes.not()));
      m.assert("reads_what_was_counted", asked.not().or(io.read.value.eq(g.ran)));
      m.cover("a_task_runs_twice", and(r.runner.eq(any), any.ne(0), g.ran.eq(2), r.fresh));
    });
  });
}
