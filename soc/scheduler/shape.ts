// How large a scheduler is, and what follows from it.
//
// Time. `now` counts cycles from reset and has 64 bits. Urgencies keep `deadlineBits` of an absolute time and are
// compared as plain numbers: with 56 bits that is right for 45 years at 50 MHz. Everything that lies ahead (the next
// release, the deadline to watch) is at most `horizonMax` cycles away, so it is kept with one bit more than that and
// compared around the circle: no time of the machine's life differs from another.
import { indexWidth } from "#hdl-gen";

export interface SchedulerConfig {
  /** A power of two. Partition p is the p-th part of the task numbers. */
  readonly tasks: number;
  readonly partitions: number;
  /** Tasks whose next event is kept as one: of these, a due one is found anew only after the one before is dealt with. */
  readonly dueGroups: number;
  readonly deadlineBits: number;
  /** Of periods and relative deadlines. */
  readonly horizonBits: number;
  readonly budgetBits: number;
  readonly priorityBits: number;
  readonly levelBits: number;
  /** Of the count of releases that wait for a job to end. */
  readonly pendingBits: number;
  /** Windows in a major frame. */
  readonly windows: number;
  /** Of a window's length. */
  readonly windowBits: number;
  /** Events that may wait for the kernel. */
  readonly events: number;
}

export const schedulerConfig: SchedulerConfig = {
  tasks: 256, partitions: 8, dueGroups: 32, deadlineBits: 56, horizonBits: 40, budgetBits: 36, priorityBits: 8,
  levelBits: 8, pendingBits: 3, windows: 16, windowBits: 32, events: 32,
};

/** Bits of `now`. */
export const timeBits = 64;

/** Who goes first: these in order, and within each the smaller value; at equal values, the smaller task number. */
export const policies = ["urgent", "edf", "fixed", "background"] as const;
export type Policy = (typeof policies)[number];
export const policyBits = 2;

/** The bits that things take, and how deep the trees are. */
export interface Widths {
  readonly task: number;
  readonly partition: number;
  readonly dueGroup: number;
  /** A time ahead, and one bit to tell it from a time past. */
  readonly due: number;
  readonly deadline: number;
  /** Policy above deadline or priority. */
  readonly urgency: number;
}

export function widthsOf(config: SchedulerConfig): Widths {
  const exact = (name: "tasks" | "partitions" | "dueGroups"): number => {
    const width = indexWidth(config[name]);
    if (config[name] !== 2 ** width) throw new Error(`the number of ${name} must be a power of two, 2 or more`);
    return width;
  };
  const [task, partition, dueGroup] = [exact("tasks"), exact("partitions"), exact("dueGroups")];
  if (!(partition <= dueGroup && dueGroup < task)) {
    throw new Error("a scheduler has at least as many due groups as partitions, and more tasks than due groups");
  }
  if (config.deadlineBits < config.horizonBits + 2) throw new Error("deadlines need more bits than the horizon");
  return {
    task, partition, dueGroup,
    due: config.horizonBits + 1,
    deadline: config.deadlineBits,
    urgency: policyBits + config.deadlineBits,
  };
}

/** Cycles from an operation's acceptance to the choice that follows from it. */
export const decision_cycles = ({ tasks, dueGroups }: SchedulerConfig): number =>
  rowStages + (indexWidth(tasks) - indexWidth(dueGroups)) + upperStages + finalStages;
/** The operation reads its row; from the row it is prepared, then concluded. */
const rowStages = 3;
/** All levels between due groups and partitions. */
const upperStages = 1;
/** From the partitions' first to the first of all. */
const finalStages = 2;

/** Cycles after which a due group can have its next due task dealt with. */
export const dueAgain_cycles = ({ tasks, dueGroups }: SchedulerConfig): number =>
  rowStages + (indexWidth(tasks) - indexWidth(dueGroups)) + 1;

/** The dispatcher lets at least so many cycles pass between two switches. */
export const dispatchInterval_cycles = 12;

/** The longest period and relative deadline; the rest of the horizon is for those that are dealt with late. */
export const horizonMax = ({ horizonBits }: SchedulerConfig): number => 2 ** horizonBits - 2 ** 10;
