// An elaborated module: plain data, for the checks, the Verilog writer, the simulator and the prover.
import type { Bits } from "./bits.ts";
import type { BlackBox } from "./black-box.ts";
import type { Clock } from "./clock.ts";
import type { EnumerationBase } from "./choice.ts";
import type { Memory } from "./memory.ts";
import type { Bundle } from "./ports.ts";
import type { Part, Signal } from "./signal.ts";
import type { Site } from "./site.ts";

export interface Assign {
  readonly kind: "assign";
  readonly target: Signal;
  /** The bits assigned, when it is not all of them. */
  readonly part?: Part;
  readonly value: Bits;
  readonly at: Site;
}
export interface When {
  readonly kind: "when";
  readonly arms: readonly WhenArm[];
  readonly otherwise: readonly Statement[] | undefined;
  readonly at: Site;
}
export interface WhenArm {
  readonly condition: Bits;
  readonly body: readonly Statement[];
  readonly at: Site;
}
export interface Match {
  readonly kind: "match";
  readonly on: Bits;
  readonly arms: readonly MatchArm[];
  /**
   * The arms name every value of an enumeration that leaves encodings without a name, or every value there is; the
   * last arm then stands for what is left.
   */
  readonly complete: boolean;
  readonly otherwise: readonly Statement[] | undefined;
  readonly at: Site;
}
export interface MatchArm {
  readonly labels: readonly Label[];
  readonly body: readonly Statement[];
  readonly at: Site;
}
export interface Label {
  readonly value: bigint;
  /** The bits that count; the others are `?`. Undefined means all. */
  readonly care: bigint | undefined;
  /** The enumeration name, if it has one. */
  readonly name: string | undefined;
}
export type Statement = Assign | When | Match;

export interface Instance {
  readonly label: string;
  readonly of: Design;
  /** By the port's full name. */
  readonly inputs: ReadonlyMap<string, Bits>;
  readonly outputs: ReadonlyMap<string, Signal>;
  /** What clocks it, where it has a clock of its own. */
  readonly clock: Clock;
  /** By the name of the clock port. */
  readonly clocks: ReadonlyMap<string, Clock>;
  readonly at: Site;
}

export type PropertyKind = "assert" | "assume" | "cover";
export interface Property {
  readonly kind: PropertyKind;
  readonly name: string;
  readonly condition: Bits;
  /** The property only speaks of cycles in which these, the branches it stands in, all hold. */
  readonly under: readonly Bits[];
  readonly clock: Clock;
  readonly at: Site;
}

/** A set of names that signals of the module take values from. */
export interface LocalNames {
  readonly label: string;
  readonly of: EnumerationBase;
}

export interface Design<B extends Bundle = Bundle> {
  readonly name: string;
  readonly doc: string;
  readonly at: Site;
  readonly ports: B;
  readonly signals: readonly Signal[];
  readonly body: readonly Statement[];
  readonly memories: readonly Memory[];
  readonly instances: readonly Instance[];
  readonly properties: readonly Property[];
  readonly unused: readonly Bits[];
  /** The clock that need not be named. */
  readonly clock: Clock;
  /** Those that are ports. */
  readonly clocks: readonly Clock[];
  /** It holds state under that clock, itself or in an instance, so it has a port `clk`; some of that state is reset, so it has `rst`. */
  readonly clocked: boolean;
  readonly resettable: boolean;
  /** For each output, the inputs that reach it within the cycle; found by the checks. */
  readonly paths: ReadonlyMap<string, ReadonlySet<string>>;
  /** Somebody else's module: there is nothing inside. */
  readonly blackBox?: BlackBox;
}
