// Two designs side by side: the same inputs to both, and every output the same in every cycle.
/* oxlint-disable typescript/no-unsafe-type-assertion -- shapes follow the ports' when they run */
import type { Bit, Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { join } from "../language/declare.ts";
import type { Design } from "../language/design.ts";
import { module } from "../language/module.ts";
import { isList, isPort, type Bundle, type Given, type Inside, type PortTree } from "../language/ports.ts";
import type { Proof } from "./outcome.ts";
import { prove, type ProveOptions } from "./prove.ts";

export interface EqualOptions<B extends Bundle> extends ProveOptions {
  /** Of the comparison; the first design's followed by `_is_` and the second's unless stated. */
  readonly name?: string;
  /** Cases in which the two need not agree are those in which this does not hold. */
  readonly where?: (inputs: Inside<B>, m: Builder) => Bit;
  /** Outputs to compare, by full name; all unless stated. */
  readonly outputs?: readonly string[];
}

/** Proves that two designs with the same ports do the same; an assertion is named after the output it is about. */
export async function proveEqual<B extends Bundle>(
  one: Design<B>,
  other: Design<NoInfer<B>>,
  options: EqualOptions<B> = {},
): Promise<Proof> {
  return prove(comparison(one, other, options), options);
}

/** The two designs in one, with assertions about their outputs. */
export function comparison<B extends Bundle>(one: Design<B>, other: Design<B>, options: EqualOptions<B> = {}): Design {
  const { name = `${one.name}_is_${other.name}`, where, outputs } = options;
  const doc = `"${one.name}" against "${other.name}".`;
  return module(name, doc, inputsOf(one.ports) as Bundle, (m, io) => {
    const inputs = io as Inside<B>;
    const left = m.instance("one", one, inputs as Given<B>);
    const right = m.instance("other", other, inputs as Given<B>);
    const inCase = where?.(inputs, m);
    for (const label of outputNames(one.ports)) {
      if (outputs !== undefined && !outputs.includes(label)) continue;
      const same = valueAt(left, label).eq(valueAt(right, label));
      m.assert(`same_${label}`, inCase === undefined ? same : inCase.not().or(same));
    }
  });
}

/** An output of an instance, by its full name. */
function valueAt(yields: unknown, label: string): Bits {
  const found = leaves(yields as PortTree).find(([path]) => path === label)?.[1] as unknown as Bits;
  return found.as(found.width);
}

function inputsOf(tree: PortTree): PortTree {
  if (isPort(tree)) return tree;
  if (isList(tree)) return tree.map(inputsOf);
  return Object.fromEntries(
    Object.entries(tree).filter(([, item]) => has(item, "in")).map(([key, item]) => [key, inputsOf(item)]),
  );
}

function has(tree: PortTree, direction: "in" | "out"): boolean {
  return leaves(tree).some(([, port]) => (port as { direction?: string }).direction === direction);
}

function outputNames(ports: Bundle): string[] {
  return leaves(ports).flatMap(([label, port]) => ((port as { direction?: string }).direction === "out" ? [label] : []));
}

/** What a tree of ports, or of values in their shape, ends in, by full name. */
function leaves(tree: PortTree, label = ""): (readonly [string, PortTree])[] {
  if (isPort(tree) || "width" in tree) return [[label, tree]];
  return Object.entries(tree).flatMap(([key, item]: [string, PortTree]) => leaves(item, join(label, key)));
}
