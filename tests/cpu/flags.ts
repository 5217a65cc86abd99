// What instructions do to the arithmetic flags. A flag that the manuals call undefined must not be compared, and no
// later instruction of a case may read it before it is defined again.

/** In the manuals' order. */
export const flag = { o: 0x800, d: 0x400, s: 0x080, z: 0x040, a: 0x010, p: 0x004, c: 0x001 } as const;

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
    const bit = Object.entries(flag).find(([name]) => name === letter)?.[1];
    if (bit === undefined) throw new Error(`"${letter}" is not a flag`);
    mask |= bit;
  }
  return mask;
}

/** The bits → "oszapc", for reports. */
export function flagLetters(mask: number): string {
  return Object.entries(flag)
    .filter(([, bit]) => (mask & bit) !== 0)
    .map(([letter]) => letter)
    .join("");
}

/** Flags undefined before an instruction → undefined after it. */
export function undefinedAfter(before: number, effect: FlagEffect): number {
  return (before & ~effect.defined) | effect.undefined;
}

const shift_kinds = ["rol", "ror", "rcl", "rcr", "shl", "shr", "sar", "shld", "shrd"] as const;

export type ShiftKind = (typeof shift_kinds)[number];

export function shiftKind(name: string): ShiftKind {
  const kind = shift_kinds.find((one) => one === name);
  if (kind === undefined) throw new Error(`"${name}" is not a shift`);
  return kind;
}

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
