// What a campaign of random operations on an accelerator is made of: rounds, each of one configuration beside its model.
// `atomicos fuzz accelerators` makes rounds until its time is up; each seed makes the same ones.
import type { Design } from "#hdl-gen";

/** As far as a campaign looks at a simulation. */
export interface Watched {
  peek(label: string): number | bigint;
}

export interface Round {
  /** The unit and its configuration, in words that may name a folder. */
  readonly name: string;
  readonly design: Design;
  /** Cycles of reset before the first one that `see` is shown. */
  readonly reset_cycles: number;
  /** Throws at the first difference from the model. `see` is called before each clock edge; how much was done. */
  run(see: (simulation: Watched) => void): number;
}

export interface Campaign {
  /** What `run` counts. */
  readonly counts: "operations" | "cycles";
  round(number: number, seed: number): Round;
}

/** Those that come one after the other take turns. */
export function turn<T>(all: readonly T[], number: number): T {
  const one = all[number % all.length];
  if (one === undefined) throw new Error("nothing takes turns");
  return one;
}
