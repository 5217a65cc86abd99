// From names and times to numbers and cycles. What a description means, once it has been checked that it means something.
import { capabilityTypes, type Right } from "../kernel/system-calls.ts";
import { ioMap, memoryMap, type Region as MappedRegion } from "../soc/memory-map.ts";
import { schedulerConfig } from "../soc/scheduler/shape.ts";
import {
  objectOf, programsOf, type Description, type Given, type RealTimeTask, type TaskDescription,
} from "./description.ts";
import { hardwareJobs } from "./hardware-jobs.ts";
import { limits, machineOf } from "./machine.ts";
import {
  laneHeader_bytes, type Capability, type Channel, type Interrupt, type Lane, type Lock, type Region, type System,
  type Task,
} from "./model.ts";
import type { Places } from "./places.ts";
import { blockingOf } from "./blocking.ts";
import { cyclesOf, type Rounding, type Time } from "./units.ts";

/** Of tasks whose WCET is "proven", as far as it is. */
export type Proven = Readonly<Record<string, number>>;

const defaults = { stack_bytes: 1024, words: 4, credit: 4 } as const;

/** What there is without any partition being described. */
export const onlyPartition = "all";

export function resolve(description: Description, places: Places, proven: Proven = {}): System {
  const machine = machineOf(description.machine);
  const cycles = (time: Time, rounding: Rounding): number => cyclesOf(time, machine.clock_hz, rounding);
  const partitions = Object.keys(description.partitions ?? { [onlyPartition]: {} });
  const described = Object.entries(description.tasks);
  const numbers = numbersOf(described, partitions);
  /** The idle task's is 0. */
  const numberOf = (name: string): number => numbers.get(name) ?? 0;
  const channelNames = Object.keys(description.channels ?? {});
  const regions = regionsOf(description);

  const indexOf = (given: Given): number => {
    const { kind, name } = objectOf(given);
    switch (kind) {
      case "process": return numberOf(name);
      case "channel": return channelNames.indexOf(name);
      case "partition": return partitions.indexOf(name);
      case "region": return regions.findIndex((region) => region.name === name);
      case "interrupt": return Object.keys(description.interrupts ?? {}).indexOf(name);
      case "lock": return Object.keys(description.locks ?? {}).indexOf(name);
      case "lane": return Object.keys(description.lanes ?? {}).indexOf(name);
      case "clock": case "log": return 0;
    }
  };

  const holders = (kind: string, name: string, right?: Right): { task: string; given: Given }[] =>
    described.flatMap(([task, { given }]) => Object.values(given ?? {})
      .filter((each) => objectOf(each).kind === kind && objectOf(each).name === name)
      .filter(({ rights }) => right === undefined || rights.some((each) => each === right))
      .map((each) => ({ task, given: each })));
  const holder = (kind: string, name: string, right: Right): number =>
    numberOf(holders(kind, name, right)[0]?.task ?? "");

  const channels = Object.entries(description.channels ?? {}).map(([name, channel]): Channel => ({
    name,
    words: channel.words ?? defaults.words,
    direct: channel.direct ?? false,
    guarded: channel.guarded ?? false,
    receiver: holder("channel", name, "receive"),
    senders: holders("channel", name, "send").map(({ task, given }) => {
      const own = "credit" in given ? given.credit : undefined;
      return { task: numberOf(task), credit: own ?? channel.credit ?? defaults.credit };
    }),
  }));

  const levels = levelsOf(described, (task) => deadlineOf(task, cycles));
  const tasks = described.map(([name, task]): Task => {
    const times = timesOf(name, task, cycles, proven);
    const capabilities = Object.entries(task.given ?? {}).map(([called, given]): Capability => {
      const { kind, name: object } = objectOf(given);
      return { name: called, kind, object, index: indexOf(given), rights: given.rights };
    });
    const tell = typeof task.onFault === "object" ? channelNames.indexOf(task.onFault.tell) : -1;
    return {
      name,
      programs: programsOf(task),
      number: numberOf(name),
      partition: partitions.indexOf(task.partition ?? partitions[0] ?? ""),
      policy: task.policy === "rms" ? "fixed" : task.policy,
      priority: task.policy === "background" ? task.priority ?? 0 : levels.priority.get(name) ?? 0,
      level: levels.level.get(name) ?? 0,
      ...times,
      blocking: 0,
      onOverrun: (isRealTime(task) ? task.onOverrun : undefined) ?? "stop job",
      onMiss: (isRealTime(task) ? task.onMiss : undefined) ?? "report",
      onFault: task.onFault === "restart" ? "restart" : typeof task.onFault === "object" ? "report" : "stop task",
      startsAtBoot: (task.starts ?? "at boot") === "at boot",
      admittedAtBoot: isRealTime(task) && task.starts !== "when admitted",
      whenAdmitted: isRealTime(task) && task.starts === "when admitted",
      ring: task.ring ?? 3,
      handler: tell < 0 ? undefined : { task: channels[tell]?.receiver ?? 0, channel: tell },
      capabilities,
      slots: capabilities.length + (task.spareSlots ?? 0),
      ports: (task.ports ?? []).map((port) => ({ first: ioMap[port].base, count: ioMap[port].size })),
      stack_bytes: task.stack ?? defaults.stack_bytes,
      colours: task.colours,
      canary: canaryOf(description.name, name),
    };
  });

  const locks = Object.entries(description.locks ?? {}).map(([name, { protocol }]): Lock => {
    const sections = holders("lock", name).map(({ task, given }) => (
      { task: numberOf(task), longest: "longest" in given ? cycles(given.longest, "up") : 0 }
    ));
    const users = tasks.filter(({ number }) => sections.some(({ task }) => task === number));
    return {
      name, protocol, sections,
      ceiling: Math.max(0, ...users.map(({ level }) => level)),
      partition: users[0]?.partition ?? 0,
    };
  });

  return {
    name: description.name,
    machine,
    tasks: tasks.map((task) => ({
      ...task,
      blocking: task.inHardware ? hardwareJobs.blocking_cycles : blockingOf(task, tasks, locks) + machine.overheads.kernel,
    })),
    partitions,
    windows: (description.frame ?? []).map(({ partitions: names, length }) => (
      { partitions: maskOf(names.map((name) => partitions.indexOf(name))), cycles: cycles(length, "nearest") }
    )),
    channels,
    regions,
    lanes: Object.entries(description.lanes ?? {}).map(([name, { slots, slotBytes, guarded = false }]): Lane => {
      const region = regions.findIndex((candidate) => candidate.kind === "lane" && candidate.name === name);
      const [from, to] = [holder("lane", name, "send"), holder("lane", name, "receive")];
      return { name, from, to, region, slots, slot_bytes: slotBytes, guarded };
    }),
    locks,
    interrupts: Object.entries(description.interrupts ?? {}).map(([name, interrupt]): Interrupt => {
      const channel = "channel" in interrupt.to ? channelNames.indexOf(interrupt.to.channel) : 0;
      return {
        name, line: interrupt.line,
        route: "channel" in interrupt.to ? "MESSAGE" : "RELEASE",
        channel,
        task: "channel" in interrupt.to ? channels[channel]?.receiver ?? 0 : numberOf(interrupt.to.release),
      };
    }),
    trace: description.trace ?? [],
    places,
  };
}

const isInHardware = (task: TaskDescription): boolean => isRealTime(task) && task.scheduled === "by hardware";

export const isRealTime = (task: TaskDescription): task is RealTimeTask => task.policy !== "background";

/** The kinds in the order of the kernel's `enum system_object`, which begins with none. */
export const objectCode = (kind: Capability["kind"]): number => capabilityTypes.indexOf(kind) + 1;

/**
 * Partition p has the numbers from 32 p on; number 0 is the kernel's. Of those that hardware schedules, as few as possible
 * are in each group of eight, of which the scheduler looks at one task's release at a time: they are dealt over the groups.
 * All others follow one another.
 */
function numbersOf(described: readonly [string, TaskDescription][], partitions: readonly string[]): Map<string, number> {
  const { tasksOfPartition } = limits;
  const groups = schedulerConfig.dueGroups / schedulerConfig.partitions;
  const inGroup = tasksOfPartition / groups;
  const places = Array.from({ length: tasksOfPartition }, (_, place) =>
    (place % groups) * inGroup + Math.floor(place / groups));
  const numbers = new Map<string, number>();
  for (const [partition, name] of partitions.entries()) {
    const members = described.filter(([, task]) => (task.partition ?? partitions[0]) === name);
    const dealt = places.map((place) => partition * tasksOfPartition + place).filter((number) => number !== 0);
    const inHardware = members.filter(([, task]) => isInHardware(task));
    const others = members.filter(([, task]) => !isInHardware(task));
    const left = dealt.slice(inHardware.length).toSorted((a, b) => a - b);
    for (const [index, [task]] of inHardware.entries()) numbers.set(task, dealt[index] ?? 0);
    for (const [index, [task]] of others.entries()) numbers.set(task, left[index] ?? 0);
  }
  return numbers;
}

interface Levels {
  readonly level: ReadonlyMap<string, number>;
  readonly priority: ReadonlyMap<string, number>;
}

/**
 * Preemption levels. Who may preempt has the higher one: EDF tasks all of fixed priority, and of their own kind those
 * with longer deadlines; of fixed priority each the next. EDF tasks of equal deadlines share a level.
 */
function levelsOf(
  described: readonly [string, TaskDescription][], deadline: (task: RealTimeTask) => number,
): Levels {
  const of = (policy: "edf" | "rms"): { name: string; deadline: number }[] => described
    .flatMap(([name, task]) => (isRealTime(task) && task.policy === policy ? [{ name, deadline: deadline(task) }] : []))
    .toSorted((a, b) => a.deadline - b.deadline);
  const fixed = of("rms");
  const level = new Map(fixed.map(({ name }, index) => [name, fixed.length - index]));
  const deadlines = [...new Set(of("edf").map((task) => task.deadline))].toSorted((a, b) => b - a);
  for (const task of of("edf")) level.set(task.name, fixed.length + 1 + deadlines.indexOf(task.deadline));
  return { level, priority: new Map(fixed.map(({ name }, index) => [name, index])) };
}

type Cycles = (time: Time, rounding: Rounding) => number;

/** Never promises more than was written: a deadline that is no whole number of cycles is the one before. */
const deadlineOf = (task: RealTimeTask, cycles: Cycles): number =>
  task.deadline === undefined ? cycles(task.period, "nearest") : cycles(task.deadline, "down");

type Times = Pick<Task, "period" | "deadline" | "offset" | "wcet" | "budget" | "inHardware" | "sporadic" | "collects">;

function timesOf(name: string, task: TaskDescription, cycles: Cycles, proven: Proven): Times {
  if (!isRealTime(task)) {
    return {
      period: 0, deadline: 0, offset: 0, wcet: 0, budget: undefined, inHardware: false, sporadic: false, collects: false,
    };
  }
  const wcet = task.wcet === "proven" ? proven[name] : cycles(task.wcet, "up");
  return {
    period: cycles(task.period, "nearest"),
    deadline: deadlineOf(task, cycles),
    offset: cycles(task.offset ?? 0, "nearest"),
    wcet,
    budget: task.budget === undefined ? wcet : cycles(task.budget, "nearest"),
    inHardware: isInHardware(task),
    sporadic: task.released === "sporadic",
    collects: task.collects ?? false,
  };
}

function regionsOf({ regions, lanes }: Description): Region[] {
  const devices: Readonly<Record<string, MappedRegion>> = memoryMap;
  return [
    ...Object.entries(regions ?? {}).map(([name, region]): Region => {
      if ("device" in region) {
        const device = devices[region.device];
        return { name, kind: "device", bytes: device?.size ?? 0, at: device?.base, colours: undefined };
      }
      if ("memory" in region) {
        const { base, size } = memoryMap[region.memory];
        return { name, kind: "memory", bytes: size, at: base, colours: undefined };
      }
      return { name, kind: "shared", bytes: region.bytes, at: region.at, colours: region.colours };
    }),
    ...Object.entries(lanes ?? {}).map(([name, { slots, slotBytes }]): Region => (
      { name, kind: "lane", bytes: laneHeader_bytes + slots * slotBytes, at: undefined, colours: undefined }
    )),
  ];
}

const maskOf = (bits: readonly number[]): number => bits.reduce((mask, bit) => mask | (1 << bit), 0);

/** Known to nobody who has not seen the description, and the same in every build of it (FNV-1a); never 0. */
function canaryOf(system: string, task: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${system}/${task}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash === 0 ? 1 : hash;
}
