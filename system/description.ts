// What a system is made of, as it is written down: plain data, every name a key. `defineSystem` (define.ts) checks it.
import { capabilityTypes, type CapabilityType, type Right } from "../kernel/system-calls.ts";
import type { ioMap } from "../soc/memory-map.ts";
import type { EventName } from "../soc/trace/events.ts";
import type { RightOf } from "./rights.ts";
import type { Time } from "./units.ts";

/** What a program is written against: under each name, an operation of the header that it includes. */
export type Needs = Readonly<Record<string, Need>>;
export type Need = {
  readonly [T in CapabilityType]: { readonly [K in T]: readonly RightOf<T>[] } &
    { readonly [K in Exclude<CapabilityType, T>]?: never };
}[CapabilityType];

/** C sources that become a task. `defineProgram` keeps its type, so that what it needs is known. */
export interface Program {
  /** The function `<name>_main` is its beginning. */
  readonly name: string;
  /** From the repository's root. */
  readonly sources: readonly string[];
  readonly includeDirs?: readonly string[];
  readonly needs: Needs;
}

/** What is given to a task under a name: an object, and what it may do with it. */
export type Given =
  | { readonly channel: string; readonly rights: readonly RightOf<"channel">[]; readonly credit?: number }
  | { readonly region: string; readonly rights: readonly RightOf<"region">[] }
  | { readonly interrupt: string; readonly rights: readonly RightOf<"interrupt">[] }
  | { readonly process: string; readonly rights: readonly RightOf<"process">[] }
  | { readonly partition: string; readonly rights: readonly RightOf<"partition">[] }
  | { readonly clock: "clock"; readonly rights: readonly RightOf<"clock">[] }
  | { readonly log: "log"; readonly rights: readonly RightOf<"log">[] }
  /** `longest`: of the sections in which the task holds the lock, what is nested in them included. */
  | { readonly lock: string; readonly rights: readonly RightOf<"lock">[]; readonly longest: Time }
  | { readonly lane: string; readonly rights: readonly RightOf<"lane">[] };

/** What becomes of a task that goes wrong. */
export type Action = "report" | "stop job" | "stop task" | "restart";

interface AnyTask {
  /** Several: which one it is, is said when the task is made, at run time. */
  readonly program: Program | readonly Program[];
  /** Absent: the first partition. */
  readonly partition?: string;
  readonly given?: Readonly<Record<string, Given>>;
  /** Bytes; absent: 1024. */
  readonly stack?: number;
  /** Slots for capabilities that come at run time. */
  readonly spareSlots?: number;
  /** I/O ports that it uses itself. */
  readonly ports?: readonly (keyof typeof ioMap)[];
  /** Absent: the task is stopped. A channel: its receiver is told, and decides. */
  readonly onFault?: "stop" | "restart" | { readonly tell: string };
  /** Absent: it begins when the system does. When admitted: its deadlines are not looked at until somebody asks for it. */
  readonly starts?: "at boot" | "on request" | "when admitted";
  /** 1: trusted with what is guarded, which it then reaches itself, without the fast IPC layer. Absent: 3. */
  readonly ring?: 1 | 3;
  /** Of the cache, for its memory; absent: any. */
  readonly colours?: readonly number[];
}

/** A task whose deadlines are kept. */
export interface RealTimeTask extends AnyTask {
  /** Earliest deadline first; or fixed priorities by deadline, which are rate monotonic ones where D = T. */
  readonly policy: "edf" | "rms";
  /** From one release to the next; of a sporadic task, at least. */
  readonly period: Time;
  /** From the release; absent: the period. */
  readonly deadline?: Time;
  /** Of the first release from the start; absent: 0. */
  readonly offset?: Time;
  /** Absent: by the kernel. By hardware: released to the cycle, before all others, without calls (hardware-jobs.ts). */
  readonly scheduled?: "by the kernel" | "by hardware";
  /** Absent: by the clock. Sporadic: by a message, an interrupt or another task. */
  readonly released?: "periodic" | "sporadic";
  /** Of a sporadic task's releases that have to wait, only one is kept. */
  readonly collects?: boolean;
  /** The longest that a job takes. "proven": what wcet/ finds for `<program>_job` of the linked program. */
  readonly wcet: Time | "proven";
  /** What a job gets; absent: its WCET. */
  readonly budget?: Time;
  /** Absent: the job is stopped. */
  readonly onOverrun?: Action;
  /** Absent: it is reported. */
  readonly onMiss?: Action;
}

/** A task that runs when no task with deadlines wants to. */
export interface BackgroundTask extends AnyTask {
  readonly policy: "background";
  /** Among those of the background, 0 to 255, the smaller the sooner; absent: 0. Equals take turns. */
  readonly priority?: number;
}

export type TaskDescription = RealTimeTask | BackgroundTask;

export interface ChannelDescription {
  /** Words of a message, 1 to 4; absent: 4. */
  readonly words?: number;
  /** Messages of one sender that may wait in it, unless the sender's capability says otherwise; absent: 4. */
  readonly credit?: number;
  /** Through the mailbox, without the kernel: sending never enters it, and the receiver looks for messages itself. */
  readonly direct?: boolean;
  /** Of a direct one: tasks reach it by the fast IPC layer, unless they are trusted. */
  readonly guarded?: boolean;
}

/** Memory that tasks share; a device's registers; or all of a memory, whatever lies there, to be read only. */
export type RegionDescription =
  | { readonly bytes: number; readonly at?: number; readonly colours?: readonly number[] }
  | { readonly device: string }
  | { readonly memory: "ram" | "bootRom" };

/** A ring in memory from one task to another: `slots` of `slotBytes`, both powers of two. */
export interface LaneDescription {
  readonly slots: number;
  readonly slotBytes: number;
  /** Tasks reach it by the fast IPC layer, unless they are trusted: none can damage the ring. Its slots are 16 bytes. */
  readonly guarded?: boolean;
}

export interface InterruptDescription {
  readonly line: number;
  /** Where it leads: a message into a channel, or a release of a task. */
  readonly to: { readonly channel: string } | { readonly release: string };
}

export interface LockDescription {
  readonly protocol: "ceiling" | "inheritance";
  /** Absent: found out. Present: compared with what is found out. */
  readonly ceiling?: string;
}

export interface PartitionDescription {
  readonly doc?: string;
}

export interface WindowDescription {
  readonly partitions: readonly string[];
  readonly length: Time;
}

export interface CacheGeometry {
  readonly bytes: number;
  readonly ways: number;
}

/** What the system costs besides its tasks, in cycles; from the bounds that wcet/ proves, or measured. */
export interface Overheads {
  /** Of a release; 0 where hardware releases. */
  readonly release: number;
  /** From one task to another; a job pays two. */
  readonly switch: number;
  /** Entering the kernel and leaving it. */
  readonly call: number;
  readonly interrupt: number;
  /** The longest that the kernel cannot be interrupted. */
  readonly kernel: number;
}

export interface MachineDescription {
  /** Of programs' `CLOCK_HZ` too; without it the simulator's. */
  readonly clock_hz?: number;
  readonly ram_bytes?: number;
  /** Of a region's beginning and end: 32 with the MPU, 4096 with pages. */
  readonly regionAlignment?: number;
  /** Regions that a task can have. */
  readonly regionsMax?: number;
  readonly cache?: CacheGeometry;
  readonly overheads?: Overheads;
}

export interface Description {
  readonly name: string;
  readonly machine?: MachineDescription;
  readonly partitions?: Readonly<Record<string, PartitionDescription>>;
  /** The windows of the major frame, in order; absent: all partitions may run at any time. */
  readonly frame?: readonly WindowDescription[];
  readonly regions?: Readonly<Record<string, RegionDescription>>;
  readonly channels?: Readonly<Record<string, ChannelDescription>>;
  readonly lanes?: Readonly<Record<string, LaneDescription>>;
  readonly interrupts?: Readonly<Record<string, InterruptDescription>>;
  readonly locks?: Readonly<Record<string, LockDescription>>;
  readonly tasks: Readonly<Record<string, TaskDescription>>;
  /** Events that the trace unit records from the boot on; absent: it is off, and costs nothing on the line. */
  readonly trace?: readonly TracedKind[];
}

/** What the trace unit says of its own accord is not chosen. */
export type TracedKind = Exclude<EventName, "lost" | "sync">;

/** The kind of object that is given, and its name. */
export function objectOf(given: Given): { readonly kind: CapabilityType; readonly name: string } {
  if ("channel" in given) return { kind: "channel", name: given.channel };
  if ("region" in given) return { kind: "region", name: given.region };
  if ("interrupt" in given) return { kind: "interrupt", name: given.interrupt };
  if ("process" in given) return { kind: "process", name: given.process };
  if ("partition" in given) return { kind: "partition", name: given.partition };
  if ("clock" in given) return { kind: "clock", name: given.clock };
  if ("log" in given) return { kind: "log", name: given.log };
  if ("lock" in given) return { kind: "lock", name: given.lock };
  return { kind: "lane", name: given.lane };
}

/** The kind of object that a program needs, and what it does with it. */
export function needOf(need: Need): { readonly kind: CapabilityType; readonly rights: readonly Right[] } {
  for (const kind of capabilityTypes) {
    const rights: readonly Right[] | undefined = need[kind];
    if (rights !== undefined) return { kind, rights };
  }
  throw new Error("a need without an object");
}

export const programsOf = ({ program }: TaskDescription): readonly Program[] =>
  "name" in program ? [program] : program;
