// Calls: who calls waits for the reply. The graph has no cycle, so nobody waits for himself; and a server's level is
// above its callers', so that no caller waits for somebody less urgent.
import type { System, Task } from "../model.ts";
import type { Problem } from "../problem.ts";

interface Call {
  readonly from: Task;
  readonly to: Task;
  /** What the caller calls the server. */
  readonly name: string;
}

export function checkCalls(system: System): Problem[] {
  const calls = system.tasks.flatMap((from) => from.capabilities.flatMap((capability): Call[] => {
    const to = system.tasks.find(({ number }) => number === capability.index);
    const isCall = capability.kind === "process" && capability.rights.includes("call") && to !== undefined;
    return isCall ? [{ from, to, name: capability.name }] : [];
  }));
  const cycle = cycleOf(calls);
  if (cycle !== undefined) {
    const [first] = cycle;
    const round = [...cycle.map(({ from }) => from.name), first?.from.name ?? ""].join(" → ");
    return [{
      path: ["tasks", first?.from.name ?? "", "given", first?.name ?? ""],
      message: `calls go in a circle: ${round}`,
      mend: "let one of them send a message instead",
    }];
  }
  return calls.filter(({ from, to }) => to.level !== 0 && to.level <= from.level).map(({ from, to, name }): Problem => ({
    path: ["tasks", from.name, "given", name],
    message:
      `${from.name} waits for ${to.name}, whose preemption level, ${to.level}, is not above its own, ${from.level}`,
    mend: `give ${to.name} a shorter deadline than ${from.name}'s`,
  }));
}

/** Depth first: a call back to somebody on the way closes a circle. */
function cycleOf(calls: readonly Call[]): readonly Call[] | undefined {
  const done = new Set<Task>();
  const search = (task: Task, way: readonly Call[]): readonly Call[] | undefined => {
    const start = way.findIndex(({ from }) => from === task);
    if (start >= 0) return way.slice(start);
    if (done.has(task)) return undefined;
    for (const call of calls.filter(({ from }) => from === task)) {
      const found = search(call.to, [...way, call]);
      if (found !== undefined) return found;
    }
    done.add(task);
    return undefined;
  };
  for (const { from } of calls) {
    const found = search(from, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
