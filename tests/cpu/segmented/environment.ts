// The segments of a case that may aim anywhere: whatever offset it uses, no segment lets it out of its slot, and none
// that can be written reaches its code.
import type { Random } from "../random.ts";
import type { Sequence } from "../sequence.ts";
import { window, type Descriptor } from "./descriptors.ts";
import { localSelector, segment_names, slot, type SegmentName } from "./layout.ts";

/** The slot's first part is code, the rest data. */
export const code_bytes = 0x0e00;
const data_bytes = slot.memory_bytes - code_bytes;
const segment_bytes_16 = 0x10000;

/** Places in the local table. The kinds are fixed, what they reach is random. */
export const index = {
  code_32: 0,
  code_16: 1,
  execute_only: 2,
  code_absent: 3,
  code_short: 4,
  data: 5,
  read_only: 6,
  down_32: 7,
  down_16: 8,
  data_absent: 9,
  page: 10,
  stack_32: 11,
  stack_16: 12,
  empty: 13,
  down_empty: 14,
  other: 15,
} as const;

/** Code segments that hold all code, so that a transfer may come back. */
export const wide_code: readonly number[] = [index.code_32, index.code_16, index.execute_only];
export const loadable: readonly number[] = [
  index.data,
  index.read_only,
  index.down_32,
  index.down_16,
  index.page,
  index.stack_32,
  index.stack_16,
  index.other,
  index.down_empty,
  index.code_32,
  index.code_16,
];
export const stacks: readonly number[] = [
  index.data,
  index.down_32,
  index.down_16,
  index.page,
  index.stack_32,
  index.stack_16,
];

export type Environment = {
  slot: number;
  descriptors: readonly (Descriptor | undefined)[];
  /** The last byte of `code_short`, from the start of the slot's memory. */
  short_limit: number;
};

const full: Descriptor = {
  kind: "data",
  base: 0,
  limit: 0,
  pages: false,
  is_32: true,
  open: true,
  conforming_or_down: false,
  present: true,
};

export function makeEnvironment(random: Random, slot_address: number, code_offset: number): Environment {
  const memory = slot_address + slot.memory;
  const data = memory + code_bytes;
  const end = memory + slot.memory_bytes;
  /** So many bytes somewhere in the data; seldom very few. */
  const bytes = () => (random.chance(0.2) ? 1 + random.below(64) : 256 + random.below(data_bytes - 256));
  const up = (is_32: boolean, open: boolean): Descriptor => {
    const size = bytes();
    return { ...full, is_32, open, base: data + random.below(data_bytes - size + 1), limit: size - 1 };
  };
  const code = (is_32: boolean, open: boolean): Descriptor => ({
    ...full,
    kind: "code",
    is_32,
    open,
    base: memory,
    limit: code_bytes - 1,
  });
  const down_16 = (): Descriptor => {
    const size = bytes();
    const in_pages = random.chance(0.2);
    const base = (in_pages ? end : data + size + random.below(data_bytes - size + 1)) - segment_bytes_16;
    const limit = in_pages ? (segment_bytes_16 - data_bytes) / 0x1000 - 1 : segment_bytes_16 - size - 1;
    return { ...full, is_32: false, conforming_or_down: true, base: base >>> 0, pages: in_pages, limit };
  };
  const short_limit = code_offset + 40 + random.below(160);
  const descriptors: (Descriptor | undefined)[] = [];
  descriptors[index.code_32] = code(true, true);
  descriptors[index.code_16] = code(false, true);
  descriptors[index.execute_only] = code(random.chance(0.5), false);
  descriptors[index.code_absent] = { ...code(true, true), present: false, conforming_or_down: random.chance(0.5) };
  descriptors[index.code_short] = { ...code(random.chance(0.5), random.chance(0.5)), limit: short_limit };
  descriptors[index.data] = up(true, true);
  descriptors[index.read_only] = { ...(random.chance(0.6) ? up(true, true) : down_16()), open: false };
  // Its last page: the others would reach out of the slot.
  descriptors[index.down_32] = { ...full, conforming_or_down: true, base: end, pages: true, limit: 0xffffe };
  descriptors[index.down_16] = down_16();
  descriptors[index.data_absent] = { ...up(true, random.chance(0.5)), present: false };
  descriptors[index.page] = { ...full, is_32: random.chance(0.5), base: data, pages: true, limit: 0 };
  descriptors[index.stack_32] = up(true, true);
  descriptors[index.stack_16] = up(false, true);
  descriptors[index.empty] = undefined;
  // No offset lies above its limit.
  descriptors[index.down_empty] = random.chance(0.5)
    ? { ...full, conforming_or_down: true, base: data, pages: true, limit: 0xfffff }
    : { ...full, conforming_or_down: true, is_32: false, base: data, limit: 0xffff + random.below(0x1000) };
  descriptors[index.other] = { ...up(random.chance(0.5), random.chance(0.8)) };
  return { slot: slot_address, descriptors, short_limit };
}

/** A case under construction, with what its segment registers hold as far as is known. */
export type Confined = {
  sequence: Sequence;
  environment: Environment;
  held: Record<SegmentName, number>;
  /** AC may be set. */
  checks_alignment: boolean;
};

const prefix_bytes: Readonly<Record<SegmentName, number>> = {
  es: 0x26,
  cs: 0x2e,
  ss: 0x36,
  ds: 0x3e,
  fs: 0x64,
  gs: 0x65,
};

export const prefixOf = (name: SegmentName): number => prefix_bytes[name];

export function heldIn({ environment, held }: Confined, name: SegmentName): Descriptor | undefined {
  return environment.descriptors[held[name]];
}

export const selectorOf = (at: number): number => localSelector(at);

export const anySegment = (random: Random): SegmentName => random.pick(segment_names);

/** An offset for an access of that many bytes: well inside, or where a check can go wrong. */
export function aim(random: Random, descriptor: Descriptor | undefined, bytes: number, inside = 0.6): number {
  const { first, last } = descriptor === undefined ? { first: 0, last: 0 } : window(descriptor);
  const room = last - first + 1 - bytes;
  if (room >= 0 && random.chance(inside)) return first + random.below(room + 1);
  const choices = [
    () => last - bytes + 1, // just fits
    () => last - random.below(bytes + 1), // reaches over
    () => last - bytes + 1 + random.below(3) - 1,
    () => last + 1,
    () => first,
    () => first - 1 - random.below(bytes),
    () => 0 - 1 - random.below(bytes),
    () => segment_bytes_16 - 1 - random.below(bytes),
    () => segment_bytes_16 + random.below(2),
    () => random.word(),
  ];
  return random.pick(choices)() >>> 0;
}

/** A data segment register whose segment can be written with that many bytes. */
export function writable({ sequence, environment, held }: Confined, bytes: number): SegmentName | undefined {
  const fitting = (["ds", "es", "fs", "gs", "ss"] as const).filter((name) => {
    const descriptor = environment.descriptors[held[name]];
    if (descriptor?.kind !== "data" || !descriptor.open || !descriptor.present) return false;
    const { first, last } = window(descriptor);
    return last - first + 1 >= bytes;
  });
  return fitting.length === 0 ? undefined : sequence.random.pick(fitting);
}
