// What the analysis says to people and to programs.
import { relative } from "node:path";

import type { Bound } from "./analyse.ts";
import type { Observations, Violation } from "./audit.ts";
import type { Line } from "./lines.ts";
import { hex, remedies, type Problem } from "./problem.ts";

export interface Row {
  readonly bound: Bound;
  /** The most cycles that a run has shown, and in how many runs of it. */
  readonly observed_cycles: number | undefined;
  readonly observations: number;
}

export type Lines = ReadonlyMap<number, Line>;

const ratioOf = ({ bound, observed_cycles }: Row): number | undefined =>
  observed_cycles === undefined ? undefined : bound.bound_cycles / observed_cycles;

/** One line an operation; neighbours that differ in the number of their name only are one. */
export function table(rows: readonly Row[]): string {
  const head = ["operation", "bound", "observed", "times", "ratio"];
  const cells = grouped(rows).map(({ name, row }) => {
    const ratio = ratioOf(row);
    const observed = row.observed_cycles;
    return [
      name,
      String(row.bound.bound_cycles),
      observed === undefined ? "-" : String(observed),
      observed === undefined ? "-" : String(row.observations),
      ratio === undefined ? "-" : ratio.toFixed(3),
    ];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [head, ...cells].map((row) => line(row).trimEnd()).join("\n");
}

const numbered = /^(.*?)(\d+)$/;

function grouped(rows: readonly Row[]): { name: string; row: Row }[] {
  const groups: { kind: string; first: string; last: string; row: Row }[] = [];
  for (const row of rows) {
    const { name } = row.bound.operation;
    const [, kind = "", number = ""] = numbered.exec(name) ?? [undefined, name, ""];
    const before = groups.at(-1);
    const alike =
      before !== undefined &&
      number !== "" &&
      before.kind === kind &&
      before.row.bound.bound_cycles === row.bound.bound_cycles &&
      before.row.observed_cycles === undefined &&
      row.observed_cycles === undefined;
    if (alike) before.last = number;
    else groups.push({ kind, first: number, last: number, row });
  }
  return groups.map(({ kind, first, last, row }) => ({
    name: `${kind}${first}${last === first ? "" : ` to ${last}`}`,
    row,
  }));
}

/** The worst path, a line for each stretch of straight code: cycles of all its times together, times, where. */
export function pathText({ worst_path }: Bound, lines: Lines): string {
  return worst_path
    .map(({ first, last, times, cycles }) => {
      const place = placeText(first, lines),
        end = lines.get(last)?.place ?? "";
      const [file] = end.split(":"),
        same = place.includes(`${file}:`) ? end.slice(end.lastIndexOf(":") + 1) : end;
      const to = end === "" || place.endsWith(end) ? "" : ` to ${same}`;
      return `${String(cycles).padStart(8)} ${`${times} ×`.padStart(7)}  ${hex(first).padStart(6)}  ${place}${to}`;
    })
    .join("\n");
}

const placeText = (address: number, lines: Lines): string => {
  const line = lines.get(address);
  return [line?.function, line?.place].filter((part) => part !== undefined && part !== "").join(" ") || "?";
};

/** What an audit has seen: of each operation that ran, a line. */
export function auditTable(bounds: readonly Bound[], observations: Observations): string {
  return table(
    bounds.flatMap((bound) => {
      const seen = observations.get(bound.operation.name);
      return seen === undefined || seen.times === 0
        ? []
        : [{ bound, observed_cycles: seen.cycles_max, observations: seen.times }];
    }),
  );
}

/** An operation that took longer than its bound, with the way it went, a line for each stretch of a function. */
export function violationText({ name, bound_cycles, observed_cycles, path }: Violation, lines: Lines): string {
  const stretches: { place: string; eip: number; cycles: number }[] = [];
  for (const { eip, cycles } of path) {
    const place = placeText(eip, lines);
    if (stretches.at(-1)?.place !== place) stretches.push({ place, eip, cycles });
  }
  const way = stretches.map(
    ({ place, eip, cycles }) => `${String(cycles).padStart(8)}  ${hex(eip).padStart(6)}  ${place}`,
  );
  return (
    `${name} took ${observed_cycles} cycles, its bound is ${bound_cycles}; the way it went, by cycles since its first ` +
    `instruction:\n${way.join("\n")}`
  );
}

export function problemText({ kind, places, detail }: Problem, lines: Lines): string {
  const where = places.map((address) => `${hex(address)} ${placeText(address, lines)}`.trim()).join(", from ");
  return `${kind}${detail === "" ? "" : ` (${detail})`} at ${where}: ${remedies[kind]}`;
}

/** Places of a file relative to the repository, as the compiler wrote them or not. */
export function relativeTo(root: string, lines: Lines): Map<number, Line> {
  return new Map(
    [...lines].map(([address, line]) => [
      address,
      line.place.startsWith("/") ? { ...line, place: relative(root, line.place) } : line,
    ]),
  );
}

export function asJson(rows: readonly Row[], lines: Lines): unknown {
  return {
    unit: "cycles",
    operations: rows.map((row) => ({
      name: row.bound.operation.name,
      address: row.bound.operation.address,
      way: row.bound.operation.way,
      bound: row.bound.bound_cycles,
      observed: row.observed_cycles ?? null,
      observations: row.observations,
      ratio: ratioOf(row) ?? null,
      worst_path: row.bound.worst_path.map(({ first, last, within, times, cycles }) => ({
        first,
        last,
        within,
        times,
        cycles,
        function: lines.get(first)?.function ?? "",
        place: lines.get(first)?.place ?? "",
      })),
    })),
  };
}
