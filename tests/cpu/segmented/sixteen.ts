// Random sequences over the whole instruction set in segments with a base: 16-bit code (every operand and address form
// without its prefix), 32-bit code, 16-bit and 32-bit stacks. All segments of a case have the same base, so a sequence
// for flat memory runs in them as it is, at its offsets; where its limits lie, the generator knows.
import type { Form } from "../forms.ts";
import { randomCase } from "../generate.ts";
import { slot as flat_slot } from "../layout.ts";
import { place, type Case } from "../program.ts";
import { randomFrom, seedOf, type Random } from "../random.ts";
import type { Descriptor } from "./descriptors.ts";
import { localSelector, slot } from "./layout.ts";

const segment_bytes_16 = 0x10000;
const code_index = 0;
const data_indexes = [1, 2, 3, 4];
const data_selectors = data_indexes.map((index) => localSelector(index));
const attempts_max = 200;

/** Every data segment reaches the sequence's data and stack, and has its own size and granularity. */
function dataDescriptor(random: Random, base: number, at: number): Descriptor {
  const last = at + flat_slot.bytes - 1;
  const down = random.chance(0.3);
  const data = { kind: "data", base, open: true, present: true } as const;
  if (down) {
    // From the sequence's data on, up to the end of what its size allows.
    const is_32 = at + flat_slot.bytes > segment_bytes_16 || random.chance(0.5);
    const limit = at + flat_slot.data - 1;
    const pages = limit > 0xfffff;
    return { ...data, is_32, conforming_or_down: true, pages, limit: pages ? (limit >>> 12) - 1 : limit };
  }
  const pages = last > 0xfffff || random.chance(0.2);
  const is_32 = last >= segment_bytes_16 || random.chance(0.5);
  return { ...data, is_32, conforming_or_down: false, pages, limit: pages ? last >>> 12 : last };
}

interface Options {
  readonly pieces: number;
  readonly interruptible: boolean;
}

export function sixteenCase(seed: number, slot_address: number, forms: readonly Form[], options: Options): Case {
  for (let attempt = 0; attempt < attempts_max; attempt++) {
    const random = randomFrom(seedOf("sixteen", seed, slot_address, attempt));
    const made = attemptCase(random, slot_address, forms, options);
    if (made !== undefined) return { ...made, name: `sixteen ${seed}`, seed };
  }
  throw new Error(`seed ${seed} gives no case that fits`);
}

function attemptCase(
  random: Random, slot_address: number, forms: readonly Form[], { pieces, interruptible }: Options,
): Case | undefined {
  const is_low = random.chance(0.75);
  const at = is_low
    ? random.below(segment_bytes_16 - flat_slot.bytes)
    : segment_bytes_16 + (random.word() >>> random.pick([1, 1, 4, 8, 12]));
  const is_32 = !is_low || random.chance(0.25);
  const origin = slot_address + slot.memory + random.below(slot.memory_bytes - flat_slot.bytes);
  const base = (origin - at) >>> 0;
  const flat = randomCase(random.word(), at, forms, pieces, {
    interruptible,
    data_selectors,
    loadable: [0, 2, 3, 4, 5],
    readable: [0, 1, 2, 3, 4, 5],
  });

  const last = at + flat_slot.bytes - 1;
  const pages = last > 0xfffff || random.chance(0.2);
  const code: Descriptor = {
    kind: "code",
    base,
    limit: pages ? last >>> 12 : last,
    pages,
    is_32,
    open: true,
    conforming_or_down: false,
    present: true,
  };
  const any = () => random.pick(data_selectors);
  const data = new Uint8Array(slot.memory_bytes);
  const words = new Uint32Array(data.buffer);
  const memory_at = origin - slot_address - slot.memory;
  for (let index = 0; index < words.length; index++) words[index] = random.word();
  data.set(flat.data, memory_at + flat_slot.data);
  data.set(flat.stack, memory_at + flat_slot.stack);
  const made: Case = {
    ...flat,
    slot: slot_address,
    code_offset: memory_at + flat_slot.code + flat.code_offset,
    data,
    stack: new Uint8Array(0),
    segments: {
      descriptors: [code, ...data_indexes.map(() => dataDescriptor(random, base, at))],
      selectors: { cs: localSelector(code_index), ss: any(), ds: any(), es: any(), fs: any(), gs: any() },
      bits: is_32 ? 32 : 16,
      base,
      code_bytes: memory_at + flat_slot.data,
    },
  };
  return place(made) === undefined ? undefined : made;
}
