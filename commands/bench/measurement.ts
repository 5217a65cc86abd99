// A figure of the machine as it is, beside what is wanted and the best known of others.

export interface Measurement {
  readonly id: string;
  readonly metric: string;
  readonly unit: string;
  /** Absent: it is measured to be compared with others here. */
  readonly target?: Target;
  readonly best: string; // published or measured elsewhere
  measure(scope: Scope): Promise<Reading>;
}

/** How much is measured. */
export interface Scope {
  /** Ten times as many random phases, where such are swept. */
  readonly full: boolean;
}

export type Target = { readonly atLeast: number } | { readonly atMost: number };

export interface Reading {
  readonly value: number;
  readonly how: string; // what was run, and how many times
  readonly spread?: string; // of repeated readings, where they differ
}

const isMet = (target: Target, value: number): boolean =>
  "atLeast" in target ? value >= target.atLeast : value <= target.atMost;

/** Undefined: there is no target. */
export const verdict = ({ target }: Pick<Measurement, "target">, value: number): "met" | "missed" | undefined =>
  target === undefined ? undefined : isMet(target, value) ? "met" : "missed";

export function targetText({ target }: Pick<Measurement, "target">): string {
  if (target === undefined) return "none";
  return "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}
