// The path that takes longest, as stretches of straight code in the order in which they are first gone along.
import type { Node } from "./expand.ts";
import { sink, source, type Flow } from "./flow.ts";

export interface Stretch {
  /** Of its first and last instruction. */
  readonly first: number;
  readonly last: number;
  /** First instructions of the functions called to come here, the innermost last. */
  readonly within: readonly number[];
  readonly times: number;
  /** Of all the times together. */
  readonly cycles: number;
}

/** The stretches with their number of times; a path along which every arc is gone as often as `counts` says. */
export function worstPath({ arcs }: Flow, counts: readonly number[]): Stretch[] {
  const out = new Map<number, number[]>();
  arcs.forEach(({ from }, arc) => {
    if ((counts[arc] ?? 0) > 0) out.set(from, [...(out.get(from) ?? []), arc]);
  });
  const order: number[] = [];
  const seen = new Set<number>();
  // First in, first out would mix a loop's body with what follows it: go back into loops before going on.
  const walk = (vertex: number): void => {
    const pending = [vertex];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (at === sink) continue;
      for (const arc of out.get(at) ?? []) {
        if (seen.has(arc)) continue;
        seen.add(arc);
        order.push(arc);
        pending.push(arcs[arc]?.to ?? sink);
      }
    }
  };
  walk(source);
  // An arc to the end leads through no instruction: its bubbles are counted with the last one.
  const behind = (vertex: number): number =>
    arcs.reduce(
      (sum, { from, through, cost }, index) =>
        from === vertex && through.length === 0 ? sum + cost * (counts[index] ?? 0) : sum,
      0,
    );
  return order.flatMap((index) => {
    const arc = arcs[index],
      times = counts[index] ?? 0;
    const first = arc?.through[0],
      last = arc?.through.at(-1);
    if (arc === undefined || first === undefined || last === undefined) return [];
    const cycles = arc.cost * times + behind(arc.to);
    return [{ first: first.instruction.address, last: last.instruction.address, within: callers(last), times, cycles }];
  });
}

function callers({ context }: Node): number[] {
  const entries: number[] = [];
  for (let here: Node["context"] | undefined = context; here !== undefined; here = here.caller)
    entries.unshift(here.entry);
  return entries;
}
