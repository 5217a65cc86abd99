// No value may depend on itself within the cycle, through instances included.
import type { Bits } from "../language/bits.ts";
import type { Design, Statement } from "../language/design.ts";
import { HdlError } from "../language/error.ts";
import type { Signal } from "../language/signal.ts";
import type { Site } from "../language/site.ts";
import { reads } from "./reads.ts";

/** For each signal that follows others within the cycle: which, and the statement that says so. */
export type Dependencies = ReadonlyMap<Signal, ReadonlyMap<Signal, Site>>;

export function dependencies(design: Pick<Design, "body" | "instances">): Dependencies {
  const graph = new Map<Signal, Map<Signal, Site>>();
  const depends = (target: Signal): Map<Signal, Site> => {
    const before = graph.get(target);
    if (before !== undefined) return before;
    const on = new Map<Signal, Site>();
    graph.set(target, on);
    return on;
  };
  inBody(design.body, [], depends);
  for (const { of, inputs, outputs, at } of design.instances) {
    for (const [name, signal] of outputs) {
      const on = depends(signal);
      for (const input of of.paths.get(name) ?? []) {
        const value = inputs.get(input);
        for (const read of value === undefined ? [] : reads(value)) if (!on.has(read)) on.set(read, at);
      }
    }
  }
  return graph;
}

function inBody(body: readonly Statement[], under: readonly Bits[], depends: (s: Signal) => Map<Signal, Site>): void {
  for (const statement of body) {
    if (statement.kind === "assign") {
      if (statement.target.kind === "register") continue;
      const on = depends(statement.target);
      for (const value of [statement.value, ...under]) {
        for (const read of reads(value)) if (!on.has(read)) on.set(read, statement.at);
      }
      continue;
    }
    const conditions: Bits[] = statement.kind === "match" ? [statement.on] : [];
    for (const arm of statement.arms) {
      if ("condition" in arm) conditions.push(arm.condition);
      inBody(arm.body, [...under, ...conditions], depends);
    }
    if (statement.otherwise !== undefined) inBody(statement.otherwise, [...under, ...conditions], depends);
  }
}

/** Throws on a loop; else gives, for each output, the inputs that reach it within the cycle. */
export function checkLoops(design: Design): ReadonlyMap<string, ReadonlySet<string>> {
  const graph = dependencies(design);
  const reached = new Map<Signal, ReadonlySet<string>>();
  const path: Signal[] = [];
  const visit = (signal: Signal): ReadonlySet<string> => {
    const known = reached.get(signal);
    if (known !== undefined) return known;
    if (path.includes(signal)) throw loop([...path.slice(path.indexOf(signal)), signal], graph);
    const from = new Set<string>(signal.kind === "input" ? [signal.label] : []);
    path.push(signal);
    for (const source of graph.get(signal)?.keys() ?? []) for (const name of visit(source)) from.add(name);
    path.pop();
    reached.set(signal, from);
    return from;
  };
  for (const signal of graph.keys()) visit(signal);
  return new Map(design.signals.filter((s) => s.kind === "output").map((s) => [s.label, visit(s)]));
}

/** `cycle` ends with the signal it begins with. */
function loop(cycle: readonly Signal[], graph: Dependencies): HdlError {
  const hops = cycle.slice(1).map((source, i) => {
    const signal = cycle[i] ?? source;
    return { signal, source, at: graph.get(signal)?.get(source) };
  });
  const [first, ...rest] = hops;
  return new HdlError({
    code: "loop",
    summary: `combinational loop: ${cycle.map((s) => `"${s.label}"`).join(" depends on ")}`,
    at: first?.at,
    notes: rest.map(({ signal, source, at }) => ({ at, text: `"${signal.label}" depends on "${source.label}" here` })),
    fix: "break the loop with a register",
  });
}
