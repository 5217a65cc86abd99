// What the scheduler does, in plain TypeScript: one operation after the other on a list of tasks. Times are numbers that
// never wrap, each job knows its release and its deadline, and the choice is found by looking at every task.
import type { Operation } from "./operation.ts";
import { modes, type Action, type Mode } from "./row.ts";
import { policies, type Policy } from "./shape.ts";
import type { Report } from "./registers.ts";

export interface TaskSetup {
  readonly policy: Policy;
  readonly priority: number;
  /** Preemption level. */
  readonly level: number;
  readonly period: number;
  readonly deadline: number;
  /** Undefined: without limit. */
  readonly budget: number | undefined;
  readonly sporadic: boolean;
  readonly collects: boolean;
  readonly reportsEarly: boolean;
  readonly onOverrun: Action;
  readonly onMiss: Action;
}

export interface Urgency {
  readonly policy: Policy;
  /** Deadline or priority. */
  readonly value: number;
}

interface Job {
  readonly released: number;
  missed: boolean;
  urgency: Urgency;
}

export interface Task {
  setup: TaskSetup;
  mode: Mode;
  job: Job | undefined;
  /** Time of the next release, or when the next may come. Undefined: that time is over, or there is none. */
  release: number | undefined;
  /** A periodic task's releases that came while a job went on: the first of them. */
  overdue: number | undefined;
  /** A sporadic task's releases that wait. */
  pending: number;
}

export interface Happening {
  readonly operation: Operation;
  readonly task: number;
  readonly at: number;
  readonly inherits?: Urgency | undefined;
  /** For setup and start. */
  readonly setup?: TaskSetup | undefined;
  readonly firstRelease?: number | undefined;
}

export interface Outcome {
  readonly starts: boolean;
  /** A job came to its end, or was stopped. */
  readonly ends: boolean;
  readonly reports: readonly Report[];
}

export interface Limits {
  readonly pendingMax: number;
}

export const idleSetup: TaskSetup = {
  policy: "urgent", priority: 0, level: 0, period: 0, deadline: 0, budget: 0, sporadic: false, collects: false,
  reportsEarly: false, onOverrun: "report", onMiss: "report",
};

export const stoppedTask = (): Task => ({
  setup: idleSetup, mode: "stopped", job: undefined, release: undefined, overdue: undefined, pending: 0,
});

/** Changes the task as the operation does. */
export function apply(task: Task, happening: Happening, { pendingMax }: Limits): Outcome {
  const { at, inherits } = happening;
  const reports: Report[] = [];
  const jobBefore = task.job;
  let starts = false;

  const begin = (released: number): void => {
    const { setup } = task;
    starts = true;
    task.mode = "ready";
    task.job = { released, missed: false, urgency: ownUrgency(setup, released) };
    task.overdue = undefined;
    task.release = setup.period === 0 ? undefined : released + setup.period;
    if (!setup.sporadic && task.release !== undefined && task.release <= at) {
      task.overdue = task.release;
      task.release = undefined;
    }
  };
  const stop = (): void => { Object.assign(task, stoppedTask(), { setup: task.setup }); };
  const act = (action: Action): void => {
    if (action === "stop_job") task.mode = "held";
    if (action === "stop_task") stop();
  };
  const inherit = (): void => {
    if (task.job !== undefined && inherits !== undefined && before(inherits, task.job.urgency)) {
      task.job.urgency = inherits;
    }
  };

  switch (happening.operation) {
    case "look": {
      const { job, setup } = task;
      const deadline = watchedDeadline(task);
      if (deadline !== undefined && deadline <= at && job !== undefined) {
        job.missed = true;
        reports.push("miss");
      }
      if (task.release !== undefined && task.release <= at) {
        const time = task.release;
        task.release = undefined;
        if (task.job === undefined && (!setup.sporadic || task.pending > 0)) {
          if (setup.sporadic) task.pending--;
          begin(time);
        } else if (!setup.sporadic) task.overdue = time;
      }
      if (reports.length > 0) act(setup.onMiss);
      break;
    }
    case "wake": {
      const { setup } = task;
      if (task.mode === "stopped") break;
      const count = (): void => {
        if (setup.collects) task.pending = Math.max(task.pending, 1);
        else if (task.pending === pendingMax) reports.push("dropped");
        else task.pending++;
      };
      // Whoever is blocked goes on with its job; that is all.
      if (task.mode === "blocked") task.mode = "ready";
      else if (!setup.sporadic) {
        if (task.mode === "ready") task.mode = "woken";
      } else if (task.mode !== "waiting") count();
      else if (task.release === undefined || task.release <= at) begin(at);
      else {
        reports.push("early");
        count();
      }
      inherit();
      break;
    }
    case "finish":
      if (task.job === undefined) break;
      task.job = undefined;
      task.mode = "waiting";
      if (!task.setup.sporadic && task.overdue !== undefined) begin(task.overdue);
      else if (task.setup.sporadic && task.pending > 0 && task.release === undefined) {
        task.pending--;
        begin(at);
      }
      break;
    case "block":
      if (task.job === undefined) break;
      task.job.urgency = ownUrgency(task.setup, task.job.released);
      if (task.mode === "ready") task.mode = "blocked";
      else if (task.mode === "woken") task.mode = "ready";
      break;
    case "setup":
      stop();
      task.setup = happening.setup ?? idleSetup;
      break;
    case "start":
      if (task.mode !== "stopped") break;
      task.mode = "waiting";
      task.release = happening.firstRelease ?? at;
      break;
    case "stop":
      stop();
      break;
    case "overrun":
      if (task.job === undefined || task.mode === "held") break;
      reports.push("overrun");
      act(task.setup.onOverrun);
      break;
    case "inherit":
      inherit();
      break;
    case "restore":
      if (task.job !== undefined) task.job.urgency = ownUrgency(task.setup, task.job.released);
      break;
    case "dispatch":
    case "read":
      break;
  }
  if (task.mode === "stopped") task.job = undefined;
  const acted = reports.includes("miss") || reports.includes("overrun");
  const held = task.mode === "held" && jobBefore !== undefined && acted;
  return { starts, ends: jobBefore !== undefined && (task.job !== jobBefore || held), reports };
}

/** What a job's urgency is without inheritance. */
export function ownUrgency(setup: TaskSetup, released: number): Urgency {
  const { policy, deadline, priority } = setup;
  return { policy, value: policy === "edf" ? released + deadline : priority };
}

/** The deadline that is still to be watched. */
export function watchedDeadline({ job, mode, setup }: Task): number | undefined {
  if (job === undefined || job.missed || mode === "held" || setup.deadline === 0) return undefined;
  return job.released + setup.deadline;
}

export const isReady = ({ mode }: Task): boolean => mode === "ready" || mode === "woken";

/** It comes first, strictly. */
export function before(a: Urgency, b: Urgency): boolean {
  const rank = policies.indexOf(a.policy) - policies.indexOf(b.policy);
  return rank < 0 || (rank === 0 && a.value < b.value);
}

/** When there is something to see of the task. */
export function nextLook(task: Task): number | undefined {
  const times = [watchedDeadline(task), task.mode === "stopped" ? undefined : task.release];
  return times.reduce((first, time) => (first === undefined || (time !== undefined && time < first) ? time : first));
}

/** The most urgent; the first of equals. */
export function mostUrgent(
  urgencies: readonly (Urgency | undefined)[], mayRun: (task: number) => boolean,
): number | undefined {
  let best: number | undefined;
  let bestUrgency: Urgency | undefined;
  urgencies.forEach((urgency, task) => {
    if (urgency === undefined || !mayRun(task)) return;
    if (bestUrgency === undefined || before(urgency, bestUrgency)) {
      best = task;
      bestUrgency = urgency;
    }
  });
  return best;
}

export const modeCode = (mode: Mode): number => modes.indexOf(mode);
