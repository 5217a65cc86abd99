// That the bounds bound: with every loop taken off whose entry lies outside, nothing of the flow goes round any more.
import { sink, type Arc, type Flow, type LoopFact } from "./flow.ts";
import { Problem } from "./problem.ts";

/** Throws, with the places, if something could go round without end. */
export function checkBounded({ arcs, vertex_count, facts }: Flow): void {
  const check = (some: readonly Arc[]): void => {
    const partOf = new Map<number, ReadonlySet<number>>();
    for (const part of cyclicParts(some, vertex_count)) for (const vertex of part) partOf.set(vertex, part);
    const within = new Map<ReadonlySet<number>, Arc[]>();
    for (const arc of some) {
      const part = partOf.get(arc.from);
      if (part === undefined || partOf.get(arc.to) !== part) continue;
      within.set(part, [...(within.get(part) ?? []), arc]);
    }
    for (const [part, inside] of within) {
      const cut = new Set(facts.flatMap((fact) => (isEnteredFromOutside(fact, part, arcs) ? fact.iter : [])));
      if (!inside.some(({ from }) => cut.has(from))) throw new Problem("loop without a bound", [backwardJump(inside)]);
      check(inside.filter(({ from, to }) => !cut.has(from) && !cut.has(to)));
    }
  };
  check(arcs);
}

function isEnteredFromOutside(
  { iter, enter, resuming }: LoopFact,
  part: ReadonlySet<number>,
  arcs: readonly Arc[],
): boolean {
  return (
    iter.some((vertex) => part.has(vertex)) &&
    !enter.some((vertex) => part.has(vertex)) &&
    !resuming.some((index) => part.has(arcs[index]?.from ?? sink) && part.has(arcs[index]?.to ?? sink))
  );
}

/** The jump that goes back: its source line is right more often than that of the loop's beginning. */
function backwardJump(within: readonly Arc[]): number {
  const jumps = within.flatMap((arc) => {
    const before = within.find(({ to }) => to === arc.from)?.through.at(-1),
      first = arc.through[0];
    const steps = before === undefined ? arc.through : [before, ...arc.through];
    return steps
      .flatMap((node, index) => {
        const next = steps[index + 1];
        return next !== undefined &&
          next.context === node.context &&
          next.instruction.address <= node.instruction.address
          ? [node.instruction.address]
          : [];
      })
      .concat(first !== undefined && steps.length === 1 ? [first.instruction.address] : []);
  });
  return Math.max(...jumps);
}

/** Strongly connected parts in which one can go round (Tarjan, without recursion). */
export function cyclicParts(arcs: readonly Arc[], vertex_count: number): Set<number>[] {
  const out: number[][] = Array.from({ length: vertex_count }, () => []);
  for (const { from, to } of arcs) out[from]?.push(to);
  const index = new Int32Array(vertex_count).fill(-1),
    low = new Int32Array(vertex_count);
  const open: number[] = [],
    isOpen = new Uint8Array(vertex_count);
  const parts: Set<number>[] = [];
  let next = 0;
  for (let root = 0; root < vertex_count; root++) {
    if (index[root] !== -1) continue;
    const path: { vertex: number; at: number }[] = [];
    const enter = (vertex: number): void => {
      index[vertex] = low[vertex] = next++;
      open.push(vertex);
      isOpen[vertex] = 1;
      path.push({ vertex, at: 0 });
    };
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { vertex } = top;
      const to = out[vertex]?.[top.at++];
      if (to !== undefined) {
        if (index[to] === -1) enter(to);
        else if (isOpen[to] === 1) low[vertex] = Math.min(low[vertex] ?? 0, index[to] ?? 0);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) low[above.vertex] = Math.min(low[above.vertex] ?? 0, low[vertex] ?? 0);
      if (low[vertex] !== index[vertex]) continue;
      const part = new Set<number>();
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        isOpen[member] = 0;
        part.add(member);
        if (member === vertex) break;
      }
      if (part.size > 1 || (out[vertex] ?? []).includes(vertex)) parts.push(part);
    }
  }
  return parts;
}
