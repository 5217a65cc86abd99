// What a trace says of who ran: whether it was always the job with the earliest deadline, and how long each job ran.
import type { TraceEvent } from "../../console/trace/timeline.ts";

/** Runs when nobody has a job. */
const idle = 0;

export interface Moment {
  readonly from: bigint;
  readonly to: bigint;
  readonly running: number;
  /** Tasks with a job, by the deadline that their release told. */
  readonly deadlines: ReadonlyMap<number, bigint>;
}

/**
 * Times between two events of the scheduler that are at least `quiet_cycles` apart: then what was released before has
 * been decided on, and the decision carried out.
 */
export function* moments(events: readonly TraceEvent[], quiet_cycles: bigint): Generator<Moment> {
  const deadlines = new Map<number, bigint>();
  let running = idle;
  const ofInterest = events.filter(({ name }) => names.has(name));
  for (const [i, { time, name, task, argument }] of ofInterest.entries()) {
    if (name === "release") deadlines.set(task, time + BigInt(argument));
    else if (name === "switch") running = task;
    else deadlines.delete(task);
    const to = ofInterest[i + 1]?.time;
    if (to !== undefined && to - time >= quiet_cycles) yield { from: time, to, running, deadlines: new Map(deadlines) };
  }
}

const names: ReadonlySet<string> = new Set(["release", "done", "overrun", "stop", "switch"]);

/** Whoever should run: of equals the lower number. */
export function earliest(deadlines: ReadonlyMap<number, bigint>): number {
  let best = idle;
  for (const [task, deadline] of deadlines) {
    const before = deadlines.get(best);
    if (before === undefined || deadline < before || (deadline === before && task < best)) best = task;
  }
  return best;
}

/** The clocks that each task's jobs have run, one number a job. */
export function jobClocks(events: readonly TraceEvent[]): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  let running = idle;
  let since = 0n;
  for (const { time, name, task } of events) {
    if (name === "release") found.set(task, [...(found.get(task) ?? []), 0]);
    if (name !== "switch") continue;
    const jobs = found.get(running);
    if (jobs !== undefined) jobs[jobs.length - 1] = (jobs.at(-1) ?? 0) + Number(time - since);
    running = task;
    since = time;
  }
  return found;
}
