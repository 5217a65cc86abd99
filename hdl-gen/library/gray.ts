// Gray code: numbers that follow each other differ in one bit, so that a counter sampled while it changes is read as
// either the old value or the new one, and never as a third.
//
//   toGray     width - 1 LUTs
//   fromGray   a chain or tree of XOR, width × log2(width) / 2 LUTs
//
// Source: F. Gray, US patent 2,632,058, "Pulse Code Communication", 1953.
import type { Bits } from "../language/bits.ts";
import { xor } from "../language/combine.ts";
import { bitsOf, fromBits } from "./one-hot.ts";

export function toGray<N extends number>(binary: Bits<N>): Bits<N> {
  return binary.xor(binary.shr(1));
}

/** `gray` must have a name. */
export function fromGray<N extends number>(gray: Bits<N>): Bits<N> {
  const bits = bitsOf(gray);
  return fromBits(bits.map((bit, i) => xor(bit, ...bits.slice(i + 1)))).as(gray.width);
}
