// The motor's timeline: a recording for `./atomicos trace`, of a run that is looked at from outside. The kernel's work in a
// task's calls counts as the task's.
//
//   $ npx tsx examples/motor/timeline.ts build/motor
//   $ ./atomicos trace show build/motor.rec --names build/motor.json
//   $ ./atomicos trace export build/motor.rec --names build/motor.json --svg examples/motor/timeline.svg --from … --to …

import { copyFileSync, writeFileSync } from "node:fs";

import { BUILD, fromRoot } from "../../commands/paths.ts";
import { clock_hz } from "../../soc/clock.ts";
import { encodeStream } from "../../soc/trace/model.ts";
import { eventKinds, type EventName } from "../../soc/trace/events.ts";
import type { TimedRecord } from "../../soc/trace/records.ts";
import type { Task } from "../../system/model.ts";
import { kernelItself, nobody, type Stretch } from "../../system/observe.ts";
import { jobsOf, observedMotor, withoutHardware, type Seen } from "./observed.ts";

const cycles = 1_000_000;

/** Idle time is task 0's. */
const idle = 0;

export function recordsOf(seen: Seen): TimedRecord[] {
  const { stretches, system: { system: { tasks } } } = seen;
  const beneath = withoutHardware(seen);
  const records: TimedRecord[] = [];
  const emit = (time: number, name: EventName, task: number, argument = 0): void => {
    records.push({ kind: eventKinds[name].code, task, argument, time: BigInt(time) });
  };
  emit(stretches[0]?.from ?? 0, "sync", idle);
  let running = idle;
  const isInHardware = (name: Stretch["task"]): boolean => tasks.some((task) => task.name === name && task.inHardware);
  for (const { task, from } of withCalls(stretches, isInHardware)) {
    const number = tasks.find(({ name }) => name === task)?.number ?? idle;
    if (number === running) continue;
    emit(from, "switch", number, running);
    running = number;
  }
  for (const task of tasks) {
    if (task.policy === "background") continue;
    for (const { release, done, used, overran, crashed } of task.name === "fan" ? fanJobs(beneath, task) : jobs(seen, task)) {
      emit(release, "release", task.number, task.deadline);
      if (crashed) emit(done, "fault", task.number, 0);
      if (overran) emit(done, "overrun", task.number, task.budget ?? 0);
      if (crashed || overran) emit(done, "stop", task.number);
      else emit(done, "done", task.number, used);
    }
  }
  return records.toSorted((a, b) => Number(a.time - b.time) || order(a.kind) - order(b.kind));
}

/** Of one moment, what makes a job goes before who runs. */
function order(kind: number): number {
  if (kind === eventKinds.sync.code) return 0;
  return kind === eventKinds.release.code ? 1 : 2;
}

/**
 * The kernel's work behind a task's instructions counts as the task's. Behind a hardware job the kernel goes on with what it was about:
 * that is still the work behind whoever ran before.
 */
function withCalls(stretches: readonly Stretch[], isInHardware: (task: Stretch["task"]) => boolean): Begin[] {
  let beneath: Stretch["task"] = nobody;
  return stretches.flatMap(({ task, from }, index): Begin[] => {
    const before = stretches[index - 1]?.task;
    if (task !== kernelItself) {
      if (!isInHardware(task)) beneath = task;
      return [{ task, from }];
    }
    return before === undefined || isInHardware(before) ? [{ task: beneath, from }] : [];
  });
}

type Begin = Pick<Stretch, "task" | "from">;

interface DrawnJob {
  readonly release: number;
  readonly done: number;
  readonly used: number;
  readonly overran: boolean;
  readonly crashed: boolean;
}

function jobs(seen: Seen, task: Task): DrawnJob[] {
  const { budget, inHardware } = task;
  const all = withoutHardware(seen);
  return jobsOf(seen, task).flatMap(({ release, stretches }) => {
    const last = stretches.at(-1);
    if (last === undefined) return [];
    const used = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
    return [{ release, done: inHardware ? last.to : endBehind(all, last), used, overran: budget !== undefined && used > 0.9 * budget, crashed: false }];
  });
}

/** Its releases begin anew with each restart: each time that it runs is a job. */
const fanJobs = (all: readonly Stretch[], { name }: Task): DrawnJob[] =>
  all.flatMap((stretch, index) => (stretch.task === name
    ? [{
      release: all[index - 1]?.from ?? stretch.from, done: endBehind(all, stretch), used: stretch.to - stretch.from, overran: false,
      // A job that does not get to its end is shorter: the division is in front of it.
      crashed: stretch.to - stretch.from < crash_cycles_max,
    }]
    : []));

const crash_cycles_max = 20;

/** The kernel's work behind a stretch ends where somebody else begins. */
function endBehind(all: readonly Stretch[], stretch: Stretch): number {
  const next = all[all.indexOf(stretch) + 2];
  return next?.from ?? stretch.to;
}

if (process.argv[1] === fromRoot("examples", "motor", "timeline.ts")) {
  const into = process.argv[2] ?? fromRoot("build", "motor");
  const observed = await observedMotor(`${BUILD}/systems/motor`, async () => () => {});
  observed.run(cycles);
  writeFileSync(`${into}.rec`, Buffer.concat(encodeStream(recordsOf(observed), clock_hz)));
  copyFileSync(observed.system.names, `${into}.json`);
  observed.machine.free();
}
