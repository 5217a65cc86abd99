// What an expression reads, and a statement writes.
/* oxlint-disable consistent-return -- tsc knows that these switches are exhaustive */
import type { Bits, Node } from "../language/bits.ts";
import type { Design, Statement } from "../language/design.ts";
import type { Memory, MemoryPort, MemoryRead, MemoryWrite } from "../language/memory.ts";
import type { Signal } from "../language/signal.ts";
import type { Site } from "../language/site.ts";

const known = new WeakMap<Bits, readonly Signal[]>();

/** The signals an expression reads, each once, in order of appearance. */
export function reads(expression: Bits): readonly Signal[] {
  const before = known.get(expression);
  if (before !== undefined) return before;
  const found = new Set<Signal>();
  visit(expression, (node) => {
    if (node.op === "signal") found.add(node.signal);
  });
  const result = [...found];
  known.set(expression, result);
  return result;
}

/** Each node of an expression once, however often it is shared. */
export function visit(expression: Bits, see: (node: Node, expression: Bits) => void, seen = new Set<Bits>()): void {
  if (seen.has(expression)) return;
  seen.add(expression);
  const node = expression.node;
  see(node, expression);
  for (const part of operands(node)) visit(part, see, seen);
}

/** The expressions a node is made of. */
export function operands(node: Node): readonly Bits[] {
  switch (node.op) {
    case "const":
    case "signal":
      return [];
    case "binary":
      return [node.a, node.b];
    case "unary":
    case "slice":
    case "extend":
    case "replicate":
      return [node.a];
    case "mux":
      return [node.condition, node.a, node.b];
    case "select":
      return [node.index, ...node.values];
    case "cat":
      return node.parts;
    case "memory":
      return [node.address];
  }
}

/** The signals that statements assign, each once, in order. */
export function targets(body: readonly Statement[], into = new Set<Signal>()): Set<Signal> {
  for (const statement of body) {
    if (statement.kind === "assign") into.add(statement.target);
    else for (const inner of branches(statement)) targets(inner, into);
  }
  return into;
}

/** The bodies of a conditional statement. */
export function branches(statement: Exclude<Statement, { kind: "assign" }>): readonly (readonly Statement[])[] {
  const arms = statement.arms.map((arm) => arm.body);
  return statement.otherwise === undefined ? arms : [...arms, statement.otherwise];
}

/** Every expression of a module, with the place it stands in. */
export function* expressions(design: Design): Generator<{ readonly value: Bits; readonly at: Site }> {
  yield* inStatements(design.body);
  for (const memory of design.memories) yield* accesses(memory);
  for (const { inputs, at } of design.instances) for (const value of inputs.values()) yield { value, at };
  for (const { condition, under, at } of design.properties) {
    yield { value: condition, at };
    for (const value of under) yield { value, at };
  }
  for (const value of design.unused) yield { value, at: design.at };
}

export function* inStatements(body: readonly Statement[]): Generator<{ readonly value: Bits; readonly at: Site }> {
  for (const statement of body) {
    if (statement.kind === "assign") {
      yield { value: statement.value, at: statement.at };
      continue;
    }
    if (statement.kind === "match") yield { value: statement.on, at: statement.at };
    else for (const { condition, at } of statement.arms) yield { value: condition, at };
    for (const inner of branches(statement)) yield* inStatements(inner);
  }
}

export function* accesses(memory: Memory): Generator<{ readonly value: Bits; readonly at: Site }> {
  const all: readonly (MemoryRead | MemoryWrite | MemoryPort)[] = [...memory.reads, ...memory.writes, ...memory.ports];
  for (const access of all) for (const value of accessValues(access)) yield { value, at: access.at };
}

/** What one port of a memory follows. */
export function accessValues(access: MemoryRead | MemoryWrite | MemoryPort): readonly Bits[] {
  const values: (Bits | undefined)[] = [access.address, access.enable];
  if ("data" in access) values.push(access.data, access.byteEnable);
  if ("write" in access) values.push(access.write);
  return values.filter((value) => value !== undefined);
}
