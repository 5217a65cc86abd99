// Which assignments belong together? Signals that share conditional statements share a block, as long as no block then
// seems to depend on itself through another: that would be a loop to a simulator that evaluates whole blocks.
import { branches, reads, targets } from "../check/reads.ts";
import { dependencies, type Dependencies } from "../check/loops.ts";
import type { Assign, Design, Statement } from "../language/design.ts";
import type { Signal } from "../language/signal.ts";

/** Signals and the statements that assign them, and nothing else, in the order written. */
export interface Block {
  readonly targets: readonly Signal[];
  readonly body: readonly Statement[];
}

export interface Schedule {
  /** Signals that one unconditional statement drives. */
  readonly plain: readonly Assign[];
  /** Signals that conditional statements drive. */
  readonly blocks: readonly Block[];
  /** Registers, likewise grouped. */
  readonly registers: readonly Block[];
}

const schedules = new WeakMap<Design, Schedule>();

export function schedule(design: Design): Schedule {
  const known = schedules.get(design);
  if (known !== undefined) return known;
  const plain: Assign[] = [];
  const conditional: Group[] = [];
  for (const group of groups(design.body, false)) {
    const [first] = group.statements;
    if (group.statements.length === 1 && first?.kind === "assign") plain.push(first);
    else conditional.push(group);
  }
  const graph = dependencies(design);
  const layered = conditional.flatMap((group) => layers(group, graph));
  const result = {
    plain,
    blocks: untangle(layered, graph).map(blockOf),
    registers: joinPlain(groups(design.body, true)).map(blockOf),
  };
  schedules.set(design, result);
  return result;
}

interface Group {
  readonly targets: readonly Signal[];
  /** Statements of the module, whole; they may assign other signals too. */
  readonly statements: readonly Statement[];
}

/** Signals connected by the conditional statements that assign them, in the order of their first statement. */
function groups(body: readonly Statement[], registers: boolean): Group[] {
  const wanted = body.map((statement) => [...targets([statement])].filter((t) => (t.kind === "register") === registers));
  const parent = new Map<Signal, Signal>();
  const root = (signal: Signal): Signal => {
    let at = signal;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    return at;
  };
  for (const together of wanted) {
    const [first, ...rest] = together;
    if (first === undefined) continue;
    if (!parent.has(first)) parent.set(first, first);
    for (const other of rest) {
      if (!parent.has(other)) parent.set(other, other);
      parent.set(root(other), root(first));
    }
  }
  const found = new Map<Signal, { targets: Set<Signal>; statements: Statement[] }>();
  body.forEach((statement, i) => {
    const [first] = wanted[i] ?? [];
    if (first === undefined) return;
    const key = root(first);
    const group = found.get(key) ?? { targets: new Set(), statements: [] };
    found.set(key, group);
    for (const target of wanted[i] ?? []) group.targets.add(target);
    group.statements.push(statement);
  });
  return [...found.values()].map((group) => ({ targets: [...group.targets], statements: group.statements }));
}

/** Registers that only unconditional statements drive have nothing to keep apart. */
function joinPlain(all: readonly Group[]): Group[] {
  const isPlain = (group: Group): boolean => group.statements.every((s) => s.kind === "assign");
  const plain = all.filter(isPlain);
  const joined = { targets: plain.flatMap((g) => g.targets), statements: plain.flatMap((g) => g.statements) };
  return plain.length === 0 ? [...all] : [joined, ...all.filter((g) => !isPlain(g))];
}

/** Parts a group so that no member of a part depends on another member of it, even through other signals. */
function layers(group: Group, graph: Dependencies): Group[] {
  if (group.targets.length === 1) return [group];
  const members = new Set(group.targets);
  const depths = new Map<Signal, number>();
  const depth = (signal: Signal): number => {
    const known = depths.get(signal);
    if (known !== undefined) return known;
    let deepest = 0;
    for (const source of graph.get(signal)?.keys() ?? []) {
      deepest = Math.max(deepest, depth(source) + (members.has(source) ? 1 : 0));
    }
    depths.set(signal, deepest);
    return deepest;
  };
  const parts = new Map<number, Signal[]>();
  for (const target of group.targets) {
    const at = depth(target);
    parts.set(at, [...(parts.get(at) ?? []), target]);
  }
  return [...parts.values()].map((part) => ({ targets: part, statements: group.statements }));
}

/** Takes apart those groups that depend on each other in a circle; single signals never do. */
function untangle(parts: readonly Group[], graph: Dependencies): Group[] {
  const homes = new Map<Signal, number>();
  parts.forEach((part, i) => part.targets.forEach((t) => homes.set(t, i)));
  const edges = parts.map((part) => sources(part, graph));
  const circular = inCircles(edges.map((from) => [...from].flatMap((s) => homes.get(s) ?? [])));
  return parts.flatMap((part, i) =>
    circular.has(i) ? part.targets.map((target) => ({ targets: [target], statements: part.statements })) : [part],
  );

  /** Members of other parts that a part follows, directly or through signals of no part. */
  function sources(part: Group, of: Dependencies): Set<Signal> {
    const found = new Set<Signal>();
    const seen = new Set<Signal>();
    const look = (signal: Signal): void => {
      for (const source of of.get(signal)?.keys() ?? []) {
        if (homes.has(source)) found.add(source);
        else if (!seen.has(source)) {
          seen.add(source);
          look(source);
        }
      }
    };
    part.targets.forEach(look);
    return found;
  }
}

/** The nodes of a graph that lie on a circle (Tarjan's strongly connected components). */
export function inCircles(edges: readonly (readonly number[])[]): Set<number> {
  const order: (number | undefined)[] = [];
  const low: number[] = [];
  const stack: number[] = [];
  const onStack = new Set<number>();
  const circular = new Set<number>();
  let count = 0;
  const visit = (node: number): number => {
    const own = count++;
    order[node] = own;
    low[node] = own;
    stack.push(node);
    onStack.add(node);
    for (const next of edges[node] ?? []) {
      if (order[next] === undefined) low[node] = Math.min(low[node] ?? own, visit(next));
      else if (onStack.has(next)) low[node] = Math.min(low[node] ?? own, order[next]);
    }
    if (low[node] === own) {
      const component = stack.splice(stack.lastIndexOf(node));
      for (const member of component) onStack.delete(member);
      if (component.length > 1) for (const member of component) circular.add(member);
    }
    return low[node] ?? own;
  };
  edges.forEach((_, node) => {
    if (order[node] === undefined) visit(node);
  });
  return circular;
}

function blockOf({ targets: wanted, statements }: Group): Block {
  const set = new Set(wanted);
  return { targets: wanted, body: prune(statements, set) };
}

/** The parts of statements that assign wanted signals. */
export function prune(body: readonly Statement[], wanted: ReadonlySet<Signal>): Statement[] {
  return body.flatMap((statement): Statement[] => {
    if (statement.kind === "assign") return wanted.has(statement.target) ? [statement] : [];
    if (![...targets([statement])].some((t) => wanted.has(t))) return [];
    const otherwise = statement.otherwise && prune(statement.otherwise, wanted);
    if (statement.kind === "match") {
      return [{ ...statement, arms: statement.arms.map((arm) => ({ ...arm, body: prune(arm.body, wanted) })), otherwise }];
    }
    const arms = statement.arms.map((arm) => ({ ...arm, body: prune(arm.body, wanted) }));
    if (otherwise !== undefined && otherwise.length > 0) return [{ ...statement, arms, otherwise }];
    // Conditions at the end that have nothing to decide any more.
    const used = arms.findLastIndex((arm) => arm.body.length > 0);
    return [{ ...statement, arms: arms.slice(0, used + 1), otherwise: undefined }];
  });
}

/**
 * Some condition is known beforehand. A tool may then drop the branches it knows not to be taken, and be left with an
 * `always @*` that reads nothing and so never runs; such a block is better written as expressions.
 */
export function hasKnownCondition(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    if (statement.kind === "assign") return false;
    const conditions = statement.kind === "match" ? [statement.on] : statement.arms.map((arm) => arm.condition);
    return conditions.some((c) => reads(c).length === 0) || branches(statement).some(hasKnownCondition);
  });
}
