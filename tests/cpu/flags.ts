// What instructions do to the arithmetic flags. A flag that the manuals call undefined must not be compared, and no
// later instruction of a case may read it before it is defined again.

export const flag = { c: 0x001, p: 0x004, a: 0x010, z: 0x040, s: 0x080, d: 0x400, o: 0x800 } as const;

export type FlagLetter = keyof typeof flag;

/** The flags that are compared. */
export const compared_flags = 0xcd5;

/** The six arithmetic flags. */
export const arithmetic_flags = 0x8d5;

/** `defined`: certainly written, with a result that the manuals define. `undefined`: perhaps left without one. */
export type FlagEffect = { reads: number; defined: number; undefined: number };

export const no_flags: FlagEffect = { reads: 0, defined: 0, undefined: 0 };

/** "oszapc" → the bits. */
export function flagMask(letters: string): number {
  let mask = 0;
  for (const letter of letters) {
    const bit = (flag as Partial<Record<string, number>>)[letter];
    if (bit === undefined) throw new Error(`"${letter}" is not a flag`);
    mask |= bit;
  }
  return mask;
}

/** "oszapc" in the manuals' order, for reports. */
export function flagLetters(mask: number): string {
  return [..."odszapc"].filter((letter) => (mask & flag[letter as FlagLetter]) !== 0).join("");
}

/** Flags undefined before an instruction → undefined after it. */
export function undefinedAfter(before: number, effect: FlagEffect): number {
  return (before & ~effect.defined) | effect.undefined;
}

export type ShiftKind = "rol" | "ror" | "rcl" | "rcr" | "shl" | "shr" | "sar" | "shld" | "shrd";

/** The effect of a shift or rotate by `count` (as written, before masking); without a count, by any. */
export function shiftEffect(kind: ShiftKind, size: number, count: number | undefined): FlagEffect {
  const rotate = kind.startsWith("r");
  const reads = kind === "rcl" || kind === "rcr" ? flag.c : 0;
  const shifted_out = kind === "shl" || kind === "shr"; // by the width or more: CF is undefined
  const double = kind === "shld" || kind === "shrd";
  if (count === undefined) {
    const carry = (shifted_out || double) && size < 32 ? flag.c : 0;
    return { reads, defined: 0, undefined: flag.o | (rotate ? 0 : flag.a) | carry };
  }
  const masked = count & 31;
  if (masked === 0) return { reads, defined: 0, undefined: 0 };
  if (double && masked > size) return { reads, defined: 0, undefined: arithmetic_flags };
  const overflow = masked === 1 ? flag.o : 0;
  if (rotate) return { reads, defined: flag.c | overflow, undefined: flag.o ^ overflow };
  const carry = shifted_out && masked >= size ? 0 : flag.c;
  return {
    reads,
    defined: flag.s | flag.z | flag.p | carry | overflow,
    undefined: flag.a | (flag.c ^ carry) | (flag.o ^ overflow),
  };
}
