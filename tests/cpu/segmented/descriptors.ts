// Local descriptors that a process may have: code and data of ring 3, in every size, kind and granularity.
import { littleEndian } from "../program.ts";

export type Descriptor = {
  kind: "code" | "data";
  base: number;
  /** As in the descriptor: in bytes or in pages of 4 KB. */
  limit: number;
  pages: boolean;
  /** D of code, B of data. */
  is_32: boolean;
  /** Of code: readable; of data: writable. */
  open: boolean;
  /** Of code: conforming; of data: expand-down. */
  conforming_or_down: boolean;
  present: boolean;
};

const page_bytes = 0x1000;
const user_ring = 3;
/** So a kernel sets it; the processor then need not. */
const accessed = 1;

/** The last byte's offset that the limit names. */
export function lastByte({ limit, pages }: Descriptor): number {
  return pages ? limit * page_bytes + page_bytes - 1 : limit;
}

/** Offsets that may be used: from the first to the last. */
export function window(descriptor: Descriptor): { first: number; last: number } {
  const last = lastByte(descriptor);
  if (descriptor.kind === "code" || !descriptor.conforming_or_down) return { first: 0, last };
  return { first: last + 1, last: descriptor.is_32 ? 0xffffffff : 0xffff };
}

/** The eight bytes; an entry that was never made is all zeros. */
export function encode(descriptor: Descriptor | undefined): number[] {
  if (descriptor === undefined) return littleEndian(0, 4).concat(littleEndian(0, 4));
  const { kind, base, limit, pages, is_32, open, conforming_or_down, present } = descriptor;
  const type = (kind === "code" ? 8 : 0) | (conforming_or_down ? 4 : 0) | (open ? 2 : 0) | accessed;
  const access = (present ? 0x80 : 0) | (user_ring << 5) | 0x10 | type;
  return [
    ...littleEndian(limit, 2),
    ...littleEndian(base, 3),
    access,
    (pages ? 0x80 : 0) | (is_32 ? 0x40 : 0) | ((limit >> 16) & 0xf),
    (base >>> 24) & 0xff,
  ];
}

/** "code 32, base 18200, limit 00dff, readable" */
export function describe(descriptor: Descriptor | undefined): string {
  if (descriptor === undefined) return "empty";
  const { kind, base, limit, pages, is_32, open, conforming_or_down, present } = descriptor;
  const words = [
    `${kind} ${is_32 ? 32 : 16}`,
    `base ${(base >>> 0).toString(16)}`,
    `limit ${limit.toString(16)}${pages ? " pages" : ""}`,
    ...(open ? [kind === "code" ? "readable" : "writable"] : []),
    ...(conforming_or_down ? [kind === "code" ? "conforming" : "expand-down"] : []),
    ...(present ? [] : ["not present"]),
  ];
  return words.join(", ");
}
