// What the machine allows, and what is meant where a description does not say.
import { clock_hz } from "../soc/clock.ts";
import { creditMax, mailboxConfig, messageWords } from "../soc/mailbox/shape.ts";
import { interruptLineCount, memoryMap } from "../soc/memory-map.ts";
import { horizonMax, schedulerConfig } from "../soc/scheduler/shape.ts";
import type { MachineDescription, Overheads } from "./description.ts";

export const limits = {
  tasks: schedulerConfig.tasks,
  partitions: schedulerConfig.partitions,
  tasksOfPartition: schedulerConfig.tasks / schedulerConfig.partitions,
  windows: schedulerConfig.windows,
  window_cycles: 2 ** schedulerConfig.windowBits - 1,
  period_cycles: horizonMax(schedulerConfig),
  /** The kernel keeps what is left of a budget in a signed word. */
  budget_cycles: 2 ** 31 - 1,
  channels: mailboxConfig.channels,
  slotsOfChannel: mailboxConfig.slots,
  credit: creditMax(mailboxConfig),
  messageWords,
  interruptLines: interruptLineCount,
} as const;

/** The kernel's own: number 0, which runs when nobody else wants to. It can be looked at. */
export const idleTask = "idle";

/** A page of memory, of which caches see one colour. */
export const pageBytes = 4096;

/** Bytes between which two processors, or a processor and a device, do not disturb each other. */
export const cacheLineBytes = 64;

export interface Machine {
  readonly clock_hz: number;
  readonly ram_bytes: number;
  readonly regionAlignment: number;
  readonly regionsMax: number;
  /** Groups of pages that share no line of the cache; 1: no cache, or one that tells no pages apart. */
  readonly colours: number;
  readonly overheads: Overheads;
}

/** Nothing costs anything: for whoever only wants to see how a description works out. */
const noOverheads: Overheads = { release: 0, switch: 0, call: 0, interrupt: 0, kernel: 0 };

export function machineOf(description: MachineDescription | undefined): Machine {
  const { cache, ...given } = description ?? {};
  const colours = cache === undefined ? 1 : Math.max(1, cache.bytes / (cache.ways * pageBytes));
  return {
    clock_hz, ram_bytes: memoryMap.ram.size, regionAlignment: 32, regionsMax: 12, overheads: noOverheads, ...given,
    colours,
  };
}
