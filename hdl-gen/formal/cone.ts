// What can have a hand in a property: everything it reads, what that follows from, and so on, back through registers.
import { accesses, branches, visit } from "../check/reads.ts";
import type { Bits } from "../language/bits.ts";
import type { Design, Property, Statement } from "../language/design.ts";
import type { Signal } from "../language/signal.ts";

/** Signals of the property's own module, in the order they were declared. */
export function cone(design: Design, { condition, under }: Property): readonly Signal[] {
  const sources = sourcesOf(design);
  const found = new Set<Signal>();
  const follow = (signal: Signal): void => {
    if (found.has(signal)) return;
    found.add(signal);
    sources.get(signal)?.forEach(follow);
  };
  for (const value of [condition, ...under]) influences(value).forEach(follow);
  return design.signals.filter((signal) => found.has(signal));
}

/** What each signal follows from, in this cycle or the one before. */
function sourcesOf({ body, memories, instances }: Design): ReadonlyMap<Signal, ReadonlySet<Signal>> {
  const sources = new Map<Signal, Set<Signal>>();
  const add = (target: Signal, values: readonly Bits[]): void => {
    const set = sources.get(target) ?? new Set();
    sources.set(target, set);
    for (const value of values) for (const signal of influences(value)) set.add(signal);
  };
  inBody(body, []);
  for (const memory of memories) {
    const all = [...accesses(memory)].map(({ value }) => value);
    for (const { target } of [...memory.reads, ...memory.ports]) add(target, all);
  }
  for (const { inputs, outputs } of instances) for (const signal of outputs.values()) add(signal, [...inputs.values()]);
  return sources;

  function inBody(statements: readonly Statement[], conditions: readonly Bits[]): void {
    for (const statement of statements) {
      if (statement.kind === "assign") {
        add(statement.target, [statement.value, ...conditions]);
        continue;
      }
      const own = statement.kind === "match" ? [statement.on] : statement.arms.map((arm) => arm.condition);
      for (const inner of branches(statement)) inBody(inner, [...conditions, ...own]);
    }
  }
}

/** The signals an expression reads, and those that say what is in the memories it reads. */
function influences(expression: Bits, found = new Set<Signal>(), seen = new Set<Bits>()): ReadonlySet<Signal> {
  visit(
    expression,
    (node) => {
      if (node.op === "signal") found.add(node.signal);
      else if (node.op === "memory") for (const { value } of accesses(node.memory)) influences(value, found, seen);
    },
    seen,
  );
  return found;
}
