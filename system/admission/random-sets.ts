// Random task sets. Utilisations by UUniFast (Bini and Buttazzo 2005), which favours no part of the space of those that
// add up to the one wanted; periods spread evenly over their orders of magnitude.
import { supplyOf } from "./supply.ts";
import type { AdmissionTask, TaskSet } from "./task-set.ts";

/** Uniform in [0, 1). */
export type Random = () => number;

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Shape {
  readonly tasks: number;
  readonly utilisation: number;
  readonly period: readonly [least: number, most: number];
  /** Deadlines lie in the last part of what is between cost and period: 0: at the period; 1: anywhere. */
  readonly deadlineSpread: number;
}

export function randomTasks(random: Random, shape: Shape): AdmissionTask[] {
  const { tasks, period: [least, most], deadlineSpread } = shape;
  let left = shape.utilisation;
  return Array.from({ length: tasks }, (_, index) => {
    const rest = index === tasks - 1 ? 0 : left * random() ** (1 / (tasks - 1 - index));
    const period = Math.floor(least * (most / least) ** random());
    const cost = Math.min(period, Math.max(1, Math.floor((left - rest) * period)));
    left = rest;
    const deadline = period - Math.floor((period - cost) * deadlineSpread * random());
    return { period, deadline, cost, blocking: 0 };
  }).toSorted((a, b) => a.deadline - b.deadline);
}

const between = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

/** Of any kind: with blocking, interference and windows now and then, easy or hard, sometimes with wrong numbers. */
export function randomSet(random: Random, largest: number): TaskSet {
  const count = between(random, 1, largest);
  const least = 10 ** (1 + 4 * random());
  const all = randomTasks(random, {
    tasks: count,
    utilisation: 0.3 + 0.75 * random(),
    period: [least, least * 10 ** (4 * random())],
    deadlineSpread: random() < 0.2 ? 0 : random(),
  });
  const tasks = random() < 0.1 ? all.map(rounded) : all;
  const interfering = random() < 0.3 ? tasks.slice(0, between(random, 0, Math.min(3, count - 1))) : [];
  const rest = tasks.slice(interfering.length);
  const blocked = random() < 0.3
    ? rest.map((task, index) => ({ ...task, blocking: index === rest.length - 1 ? 0 : blockingOf(random, task) }))
    : rest;
  const checked = random() < 0.01 ? blocked.toReversed() : blocked;
  const supply = random() < 0.3 ? supplyOf(randomWindows(random, least)) : undefined;
  return { interfering, checked, ...(supply === undefined ? {} : { supply }) };
}

const blockingOf = (random: Random, { cost, deadline }: AdmissionTask): number =>
  Math.floor((deadline - cost) * random() ** 4);

/** To a utilisation that is a simple fraction, so that sums are exactly 1 now and then. */
function rounded({ period, deadline, cost, blocking }: AdmissionTask): AdmissionTask {
  const parts = 8;
  const share = Math.max(1, Math.round((cost / period) * parts));
  const whole = Math.max(1, Math.round(period / parts));
  const least = share * whole;
  return { period: parts * whole, deadline: Math.max(least, Math.min(deadline, parts * whole)), cost: least, blocking };
}

/** Some open and some not, most of the time open. */
export function randomWindows(random: Random, scale: number): { cycles: number; open: boolean }[] {
  const windows = Array.from({ length: between(random, 1, 8) }, () => ({
    cycles: 1 + Math.floor(random() * scale * 0.2),
    open: random() < 0.8,
  }));
  return [{ cycles: Math.ceil(scale * 0.3), open: true }, ...windows];
}
