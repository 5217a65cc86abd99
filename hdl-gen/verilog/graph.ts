// What a module's instances have to say to each other, as a Mermaid flowchart, which many Markdown viewers draw.
import { dependencies } from "../check/loops.ts";
import { reads } from "../check/reads.ts";
import type { Design } from "../language/design.ts";
import type { Signal } from "../language/signal.ts";

const title = (label: string, module: string): string => (label === module ? label : `"${label}<br>${module}"`);
const port = (label: string): string => `${label}([${label}])`;

/**
 * An arrow for each pair of instances of which one reads what the other gives, directly or through the module's own
 * logic, with the number of wires; ports are round. What goes through the module's own registers has no arrow.
 *
 *     flowchart LR
 *       timer -->|17| cpu
 */
export function instanceGraph(design: Design): string {
  const graph = dependencies(design);
  const owners = new Map<Signal, string>();
  for (const { label, outputs } of design.instances) for (const signal of outputs.values()) owners.set(signal, label);

  /** Outputs of instances, and inputs of the module, that these signals follow. */
  const sources = (signals: Iterable<Signal>, seen = new Set<Signal>()): Set<Signal> => {
    const found = new Set<Signal>();
    for (const signal of signals) {
      if (seen.has(signal)) continue;
      seen.add(signal);
      if (owners.has(signal) || signal.kind === "input") found.add(signal);
      else for (const deeper of sources(graph.get(signal)?.keys() ?? [], seen)) found.add(deeper);
    }
    return found;
  };
  const arrows = new Map<string, Set<Signal>>();
  const connect = (from: Iterable<Signal>, to: string): void => {
    for (const signal of from) {
      const owner = owners.get(signal) ?? port(signal.label);
      if (owner === to) continue;
      const arrow = `${owner} --> ${to}`;
      arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(signal));
    }
  };
  for (const { label, inputs } of design.instances) {
    connect(sources([...inputs.values()].flatMap((value) => reads(value))), label);
  }
  for (const signal of design.signals) if (signal.kind === "output") connect(sources([signal]), port(signal.label));

  const names = design.instances.map(({ label, of }) => `  ${label}[${title(label, of.name)}]`);
  const lines = [...arrows].map(([arrow, signals]) => {
    const wires = [...signals].reduce((sum, { width }) => sum + width, 0);
    return `  ${arrow.replace("-->", `-->|${wires}|`)}`;
  });
  return ["flowchart LR", ...names, ...lines, ""].join("\n");
}
