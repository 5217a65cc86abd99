// Random numbers that a seed repeats.
export interface Random {
  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number;
  /** True once in `n` times. */
  oneIn(n: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** A value of this width; more often than chance would have it all zeros, all ones or nearly so. */
  bits(width: number): bigint;
}

/** The generator called mulberry32. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    oneIn: (n) => below(n) === 0,
    pick: <T>(from: readonly T[]): T => {
      const chosen = from[below(from.length)];
      if (chosen === undefined) throw new Error("nothing to pick from");
      return chosen;
    },
    bits(width) {
      const ones = (1n << BigInt(width)) - 1n;
      const edge = below(12);
      if (edge === 0) return 0n;
      if (edge === 1) return ones;
      if (edge === 2) return 1n << BigInt(below(width));
      if (edge === 3) return ones >> 1n;
      let value = 0n;
      for (let i = 0; i < width; i += 32) value = (value << 32n) | BigInt(next());
      return value & ones;
    },
  };
}
