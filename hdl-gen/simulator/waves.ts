// Waves as text, for tests that show what they expect:
//
//   valid  ___/-------\___
//   data   |00 |a5     |00
//   state  |idle   |busy
//
// A column is a cycle, as it is just before its rising edge. Single bits are lines; other values are written where they
// change, in hexadecimal, or as their names.
import type { Simulation } from "./simulator.ts";

export interface Waves {
  /** The cycles since the waves were begun. */
  text(): string;
  stop(): void;
}

export function waves(simulation: Pick<Simulation, "peek" | "peekName" | "widthOf" | "watch">, paths: readonly string[]): Waves {
  const rows = paths.map((path) => ({ path, bits: simulation.widthOf(path) === 1, values: [] as string[] }));
  const stop = simulation.watch(() => {
    for (const { path, values } of rows) values.push(valueText(simulation, path));
  });
  return { stop, text: () => draw(rows) };
}

function valueText(simulation: Pick<Simulation, "peek" | "peekName" | "widthOf">, path: string): string {
  const value = simulation.peek(path);
  const name = simulation.peekName(path);
  return name === String(value) ? value.toString(16).padStart(Math.ceil(simulation.widthOf(path) / 4), "0") : name;
}

interface Row {
  readonly path: string;
  readonly bits: boolean;
  readonly values: readonly string[];
}

function draw(rows: readonly Row[]): string {
  const isLine = (row: Row): boolean => row.bits && row.values.every((v) => v === "0" || v === "1");
  const wide = rows.filter((row) => !isLine(row)).flatMap((row) => row.values.map((v) => v.length));
  const columns = Math.max(2, ...wide) + 2;
  const label = Math.max(0, ...rows.map((row) => row.path.length)) + 2;
  return rows
    .map((row) => (row.path.padEnd(label) + (isLine(row) ? line(row.values, columns) : changes(row.values, columns))).trimEnd())
    .map((text) => `${text}\n`)
    .join("");
}

function line(values: readonly string[], columns: number): string {
  return values
    .map((value, i) => {
      const level = value === "1" ? "-" : "_";
      const before = values[i - 1] ?? value;
      const edge = before === value ? level : value === "1" ? "/" : "\\";
      return edge + level.repeat(columns - 1);
    })
    .join("");
}

function changes(values: readonly string[], columns: number): string {
  return values.map((value, i) => (value === values[i - 1] ? "" : `|${value}`).padEnd(columns)).join("");
}
