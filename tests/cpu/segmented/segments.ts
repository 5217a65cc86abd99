// What a case with segments of its own has in addition: its local descriptors and what its segment registers hold.
import type { Descriptor } from "./descriptors.ts";
import { user_code_selector, user_data_selector, type SegmentName } from "./layout.ts";

export type Segments = {
  descriptors: readonly (Descriptor | undefined)[];
  selectors: Readonly<Record<SegmentName, number>>;
  /** Of the code segment in which the case begins. */
  bits: 16 | 32;
  base: number;
  /** Room for code, from the start of the slot's memory. */
  code_bytes: number;
};

const flat = {
  base: 0,
  limit: 0xfffff,
  pages: true,
  is_32: true,
  open: true,
  conforming_or_down: false,
  present: true,
};
const flat_code: Descriptor = { kind: "code", ...flat };
const flat_data: Descriptor = { kind: "data", ...flat };

/** The descriptor that a selector names, as far as a process may use it. */
export function descriptorOf({ descriptors }: Segments, selector: number): Descriptor | undefined {
  if ((selector & 4) !== 0) return descriptors[selector >> 3];
  if ((selector | 3) === user_code_selector) return flat_code;
  return (selector | 3) === user_data_selector ? flat_data : undefined;
}
