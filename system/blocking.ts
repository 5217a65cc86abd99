// How long tasks of lower preemption levels can keep a task waiting, by the locks that they hold.
import type { Lock, Task } from "./model.ts";

/**
 * Under ceilings once, by the longest section that reaches the task's level (Stack Resource Policy). Under inheritance
 * by a section of each lower task, and by a section for each lock: the lesser of the two sums.
 */
export function blockingOf(task: Task, tasks: readonly Task[], locks: readonly Lock[]): number {
  if (task.level === 0) return 0;
  const lower = (number: number): boolean =>
    (tasks.find((other) => other.number === number)?.level ?? 0) < task.level;
  const sections = locks
    .filter(({ ceiling, partition }) => ceiling >= task.level && partition === task.partition)
    .map((lock) => ({ ...lock, sections: lock.sections.filter((section) => lower(section.task)) }));
  const ceilings = sections.filter(({ protocol }) => protocol === "ceiling");
  const inherited = sections.filter(({ protocol }) => protocol === "inheritance");
  const byLock = sum(inherited.map((lock) => longest(lock.sections.map((section) => section.longest))));
  const all = inherited.flatMap((lock) => lock.sections);
  const byTask = sum([...new Set(all.map((section) => section.task))].map((number) =>
    longest(all.filter((section) => section.task === number).map((section) => section.longest))));
  return longest(ceilings.flatMap((lock) => lock.sections.map((section) => section.longest))) + Math.min(byLock, byTask);
}

const longest = (values: readonly number[]): number => Math.max(0, ...values);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
