// What a proof attempt found.
import type { Design, Property } from "../language/design.ts";
import type { Trace } from "./trace.ts";

/** A property of the design or of an instance somewhere inside it. */
export interface PlacedProperty {
  /** Dotted path from the top, such as `u_queue.no_overflow`. */
  readonly path: string;
  readonly property: Property;
  /** The module the property stands in. */
  readonly scope: Design;
  /** Dotted path of that module's instance, ending in a dot; empty for the top. */
  readonly prefix: string;
}

/** The way into a situation, cycle by cycle. */
export interface Witness {
  /** Counted from 0. The first cycle is the one with reset; an induction's trace starts anywhere. */
  readonly cycle: number;
  readonly trace: Trace;
  /** The same with all signals, for a wave viewer. */
  readonly vcd: string;
}

/** Every assertion holds in every cycle that can be reached. */
export interface Proved {
  readonly kind: "proved";
  /** `logic`: there is no state. `induction`: over this many cycles. */
  readonly by: { readonly method: "logic" } | { readonly method: "induction"; readonly cycles: number };
}
/** Every assertion holds in the first `depth` cycles after reset; induction was not asked for. */
export interface Bounded {
  readonly kind: "bounded";
  readonly depth: number;
}
/** Some assertions fail, on a way that starts with reset. */
export interface Counterexample {
  readonly kind: "counterexample";
  /** All that fail in that cycle; at least one. */
  readonly failed: readonly PlacedProperty[];
  readonly witness: Witness;
}
/**
 * Every assertion holds in the first `depth` cycles after reset, but that many good cycles in a row do not imply
 * another. Where the trace starts in a state that cannot be reached, another assertion has to say so.
 */
export interface NotInductive {
  readonly kind: "not-inductive";
  readonly depth: number;
  readonly failed: readonly PlacedProperty[];
  readonly witness: Witness;
}
/** No behaviour makes all assumptions hold, so that any proof would be empty. */
export interface Contradiction {
  readonly kind: "contradiction";
  readonly cycle: number;
  readonly assumptions: readonly PlacedProperty[];
}
/** There are no assertions. */
export interface Empty {
  readonly kind: "empty";
}
/** The solver was stopped, or gave up. */
export interface Unknown {
  readonly kind: "unknown";
  readonly during: Stage;
  /** Cycles that were looked at before. */
  readonly cycles: number;
  readonly reason: "timeout" | "solver";
  readonly timeout_s: number;
}
export type Verdict = Proved | Bounded | Counterexample | NotInductive | Contradiction | Empty | Unknown;

/** `base`: from reset on. `induction`: from anywhere. `cover`: looking for ways to the cover points. */
export type Stage = "base" | "induction" | "cover";

export type Cover =
  | { readonly kind: "reached"; readonly point: PlacedProperty; readonly witness: Witness }
  /** Not in the first `depth` cycles; for a design without state, never. */
  | { readonly kind: "unreachable"; readonly point: PlacedProperty; readonly depth: number }
  | { readonly kind: "unknown"; readonly point: PlacedProperty; readonly unknown: Unknown };

export interface Proof {
  readonly design: Design;
  readonly verdict: Verdict;
  /** Assertions looked at. */
  readonly assertions: readonly PlacedProperty[];
  /** Assumptions relied upon. */
  readonly assumptions: readonly PlacedProperty[];
  readonly covers: readonly Cover[];
}
