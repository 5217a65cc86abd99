// A case with segments of its own, written into its slot and read from it.
import type { Outcome } from "../batch.ts";
import { progress, vector } from "../layout.ts";
import type { Case } from "../program.ts";
import { encode } from "./descriptors.ts";
import { descriptor_count, segment_names, slot, word } from "./layout.ts";
import type { Segments } from "./segments.ts";

/** `into`: from the slot's first byte on. */
export function writeSegmented(into: Uint8Array, test: Case, segments: Segments, code: Uint8Array): void {
  const view = new DataView(into.buffer, into.byteOffset, slot.bytes);
  const input = (index: number, value: number) => {
    view.setUint32(slot.input + 4 * index, value, true);
  };
  test.registers.forEach((value, index) => {
    input(index, value);
  });
  input(word.eflags, test.eflags);
  input(word.eip, test.slot + slot.memory + test.code_offset - segments.base);
  for (const name of segment_names) input(word[name], segments.selectors[name]);
  for (let index = 0; index < descriptor_count; index++)
    into.set(encode(segments.descriptors[index]), slot.descriptors + 8 * index);
  into.set(test.data, slot.memory);
  into.set(code, slot.memory + test.code_offset);
}

export function readSegmented(from: Uint8Array, slot_address: number): Outcome {
  const view = new DataView(from.buffer, from.byteOffset, slot.bytes);
  const output = (index: number) => view.getUint32(slot.output + 4 * index, true);
  if (output(word.progress) === 0) return { kind: "not_run" };
  if (output(word.progress) !== progress.finished || output(word.vector) === vector.runaway) return { kind: "runaway" };
  const selector = (name: (typeof segment_names)[number]) => output(word[name]) & 0xffff;
  return {
    kind: "ended",
    registers: Array.from({ length: 8 }, (_, index) => output(index)),
    eflags: output(word.eflags),
    vector: output(word.vector),
    eip: output(word.eip),
    segments: {
      error: output(word.error),
      selectors: {
        es: selector("es"),
        cs: selector("cs"),
        ss: selector("ss"),
        ds: selector("ds"),
        fs: selector("fs"),
        gs: selector("gs"),
      },
    },
    memory: from.slice(slot.memory, slot.bytes),
    memory_first: slot_address + slot.memory,
  };
}
