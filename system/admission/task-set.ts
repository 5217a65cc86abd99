// What admission is asked about: tasks that share a processor, or the share of it that a partition's windows are.
//
// All times are cycles, whole numbers below 2 ** 53: doubles hold them exactly, and so floor(a / b) is exact too.
import type { Supply } from "./supply.ts";

export interface AdmissionTask {
  /** From one release to the next at least; at most `periodMax`. */
  readonly period: number;
  /** From the release; at most the period. */
  readonly deadline: number;
  /** What a job takes, overheads included. */
  readonly cost: number;
  /** The longest that tasks of lower preemption levels can keep it waiting. */
  readonly blocking: number;
}

export interface TaskSet {
  /** They go before all that is checked, and are not checked: of each as many jobs run as are released. */
  readonly interfering: readonly AdmissionTask[];
  /** By deadline for EDF, by priority for fixed priorities: the first goes before the others. */
  readonly checked: readonly AdmissionTask[];
  /** Absent: the whole processor. */
  readonly supply?: Supply;
}

/** As the scheduler's horizon is: 6 hours at 50 MHz. */
export const periodMax = 2 ** 40 - 2 ** 10;
/** Longest time that a test looks at. */
export const timeMax = 2 ** 52;
export const taskCountMax = 256;

/** One look at every task is a pass. A test that is not over by then refuses, which is safe. */
export const passesMax = 1024;

/** As in kernel/admission.h: what a run takes that ends at the cap, of a set of `count` tasks. */
export const stepsMax = (count: number): number => (count + 9) * passesMax + (count + 1) * 90;

export type Answer = "admitted" | "parameters" | "utilisation" | "deadline" | "cap";

export interface Verdict {
  readonly answer: Answer;
  readonly passes: number;
  /** Of `checked`: whose deadline cannot be kept (fixed priorities), or which task's numbers are wrong. */
  readonly task?: number;
  /** A time from the beginning of a busy period, and by when the work due until then is done (EDF). */
  readonly instant?: { readonly at: number; readonly done: number };
  /** Of `checked`, as far as they were found (fixed priorities). */
  readonly responses?: readonly number[];
}

/** Whether a task's numbers can be meant. An interfering task has no deadline to keep. */
export function parametersHold(task: AdmissionTask, checked: boolean): boolean {
  const { period, deadline, cost, blocking } = task;
  return [period, deadline, cost, blocking].every((value) => Number.isSafeInteger(value)) &&
    period >= 1 && period <= periodMax && cost >= 1 && cost <= period && blocking >= 0 && blocking <= periodMax &&
    (!checked || (cost <= deadline && deadline <= period));
}

/** The first of `tasks` whose numbers are wrong, or that is out of order by `key`; -1: none. */
export function firstWrong(tasks: readonly AdmissionTask[], checked: boolean, key?: "deadline"): number {
  return tasks.findIndex((task, index) => {
    const before = tasks[index - 1];
    return !parametersHold(task, checked) || (key !== undefined && before !== undefined && before[key] > task[key]);
  });
}

/** Work released by `tasks` in the `time` cycles from a moment on at which all are released. */
export function workReleased(tasks: readonly AdmissionTask[], time: number): number {
  let work = 0;
  for (const { period, cost } of tasks) work += Math.ceil(time / period) * cost;
  return work;
}
