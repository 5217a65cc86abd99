// How large an MPU is, and what a region's word consists of.
import { indexWidth } from "#hdl-gen";

/** Bytes of the smallest region, and what every region is a multiple of. */
export const granule_bytes = 32;
export const granuleOffsetBits = Math.log2(granule_bytes);

export interface MpuConfig {
  readonly tasks: number;
  /** Regions of each task; an even number, for a task has two rows of them. */
  readonly own: number;
  /** Regions that all tasks have besides. */
  readonly common: number;
  /** Bits of a granule's number. Addresses have 5 more; a proof gets by with fewer. */
  readonly granuleBits: number;
}

export const mpuConfig: MpuConfig = { tasks: 256, own: 12, common: 4, granuleBits: 32 - granuleOffsetBits };

/** The widest that the register map has room for. */
const most = { tasks: 256, own: 16, common: 8 } as const;

export const rowsPerTask = 2;
export const rings = 4;

/** What a ring may do in a region: two bits for each ring, ring 0's lowest. Who may write or execute may read. */
export const ringRights = { NONE: 0, READ: 1, WRITE: 2, EXECUTE: 3 } as const;
export type RingRights = keyof typeof ringRights;

/** Above them, a bit that lets every ring execute what it may write. */
export const writeExecutesBit = 2 * rings;
export const rightsBits = writeExecutesBit + 1;

/** From the clock in which a task is the next to the first in which its regions are ready, at most. */
export const load_cycles = 4;
/** From the access that writes a region to the first clock in which it counts. */
export const writeToEffect_cycles = 2;
/** From the access to SELECT to the first in which BASE, LIMIT and RIGHTS show the region. */
export const selectToEntry_cycles = 3;

export interface Widths {
  readonly task: number;
  /** A region's number, own or common: the lowest bit says which of its task's rows it is in, the others where. */
  readonly region: number;
  readonly row: number;
  readonly word: number;
}

export function widthsOf(config: MpuConfig): Widths {
  const { tasks, own, common, granuleBits } = config;
  for (const name of ["tasks", "own", "common"] as const) {
    const [count, limit] = [config[name], most[name]];
    if (count > limit) throw new Error(`an MPU has at most ${limit} ${name}: ${count}`);
  }
  if (tasks !== 2 ** indexWidth(tasks)) throw new Error(`the number of tasks must be a power of two: ${tasks}`);
  if (own % rowsPerTask !== 0) throw new Error(`a task's regions lie in two rows of equal length: ${own}`);
  const task = indexWidth(tasks);
  return {
    task,
    region: Math.max(2, indexWidth(Math.max(own, common))),
    row: task + 1,
    word: 2 * granuleBits + rightsBits,
  };
}
