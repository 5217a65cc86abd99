// Repeatable randomness: the same seed gives the same cases on every machine.

export type Random = {
  /** 0 … 2³²−1 */
  word: () => number;
  /** 0 … n−1 */
  below: (n: number) => number;
  chance: (probability: number) => boolean;
  pick: <T>(list: readonly T[]) => T;
  /** A value of that many bits, often one at which carries, signs and decimal corrections change. */
  operand: (bits: number) => number;
};

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const word = () => {
    // splitmix32
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  const below = (n: number) => Math.floor((word() / 2 ** 32) * n);
  const pick = <T>(list: readonly T[]): T => {
    const value = list[below(list.length)];
    if (value === undefined) throw new Error("a pick from an empty list");
    return value;
  };
  const operand = (bits: number) => {
    const mask = bits === 32 ? 0xffffffff : 2 ** bits - 1;
    const top = 2 ** (bits - 1);
    const choices = [
      () => word(),
      () => word(),
      () => below(16),
      () => pick([0, 1, top - 1, top, top + 1, mask, mask - 1]),
      () => 2 ** below(bits),
      () => -below(256),
      () => pick([0x09, 0x0a, 0x0f, 0x10, 0x99, 0x9a, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x55555555, 0xaaaaaaaa]),
    ];
    return (pick(choices)() & mask) >>> 0;
  };
  return { word, below, pick, operand, chance: (probability) => word() / 2 ** 32 < probability };
}

/** A seed for the case that these names and numbers describe. */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of parts.join("/")) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}
