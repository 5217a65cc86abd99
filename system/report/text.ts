// The schedulability report as text.
import type { System } from "../model.ts";
import { analyse } from "../schedulability.ts";
import { explanation, figuresOf } from "./figures.ts";

export function reportText(system: System): string {
  const sets = analyse(system).map((set) => figuresOf(system, set));
  return [
    `Schedulability of ${system.name}, at ${system.machine.clock_hz / 1e6} MHz`,
    "",
    ...sets.flatMap(({ title, verdict, columns, rows, notes }) => [
      `${title}: ${verdict}`, ...notes.map((note) => `  ${note}`), "",
      ...(rows.length === 0 ? [] : [...aligned([columns, ...rows]).map((line) => `  ${line}`), ""]),
    ]),
    explanation,
    "",
  ].join("\n");
}

/** Names to the left, figures to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row
    .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
    .join("  ").trimEnd());
}
