// What the events of a run mean: who ran when, jobs from release to end, messages from sender to receiver.
//
// Where records are missing, what was going on is not known any more: a job or a message is only counted if everything
// about it was seen.
import { isBreak, type TraceEvent } from "./timeline.ts";

/** A task ran, without a break. */
export interface Execution {
  readonly task: number;
  readonly from: bigint;
  readonly to: bigint;
}

export interface Job {
  readonly task: number;
  readonly release: bigint;
  /** Undefined: it has none. */
  readonly deadline: bigint | undefined;
  /** When it first ran; undefined if it never did. */
  readonly start: bigint | undefined;
  /** When it was done; undefined if that is not in the recording, or it was stopped. */
  readonly end: bigint | undefined;
  readonly missed: boolean;
}

export interface Message {
  readonly channel: number;
  readonly from: number;
  readonly to: number;
  readonly sent: bigint;
  readonly received: bigint;
}

export interface Analysis {
  readonly from: bigint;
  readonly to: bigint;
  readonly executions: readonly Execution[];
  readonly jobs: readonly Job[];
  readonly messages: readonly Message[];
  /** Everything that is a moment: misses, overruns, faults, marks, interrupts, calls, what is missing. */
  readonly moments: readonly TraceEvent[];
}

/** The list under a key, which is made if there is none. */
function listOf<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

export function analyse(events: readonly TraceEvent[]): Analysis {
  const executions: Execution[] = [];
  const jobs: Open<Job>[] = [];
  const messages: Message[] = [];
  const moments: TraceEvent[] = [];
  let running: { readonly task: number; readonly from: bigint } | undefined;
  let openJobs = new Map<number, Open<Job>[]>();
  let inChannel = new Map<number, { readonly from: number; readonly sent: bigint }[]>();

  const stopRunning = (to: bigint): void => {
    if (running !== undefined && to > running.from) executions.push({ ...running, to });
    running = undefined;
  };
  const starts = (task: number, time: bigint): void => {
    const [job] = openJobs.get(task) ?? [];
    if (job !== undefined) job.start ??= time;
  };

  for (const event of events) {
    const { time, name, task, argument } = event;
    if (isBreak(event)) {
      stopRunning(time);
      openJobs = new Map();
      inChannel = new Map();
    }
    switch (name) {
      case "switch":
        // The first switch tells who ran before it.
        if (running === undefined && executions.length === 0 && jobs.length === 0 && events[0] !== undefined) {
          running = { task: argument, from: events[0].time };
        }
        stopRunning(time);
        running = { task, from: time };
        starts(task, time);
        break;
      case "release": {
        const job: Open<Job> = {
          task,
          release: time,
          deadline: argument === 0 ? undefined : time + BigInt(argument),
          start: undefined,
          end: undefined,
          missed: false,
        };
        jobs.push(job);
        listOf(openJobs, task).push(job);
        if (running?.task === task) starts(task, time);
        break;
      }
      case "done": {
        const job = openJobs.get(task)?.shift();
        if (job !== undefined) job.end = time;
        // The next one may have been waiting, with the task running on.
        if (running?.task === task) starts(task, time);
        break;
      }
      case "stop":
        openJobs.delete(task);
        moments.push(event);
        break;
      case "miss": {
        const [job] = openJobs.get(task) ?? [];
        if (job !== undefined) job.missed = true;
        moments.push(event);
        break;
      }
      case "send":
        listOf(inChannel, argument).push({ from: task, sent: time });
        break;
      case "receive": {
        const sent = inChannel.get(argument)?.shift();
        if (sent !== undefined) messages.push({ channel: argument, to: task, received: time, ...sent });
        break;
      }
      case "sync":
        break;
      default:
        moments.push(event);
    }
  }
  const from = events[0]?.time ?? 0n;
  const to = events.at(-1)?.time ?? 0n;
  stopRunning(to);
  return { from, to, executions, jobs, messages, moments };
}

export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** Undefined of nothing. */
export function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  return { count: values.length, min, mean: sum / values.length, max };
}

export interface TaskReport {
  readonly task: number;
  readonly running_cycles: number;
  readonly releases: number;
  readonly misses: number;
  readonly overruns: number;
  /** In cycles, as all of these: from a release to the end of its job, */
  readonly response: Spread | undefined;
  /** to its first instruction, */
  readonly start: Spread | undefined;
  /** and to the next release. */
  readonly period: Spread | undefined;
}

export function taskReports({ executions, jobs, moments }: Analysis): TaskReport[] {
  const tasks = [
    ...new Set(
      [...executions, ...jobs, ...moments.filter(({ name }) => name === "miss" || name === "overrun")].map(
        ({ task }) => task,
      ),
    ),
  ].toSorted((a, b) => a - b);
  return tasks.map((task) => {
    const mine = jobs.filter((job) => job.task === task);
    const count = (name: TraceEvent["name"]): number =>
      moments.filter((moment) => moment.task === task && moment.name === name).length;
    const breaks = moments.filter(isBreak).map(({ time }) => time);
    return {
      task,
      running_cycles: executions.reduce((sum, one) => sum + (one.task === task ? Number(one.to - one.from) : 0), 0),
      releases: mine.length,
      misses: count("miss"),
      overruns: count("overrun"),
      response: spread(mine.flatMap(({ release, end }) => (end === undefined ? [] : [Number(end - release)]))),
      start: spread(mine.flatMap(({ release, start }) => (start === undefined ? [] : [Number(start - release)]))),
      period: spread(
        mine.slice(1).flatMap(({ release }, i) => {
          const before = mine[i]?.release ?? release;
          return breaks.some((time) => before <= time && time <= release) ? [] : [Number(release - before)];
        }),
      ),
    };
  });
}

export interface ChannelReport {
  readonly channel: number;
  readonly from: number;
  readonly to: number;
  /** From sending to receiving, in cycles. */
  readonly latency: Spread;
}

export function channelReports({ messages }: Analysis): ChannelReport[] {
  const groups = new Map<string, Message[]>();
  for (const message of messages) {
    listOf(groups, `${message.channel} ${message.from} ${message.to}`).push(message);
  }
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      const latency = spread(group.map(({ sent, received }) => Number(received - sent)));
      if (first === undefined || latency === undefined) return [];
      return [{ channel: first.channel, from: first.from, to: first.to, latency }];
    })
    .toSorted((a, b) => a.channel - b.channel || a.from - b.from || a.to - b.to);
}
