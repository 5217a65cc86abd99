// Signals: the named things of a module. Registers take `next`, nets and outputs take `value`, inputs take neither.
/* oxlint-disable typescript/no-unsafe-type-assertion -- a signal is made before its node, which refers to it */
import { Bits, checkWidth, operand, type Val } from "./bits.ts";
import type { Clock } from "./clock.ts";
import { HdlError } from "./error.ts";
import { Site } from "./site.ts";
import type { SliceWidth } from "./widths.ts";

/**
 * `read` is what a memory's clocked read port last delivered; `instance` is an output of an instance. Both are driven
 * by what they belong to.
 */
export type SignalKind = "input" | "output" | "register" | "net" | "read" | "instance";

/** The module that owns a signal, as far as the signal needs to know it. */
export interface Owner {
  readonly name: string;
  assign(target: Signal, value: Bits, at: Site, part?: Part): void;
}

/** Some bits of a signal, `hi` down to `lo`, both included. */
export interface Part {
  readonly hi: number;
  readonly lo: number;
}

export class Signal<N extends number = number> extends Bits<N> {
  readonly kind: SignalKind;
  readonly label: string;
  /** A register's value after reset; undefined when reset leaves it alone. */
  readonly reset: bigint | undefined;
  readonly doc: string;
  readonly at: Site;
  /** Set when the module takes the signal in. */
  owner: Owner | undefined;
  /** The clock that it changes with; of what follows no clock, the one it is used under. */
  clock: Clock | undefined;
  /** It takes over a value from another clock's domain, for a reason that its declaration gives. */
  crossing = false;
  /** An input that no clock times. */
  async = false;
  /** Only properties and other ghosts may read it; no hardware is made of it. */
  ghost = false;
  /** A ghost that may have any value: one for ever, or another in each cycle. */
  free: "constant" | "each cycle" | undefined;

  constructor(kind: SignalKind, label: string, width: N, options: { reset?: bigint | undefined; doc: string; at: Site }) {
    checkWidth(width, `"${label}"`, options.at);
    // A signal is its own node; the cycle is closed below.
    super(width, undefined as never);
    (this as { node: Bits["node"] }).node = { op: "signal", signal: this };
    this.kind = kind;
    this.label = label;
    this.reset = options.reset;
    this.doc = options.doc;
    this.at = options.at;
  }

  protected assign(value: Val<N>, what: "next" | "value"): void {
    const at = new Site();
    this.owner?.assign(this, operand(value, this, `"${this.label}".${what}`, at), at);
  }

  protected assignPart(value: Val<number>, { hi, lo }: Part): void {
    const at = new Site();
    const like: Bits = this.slice(hi, lo);
    this.owner?.assign(this, operand(value, like, `bits ${hi}:${lo} of "${this.label}"`, at), at, { hi, lo });
  }

  protected refuseRead(what: "next" | "value"): undefined {
    throw new HdlError({
      code: "write-only",
      summary: `.${what} of "${this.label}" can only be assigned`,
      notes: [{ at: this.at, text: `"${this.label}" is declared here` }],
      fix: `read the ${this.kind} itself, without .${what}`,
    });
  }
}

/** Bits of a register, to be assigned on their own; the others keep what they have or are given elsewhere. */
export interface RegisterPart<N extends number> {
  set next(value: Val<N>);
}
/** Bits of a net that overrides a default for the whole. */
export interface NetPart<N extends number> {
  set value(value: Val<N>);
}

/** Read it and you get this cycle's value; assign `next` to choose the coming one. */
export class Register<N extends number> extends Signal<N> {
  get next(): undefined {
    return this.refuseRead("next");
  }
  set next(value: Val<N>) {
    this.assign(value, "next");
  }
  /** Bits `hi` down to `lo`, for assignment only. */
  part<H extends number, L extends number>(hi: H, lo: L): RegisterPart<SliceWidth<H, L>> {
    const assign = (value: Val<number>): void => this.assignPart(value, { hi, lo });
    return {
      set next(value: Val<SliceWidth<H, L>>) {
        assign(value);
      },
    };
  }
}

/** An output or a net: assign `value` to drive it. */
export class Net<N extends number> extends Signal<N> {
  get value(): undefined {
    return this.refuseRead("value");
  }
  set value(value: Val<N>) {
    this.assign(value, "value");
  }
  /** Bits `hi` down to `lo`, for assignment only. */
  part<H extends number, L extends number>(hi: H, lo: L): NetPart<SliceWidth<H, L>> {
    const assign = (value: Val<number>): void => this.assignPart(value, { hi, lo });
    return {
      set value(value: Val<SliceWidth<H, L>>) {
        assign(value);
      },
    };
  }
}
