// From a linked program and the core's timing to a proven bound for each of its operations.
import { readElf, type ElfFile } from "../kernel/elf.ts";
import { attached } from "./attach.ts";
import { provenBound } from "./certificate.ts";
import { codeOf } from "./code.ts";
import { atomicosTiming, entryCost, exitCost, ownCost, type MachineTiming } from "./costs.ts";
import { checkBounded, cyclicParts } from "./cycles.ts";
import { expand, type Graph, type Node, type Program } from "./expand.ts";
import { flowFacts, type Operation } from "./flow-facts.ts";
import { flowOf, type Flow } from "./flow.ts";
import { functionsFrom } from "./functions.ts";
import { Problem } from "./problem.ts";
import { solve, type Solution } from "./solve.ts";
import { worstPath, type Stretch } from "./worst-path.ts";
import { constantsOf } from "./values.ts";

/** What is known of one operation. */
export interface Bound {
  readonly operation: Operation;
  readonly bound_cycles: number;
  /** The cost of the path that the solver found: the bound, or less where the proof rounds up. */
  readonly path_cycles: number;
  readonly worst_path: readonly Stretch[];
  /** From the operation's cause until its first instruction is complete. */
  readonly entry_cycles: number;
  /** Where it ends: addresses of its last instructions, with the bubbles behind each. */
  readonly exits: ReadonlyMap<number, number>;
  /** All its instructions. */
  readonly addresses: ReadonlySet<number>;
}

export interface Subject {
  readonly elf: ElfFile;
  readonly program: Program;
  readonly operations: readonly Operation[];
  /** Where the code begins that is known to run. */
  readonly roots: readonly number[];
}

/** Reads a program; `name` is for messages. */
export function subjectOf(file: Uint8Array, name: string): Subject {
  const elf = readElf(file, name);
  const code = codeOf(elf);
  const facts = attached(flowFacts(elf), code);
  const { operations } = facts;
  // The program's beginning too may be left where stacks change, and be gone on with.
  const beginning = facts.switches.size > 0 ? [elf.entry] : [];
  const roots = [...operations.map(({ address }) => address), ...facts.resumes, ...beginning];
  const program = { code, facts, constants: constantsOf(elf), functions: functionsFrom(roots, code, facts) };
  return { elf, program, operations, roots };
}

/** Any function of the program as an operation. */
export function operationNamed({ elf, operations }: Subject, name: string): Operation | undefined {
  const declared = operations.find((operation) => operation.name === name);
  const symbol = elf.symbols.find((candidate) => candidate.name === name && candidate.address !== 0);
  return (
    declared ?? (symbol === undefined ? undefined : { name, address: symbol.address, way: "call", number: undefined })
  );
}

export async function boundOf(
  operation: Operation,
  subject: Subject,
  machine: MachineTiming = atomicosTiming,
): Promise<Bound> {
  const program = withFunctions(subject, operation);
  const graph = expand(operation, program);
  checkMarkers(graph, program);
  const flow = flowOf(graph, operation, program, machine);
  checkBounded(flow);
  const { counts, prices } = await solutionOf(flow, operation.address);
  const bound_cycles = provenBound(flow, prices);
  const path_cycles = flow.arcs.reduce((sum, { cost }, arc) => sum + cost * (counts[arc] ?? 0), 0);
  if (bound_cycles === undefined || bound_cycles < path_cycles) {
    throw new Problem(
      "answer of the solver",
      [operation.address],
      `path ${path_cycles}, proof ${bound_cycles ?? "none"}`,
    );
  }
  const { instruction: first } = graph.entry;
  return {
    operation,
    bound_cycles,
    path_cycles,
    worst_path: worstPath(flow, counts),
    entry_cycles: entryCost(operation.way, first.decoded, first.address, machine) + ownCost(graph.entry, program.facts, machine),
    exits: new Map(graph.exits.map((node) => [node.instruction.address, exitCost(node, program.facts, machine)])),
    addresses: new Set(graph.nodes.map(({ instruction }) => instruction.address)),
  };
}

/** With a function that no declared operation calls. */
function withFunctions({ program, roots }: Subject, { address }: Operation): Program {
  if (program.functions.of(address).size > 0) return program;
  return { ...program, functions: functionsFrom([...roots, address], program.code, program.facts) };
}

/** Without loops, prices decide nothing: the longest path is found as it is proven. */
async function solutionOf(flow: Flow, place: number): Promise<Solution> {
  if (cyclicParts(flow.arcs, flow.vertex_count).length > 0) return solve(flow, place);
  return { counts: longestCounts(flow), prices: flow.facts.map(() => 0) };
}

/** How often each arc of a flow without cycles is on its longest path. */
function longestCounts({ arcs, vertex_count }: Flow): number[] {
  const into: number[][] = Array.from({ length: vertex_count }, () => []);
  arcs.forEach(({ to }, arc) => into[to]?.push(arc));
  const best = new Map<number, { length: number; arc: number }>();
  const visit = (vertex: number): number => {
    const known = best.get(vertex);
    if (known !== undefined) return known.length;
    let longest = { length: vertex === 0 ? 0 : Number.NEGATIVE_INFINITY, arc: -1 };
    for (const arc of into[vertex] ?? []) {
      const length = visit(arcs[arc]?.from ?? 0) + (arcs[arc]?.cost ?? 0);
      if (length > longest.length) longest = { length, arc };
    }
    best.set(vertex, longest);
    return longest.length;
  };
  const [source, sink] = [0, 1];
  for (let vertex = 0; vertex < vertex_count; vertex++) visit(vertex);
  const counts = arcs.map(() => 0);
  for (let vertex = sink; vertex !== source;) {
    const { arc } = best.get(vertex) ?? { arc: -1 };
    if (arc < 0) break;
    counts[arc] = 1;
    vertex = arcs[arc]?.from ?? source;
  }
  return counts;
}

/** A marker inside code that runs, but not on an instruction of it, says nothing about that code. */
function checkMarkers({ nodes }: Graph, { facts }: Program): void {
  const inside = new Set<number>();
  for (const {
    instruction: { address, bytes },
  } of nodes)
    for (let at = 1; at < bytes; at++) inside.add(address + at);
  const misplaced = [...facts.nops].find((address) => inside.has(address));
  if (misplaced !== undefined) throw new Problem("marker beside the code", [misplaced]);
  const other = nodes.find(
    ({ instruction }: Node) => facts.nops.has(instruction.address) && instruction.mnemonic !== "nop",
  );
  if (other !== undefined) throw new Problem("marker beside the code", [other.instruction.address]);
}
