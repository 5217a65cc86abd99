// A figure of the machine as it is, beside what is wanted and the best known of others.

export interface Measurement {
  readonly id: string;
  readonly metric: string;
  readonly unit: string;
  readonly target: Target;
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

export const isMet = (target: Target, value: number): boolean =>
  "atLeast" in target ? value >= target.atLeast : value <= target.atMost;

export const targetText = (target: Target): string =>
  "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
