// Clocks. A module has one, `clk`, that nobody has to name. A crossing has further ones, as ports: `write: clock()` is
// `write_clk` and, if reset matters to what it clocks, `write_rst`. What is declared inside `m.domain(io.write, …)`
// belongs to that clock, as do the ports in `clockedBy("write", { … })`; nothing of one domain may read what is of
// another, but for `m.crossing`, which says why it may.
import type { Instance } from "./design.ts";
import type { Memory } from "./memory.ts";
import type { Bundle, Port, PortTree } from "./ports.ts";
import { isList, isPort } from "./ports.ts";
import type { Signal } from "./signal.ts";
import { Site } from "./site.ts";

export interface ResetShape {
  /** An asynchronous reset acts without a clock; it must not end just at an edge: see `resetSynchronizer`. */
  readonly kind: "synchronous" | "asynchronous";
  readonly active: "high" | "low";
}
export interface ClockShape {
  readonly edge: "rising" | "falling";
  readonly reset: ResetShape;
}

export interface ClockPort extends Port<"in", 1> {
  readonly clock: ClockShape;
}

/** A clock, as a port; with the edge and the reset of what it clocks. */
export function clock(
  { edge = "rising", reset = {}, doc = "" }: {
    readonly edge?: ClockShape["edge"];
    readonly reset?: Partial<ResetShape>;
    readonly doc?: string;
  } = {},
): ClockPort {
  const { kind = "synchronous", active = "high" } = reset;
  const shape = { edge, reset: { kind, active } };
  return { direction: "in", width: 1, doc, at: new Site(), async: false, enumeration: undefined, clock: shape };
}

/** Ports that belong to the clock of that name, which is a port of the same module. */
export function clockedBy<const P extends Bundle>(name: string, ports: P): P {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape stays as it is
  return mark(ports) as P;

  function mark(tree: PortTree): PortTree {
    if (isPort(tree)) return { ...tree, domain: name };
    if (isList(tree)) return tree.map(mark);
    return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, mark(value)]));
  }
}

/** Where a clock comes from that is no port. */
export interface ClockOrigin {
  readonly clockedBy?: Signal;
  /** The clock it is, but for its reset. */
  readonly from?: Clock;
  readonly resetBy?: Signal;
}

/** A clock inside its module: something to declare under, not to compute with. */
export class Clock {
  /** The port's name; empty for the module's own. */
  readonly label: string;
  readonly shape: ClockShape;
  readonly at: Site;
  /** The clock it is, when it differs in nothing but its reset. */
  readonly domain: Clock;
  /** The signal that clocks or resets, if it is one of the module's; else there is an input for it. */
  readonly clockedBy: Signal | undefined;
  readonly resetBy: Signal | undefined;

  constructor(label: string, shape: ClockShape, at: Site, origin: ClockOrigin = {}) {
    this.label = label;
    this.shape = shape;
    this.at = at;
    this.domain = origin.from?.domain ?? this;
    this.clockedBy = origin.clockedBy ?? origin.from?.clockedBy;
    this.resetBy = origin.resetBy;
  }

  /** As it is called in messages. */
  get name(): string {
    return this.label === "" ? "clk" : this.label;
  }
  get clockWire(): string {
    if (this.clockedBy !== undefined) return this.clockedBy.label;
    return this.label === "" ? "clk" : `${this.label}_clk`;
  }
  get resetWire(): string {
    if (this.resetBy !== undefined) return this.resetBy.label;
    const suffix = this.shape.reset.active === "low" ? "rst_n" : "rst";
    return this.label === "" ? suffix : `${this.label}_${suffix}`;
  }
}

export const OWN_CLOCK: ClockShape = { edge: "rising", reset: { kind: "synchronous", active: "high" } };

export interface Clocked {
  readonly signals: readonly Signal[];
  readonly memories: readonly Memory[];
  readonly instances: readonly Instance[];
}

/** Something changes at the edges of this clock. */
export function isClocked({ signals, memories, instances }: Clocked, of: Clock): boolean {
  return (
    signals.some((s) => s.clock?.domain === of && ((s.kind === "register" && s.free === undefined) || s.kind === "read")) ||
    memories.some((memory) => [...memory.writes, ...memory.ports].some((access) => access.clock.domain === of)) ||
    instances.some((i) => (i.of.clocked && i.clock.domain === of) || [...i.clocks.values()].some((c) => c.domain === of))
  );
}

/** Some of it is reset by the input that goes with the clock. */
export function isReset({ signals, instances }: Pick<Clocked, "signals" | "instances">, of: Clock): boolean {
  return (
    signals.some((s) => s.clock === of && s.kind === "register" && s.reset !== undefined) ||
    instances.some(
      (i) =>
        (i.of.resettable && i.clock === of) ||
        i.of.clocks.some((c) => i.clocks.get(c.label) === of && isReset(i.of, c)),
    )
  );
}
