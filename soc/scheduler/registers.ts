// The scheduler's registers: a page for the kernel, and one that a task may be given itself.
import { bit, bits, peripheral } from "../registers.ts";
import { operations } from "./operation.ts";
import { actions, modes } from "./row.ts";
import { policies, schedulerConfig } from "./shape.ts";

const { horizonBits, deadlineBits, budgetBits, partitions, windows, pendingBits } = schedulerConfig;

const numbered = <const N extends string>(names: readonly N[]): Readonly<Record<Uppercase<N>, number>> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same names, in capitals
  Object.fromEntries(names.map((name, code) => [name.toUpperCase(), code])) as Record<Uppercase<N>, number>;

const word = (doc: string) => ({ VALUE: bits(31, 0, doc) });
const upper = (width: number, doc: string) => ({ VALUE: bits(width - 33, 0, doc) });

/** What the kernel is told of, in the order of their codes. */
export const reports = ["miss", "overrun", "early", "dropped", "alarm"] as const;
export type Report = (typeof reports)[number];

const eventFields = {
  VALID: bit(31, "there is one; the other fields mean something"),
  KIND: bits(10, 8, "what has happened", numbered(reports)),
  TASK: bits(7, 0, "to whom; 0 for the alarm"),
};

export const scheduler = peripheral({
  name: "scheduler",
  doc: "Scheduler: 256 tasks by deadline or priority, releases, budgets, deadlines, partitions. For the kernel.",
  manual: "docs/scheduler.md",
  source: "soc/scheduler/registers.ts",
  width: 32,
  registers: {
    TASK: { offset: 0x000, access: "rw", doc: "whom a command is for", fields: { NUMBER: bits(7, 0, "task") } },
    TRAITS: {
      offset: 0x004, access: "wo", doc: "for SETUP: how a task is scheduled",
      fields: {
        POLICY: bits(1, 0, "what comes first", numbered(policies)),
        SPORADIC: bit(2, "released by wake-ups, PERIOD apart at least; else every PERIOD"),
        COLLECTS: bit(3, "of the releases that have to wait only one is kept"),
        REPORT_EARLY: bit(4, "a release that comes before its time is an event"),
        ON_OVERRUN: bits(6, 5, "when its budget is used up", numbered(actions)),
        ON_MISS: bits(8, 7, "when its deadline passes", numbered(actions)),
        PRIORITY: bits(23, 16, "among tasks of its policy, 0 the first; for all policies but EDF"),
        LEVEL: bits(31, 24, "preemption level, compared with the ceiling"),
      },
    },
    PERIOD_LOW: {
      offset: 0x008, access: "wo", doc: "for SETUP: cycles between releases; 0: released once",
      fields: word("bits 31:0"),
    },
    PERIOD_HIGH: { offset: 0x00c, access: "wo", doc: "its upper bits", fields: upper(horizonBits, "bits 39:32") },
    DEADLINE_LOW: {
      offset: 0x010, access: "wo", doc: "for SETUP: cycles from release to deadline; 0: none. Periodic: at most PERIOD",
      fields: word("bits 31:0"),
    },
    DEADLINE_HIGH: { offset: 0x014, access: "wo", doc: "its upper bits", fields: upper(horizonBits, "bits 39:32") },
    BUDGET_LOW: {
      offset: 0x018, access: "wo", doc: "for SETUP: cycles that a job may run; all ones: any number",
      fields: word("bits 31:0"),
    },
    BUDGET_HIGH: { offset: 0x01c, access: "wo", doc: "its upper bits", fields: upper(budgetBits, "bits 35:32") },
    TIME_LOW: {
      offset: 0x020, access: "wo", doc: "for START, INHERIT, ALARM and FRAME: a time, or for INHERIT a priority",
      fields: word("bits 31:0"),
    },
    TIME_HIGH: { offset: 0x024, access: "wo", doc: "its upper bits", fields: upper(deadlineBits, "bits 55:32") },
    COMMAND: {
      offset: 0x028, access: "wo", doc: "does something to TASK, and has done so before the next access",
      fields: {
        OPERATION: bits(3, 0, "what; LOOK, OVERRUN and DISPATCH are the hardware's own and do nothing here", numbered(operations)),
        POLICY: bits(9, 8, "for INHERIT: what TIME is", numbered(policies)),
      },
    },
    STATUS: {
      offset: 0x02c, access: "ro", doc: "of the whole scheduler",
      fields: {
        READY: bit(31, "all tasks have been stopped after reset; until then commands are lost"),
        BUSY: bit(30, "a command is on its way; after READ: the RESULTs are not there yet"),
        FRAME: bit(29, "a frame has been written and does not run yet"),
        WINDOW: bits(19, 16, "the window that runs"),
        MAY_RUN: bits(15, 8, "a bit for each partition, as the window has it"),
        EVENTS: bits(5, 0, "events that wait"),
      },
    },
    RESULT: {
      offset: 0x030, access: "ro", doc: "after READ: what has become of the task",
      fields: {
        MODE: bits(2, 0, "what it is doing", numbered(modes)),
        MISSED: bit(3, "its deadline has passed"),
        ARMED: bit(4, "RELEASE is still to come"),
        FRESH: bit(5, "its job has not run yet"),
        PENDING: bits(8 + pendingBits - 1, 8, "releases that wait"),
        POLICY: bits(17, 16, "of its urgency", numbered(policies)),
      },
    },
    RELEASE_LOW: {
      offset: 0x034, access: "ro", doc: "after READ: its next release, or when that may come",
      fields: word("bits 31:0"),
    },
    RELEASE_HIGH: { offset: 0x038, access: "ro", doc: "more of it", fields: upper(horizonBits + 1, "bits 40:32") },
    URGENCY_LOW: {
      offset: 0x03c, access: "ro", doc: "after READ: its deadline or priority, with what it inherited",
      fields: word("bits 31:0"),
    },
    URGENCY_HIGH: { offset: 0x040, access: "ro", doc: "its upper bits", fields: upper(deadlineBits, "bits 55:32") },
    EVENT: { offset: 0x044, access: "ro", doc: "the oldest event", fields: eventFields },
    EVENT_TIME: { offset: 0x048, access: "ro", doc: "when it happened", fields: word("bits 31:0 of the clock") },
    EVENT_TAKE: { offset: 0x04c, access: "wo", doc: "any write makes room for the next event", fields: {} },
    LOST: {
      offset: 0x050, access: "rw", doc: "events that found no room; any write makes it 0",
      fields: { COUNT: bits(7, 0, "255: at least so many") },
    },
    INTERRUPT: {
      offset: 0x054, access: "rw", doc: "the interrupt line", fields: { ENABLE: bit(0, "high while there is an event") },
    },
    ALARM: {
      offset: 0x058, access: "rw", doc: "an event at a time",
      fields: { ARMED: bit(0, "written as 1: when the clock reaches TIME; reads as 1 until then") },
    },
    NOW_LOW: {
      offset: 0x05c, access: "ro", doc: "the clock; reading this keeps the rest for NOW_HIGH",
      fields: word("bits 31:0"),
    },
    NOW_HIGH: { offset: 0x060, access: "ro", doc: "when NOW_LOW was read", fields: word("bits 63:32") },
    CHOICE: {
      offset: 0x064, access: "ro", doc: "what the dispatcher is told",
      fields: {
        VALID: bit(31, "some task is ready and may run"),
        SETTLED: bit(30, "nothing under way takes that back"),
        TASK: bits(7, 0, "who shall run"),
      },
    },
    RUNNING: {
      offset: 0x068, access: "ro", doc: "whose cycles are counted",
      fields: {
        WAITS: bit(31, "it has no job, or its job is blocked"),
        TASK: bits(7, 0, "task"),
      },
    },
    PARTITIONS: {
      offset: 0x06c, access: "wo", doc: "for WINDOW: who may run", fields: { MASK: bits(partitions - 1, 0, "bit p: tasks 32 p to 32 p + 31") },
    },
    FRAME: {
      offset: 0x070, access: "wo", doc: "a new frame, at the end of the one that runs; all partitions may run without one",
      fields: {
        LAST: bits(3, 0, "number of its last window"),
        RUN: bit(8, "0: no frame"),
        TIMED: bit(9, "if none runs, begin at TIME; else at once"),
      },
    },
    CEILING: {
      offset: 0x080, access: "rw", count: partitions, stride: 4, doc: "of partition n, that of the holder",
      fields: {
        RAISED: bit(31, "the holder is in a critical section; falls if it stops being ready"),
        HOLDER: bits(15, 8, "task"),
        LEVEL: bits(7, 0, "preemption levels up to this one leave the CPU to the holder"),
      },
    },
    WINDOW: {
      offset: 0x0c0, access: "wo", count: windows, stride: 4, doc: "window n of the frame to be: PARTITIONS, and so long",
      fields: word("cycles, at least 1"),
    },
  },
});

export const taskScheduler = peripheral({
  name: "task_scheduler",
  doc: "What a task may ask of the scheduler itself. Everything acts on the running task.",
  manual: "docs/scheduler.md",
  source: "soc/scheduler/registers.ts",
  width: 32,
  registers: {
    FINISH: {
      offset: 0x000, access: "wo", doc: "any write ends the job: the task waits for its next release",
      fields: {},
    },
    BLOCK: { offset: 0x004, access: "wo", doc: "any write lets the job wait until the task is woken", fields: {} },
    STATE: {
      offset: 0x008, access: "ro", doc: "who runs",
      fields: {
        WAITS: bit(31, "the task's FINISH or BLOCK holds, and another is about to run"),
        TASK: bits(7, 0, "the running task's number"),
      },
    },
    NOW_LOW: {
      offset: 0x00c, access: "ro", doc: "the clock; reading this keeps the rest for NOW_HIGH",
      fields: word("bits 31:0"),
    },
    NOW_HIGH: { offset: 0x010, access: "ro", doc: "when NOW_LOW was read", fields: word("bits 63:32") },
    BUDGET_LOW: { offset: 0x014, access: "ro", doc: "cycles left to the job", fields: word("bits 31:0") },
    BUDGET_HIGH: { offset: 0x018, access: "ro", doc: "their upper bits", fields: upper(budgetBits, "bits 35:32") },
    URGENCY_LOW: { offset: 0x01c, access: "ro", doc: "deadline or priority", fields: word("bits 31:0") },
    URGENCY_HIGH: { offset: 0x020, access: "ro", doc: "its upper bits", fields: upper(deadlineBits, "bits 55:32") },
  },
});
