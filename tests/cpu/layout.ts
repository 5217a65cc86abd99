// Where a batch of cases lies in memory, on the host processor and on the core alike: a case's code, data and stack
// have the same addresses on both, so that every pointer it computes or pushes must agree. The assembly and C sides get
// these numbers as preprocessor definitions.

import { memoryMap } from "../../soc/memory-map.ts";

/** A case's part of the table. */
export const slot = {
  bytes: 0x400,
  input: 0x000,
  output: 0x040,
  code: 0x080,
  code_bytes: 0x180,
  data: 0x200,
  data_bytes: 0x100,
  stack: 0x300,
  stack_bytes: 0x100,
} as const;

/** Word offsets within `input` and `output`; both begin with the eight registers in encoding order. */
export const word = { eflags: 8, entry: 9, vector: 9, eip: 10, progress: 11 } as const;

/** What a harness writes to `progress`, before and after it runs a case. */
export const progress = { started: 1, finished: 2 } as const;

/** `vector` of a case that ended by itself, and of one that the host had to stop after too long a time. */
export const vector = { none: 0xff, runaway: 0xfe } as const;

/** Slots below 64 KB can be reached with 16-bit addresses; some hosts do not let a process map them. */
export const table = { first: 0x8000, first_high: 0x10000, end: memoryMap.ram.size } as const;

/** One slot is not a case: its first word is the address that a case jumps to at its end, written by each harness. */
export const control_address = table.first_high;

export function slotAddresses({ low }: { low: boolean }): number[] {
  const addresses: number[] = [];
  for (let at: number = low ? table.first : table.first_high; at < table.end; at += slot.bytes)
    if (at !== control_address) addresses.push(at);
  return addresses;
}

/** Compiler options that carry the numbers above to assembly and C. */
export function defines(): string[] {
  const numbers = {
    SLOT_BYTES: slot.bytes,
    INPUT: slot.input,
    OUTPUT: slot.output,
    WORD_EFLAGS: word.eflags,
    WORD_ENTRY: word.entry,
    WORD_VECTOR: word.vector,
    WORD_EIP: word.eip,
    WORD_PROGRESS: word.progress,
    STARTED: progress.started,
    FINISHED: progress.finished,
    VECTOR_NONE: vector.none,
    VECTOR_RUNAWAY: vector.runaway,
    TABLE_FIRST: table.first,
    TABLE_FIRST_HIGH: table.first_high,
    TABLE_END: table.end,
    CONTROL: control_address,
    RAM_BYTES: memoryMap.ram.size,
  };
  return Object.entries(numbers).map(([name, value]) => `-D${name}=${value}`);
}
