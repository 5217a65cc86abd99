// The status flags as the execution units pass them on, and the conditions that instructions ask of them.
import { enumeration, select, type Bit, type Bits } from "#hdl-gen";
import { inputsOf, outputsOf } from "./shape.ts";

/**
 * Width of an operation once prefixes and opcode bits have been looked at. A `pair` of doublewords is a descriptor: only
 * loads have that.
 */
export const Width = enumeration("width", ["byte", "word", "dword", "pair"]);

/** The status flags (Intel SDM 1, 3.4.3.1): CF, PF, AF, ZF, SF and OF. */
export interface Status {
  readonly carry: Bit;
  readonly parity: Bit;
  readonly adjust: Bit;
  readonly zero: Bit;
  readonly sign: Bit;
  readonly overflow: Bit;
}

export type StatusName = keyof Status;
export const statusShape = { carry: 1, parity: 1, adjust: 1, zero: 1, sign: 1, overflow: 1 } as const;
export const statusIn = inputsOf(statusShape);
export const statusOut = outputsOf(statusShape);

/** A value for each status flag. */
export const eachStatus = <T>(of: (name: StatusName) => T): { readonly [K in StatusName]: T } => ({
  carry: of("carry"),
  parity: of("parity"),
  adjust: of("adjust"),
  zero: of("zero"),
  sign: of("sign"),
  overflow: of("overflow"),
});

/** EFLAGS bit numbers (Intel SDM 1, 3.4.3). */
export const flagBit = {
  carry: 0,
  parity: 2,
  adjust: 4,
  zero: 6,
  sign: 7,
  trap: 8,
  interrupt: 9,
  direction: 10,
  overflow: 11,
} as const;

/** A condition by its encoding in Jcc and SETcc (Intel SDM 2, appendix B.1.4.7). `code` must have a name. */
export function holds(code: Bits<4>, flags: Status): Bit {
  const less = flags.sign.ne(flags.overflow);
  const met = select(code.slice(3, 1), [
    flags.overflow,
    flags.carry,
    flags.zero,
    flags.carry.or(flags.zero),
    flags.sign,
    flags.parity,
    less,
    less.or(flags.zero),
  ]);
  return met.xor(code.bit(0));
}
