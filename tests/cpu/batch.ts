// A batch: cases written into a table, and what an executor left in it.
import type { Case } from "./program.ts";
import { place } from "./program.ts";
import { progress, slot, table, vector, word } from "./layout.ts";
import { readSegmented, writeSegmented } from "./segmented/batch.ts";
import type { SegmentName } from "./segmented/layout.ts";

/** Runs a table of cases in memory from `table.first` to `table.end`, and returns it as it is afterwards. */
export type Executor = {
  name: string;
  /** Slots below 64 KB can be used. */
  low: boolean;
  run: (memory: Uint8Array) => Promise<Uint8Array>;
  close: () => void;
};

export type Outcome =
  | {
      kind: "ended";
      registers: readonly number[];
      eflags: number;
      /** undefined: the case came to its end. */
      vector: number | undefined;
      /** Of the fault. */
      eip: number;
      /** What a case with segments leaves besides: the fault's error code, and its segment registers. */
      segments?: { error: number; selectors: Readonly<Record<SegmentName, number>> };
      /** The slot from `memory_first` on. */
      memory: Uint8Array;
      memory_first: number;
    }
  | { kind: "runaway" }
  | { kind: "not_run" };

export function writeTable(cases: readonly Case[]): Uint8Array {
  const memory = new Uint8Array(table.end - table.first);
  const view = new DataView(memory.buffer);
  for (const test of cases) {
    const at = test.slot - table.first;
    const placed = place(test);
    if (placed === undefined) throw new Error(`${test.name} does not fit its slot`);
    if (test.segments !== undefined) {
      writeSegmented(memory.subarray(at), test, test.segments, placed.bytes);
      continue;
    }
    test.registers.forEach((value, index) => {
      view.setUint32(at + slot.input + 4 * index, value, true);
    });
    view.setUint32(at + slot.input + 4 * word.eflags, test.eflags, true);
    view.setUint32(at + slot.input + 4 * word.entry, test.slot + slot.code + test.code_offset, true);
    memory.set(placed.bytes, at + slot.code + test.code_offset);
    memory.set(test.data, at + slot.data);
    memory.set(test.stack, at + slot.stack);
  }
  return memory;
}

export function readOutcome(memory: Uint8Array, test: Case): Outcome {
  const at = test.slot - table.first;
  if (test.segments !== undefined) return readSegmented(memory.subarray(at), test.slot);
  const view = new DataView(memory.buffer, memory.byteOffset + at + slot.output, slot.code - slot.output);
  const output = (index: number) => view.getUint32(4 * index, true);
  if (output(word.progress) === 0) return { kind: "not_run" };
  if (output(word.progress) !== progress.finished || output(word.vector) === vector.runaway) return { kind: "runaway" };
  return {
    kind: "ended",
    registers: Array.from({ length: 8 }, (_, index) => output(index)),
    eflags: output(word.eflags),
    vector: output(word.vector) === vector.none ? undefined : output(word.vector),
    eip: output(word.eip),
    memory: memory.slice(at + slot.code, at + slot.bytes),
    memory_first: test.slot + slot.code,
  };
}

/**
 * Runs the cases, each in a slot of its own. A case that does not end takes the rest of its batch with it: they are run
 * again without it.
 */
export async function runCases(executor: Executor, cases: readonly Case[]): Promise<Outcome[]> {
  const outcomes = new Map<Case, Outcome>();
  let left = cases;
  while (left.length > 0) {
    const memory = await executor.run(writeTable(left));
    const results = left.map((test) => [test, readOutcome(memory, test)] as const);
    const done = results.filter(([, outcome]) => outcome.kind !== "not_run");
    for (const [test, outcome] of done) outcomes.set(test, outcome);
    if (done.length === 0) break;
    left = results.filter(([, outcome]) => outcome.kind === "not_run").map(([test]) => test);
  }
  return cases.map((test) => outcomes.get(test) ?? { kind: "not_run" });
}
