// A system as it will be: numbers instead of names, cycles instead of times. Made by resolve.ts, read by the checks and
// by everything that generates something.
import type { CapabilityType, Right } from "../kernel/system-calls.ts";
import type { Policy as HardwarePolicy } from "../soc/scheduler/shape.ts";
import type { EventName } from "../soc/trace/events.ts";
import type { Action, Program } from "./description.ts";
import type { Machine } from "./machine.ts";
import type { Places } from "./places.ts";

export interface Capability {
  /** What the program calls it. */
  readonly name: string;
  readonly kind: CapabilityType;
  readonly object: string;
  /** In the table of that kind; of a process, its task number. */
  readonly index: number;
  readonly rights: readonly Right[];
}

export interface Task {
  readonly name: string;
  readonly programs: readonly Program[];
  readonly number: number;
  readonly partition: number;
  readonly policy: Exclude<HardwarePolicy, "urgent">;
  /** Of policy fixed: 0 the first. */
  readonly priority: number;
  /** Preemption level; 0: background. */
  readonly level: number;
  readonly period: number;
  readonly deadline: number;
  readonly offset: number;
  /** Absent: not proven yet. 0: background, where none is asked for. */
  readonly wcet: number | undefined;
  /** Absent: no limit, or as much as the WCET that is not proven yet. */
  readonly budget: number | undefined;
  /** Longest that a task of a lower level keeps it waiting. */
  readonly blocking: number;
  /** Released and dispatched by hardware. */
  readonly inHardware: boolean;
  readonly sporadic: boolean;
  readonly collects: boolean;
  readonly onOverrun: Action;
  readonly onMiss: Action;
  readonly onFault: Action;
  readonly startsAtBoot: boolean;
  /** Its deadlines are among those that are kept from the start. */
  readonly admittedAtBoot: boolean;
  readonly whenAdmitted: boolean;
  readonly ring: 1 | 3;
  /** Who is told of its faults, by which channel. */
  readonly handler: { readonly task: number; readonly channel: number } | undefined;
  readonly capabilities: readonly Capability[];
  readonly slots: number;
  readonly ports: readonly { readonly first: number; readonly count: number }[];
  readonly stack_bytes: number;
  readonly colours: readonly number[] | undefined;
  readonly canary: number;
}

export interface Channel {
  readonly name: string;
  readonly words: number;
  readonly direct: boolean;
  readonly guarded: boolean;
  readonly receiver: number;
  readonly senders: readonly { readonly task: number; readonly credit: number }[];
}

/** Shared memory, a lane's memory, or what is there anyway. Where it is, is known of this, or if the description says so. */
export interface Region {
  readonly name: string;
  readonly kind: "shared" | "lane" | "device" | "memory";
  readonly bytes: number;
  readonly at: number | undefined;
  readonly colours: readonly number[] | undefined;
}

export interface Lane {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** In `regions`. */
  readonly region: number;
  readonly slots: number;
  readonly slot_bytes: number;
  readonly guarded: boolean;
}

export interface Section {
  readonly task: number;
  readonly longest: number;
}

export interface Lock {
  readonly name: string;
  readonly protocol: "ceiling" | "inheritance";
  readonly ceiling: number;
  readonly partition: number;
  readonly sections: readonly Section[];
}

export interface Interrupt {
  readonly name: string;
  readonly line: number;
  readonly route: "MESSAGE" | "RELEASE";
  readonly task: number;
  readonly channel: number;
}

export interface Window {
  /** A bit for each partition. */
  readonly partitions: number;
  readonly cycles: number;
}

export interface System {
  readonly name: string;
  readonly machine: Machine;
  /** In the order in which they are described, in which they begin. */
  readonly tasks: readonly Task[];
  readonly partitions: readonly string[];
  readonly windows: readonly Window[];
  readonly channels: readonly Channel[];
  readonly regions: readonly Region[];
  readonly lanes: readonly Lane[];
  readonly locks: readonly Lock[];
  readonly interrupts: readonly Interrupt[];
  /** Kinds of events that the trace unit records. */
  readonly trace: readonly EventName[];
  readonly places: Places;
}

export const laneHeader_bytes = 128;

export function taskNamed(system: System, name: string): Task {
  const task = system.tasks.find((candidate) => candidate.name === name);
  if (task === undefined) throw new Error(`there is no task ${name}`);
  return task;
}

/** A name as it is in C. */
export const inC = (name: string): string => name.replaceAll("-", "_");
