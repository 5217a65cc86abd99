// Earliest deadline first, with the Stack Resource Policy: exact for tasks of which nothing is known but how far apart
// their releases are at least (Baruah 2006).
//
// Work due within t of the beginning of a busy period: h(t) = Σ (⌊(t − D) / T⌋ + 1) C over the tasks with D ≤ t. All
// deadlines are kept if and only if, at each deadline t, the supply has done h(t) + B(t) by t, and all that interferes
// until it has; B(t) is the blocking of the last task with D ≤ t.
//
// Not every t is looked at (QPA, Zhang and Burns 2009). If what is due at t is done by t' < t, nothing is late between
// t' and t, for h only grows. B does not, but is constant from one D to the next: there the walk stops and goes on
// from the deadline before.
import { doneBy } from "./supply.ts";
import {
  firstWrong, passesMax, timeMax, workReleased, type AdmissionTask, type TaskSet, type Verdict,
} from "./task-set.ts";
import { utilisation, type Utilisation } from "./utilisation.ts";

export function admitEdf(set: TaskSet, passLimit: number = passesMax): Verdict {
  const { interfering, checked, supply } = set;
  if (firstWrong(interfering, false) >= 0) return { answer: "parameters", passes: 0 };
  const wrong = firstWrong(checked, true, "deadline");
  if (wrong >= 0) return { answer: "parameters", passes: 0, task: wrong };
  if (checked.length === 0) return { answer: "admitted", passes: 0 };
  const use = utilisation([...interfering, ...checked], supply);
  if (use.fits !== "yes") return { answer: use.fits === "no" ? "utilisation" : "cap", passes: 0 };
  if (implicit(set)) return { answer: "admitted", passes: 0 };

  let passes = 0;
  let limit = horizon(set, use);
  if (limit === undefined) {
    limit = 1;
    for (;;) {
      if (++passes > passLimit) return { answer: "cap", passes };
      const next = doneBy(supply, workReleased(checked, limit) + workReleased(interfering, limit));
      if (next === limit) break;
      if (next > timeMax) return { answer: "cap", passes };
      limit = next;
    }
  }
  const longest = checked.at(-1)?.deadline ?? 0;
  let bound = Math.max(limit, longest) + 1;
  for (;;) {
    if (++passes > passLimit) return { answer: "cap", passes };
    let at = deadlineBefore(checked, bound);
    if (at === 0) return { answer: "admitted", passes };
    const { deadline, blocking } = lastDueBy(checked, at);
    for (;;) {
      if (++passes > passLimit) return { answer: "cap", passes };
      const due = workDue(checked, at) + blocking;
      let done = doneBy(supply, due + workReleased(interfering, at));
      // Of what interferes until `at`, some may come when all that is due is done already.
      if (done > at && interfering.length > 0) {
        done = 1;
        for (let before = 0; done !== before && done <= at;) {
          if (++passes > passLimit) return { answer: "cap", passes };
          before = done;
          done = doneBy(supply, due + workReleased(interfering, before));
        }
      }
      if (done > at) return { answer: "deadline", passes, instant: { at, done } };
      if (done <= deadline || done === at) {
        bound = done <= deadline ? deadline : at;
        break;
      }
      at = done;
    }
  }
}

/** Deadlines at the periods' ends, and nothing in the way: that the processor is not over-used says all. */
function implicit({ interfering, checked, supply }: TaskSet): boolean {
  return supply === undefined && interfering.length === 0 &&
    checked.every(({ period, deadline, blocking }) => deadline === period && blocking === 0);
}

/**
 * A time behind which nothing can be late, from the slack: h(t) ≤ U t + Σ U (T − D), and what is late at t exceeds what
 * is supplied by t, at least the share of t less the latency. Nothing if the slack is below 2⁻¹⁶.
 */
function horizon({ interfering, checked, supply }: TaskSet, { used, available }: Utilisation): number | undefined {
  const slack = available > used ? Number((available - used) / 2n ** 32n) : 0;
  if (slack === 0) return undefined;
  let excess = supply?.latency ?? 0;
  for (const { cost } of interfering) excess += cost;
  for (const { period, deadline, cost } of checked) {
    const ahead = Math.ceil(((period - deadline) * 2 ** 12) / period);
    excess += Math.ceil((cost * ahead) / 2 ** 12);
  }
  if (excess >= 2 ** 48) return undefined;
  // The product has up to 64 bits: no number for a double.
  const time = (BigInt(excess) * 2n ** 16n) / BigInt(slack);
  return time >= BigInt(timeMax) ? undefined : Number(time);
}

function workDue(tasks: readonly AdmissionTask[], time: number): number {
  let work = 0;
  for (const { period, deadline, cost } of tasks) {
    if (deadline > time) break;
    work += (Math.floor((time - deadline) / period) + 1) * cost;
  }
  return work;
}

/** The last deadline before `bound`; 0: there is none. */
function deadlineBefore(tasks: readonly AdmissionTask[], bound: number): number {
  let last = 0;
  for (const { period, deadline } of tasks) {
    if (deadline >= bound) break;
    last = Math.max(last, Math.floor((bound - 1 - deadline) / period) * period + deadline);
  }
  return last;
}

function lastDueBy(tasks: readonly AdmissionTask[], time: number): AdmissionTask {
  const found = tasks.findLast(({ deadline }) => deadline <= time);
  if (found === undefined) throw new Error("a deadline before the first");
  return found;
}
