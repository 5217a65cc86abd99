// A case from bytes in segments with round numbers, for claims that name them.
import type { Case, Code, Item } from "../program.ts";
import { no_flags } from "../flags.ts";
import { code_bytes, index, selectorOf } from "./environment.ts";
import type { Descriptor } from "./descriptors.ts";
import { slot, type SegmentName } from "./layout.ts";

export type State = {
  /** In encoding order. */
  registers?: Readonly<Record<number, number>>;
  selectors?: Partial<Record<SegmentName, number>>;
  bits?: 16 | 32;
};

const up: Descriptor = {
  kind: "data",
  base: 0,
  limit: 0xfff,
  pages: false,
  is_32: true,
  open: true,
  conforming_or_down: false,
  present: true,
};

/** Data segments hold 1000h bytes, stacks 800h; expand-down ones their last 1000h. */
export function roundDescriptors(slot_address: number): (Descriptor | undefined)[] {
  const memory = slot_address + slot.memory;
  const base = memory + code_bytes;
  const end = memory + slot.memory_bytes;
  const code: Descriptor = { ...up, kind: "code", base: memory, limit: code_bytes - 1 };
  const data: Descriptor = { ...up, base };
  const list: (Descriptor | undefined)[] = [];
  list[index.code_32] = code;
  list[index.code_16] = { ...code, is_32: false };
  list[index.execute_only] = { ...code, open: false };
  list[index.code_absent] = { ...code, present: false };
  list[index.code_short] = { ...code, limit: 0x10 };
  list[index.data] = data;
  list[index.read_only] = { ...data, open: false };
  list[index.down_32] = { ...data, base: end, conforming_or_down: true, pages: true, limit: 0xffffe };
  list[index.down_16] = { ...data, base: (end - 0x10000) >>> 0, conforming_or_down: true, is_32: false, limit: 0xefff };
  list[index.data_absent] = { ...data, present: false };
  list[index.page] = { ...data, pages: true, limit: 0 };
  list[index.stack_32] = { ...data, limit: 0x7ff };
  list[index.stack_16] = { ...data, limit: 0x7ff, is_32: false };
  list[index.empty] = undefined;
  list[index.down_empty] = { ...data, conforming_or_down: true, pages: true, limit: 0xfffff };
  list[index.other] = data;
  return list;
}

const flags_of_a_process = 0x202;
const stack_pointer = 0x400;

export function segmentedHandwritten(name: string, slot_address: number, bytes: readonly number[], state: State): Case {
  const code: Code = { kind: "code", bytes, form: undefined, flags: no_flags, fault_undefined: 0, raw: true };
  const items: Item[] = [code];
  const registers = Array.from({ length: 8 }, (_, r) => (r + 1) * 0x11111111);
  registers[4] = stack_pointer;
  for (const [r, value] of Object.entries(state.registers ?? {})) registers[Number(r)] = value;
  const bits = state.bits ?? 32;
  const data = selectorOf(index.data);
  const cs = selectorOf(bits === 32 ? index.code_32 : index.code_16);
  const selectors = { cs, ss: selectorOf(index.stack_32), ds: data, es: data, fs: 0, gs: 0, ...state.selectors };
  return {
    name,
    seed: 0,
    slot: slot_address,
    code_offset: 0,
    registers,
    eflags: flags_of_a_process,
    // Every byte another, so that a wrong address shows.
    data: Uint8Array.from({ length: slot.memory_bytes }, (_, at) => at ^ (at >> 8)),
    stack: new Uint8Array(0),
    pieces: [{ kind: "straight", before: items, body: [], after: [] }],
    segments: {
      descriptors: roundDescriptors(slot_address),
      selectors,
      bits,
      base: slot_address + slot.memory,
      code_bytes,
    },
  };
}
