// A trace in the format every wave viewer reads (IEEE 1364, value change dump). The clock rises at multiples of 10.
import type { Simulation } from "./simulator.ts";

const PERIOD = 10;

/** Writes a trace of signals, all if none are named, from now on; the result ends it. */
export function traceVcd(
  simulation: Pick<Simulation, "cycle" | "design" | "paths" | "peek" | "watch" | "widthOf">,
  write: (text: string) => void,
  paths: readonly string[] = simulation.paths,
): () => void {
  const signals = paths.map((path, i) => ({ path, id: identifier(i + 1), width: simulation.widthOf(path), last: "" }));
  const clock = identifier(0);
  write([
    "$timescale 1 ns $end",
    `$scope module ${simulation.design.name} $end`,
    `$var wire 1 ${clock} clk $end`,
    ...scopeLines(signals, 0),
    "$upscope $end",
    "$enddefinitions $end",
    "",
  ].join("\n"));
  return simulation.watch(() => {
    const time = simulation.cycle * PERIOD;
    const lines = [`#${time}`, `1${clock}`];
    for (const signal of signals) {
      const value = simulation.peek(signal.path).toString(2);
      if (value === signal.last) continue;
      signal.last = value;
      lines.push(signal.width === 1 ? `${value}${signal.id}` : `b${value} ${signal.id}`);
    }
    lines.push(`#${time + PERIOD / 2}`, `0${clock}`, "");
    write(lines.join("\n"));
  });
}

interface Variable {
  readonly path: string;
  readonly id: string;
  readonly width: number;
}

/** Declarations of signals whose paths agree in their first `depth` parts. */
function scopeLines(signals: readonly Variable[], depth: number): string[] {
  const lines: string[] = [];
  const inner = new Map<string, Variable[]>();
  for (const signal of signals) {
    const parts = signal.path.split(".");
    const part = parts[depth] ?? "";
    if (parts.length === depth + 1) lines.push(`$var wire ${signal.width} ${signal.id} ${part} $end`);
    else inner.set(part, [...(inner.get(part) ?? []), signal]);
  }
  for (const [name, members] of inner) {
    lines.push(`$scope module ${name} $end`, ...scopeLines(members, depth + 1), "$upscope $end");
  }
  return lines;
}

/** A short name of printable characters. */
function identifier(index: number): string {
  const first = 33;
  const count = 94;
  const rest = Math.floor(index / count);
  return (rest === 0 ? "" : identifier(rest - 1)) + String.fromCharCode(first + (index % count));
}
