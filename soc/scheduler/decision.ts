// How long a decision takes: from a wake-up or a release to the choice that follows from it, with all tasks in the trees,
// at random moments; and how many decisions the scheduler makes in a row.
import { wakers } from "./admit.ts";
import { bench, type Bench } from "./bench.ts";
import { generator } from "./compare.ts";
import { idleSetup, type TaskSetup } from "./model.ts";
import { schedulerConfig } from "./shape.ts";

export interface DecisionTimes {
  /** How often it took so many cycles. */
  readonly wakes: ReadonlyMap<number, number>;
  readonly releases: ReadonlyMap<number, number>;
  /** Cycles from the first to the last of the choices that wake-ups in successive cycles lead to, and their number. */
  readonly row: { readonly decisions: number; readonly cycles: number };
}

const decision_cycles_max = 200;
/** Tasks that are released by the clock; the others by wake-ups. */
const releasedTasks = 32;

export function measureDecisions(
  { wakes: wakeCount = 100_000, releases: releaseCount = 5_000, seed = 1 } = {},
): DecisionTimes {
  const b = bench();
  const random = generator(seed);
  const { tasks } = schedulerConfig;
  const woken: TaskSetup = { ...idleSetup, policy: "edf", deadline: 2 ** 39, sporadic: true, budget: undefined };
  for (let task = releasedTasks; task < tasks; task++) {
    b.setUp(task, woken);
    b.start(task, b.now());
    b.command("wake", task);
  }

  // Each wake-up makes its task the most urgent one of all.
  const wakes = new Map<number, number>();
  let deadline = 2 ** 38;
  const mostUrgent = (): { readonly policy: "edf"; readonly value: number } => ({ policy: "edf", value: deadline-- });
  const anyTask = (): number => releasedTasks + (random() % (tasks - releasedTasks));
  for (let i = 0; i < wakeCount; i++) {
    let task = anyTask();
    while (task === b.choice()) task = anyTask();
    const waker = wakers[random() % wakers.length] ?? wakers[0];
    const from = b.now();
    b.offerWake(waker, task, { inherits: mostUrgent() });
    stepUntilTaken(b, () => b.isTaken(waker));
    b.withdraw(waker);
    count(wakes, untilChoice(b, task) - from);
    b.step(random() % 16);
  }

  // A row of wake-ups, one in each cycle
  const row = Array.from({ length: 64 }, (_, i) => releasedTasks + 3 * i);
  const changes: number[] = [];
  let last = b.choice();
  b.onCycle(() => {
    const choice = b.choice();
    if (choice !== last) changes.push(b.now());
    last = choice;
  });
  for (const task of row) {
    b.offerWake("message", task, { inherits: mostUrgent() });
    b.step();
  }
  b.withdraw("message");
  untilChoice(b, row.at(-1) ?? 0);
  b.step();
  const decided = changes.slice(-row.length);

  // Releases of tasks that go before all others, one task at a time
  const releases = new Map<number, number>();
  let phase = 0;
  for (let task = 0; task < releasedTasks; task++) {
    const period = 60 + (random() % 1000);
    b.setUp(task, { ...idleSetup, policy: "urgent", period, budget: undefined });
    const first = b.now() + 100;
    b.start(task, first);
    for (let release = first; phase < ((task + 1) * releaseCount) / releasedTasks; release += period) {
      b.step(release - b.now());
      count(releases, untilChoice(b, task) - release);
      b.command("finish", task);
      phase++;
    }
    b.command("stop", task);
    b.step(20);
  }
  return {
    wakes, releases,
    row: { decisions: decided.length, cycles: (decided.at(-1) ?? 0) - (decided[0] ?? 0) + 1 },
  };
}

function count(into: Map<number, number>, cycles: number): void {
  into.set(cycles, (into.get(cycles) ?? 0) + 1);
}

function stepUntilTaken(b: Bench, isTaken: () => boolean): void {
  for (let taken = false; !taken;) {
    taken = isTaken();
    b.step();
  }
}

/** The cycle in which the choice is this. */
function untilChoice(b: Bench, task: number): number {
  for (let i = 0; i < decision_cycles_max; i++) {
    if (b.choice() === task) return b.now();
    b.step();
  }
  throw new Error(`the choice is ${b.choice()}, not ${task}, after ${decision_cycles_max} cycles`);
}

/** The worst first: "9 cycles 100000 times". */
export function distributionText(times: ReadonlyMap<number, number>): string {
  return [...times].toSorted(([a], [b]) => b - a).map(([cycles, n]) => `${cycles} cycles ${n} times`).join(", ");
}
