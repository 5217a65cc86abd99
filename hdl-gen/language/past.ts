// Past values, for properties that speak about time. The past of an expression is the same expression over the past of
// its signals, so that only signals need registers: `count_past` holds what `count` was one cycle ago, `count_past_2`
// two. They are ghosts.
//
// Just after reset there is no past worth speaking of. A property that reads values of n cycles ago therefore counts
// only in cycles that follow n others without reset; `since_reset_n` says so.
/* oxlint-disable consistent-return -- tsc knows that these switches are exhaustive */
import { dependencies } from "../check/loops.ts";
import { reads } from "../check/reads.ts";
import { Bits, constant, type Bit, type Node } from "./bits.ts";
import { ChoiceBits, ChoiceRegister, isEnumeration } from "./choice.ts";
import type { Clock } from "./clock.ts";
import { join } from "./declare.ts";
import type { Instance, Property, Statement } from "./design.ts";
import { HdlError } from "./error.ts";
import { Register, Signal } from "./signal.ts";
import { Site } from "./site.ts";

/** What histories are kept in: the module being built. */
export interface Archive {
  readonly body: Statement[];
  readonly instances: readonly Instance[];
  /** Takes in a ghost. */
  declareGhost(signal: Signal): void;
}

export class History {
  readonly #archive: Archive;
  /** For each signal, what it was one cycle ago, two cycles ago and so on. */
  readonly #pasts = new Map<Signal, Signal[]>();
  /** Whose past a register holds, and from how long ago. */
  readonly #ages = new Map<Signal, { readonly of: Signal; readonly cycles: number }>();
  readonly #sinceReset = new Map<Clock, Signal[]>();

  constructor(archive: Archive) {
    this.#archive = archive;
  }

  past(value: Bits, cycles: number, at: Site): Bits {
    if (!Number.isInteger(cycles) || cycles < 1) {
      throw new HdlError({
        code: "past",
        summary: `there is no past of ${cycles} cycles ago`,
        at,
        fix: "give a whole number of cycles, at least 1",
      });
    }
    const pasts = new Map<Bits, Bits>();
    const pastOf = (of: Bits): Bits => {
      const known = pasts.get(of) ?? like(of, this.#pastNode(of.node, pastOf, cycles, at));
      pasts.set(of, known);
      return known;
    };
    return pastOf(value);
  }

  #pastNode(node: Node, pastOf: (of: Bits) => Bits, cycles: number, at: Site): Node {
    switch (node.op) {
      case "const":
        return node;
      case "signal":
        return { op: "signal", signal: this.#pastSignal(node.signal, cycles, at) };
      case "binary":
        return { ...node, a: pastOf(node.a), b: pastOf(node.b) };
      case "unary":
      case "slice":
      case "extend":
      case "replicate":
        return { ...node, a: pastOf(node.a) };
      case "mux":
        return { ...node, condition: pastOf(node.condition), a: pastOf(node.a), b: pastOf(node.b) };
      case "select":
        return { ...node, index: pastOf(node.index), values: node.values.map(pastOf) };
      case "cat":
        return { ...node, parts: node.parts.map(pastOf) };
      case "memory":
        throw new HdlError({
          code: "past",
          summary: `what memory "${node.memory.label}" held in the past is not known`,
          at,
          notes: [{ at: node.memory.at, text: `"${node.memory.label}" is declared here` }],
          fix: "name what is read, m.nets({ word: <the read> }), and take the past of that",
        });
    }
  }

  #pastSignal(signal: Signal, cycles: number, at: Site): Signal {
    if (signal.free === "constant") return signal;
    const { of, cycles: already } = this.#ages.get(signal) ?? { of: signal, cycles: 0 };
    const pasts = this.#pasts.get(of) ?? [];
    this.#pasts.set(of, pasts);
    while (pasts.length < already + cycles) {
      const age = pasts.length + 1;
      const doc = `${of.label}, ${age === 1 ? "one cycle" : `${age} cycles`} ago`;
      const label = age === 1 ? `${of.label}_past` : `${of.label}_past_${age}`;
      const past = this.#register(label, of, pasts.at(-1) ?? of, of.clock, { doc, at });
      this.#ages.set(past, { of, cycles: age });
      pasts.push(past);
    }
    return pasts[already + cycles - 1] ?? signal;
  }

  /** At least this many cycles of a clock without its reset came before this one. */
  sinceReset(cycles: number, clock: Clock, at: Site): Bit {
    const known = this.#sinceReset.get(clock) ?? [];
    this.#sinceReset.set(clock, known);
    while (known.length < cycles) {
      const age = known.length + 1;
      const label = join(clock.label, `since_reset_${age}`);
      const doc = `at least ${age === 1 ? "one cycle" : `${age} cycles`} without reset before this one`;
      known.push(this.#register(label, ONE, known.at(-1) ?? ONE, clock, { reset: 0n, doc, at }));
    }
    return (known[cycles - 1] ?? ONE).as(1);
  }

  #register(
    label: string,
    shape: Bits,
    next: Bits,
    clock: Clock | undefined,
    options: { reset?: bigint; doc: string; at: Site },
  ): Signal {
    const register = isEnumeration(shape.enumeration)
      ? new ChoiceRegister("register", label, shape.enumeration, options)
      : new Register("register", label, shape.width, options);
    register.clock = clock;
    this.#archive.declareGhost(register);
    this.#archive.body.push({ kind: "assign", target: register, value: next, at: options.at });
    return register;
  }

  /** The property, kept quiet while the past it speaks of is not there yet. */
  guarded(property: Property): Property {
    if (this.#ages.size === 0) return property;
    const age = this.#oldest([property.condition, ...property.under]);
    return age === 0 ? property : { ...property, under: [this.sinceReset(age, property.clock, property.at), ...property.under] };
  }

  /** How far back the oldest value lies that any of these follow within the cycle. */
  #oldest(values: readonly Bits[]): number {
    const graph = dependencies(this.#archive);
    const seen = new Set<Signal>();
    const visit = (signal: Signal): number => {
      if (seen.has(signal)) return 0;
      seen.add(signal);
      const before = [...(graph.get(signal)?.keys() ?? [])].map(visit);
      return Math.max(this.#ages.get(signal)?.cycles ?? 0, ...before);
    };
    return Math.max(0, ...values.flatMap((value) => reads(value).map(visit)));
  }
}

const ONE = constant(1, 1);

function like(of: Bits, node: Node): Bits {
  if (node.op === "signal") return node.signal;
  return isEnumeration(of.enumeration) ? new ChoiceBits(of.enumeration, node) : new Bits(of.width, node);
}
