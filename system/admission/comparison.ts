// Admission against everything else that knows the answer, over random sets: the kernel's C against the TypeScript, and
// both against references. Used by the tests, and by the campaign for as long as one likes.
import { admitEdf } from "./edf.ts";
import { admitFixed } from "./fixed.ts";
import type { NativeAdmission, Policy } from "./native.ts";
import { randomSet, randomTasks, type Random } from "./random-sets.ts";
import { blockingBy, demandHolds, scheduleHolds, sectionsHold, type Section } from "./reference.ts";
import { supplyOf, type Window } from "./supply.ts";
import type { Answer, TaskSet, Verdict } from "./task-set.ts";

export const policies: readonly Policy[] = ["edf", "fixed"];

export const admit = (policy: Policy, set: TaskSet, passLimit?: number): Verdict =>
  policy === "edf" ? admitEdf(set, passLimit) : admitFixed(set, passLimit);

export type Tally = Record<string, number>;

const disagreement = (what: string, policy: Policy, set: unknown): Error =>
  new Error(`${what} (${policy}): ${JSON.stringify(set)}`);

const count = (tally: Tally, policy: Policy, answer: Answer): void => {
  tally[`${policy} ${answer}`] = (tally[`${policy} ${answer}`] ?? 0) + 1;
};

/** The kernel's C answers as the TypeScript does, after as many passes. */
export function compareWithNative(native: NativeAdmission, random: Random, sets: number, largest: number): Tally {
  const tally: Tally = {};
  for (let index = 0; index < sets; index++) {
    const set = randomSet(random, largest);
    for (const policy of policies) {
      const here = admit(policy, set);
      const there = native(policy, set);
      const time = here.instant?.at ?? here.responses?.at(-1);
      if (here.answer !== there.answer || here.passes !== there.passes ||
        (here.answer === "deadline" && time !== there.time)) {
        const both = `${here.answer} after ${here.passes}, in C ${there.answer} after ${there.passes}`;
        throw disagreement(both, policy, set);
      }
      count(tally, policy, here.answer);
    }
  }
  return tally;
}

/** Admitted is what keeps its deadlines in the worst schedule, and nothing else. */
export function compareWithSchedules(random: Random, sets: number): Tally {
  const tally: Tally = {};
  for (let index = 0; index < sets; index++) {
    const { set, frame } = smallSet(random);
    for (const policy of policies) {
      const { answer } = admit(policy, set, Infinity);
      const until = repeatsAfter(set, frame);
      const holds = scheduleHolds(policy, set, frame, until);
      if (answer === "cap" || holds !== (answer === "admitted")) {
        throw disagreement(`${answer}, the schedule ${holds ? "holds" : "fails"}`, policy, { ...set, frame });
      }
      count(tally, policy, answer);
    }
  }
  return tally;
}

/** EDF with blocking admits what demand allows at every cycle, and nothing else. */
export function compareWithDemand(random: Random, sets: number): Tally {
  const tally: Tally = {};
  for (let index = 0; index < sets; index++) {
    const { set, frame } = smallSet(random);
    const checked = set.checked.map((task, place) => (
      { ...task, blocking: place === set.checked.length - 1 ? 0 : Math.floor(random() ** 2 * task.deadline) }
    ));
    const blocked = { ...set, checked };
    const { answer } = admitEdf(blocked, Infinity);
    const until = repeatsAfter(set, frame) + Math.max(...checked.map(({ deadline }) => deadline));
    // Over-used, demand grows beyond everything, but later than anyone looks.
    const holds = answer !== "utilisation" && demandHolds(blocked, frame, until);
    if (answer === "cap" || holds !== (answer === "admitted")) {
      throw disagreement(`${answer}, demand ${holds ? "holds" : "fails"}`, "edf", { ...blocked, frame });
    }
    count(tally, "edf", answer);
  }
  return tally;
}

/** What is admitted with critical sections never misses a deadline, whenever jobs are released. */
export function compareWithSections(random: Random, sets: number): Tally {
  const tally: Tally = {};
  for (let index = 0; index < sets; index++) {
    const tasks = randomTasks(random, {
      tasks: 2 + Math.floor(random() * 4), utilisation: 0.5 + 0.5 * random(), period: [6, 60], deadlineSpread: random(),
    });
    const sections = tasks.flatMap(({ cost }, task): Section[] => {
      if (random() < 0.4) return [];
      const from = Math.floor(random() * cost);
      return [{ task, from, cycles: 1 + Math.floor(random() * (cost - from)) }];
    });
    const checked = blockingBy(tasks, sections);
    for (const policy of policies) {
      const { answer } = admit(policy, { interfering: [], checked });
      if (answer === "admitted" && !sectionsHold(policy, checked, sections, random, 1000)) {
        throw disagreement("admitted, and misses a deadline", policy, { checked, sections });
      }
      count(tally, policy, answer);
    }
  }
  return tally;
}

/** Periods whose multiple is small. */
function smallSet(random: Random): { set: TaskSet; frame: readonly Window[] | undefined } {
  const periods = [2, 3, 4, 5, 6, 8, 10, 12, 15, 20];
  const frame = random() < 0.4 ? smallFrame(random) : undefined;
  const tasks = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const period = periods[Math.floor(random() * periods.length)] ?? 2;
    const cost = 1 + Math.floor(random() ** 2.5 * period);
    return { period, deadline: period - Math.floor(random() * (period - cost + 1)), cost, blocking: 0 };
  });
  const interfering = random() < 0.3 ? tasks.slice(1, 2) : [];
  const checked = tasks.filter((task) => !interfering.includes(task)).toSorted((a, b) => a.deadline - b.deadline);
  const supply = frame === undefined ? undefined : supplyOf(frame);
  return { set: { interfering, checked, ...(supply === undefined ? {} : { supply }) }, frame };
}

function smallFrame(random: Random): Window[] {
  const windows = Array.from({ length: 1 + Math.floor(random() * 3) }, () => (
    { cycles: 1 + Math.floor(random() * 2), open: random() < 0.6 }
  ));
  const total = windows.reduce((sum, { cycles }) => sum + cycles, 0);
  // Of a length that divides 12, so that schedules repeat soon.
  const fill = [2, 3, 4, 6, 12].find((length) => length > total) ?? 12;
  return [...windows, { cycles: fill - total, open: true }];
}

/** All releases and the frame come together again. */
function repeatsAfter({ interfering, checked }: TaskSet, frame: readonly Window[] | undefined): number {
  const lengths = [...interfering, ...checked].map(({ period }) => period);
  const frameCycles = frame?.reduce((sum, { cycles }) => sum + cycles, 0) ?? 1;
  return [...lengths, frameCycles].reduce((a, b) => (a / greatestCommonDivisor(a, b)) * b, 1);
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
