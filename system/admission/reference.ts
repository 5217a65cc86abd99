// What admission says, found out the long way: the schedule itself, cycle by cycle, and the work due at every cycle.
// For small sets only. Nothing is shared with the tests under test but the definition of a set.
import type { Policy } from "./native.ts";
import type { Random } from "./random-sets.ts";
import type { Window } from "./supply.ts";
import type { AdmissionTask, TaskSet } from "./task-set.ts";

/** A frame whose windows are those of the set's supply; undefined: the whole processor. */
export type Frame = readonly Window[] | undefined;

interface Job {
  readonly task: number;
  readonly deadline: number;
  left: number;
}

/**
 * Whether the schedule in which all tasks are released at once, as often as possible from then on, keeps all deadlines
 * up to `until`, wherever in the frame it begins. Blocking is not simulated.
 */
export function scheduleHolds(policy: Policy, set: TaskSet, frame: Frame, until: number): boolean {
  return startsOf(frame).every((start) => simulate(policy, set, (time) => isOpen(frame, start + time), until));
}

function simulate(policy: Policy, set: TaskSet, open: (time: number) => boolean, until: number): boolean {
  const { interfering, checked } = set;
  const tasks = [...interfering, ...checked];
  const jobs: Job[] = [];
  for (let time = 0; time < until; time++) {
    for (const [task, { period, deadline, cost }] of tasks.entries()) {
      if (time % period === 0) jobs.push({ task, deadline: time + deadline, left: cost });
    }
    const pending = jobs.filter(({ left }) => left > 0);
    if (pending.some(({ task, deadline }) => task >= interfering.length && deadline <= time)) return false;
    const key = ({ task, deadline }: Job): number =>
      task < interfering.length ? -1 : policy === "edf" ? deadline : task;
    const first = pending.toSorted((a, b) => key(a) - key(b))[0];
    if (first !== undefined && open(time)) first.left--;
    jobs.splice(0, jobs.length, ...pending);
  }
  return !jobs.some(({ task, deadline, left }) => task >= interfering.length && left > 0 && deadline <= until);
}

/**
 * Whether by each deadline up to `until` there is a cycle at which all due until then, the blocking, and all that
 * interferes until that cycle, is no more than what is supplied at least.
 */
export function demandHolds({ interfering, checked }: TaskSet, frame: Frame, until: number): boolean {
  const supplied = Array.from({ length: until + 1 }, (_, time) => leastSupply(frame, time));
  for (let time = 1; time <= until; time++) {
    const due = checked.filter(({ deadline }) => deadline <= time);
    if (!due.some(({ period, deadline }) => (time - deadline) % period === 0)) continue;
    let work = due.at(-1)?.blocking ?? 0;
    for (const { period, deadline, cost } of due) work += releases(deadline, period, time + 1) * cost;
    const isDone = (at: number): boolean => {
      let all = work;
      for (const { period, cost } of interfering) all += releases(0, period, at) * cost;
      return all <= (supplied[at] ?? 0);
    };
    if (!Array.from({ length: time }, (_, before) => before + 1).some(isDone)) return false;
  }
  return true;
}

function releases(from: number, period: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += period) count++;
  return count;
}

/** The least that `frame` gives in any `time` cycles in a row. */
export function leastSupply(frame: Frame, time: number): number {
  return Math.min(...startsOf(frame).map((start) => {
    let work = 0;
    for (let at = 0; at < time; at++) if (isOpen(frame, start + at)) work++;
    return work;
  }));
}

/** Every cycle of the frame. */
const startsOf = (frame: Frame): number[] =>
  Array.from({ length: frame?.reduce((total, { cycles }) => total + cycles, 0) ?? 1 }, (_, cycle) => cycle);

function isOpen(frame: Frame, time: number): boolean {
  if (frame === undefined) return true;
  let left = time % frame.reduce((total, { cycles }) => total + cycles, 0);
  for (const { cycles, open } of frame) {
    if (left < cycles) return open;
    left -= cycles;
  }
  return false;
}

/** A job's part in which it holds what others want, too: from its cycle `from` on. */
export interface Section {
  readonly task: number;
  readonly from: number;
  readonly cycles: number;
}

/** What the sections make of the tasks' blocking: one lock that the tasks in `users` share, with its ceiling. */
export function blockingBy(tasks: readonly AdmissionTask[], sections: readonly Section[]): AdmissionTask[] {
  const users = sections.map(({ task }) => task);
  const ceiling = Math.min(...users);
  return tasks.map((task) => {
    // Of equal deadlines, nobody gets in the other's way.
    const lower = sections.filter((section) => (tasks[section.task]?.deadline ?? 0) > task.deadline);
    const reached = (tasks[ceiling]?.deadline ?? Infinity) <= task.deadline;
    return { ...task, blocking: reached ? Math.max(0, ...lower.map(({ cycles }) => cycles)) : 0 };
  });
}

/**
 * Whether the Stack Resource Policy keeps all deadlines when releases come at random, at least a period apart: while
 * a lock is held, the most urgent job, if its level is not above the ceiling, leaves the processor to the holder.
 */
export function sectionsHold(
  policy: Policy, tasks: readonly AdmissionTask[], sections: readonly Section[], random: Random, until: number,
): boolean {
  const ceiling = Math.min(...sections.map(({ task }) => task));
  const deadlineOf = (task: number): number => tasks[task]?.deadline ?? 0;
  const next = tasks.map(({ period }) => Math.floor(random() * period));
  const jobs: (Job & { had: number })[] = [];
  for (let time = 0; time < until; time++) {
    for (const [task, { period, deadline, cost }] of tasks.entries()) {
      if (time !== next[task]) continue;
      jobs.push({ task, deadline: time + deadline, left: cost, had: 0 });
      next[task] = time + period + (random() < 0.7 ? 0 : Math.floor(random() * period));
    }
    if (jobs.some(({ deadline }) => deadline <= time)) return false;
    const holder = jobs.find(({ task, had }) =>
      sections.some((section) => section.task === task && had > section.from && had < section.from + section.cycles));
    const key = ({ task, deadline }: Job): number => (policy === "edf" ? deadline : task);
    const urgent = jobs.toSorted((a, b) => key(a) - key(b))[0];
    const may = urgent !== undefined && deadlineOf(urgent.task) < deadlineOf(ceiling);
    const first = holder === undefined || may ? urgent : holder;
    if (first === undefined) continue;
    first.left--;
    first.had++;
    if (first.left === 0) jobs.splice(jobs.indexOf(first), 1);
  }
  return true;
}
