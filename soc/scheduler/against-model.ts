// A scheduler on the bench beside its model. The model is told of each operation as it is concluded; then everything
// that the hardware says must be what the model says, in the cycle in which it must be said:
//
// - each wake-up and each command is carried out once, within its bound;
// - what an operation does (a job begins or ends, what is reported) and the task's row after it;
// - the choice, in every cycle: that of the model as it was `decision_cycles` before, with the ceilings of now;
// - each release and each deadline is looked at at its time or within its bound after, never before;
// - budgets: an overrun comes when the job has had its grant, not before, and within its bound.
import { wakers } from "./admit.ts";
import type { Bench, Waker } from "./bench.ts";
import {
  apply, isReady, modeCode, mostUrgent, nextLook, stoppedTask, type Happening, type Task, type Urgency,
} from "./model.ts";
import { operations, type Operation } from "./operation.ts";
import { reports as reportKinds } from "./registers.ts";
import { decision_cycles, dueAgain_cycles, policies, type SchedulerConfig } from "./shape.ts";

/** Operations that a failure tells of. */
const shownBefore = 20;
/** An overrun may wait for others to be admitted, and then takes its way through the pipeline. */
const overrunToConclusion_cycles_max = 24;
/** So may a wake-up, and three times so for one task. */
const wakeToConclusion_cycles_max = 32;
const conclusion_cycle = 2;

/** The tasks of a due group all due at once, each after every other group's. */
export const lateness_cycles_max = (config: SchedulerConfig): number =>
  (config.tasks / config.dueGroups) * (dueAgain_cycles(config) + 4 * config.dueGroups);

export interface Event {
  readonly kind: number;
  readonly task: number;
  readonly at: number;
}

export interface Ceiling {
  raised: boolean;
  level: number;
  holder: number;
}

/** What has been asked for and not been concluded; a command may be asked for before it is written. */
export interface Asked extends Omit<Happening, "at"> {
  readonly since: number;
}

export interface Counts {
  readonly operations: Map<Operation, number>;
  readonly reports: Map<string, number>;
  starts: number;
  concluded: number;
  /** From the time of a release or a deadline to the look at it. */
  lateness_cycles_max: number;
  /** From the offer of a wake-up to its acceptance. */
  wait_cycles_max: number;
  /** Cycles in which a ceiling held the most urgent task back. */
  held_back_cycles: number;
}

export interface AgainstModel {
  readonly tasks: readonly Task[];
  readonly ceilings: readonly Ceiling[];
  readonly counts: Counts;
  /** For the kernel, the oldest first. */
  readonly events: Event[];
  readonly running: () => { readonly task: number; readonly cycles: number };
  ask(happening: Omit<Asked, "since">, since?: number): void;
  /** A wake-up is on offer from this cycle on. */
  offers(waker: Waker): void;
  /** It has been taken, in the cycle before. */
  wasTaken(waker: Waker): boolean;
  readonly fail: (what: string) => never;
  readonly same: (what: string, found: unknown, expected: unknown) => void;
}

const none = (): undefined => undefined;

/** Watches every cycle from now on; throws when hardware and model disagree. `name` says which run it was. */
export function againstModel(b: Bench, name: string): AgainstModel {
  const { sim, sim: { io }, config } = b;
  const { partitions } = config;
  const perPartition = config.tasks / partitions;
  const everyone = 2 ** partitions - 1;
  const tasks = Array.from({ length: config.tasks }, stoppedTask);
  const ceilings: Ceiling[] = Array.from({ length: partitions }, () => ({ raised: false, level: 0, holder: 0 }));
  const counts: Counts = {
    operations: new Map(), reports: new Map(), starts: 0, concluded: 0, lateness_cycles_max: 0, wait_cycles_max: 0,
    held_back_cycles: 0,
  };
  const events: Event[] = [];
  const history: string[] = [];
  const asked: Asked[] = [];
  const offered = new Map<Waker, number>();
  const taken = new Set<Waker>();

  // Who runs, and what the jobs have had
  let running = 0;
  let sinceDispatch_cycles = 0;
  /** Before the first switch nobody's cycles are counted. */
  let dispatchedOnce = false;
  const used = Array.from({ length: config.tasks }, () => 0);
  const unlimited = new Set<number>();
  /** From when on there is something to see of each task. */
  const toSee: (number | undefined)[] = Array.from({ length: config.tasks }, none);

  // What the choice is made of
  const visible: (Urgency | undefined)[] = Array.from({ length: config.tasks }, none);
  const onTheWay: { readonly cycle: number; readonly task: number; readonly urgency: Urgency | undefined }[] = [];
  const masks: number[] = [];
  let ceilingsNow = ceilings.map((ceiling) => ({ ...ceiling }));
  let best: number | undefined;
  let bestMask = -1;

  const self: AgainstModel = {
    tasks, ceilings, counts, events,
    running: () => ({ task: running, cycles: sinceDispatch_cycles }),
    ask: (happening, since = b.now()) => { asked.push({ ...happening, since }); },
    offers: (waker) => { offered.set(waker, b.now()); },
    wasTaken: (waker) => taken.has(waker),
    fail: (what) => {
      throw new Error(`${name}, cycle ${b.now()}: ${what}; before that:\n${history.slice(-shownBefore).join("\n")}`);
    },
    same: (what, found, expected) => {
      if (found !== expected) self.fail(`${what} is ${String(found)}, should be ${String(expected)}`);
    },
  };
  const { fail, same } = self;
  const peek = (path: string): number => Number(sim.peek(path));
  const codeOf = ({ policy, value }: Urgency): bigint =>
    (BigInt(policies.indexOf(policy)) << BigInt(config.deadlineBits)) | BigInt(value);

  b.onCycle(() => {
    ceilingsNow = ceilings.map((ceiling) => ({ ...ceiling }));
    masks.push(peek("frame.mask"));
    if (masks.length > 3) masks.shift();
    noteWakes();
    if (peek("decide.before_valid") === 1) conclude();
    checkChoice();
    countCycle();
    if (b.now() % 64 === 0) checkLateness();
  });
  return self;

  function noteWakes(): void {
    taken.clear();
    for (const waker of wakers) {
      if (!b.isTaken(waker)) continue;
      taken.add(waker);
      counts.wait_cycles_max = Math.max(counts.wait_cycles_max, b.now() - (offered.get(waker) ?? b.now()));
    }
  }

  /** The operation in `decide` takes effect in this cycle. */
  function conclude(): void {
    const operation = operations[peek("decide.before_kind")] ?? fail("no such operation");
    const number = peek("decide.before_task");
    const at = peek("decide.before_at");
    const task = tasks[number] ?? fail("no such task");
    const what = `${operation} of task ${number} (${task.mode})`;
    history.push(`${b.now()}: ${what}, ran ${used[number]}`);
    same(`time of ${what}`, at, b.now() - conclusion_cycle);
    counts.operations.set(operation, (counts.operations.get(operation) ?? 0) + 1);
    counts.concluded++;
    if (operation === "look") noteLook(number, at);
    if (operation === "overrun") noteOverrun(number, task);
    const byItself = operation === "look" || operation === "overrun" || operation === "dispatch";
    const from = byItself ? undefined : take(operation, number);

    const outcome = apply(task, { ...from, operation, task: number, at }, { pendingMax: 2 ** config.pendingBits - 1 });
    if (outcome.starts) {
      counts.starts++;
      used[number] = 0;
      unlimited.delete(number);
    }
    same(`${what}: mode`, peek("decide.mode_after"), modeCode(task.mode));
    same(`${what}: a job begins`, peek("decide.job_starts"), outcome.starts ? 1 : 0);
    same(`${what}: a job ends`, peek("decide.job_ends"), outcome.ends ? 1 : 0);
    same(`${what}: releases that wait`, peek("decide.after_pending"), task.pending);
    for (const kind of ["miss", "overrun", "early", "dropped"] as const) {
      same(`${what}: ${kind}`, peek(`decide.happens_${kind}`), outcome.reports.includes(kind) ? 1 : 0);
    }
    const report = outcome.reports.includes("dropped") ? "dropped" : outcome.reports[0];
    if (report !== undefined) {
      counts.reports.set(report, (counts.reports.get(report) ?? 0) + 1);
      if (report !== "early" || task.setup.reportsEarly) {
        events.push({ kind: reportKinds.indexOf(report), task: number, at: at % 2 ** 32 });
      }
    }
    if (task.job !== undefined) same(`${what}: urgency`, BigInt(sim.peek("decide.after_urgency")), codeOf(task.job.urgency));
    checkDue(what, number, at);
    onTheWay.push({ cycle: b.now(), task: number, urgency: isReady(task) ? task.job?.urgency : undefined });
    // A ceiling falls with its holder.
    if (!isReady(task)) for (const ceiling of ceilings) if (ceiling.holder === number) ceiling.raised = false;
  }

  /** The request that the operation answers. */
  function take(operation: Operation, task: number): Asked {
    const carried = peek("decide.before_carries") === 1 ? BigInt(sim.peek("decide.before_urgency")) : undefined;
    const index = asked.findIndex((one) => one.operation === operation && one.task === task
      && (one.inherits === undefined ? undefined : codeOf(one.inherits)) === carried);
    const [found] = index < 0 ? [] : asked.splice(index, 1);
    if (found === undefined) return fail(`${operation} of task ${task} that nobody asked for`);
    const wait = b.now() - found.since;
    if (wait > wakeToConclusion_cycles_max) fail(`${operation} of task ${task} waited ${wait} cycles`);
    return found;
  }

  function noteLook(number: number, at: number): void {
    const time = toSee[number];
    if (time !== undefined && time <= at) counts.lateness_cycles_max = Math.max(counts.lateness_cycles_max, at - time);
  }

  function noteOverrun(number: number, { job, mode, setup: { budget } }: Task): void {
    const had = used[number] ?? 0;
    if (job !== undefined && mode !== "held" && (budget === undefined || had < budget)) {
      fail(`overrun of task ${number} after ${had} of ${budget} cycles`);
    }
    unlimited.add(number);
  }

  function checkDue(what: string, number: number, at: number): void {
    const task = tasks[number];
    const time = task === undefined ? undefined : nextLook(task);
    toSee[number] = time === undefined ? undefined : Math.max(time, at);
    same(`${what}: something ahead`, peek("decide.leaf_due_valid"), time === undefined ? 0 : 1);
    if (time === undefined) return;
    const found = peek("decide.leaf_due_time");
    const round = 2 ** (config.horizonBits + 1);
    // A deadline that is over when its job begins is due at once.
    if (found === time % round || (time < at && found === at % round)) return;
    fail(`${what}: due at ${found}, not ${time % round}`);
  }

  function checkChoice(): void {
    let changed = false;
    for (let update = onTheWay[0]; update !== undefined; update = onTheWay[0]) {
      if (update.cycle + decision_cycles(config) - conclusion_cycle > b.now()) break;
      visible[update.task] = update.urgency;
      onTheWay.shift();
      changed = true;
    }
    // Two cycles from the partitions' best to the best of all
    const mask = masks.at(-3) ?? everyone;
    if (changed || mask !== bestMask) {
      best = mostUrgent(visible, (task) => ((mask >> Math.floor(task / perPartition)) & 1) === 1);
      bestMask = mask;
    }
    let expected = best;
    if (best !== undefined) {
      const ceiling = ceilingsNow[Math.floor(best / perPartition)];
      if (ceiling?.raised === true && (tasks[best]?.setup.level ?? 0) <= ceiling.level) {
        expected = ceiling.holder;
        counts.held_back_cycles++;
      }
    }
    const choice = b.choice();
    // A level that is being set up counts from the command on, two cycles before the task is stopped.
    const levelChanges = asked.some(({ operation, task }) => operation === "setup" && task === best);
    if (!levelChanges) same("choice", choice, expected);
    if (choice === undefined || choice !== best || io.choice.settled === 0) return;
    const chosen = tasks[choice];
    const stopsNow = onTheWay.at(-1)?.cycle === b.now() && onTheWay.at(-1)?.task === choice;
    if (chosen !== undefined && !isReady(chosen) && !stopsNow) fail(`the choice ${choice} is settled and not ready`);
  }

  function countCycle(): void {
    if (io.counts === 1 && dispatchedOnce) used[running] = (used[running] ?? 0) + 1;
    const { job, mode, setup: { budget } } = tasks[running] ?? fail("nobody runs");
    const had = used[running] ?? 0;
    const limited = job !== undefined && mode !== "held" && budget !== undefined && !unlimited.has(running);
    if (limited && had > budget + overrunToConclusion_cycles_max) fail(`task ${running} has had ${had} of ${budget} cycles`);
    sinceDispatch_cycles++;
    if (io.dispatched.valid === 1) {
      running = Number(io.dispatched.number);
      dispatchedOnce = true;
      sinceDispatch_cycles = 0;
    }
  }

  function checkLateness(): void {
    toSee.forEach((time, number) => {
      if (time !== undefined && b.now() - time > lateness_cycles_max(config)) fail(`task ${number} was due at ${time}`);
    });
  }
}
