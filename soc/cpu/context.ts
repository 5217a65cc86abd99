// A task's context as the core exchanges it in one clock: all architectural state that belongs to a task, but for the
// general registers other than ESP, which lie in one of two banks (registers.ts).
import { array, input, output, type Bits, type Yields } from "#hdl-gen";
import { inputsOf, outputsOf } from "./shape.ts";

/** The segment registers, in the order in which a context holds them; the last two are LDTR and TR. */
export const contextSegments = ["es", "cs", "ss", "ds", "fs", "gs", "ldt", "tss"] as const;

/** A segment register with its hidden part, as segments.ts keeps it. */
export const segmentShape = {
  selector: 16,
  base: 32,
  limit: 32,
  usable: 1,
  readable: 1,
  writable: 1,
  expands_down: 1,
  big: 1,
  guard: 2,
} as const;

/** What there is beside the segments: `flags` is EFLAGS, `directory` CR3, `entry_stack` SYSENTER_ESP. */
export const stateShape = {
  eip: 32,
  esp: 32,
  flags: 32,
  cpl: 2,
  directory: 32,
  entry_stack: 32,
  task_of_386: 1,
} as const;

const contextIn = { ...inputsOf(stateShape), segments: array(contextSegments.length, inputsOf(segmentShape)) };
const contextOut = { ...outputsOf(stateShape), segments: array(contextSegments.length, outputsOf(segmentShape)) };

/** The core's end of a switch between two tasks. */
export const switchPort = {
  hold: input(1, "stop before the next instruction, or the next round of a repeated one"),
  anywhere: input(1, "also at CPL 0 with IF clear"),
  held: output(1, "stopped there: nothing is under way"),
  exchange: input(1, "only while held: state and bank become the others, and the core goes on there in the next clock"),
  incoming: contextIn,
  outgoing: contextOut,
  bank: {
    row: input(2, "two general registers of the bank not in use: 2 row below, 2 row + 1 above"),
    write: input(1),
    wdata: input(64),
    rdata: output(64, "in the same clock; ESP's half means nothing"),
  },
} as const;

const zero = { selector: 0, base: 0, limit: 0, usable: 0, readable: 0, writable: 0, expands_down: 0, big: 0, guard: 0 } as const;

/** What goes into the port of a core that keeps its context. */
export const noSwitch = {
  hold: 0,
  anywhere: 0,
  exchange: 0,
  incoming: {
    eip: 0,
    esp: 0,
    flags: 0,
    cpl: 0,
    directory: 0,
    entry_stack: 0,
    task_of_386: 0,
    segments: contextSegments.map(() => zero),
  },
  bank: { row: 0, write: 0, wdata: 0 },
} as const;

/** What comes out of that port, and a machine without contexts has no use for. */
export const leavesOfSwitch = (
  { held, outgoing: { segments, ...state }, bank }: Yields<typeof switchPort>,
): readonly [Bits, ...Bits[]] => [
  held, bank.rdata, ...Object.values(state), ...segments.flatMap((segment) => Object.values(segment)),
];
