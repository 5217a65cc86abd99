// Cases with segments of their own: where each lies in the table, and which descriptors both sides have. A case runs in
// ring 3; its local descriptors are in its slot, and the global ones are those of a Linux process.
import { memoryMap } from "../../../soc/memory-map.ts";
import { progress, table, vector } from "../layout.ts";

/** The part of the table that belongs to one case. */
export const slot = {
  bytes: 0x2000,
  input: 0x000,
  output: 0x040,
  descriptors: 0x100,
  /** Code and data; what no segment of the case may write lies below. */
  memory: 0x200,
  memory_bytes: 0x1e00,
} as const;

/** Descriptors in a case's local table. */
export const descriptor_count = 16;

/** Word offsets within `input` and `output`; both begin with the eight registers in encoding order. */
export const word = {
  eflags: 8,
  eip: 9,
  cs: 10,
  ss: 11,
  ds: 12,
  es: 13,
  fs: 14,
  gs: 15,
  vector: 16,
  error: 17,
  progress: 18,
} as const;

export const segment_names = ["es", "cs", "ss", "ds", "fs", "gs"] as const;

/** In the order of their encoding. */
export type SegmentName = (typeof segment_names)[number];

/** Selectors of the global descriptors that a 32-bit Linux process may use: flat code and data. */
export const user_code_selector = 0x23;
export const user_data_selector = 0x2b;

/** The limit of the global table, in descriptors. */
export const global_count = 16;

export const localSelector = (index: number, rpl = 3): number => (index << 3) | 4 | rpl;

export function slotAddresses({ low }: { low: boolean }): number[] {
  const first = low ? table.first : table.first_high;
  return Array.from({ length: (table.end - first) / slot.bytes }, (_, index) => first + index * slot.bytes);
}

/** Compiler options that carry the numbers above to assembly and C. */
export function defines(): string[] {
  const numbers = {
    SEGMENTED: 1,
    SLOT_BYTES: slot.bytes,
    INPUT: slot.input,
    OUTPUT: slot.output,
    DESCRIPTORS: slot.descriptors,
    DESCRIPTOR_COUNT: descriptor_count,
    GLOBAL_COUNT: global_count,
    USER_CODE: user_code_selector,
    USER_DATA: user_data_selector,
    WORD_EFLAGS: word.eflags,
    WORD_ENTRY: word.cs,
    WORD_EIP: word.eip,
    WORD_CS: word.cs,
    WORD_SS: word.ss,
    WORD_DS: word.ds,
    WORD_ES: word.es,
    WORD_FS: word.fs,
    WORD_GS: word.gs,
    WORD_VECTOR: word.vector,
    WORD_ERROR: word.error,
    WORD_PROGRESS: word.progress,
    STARTED: progress.started,
    FINISHED: progress.finished,
    VECTOR_RUNAWAY: vector.runaway,
    TABLE_FIRST: table.first,
    TABLE_FIRST_HIGH: table.first_high,
    TABLE_END: table.end,
    RAM_BYTES: memoryMap.ram.size,
  };
  return Object.entries(numbers).map(([name, value]) => `-D${name}=${value}`);
}
