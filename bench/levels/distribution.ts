// How often something took so many clocks.

/** Clocks, and how often. */
export type Distribution = ReadonlyMap<number, number>;

export function distribution(samples: Iterable<number>): Distribution {
  const found = new Map<number, number>();
  for (const clocks of samples) found.set(clocks, (found.get(clocks) ?? 0) + 1);
  return found;
}

export interface Extent {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function extent(of: Distribution): Extent {
  const sorted = [...of].toSorted(([a], [b]) => a - b);
  const count = countOf(of);
  const [min, max] = [sorted[0]?.[0], sorted.at(-1)?.[0]];
  let below = 0;
  const median = sorted.find(([, times]) => (below += times) * 2 >= count)?.[0];
  if (min === undefined || max === undefined || median === undefined) throw new Error("nothing was measured");
  return { min, median, max };
}

export function extentText(of: Distribution): string {
  const { min, median, max } = extent(of);
  return `min ${min}, median ${median}, max ${max}`;
}

export const countOf = (of: Distribution): number => [...of.values()].reduce((sum, times) => sum + times, 0);
