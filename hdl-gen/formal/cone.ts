// What can have a hand in a property: everything it reads, what that follows from, and so on, back through registers.
import { accesses, branches, visit } from "../check/reads.ts";
import type { Bits } from "../language/bits.ts";
import type { Design, Property, Statement } from "../language/design.ts";
import type { Memory } from "../language/memory.ts";
import type { Signal } from "../language/signal.ts";

/** Signals and memories of the property's own module, in the order they were declared. */
export interface Cone {
  readonly signals: readonly Signal[];
  readonly memories: readonly Memory[];
}

export function coneOf(design: Design, { condition, under }: Property): Cone {
  const sources = sourcesOf(design);
  const found = new Set<Source>();
  const follow = (source: Source): void => {
    if (found.has(source)) return;
    found.add(source);
    sources.get(source)?.forEach(follow);
  };
  for (const value of [condition, ...under]) influences(value).forEach(follow);
  return {
    signals: design.signals.filter((signal) => found.has(signal)),
    memories: design.memories.filter((memory) => found.has(memory)),
  };
}

type Source = Signal | Memory;

/** What each signal and memory follows from, in this cycle or the one before. */
function sourcesOf({ body, memories, instances }: Design): ReadonlyMap<Source, ReadonlySet<Source>> {
  const sources = new Map<Source, Set<Source>>();
  const add = (target: Source, from: Iterable<Source>): void => {
    const set = sources.get(target) ?? new Set();
    sources.set(target, set);
    for (const source of from) set.add(source);
  };
  inBody(body, []);
  for (const memory of memories) {
    for (const { value } of accesses(memory)) add(memory, influences(value));
    for (const { target } of [...memory.reads, ...memory.ports]) add(target, [memory]);
  }
  for (const { inputs, outputs } of instances) {
    for (const signal of outputs.values()) for (const value of inputs.values()) add(signal, influences(value));
  }
  return sources;

  function inBody(statements: readonly Statement[], conditions: readonly Bits[]): void {
    for (const statement of statements) {
      if (statement.kind === "assign") {
        for (const value of [statement.value, ...conditions]) add(statement.target, influences(value));
        continue;
      }
      const own = statement.kind === "match" ? [statement.on] : statement.arms.map((arm) => arm.condition);
      for (const inner of branches(statement)) inBody(inner, [...conditions, ...own]);
    }
  }
}

/** The signals and memories an expression reads. */
function influences(expression: Bits): ReadonlySet<Source> {
  const found = new Set<Source>();
  visit(expression, (node) => {
    if (node.op === "signal") found.add(node.signal);
    else if (node.op === "memory") found.add(node.memory);
  });
  return found;
}
