// The status flags as the execution units pass them on, and the conditions that instructions ask of them.
import { enumeration, input, output, select, type Bit, type Bits } from "#hdl-gen";

/** Width of an operation once prefixes and opcode bits have been looked at. */
export const Width = enumeration("width", ["byte", "word", "dword"]);

export interface Status {
  readonly carry: Bit;
  readonly parity: Bit;
  readonly adjust: Bit;
  readonly zero: Bit;
  readonly sign: Bit;
  readonly overflow: Bit;
}

export const statusIn = {
  carry: input(1), parity: input(1), adjust: input(1), zero: input(1), sign: input(1), overflow: input(1),
} as const;
export const statusOut = {
  carry: output(1), parity: output(1), adjust: output(1), zero: output(1), sign: output(1), overflow: output(1),
} as const;

/** EFLAGS bit numbers (Intel SDM 1, 3.4.3). */
export const flagBit = {
  carry: 0, parity: 2, adjust: 4, zero: 6, sign: 7, trap: 8, interrupt: 9, direction: 10, overflow: 11,
} as const;

/** A condition by its encoding in Jcc and SETcc (Intel SDM 2, appendix B.1.4.7). `code` must have a name. */
export function holds(code: Bits<4>, flags: Status): Bit {
  const less = flags.sign.ne(flags.overflow);
  const met = select(code.slice(3, 1) as Bits, [
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
