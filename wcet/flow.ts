// The flow problem of an operation: how often can each arc be gone along, and what does it cost each time?
//
// Vertices are the places where paths part or meet and those with a marker; an arc is a straight piece of the expanded
// graph from one to the next. Flow of one comes in at the source, goes out at the sink, and what goes into any other
// vertex leaves it. Of each loop it holds besides: entries of its body ≤ bound × entries of the loop.
import { entryCost, exitCost, ownCost, seamCost, type MachineTiming } from "./costs.ts";
import type { Edge, Graph, Node, Program } from "./expand.ts";
import type { Operation } from "./flow-facts.ts";
import { Problem } from "./problem.ts";

export interface Arc {
  readonly from: number;
  readonly to: number;
  readonly cost: number;
  /** The instructions that it leads through, the one at its end included. */
  readonly through: readonly Node[];
  /** Where it comes into another context's code, which may be inside a loop. */
  readonly resumes: readonly number[];
}

/**
 * Of one loop, in one copy of its function: Σ flow into `iter` ≤ bound × (Σ flow into `enter` + flow along `resuming`).
 */
export interface LoopFact {
  readonly bound: number;
  readonly iter: readonly number[];
  readonly enter: readonly number[];
  readonly resuming: readonly number[];
  readonly place: number;
}

export interface Flow {
  readonly arcs: readonly Arc[];
  readonly vertex_count: number;
  readonly facts: readonly LoopFact[];
}

export const source = 0,
  sink = 1;
const vertices_before_nodes = 2;
const vertexOf = (node: Node): number => node.id + vertices_before_nodes;

export function flowOf(
  graph: Graph,
  operation: Pick<Operation, "address" | "way">,
  program: Program,
  machine: MachineTiming,
): Flow {
  const { nodes, edges } = withEnd(graph);
  if (!nodes.has(graph.entry)) throw new Problem("operation without an end", [operation.address]);
  const exits = new Set(graph.exits);
  const own = new Map([...nodes].map((node) => [node, ownCost(node, program.facts, machine)]));
  const ownOf = (node: Node): number => own.get(node) ?? 0;
  const { instruction: first } = graph.entry;
  const arcs: Arc[] = [
    {
      from: source,
      to: vertexOf(graph.entry),
      through: [graph.entry],
      cost: entryCost(operation.way, first.decoded, first.address, machine) + ownOf(graph.entry),
      resumes: operation.way === "inside" ? [first.address] : [],
    },
    ...edges.map((edge): Arc => ({
      from: vertexOf(edge.from),
      to: vertexOf(edge.to),
      through: [edge.to],
      cost: seamCost(edge.from, edge.to, edge.kind, program.facts, machine) + ownOf(edge.to),
      resumes: edge.kind === "resume" ? [edge.to.instruction.address] : [],
    })),
    ...[...nodes]
      .filter((node) => exits.has(node))
      .map((node): Arc => ({
        from: vertexOf(node),
        to: sink,
        through: [],
        cost: exitCost(node, program.facts, machine),
        resumes: [],
      })),
  ];
  const marked = new Set([...program.facts.enter, ...program.facts.iter].map(({ address }) => address));
  const kept = new Set([...nodes].filter(({ instruction }) => marked.has(instruction.address)).map(vertexOf));
  const flow = numbered(straightened(arcs, kept));
  return { ...flow, facts: loopFacts(flow, program) };
}

/** The part of the graph from which the end can be reached: what never ends has no time. */
function withEnd({ nodes, edges, exits }: Graph): { nodes: Set<Node>; edges: Edge[] } {
  const before = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
  for (const { from, to } of edges) before.get(to)?.push(from);
  const reached = new Set<Node>(exits);
  for (const node of reached) for (const from of before.get(node) ?? []) reached.add(from);
  return { nodes: reached, edges: edges.filter(({ from, to }) => reached.has(from) && reached.has(to)) };
}

/** Vertices with one arc in and one out, other than those to keep, become part of an arc. */
function straightened(arcs: readonly Arc[], kept: ReadonlySet<number>): Arc[] {
  const into = new Map<number, Arc[]>(),
    out = new Map<number, Arc[]>();
  const list = (lists: Map<number, Arc[]>, vertex: number): Arc[] => {
    const known = lists.get(vertex) ?? [];
    lists.set(vertex, known);
    return known;
  };
  for (const arc of arcs) {
    list(out, arc.from).push(arc);
    list(into, arc.to).push(arc);
  }
  const isStraight = (vertex: number): boolean =>
    vertex !== source &&
    vertex !== sink &&
    !kept.has(vertex) &&
    list(into, vertex).length === 1 &&
    list(out, vertex).length === 1;
  return arcs
    .filter(({ from }) => !isStraight(from))
    .map((start) => {
      const parts = [start];
      for (let end = start.to; isStraight(end) && end !== start.from; end = parts.at(-1)?.to ?? end)
        parts.push(...list(out, end));
      return {
        from: start.from,
        to: parts.at(-1)?.to ?? start.to,
        cost: parts.reduce((sum, { cost }) => sum + cost, 0),
        through: parts.flatMap(({ through }) => through),
        resumes: parts.flatMap(({ resumes }) => resumes),
      };
    });
}

/** The vertices that are left, in a row. */
function numbered(arcs: readonly Arc[]): { arcs: Arc[]; vertex_count: number } {
  const numbers = new Map<number, number>([
    [source, source],
    [sink, sink],
  ]);
  const number = (vertex: number): number => {
    const known = numbers.get(vertex) ?? numbers.size;
    numbers.set(vertex, known);
    return known;
  };
  const renamed = arcs.map((arc) => ({ ...arc, from: number(arc.from), to: number(arc.to) }));
  return { arcs: renamed, vertex_count: numbers.size };
}

interface Group {
  readonly enter: Map<number, number>;
  readonly iter: Map<number, number>;
  bound: number;
  resumed: boolean;
}

/** The loops of each copy of each function, by their markers. */
function loopFacts({ arcs }: Pick<Flow, "arcs">, { facts, functions }: Program): LoopFact[] {
  const enters = new Map(facts.enter.map((marker) => [marker.address, marker]));
  const iters = new Map(facts.iter.map((marker) => [marker.address, marker]));
  const groups = new Map<string, Group>();
  for (const { to, through } of arcs) {
    const node = through.at(-1);
    if (node === undefined) continue;
    const { address } = node.instruction;
    const marker = enters.get(address) ?? iters.get(address);
    if (marker === undefined) continue;
    const key = [node.context.id, [...functions.of(address)].toSorted((a, b) => a - b).join(" "), marker.loop].join(
      ":",
    );
    const group = groups.get(key) ?? { enter: new Map(), iter: new Map(), bound: 0, resumed: node.context.resumed };
    groups.set(key, group);
    if (enters.has(address)) group.enter.set(to, address);
    else {
      group.iter.set(to, address);
      group.bound = Math.max(group.bound, marker.bound);
    }
  }
  const into = new Map<number, Arc[]>();
  for (const arc of arcs) {
    const known = into.get(arc.to) ?? [];
    known.push(arc);
    into.set(arc.to, known);
  }
  return [...groups.values()]
    .filter(({ iter }) => iter.size > 0)
    .flatMap((group) => factsOf(group, arcs, into, functions));
}

/**
 * Copies of one loop that the compiler has made have the same number. Those that no path leads into from each other's
 * entry are bounded each by itself: an ITER belongs to the entries from which it can be reached without passing another.
 */
function factsOf(
  group: Group,
  arcs: readonly Arc[],
  into: ReadonlyMap<number, readonly Arc[]>,
  functions: Program["functions"],
): LoopFact[] {
  const owners = new Set([...group.iter.values()].flatMap((address) => [...functions.of(address)]));
  const resuming = !group.resumed
    ? []
    : arcs.flatMap(({ resumes }, index) =>
        resumes.some((address) => [...functions.of(address)].some((owner) => owners.has(owner))) ? [index] : [],
      );
  let parts: Part[] = [];
  for (const [vertex, address] of group.iter) {
    const entries = entriesOf(vertex, group.enter, into);
    // Another context's code may have been left inside the loop.
    if (entries.has(source) && !group.resumed) throw new Problem("bound of a loop that is never entered", [address]);
    const together = parts.filter(({ enter }) => group.resumed || [...enter].some((entry) => entries.has(entry)));
    parts = [
      ...parts.filter((part) => !together.includes(part)),
      {
        enter: new Set([...together.flatMap(({ enter }) => [...enter]), ...entries]),
        iter: [...together.flatMap(({ iter }) => iter), vertex],
      },
    ];
  }
  return parts.map(({ enter, iter }) => ({
    bound: group.bound,
    iter,
    enter: [...enter].filter((vertex) => vertex !== source),
    resuming,
    place: group.iter.get(iter[0] ?? source) ?? 0,
  }));
}

interface Part {
  readonly enter: ReadonlySet<number>;
  readonly iter: readonly number[];
}

/** The entries from which a vertex can be reached without passing another, or the source. */
function entriesOf(
  vertex: number,
  enter: ReadonlyMap<number, number>,
  into: ReadonlyMap<number, readonly Arc[]>,
): Set<number> {
  const seen = new Set<number>(),
    entries = new Set<number>();
  const pending = [vertex];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const { from } of into.get(at) ?? []) {
      if (enter.has(from) || from === source) entries.add(from);
      else if (!seen.has(from)) {
        seen.add(from);
        pending.push(from);
      }
    }
  }
  return entries;
}
