// Random operations on a scheduler that is watched against its model.
import { wakers } from "./admit.ts";
import { againstModel, type Counts } from "./against-model.ts";
import { bench, type Bench, type Waker } from "./bench.ts";
import { isReady, type TaskSetup, type Urgency } from "./model.ts";
import { scheduler as kernelPage } from "./registers.ts";
import { dispatchInterval_cycles, policies, schedulerConfig, type SchedulerConfig } from "./shape.ts";

export interface CompareOptions {
  readonly config?: SchedulerConfig;
  readonly seed: number;
  /** To be concluded. */
  readonly operations: number;
  /** The clock's value at the beginning: somewhere near where its lower bits go round. */
  readonly firstNow?: number;
  /** Tasks that take part; fewer make more conflicts. */
  readonly tasks?: number;
  /** Given the bench before its first cycle after reset. */
  readonly record?: (bench: Bench) => void;
}

export interface Compared extends Counts {
  readonly cycles: number;
}

const { registers } = kernelPage;
/** Accesses that set a task up, each of three cycles. */
const setupAccesses = 9;

export function compare(options: CompareOptions): Compared {
  const { config = schedulerConfig, seed, operations: wanted, firstNow = 0, record } = options;
  const taskCount = options.tasks ?? config.tasks;
  const b = bench(config, firstNow, record);
  const model = againstModel(b, `seed ${seed}`);
  const { io } = b.sim;
  const random = generator(seed);
  const below = (n: number): number => random() % n;
  const chance = (n: number): boolean => below(n) === 0;
  const anyTask = (): number => below(taskCount);
  const perPartition = config.tasks / config.partitions;
  const first = b.now();
  const offered = new Set<Waker>();
  let eventsSeen = 0;
  let burst = false;

  b.beforeCycle(wakeSomebody);
  io.counts = 1;
  while (model.counts.concluded < wanted) {
    if (chance(burst ? 40 : 400)) burst = !burst;
    const what = below(40);
    if (what < 20) b.step(1 + below(8));
    else if (what < 26) dispatch();
    else if (what < 30) askForItself();
    else if (what < 37) command();
    else if (what < 38) setCeiling();
    else if (what < 39) takeEvents();
    else if (chance(6)) newFrame();
    if (chance(30)) io.counts = chance(4) ? 0 : 1;
  }
  return { ...model.counts, cycles: b.now() - first };

  function wakeSomebody(): void {
    for (const waker of wakers) {
      if (offered.has(waker) && !model.wasTaken(waker)) continue;
      b.withdraw(waker);
      offered.delete(waker);
      if (!chance(burst ? 2 : 60)) continue;
      const task = anyTask();
      const waits = chance(5);
      const inherits = !waits && chance(4) ? anyUrgency() : undefined;
      b.offerWake(waker, task, { waits, ...(inherits === undefined ? {} : { inherits }) });
      offered.add(waker);
      model.offers(waker);
      model.ask({ operation: waits ? "block" : "wake", task, inherits });
    }
  }

  function dispatch(): void {
    if (model.running().cycles < dispatchInterval_cycles || io.choice.settled === 0) return;
    b.dispatch(b.choice() ?? 0);
  }

  function askForItself(): void {
    const operation = chance(5) ? "block" : "finish";
    // Asked again before the first has been heard, it is heard once.
    if (b.sim.peek("pages.own_valid") === 0) model.ask({ operation, task: model.running().task });
    b.own(operation === "block" ? "BLOCK" : "FINISH");
  }

  function command(): void {
    const task = anyTask();
    const kind = below(20);
    const simple = (["finish", "wake", "block", "stop", "restore", "read"] as const)[kind];
    if (simple !== undefined) {
      b.write("TASK", task);
      model.ask({ operation: simple, task });
      b.command(simple, task);
    } else if (kind === 6) {
      const urgency = anyUrgency();
      b.time(urgency.value);
      model.ask({ operation: "inherit", task, inherits: urgency });
      b.command("inherit", task, policies.indexOf(urgency.policy));
    } else if (kind < 11) {
      const setup = anySetup();
      model.ask({ operation: "setup", task, setup }, b.now() + 3 * setupAccesses);
      b.setUp(task, setup);
    } else {
      const firstRelease = b.now() + (chance(4) ? 0 : below(300));
      b.time(firstRelease);
      model.ask({ operation: "start", task, firstRelease });
      b.command("start", task);
    }
  }

  function setCeiling(): void {
    const { RAISED, LEVEL, HOLDER } = registers.CEILING.fields;
    const holder = b.choice() ?? 0;
    const partition = Math.floor(holder / perPartition);
    const [raised, level] = [chance(2), below(2 ** config.levelBits)];
    const [ceiling, task] = [model.ceilings[partition], model.tasks[holder]];
    if (ceiling === undefined || task === undefined || (raised && !isReady(task))) return;
    const value = ((raised ? 1 : 0) << RAISED.lsb) | (level << LEVEL.lsb) | (holder << HOLDER.lsb);
    // Written in the first cycle of the access; if it falls in that very cycle, the write comes after.
    b.write("CEILING", value, partition, () => { Object.assign(ceiling, { raised, level, holder }); });
  }

  function takeEvents(): void {
    const f = registers.EVENT.fields;
    for (let n = below(20); n > 0; n--) {
      const event = b.read("EVENT") >>> 0;
      if (event >>> f.VALID.lsb === 0) return;
      const found = { kind: (event >>> f.KIND.lsb) & 7, task: event & 0xff, at: b.read("EVENT_TIME") >>> 0 };
      const isFound = (one: { readonly task: number; readonly at: number }): boolean =>
        one.task === found.task && one.at === found.at;
      // The model has all events, the queue those that found room.
      if (b.read("LOST") > 0) eventsSeen = model.events.findIndex((one, i) => i >= eventsSeen && isFound(one));
      const expected = model.events[eventsSeen++];
      model.same("event", JSON.stringify(found), JSON.stringify(expected));
      b.write("EVENT_TAKE", 0);
    }
  }

  function newFrame(): void {
    const last = below(config.windows);
    for (let n = 0; n <= last; n++) {
      b.write("PARTITIONS", chance(4) ? 2 ** config.partitions - 1 : below(2 ** config.partitions));
      b.write("WINDOW", 1 + below(300), n);
    }
    const { LAST, RUN } = registers.FRAME.fields;
    b.write("FRAME", (last << LAST.lsb) | ((chance(3) ? 0 : 1) << RUN.lsb));
  }

  function anyUrgency(): Urgency {
    const policy = policies[below(policies.length)] ?? "edf";
    return { policy, value: policy === "edf" ? b.now() + below(2000) : below(2 ** config.priorityBits) };
  }

  function anySetup(): TaskSetup {
    const span = (): number => (chance(8) ? below(2 ** 16) : 20 + below(1500));
    const sporadic = chance(2);
    const period = chance(10) ? 0 : 100 + span();
    const deadline = chance(8) ? 0 : span();
    return {
      policy: chance(2) ? "edf" : (policies[below(policies.length)] ?? "edf"), priority: below(2 ** config.priorityBits),
      level: below(2 ** config.levelBits), period,
      deadline: sporadic || period === 0 ? deadline : Math.min(deadline, period),
      budget: chance(3) ? undefined : below(400), sporadic, collects: chance(4), reportsEarly: chance(2),
      onOverrun: anyAction(), onMiss: anyAction(),
    };
  }

  function anyAction(): TaskSetup["onMiss"] {
    if (!chance(3)) return "report";
    return chance(2) ? "stop_job" : "stop_task";
  }
}

/** Mulberry32: the same numbers for the same seed. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
