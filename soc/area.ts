// The cell report: where the area goes, module by module and by the top module's parts, after Yosys's synthesis for the
// ECP5. `npx tsx soc/area.ts FILE.v TOP` prints it.
//
// The hierarchy is kept, so that cells can be told apart by module; a flattened design is somewhat smaller, as logic is
// then shared across the borders.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { synthesis } from "./synthesis.ts";

/** LUT4s that a cell takes: a carry cell two, a 16×4 distributed RAM four for its contents and two for writing. */
export const lut4PerCell: Readonly<Record<string, number>> = { LUT4: 1, CCU2C: 2, TRELLIS_DPR16X4: 6 };

export interface ModuleArea {
  readonly module: string;
  /** How many of it there are in the design. */
  readonly instances: number;
  /** Cells of one instance, without those of the modules inside it. */
  readonly cells: ReadonlyMap<string, number>;
  /** The modules inside one instance, how often each. */
  readonly inside: ReadonlyMap<string, number>;
}

export const lut4Of = ({ cells }: Pick<ModuleArea, "cells">): number =>
  Object.entries(lut4PerCell).reduce((sum, [cell, each]) => sum + each * (cells.get(cell) ?? 0), 0);

/** Synthesises with the modules kept apart. */
export function areaByModule(verilogPath: string, top: string): readonly ModuleArea[] {
  const commands = `read_verilog ${verilogPath}; ${synthesis(`-noflatten -top ${top}`)}; check -assert; stat`;
  const { status, stdout, stderr } = spawnSync("yosys", ["-QT", "-p", commands], {
    encoding: "utf8", maxBuffer: 2 ** 28,
  });
  if (status !== 0) {
    throw new Error(`yosys cannot synthesise ${top} of ${verilogPath}:\n${stderr}${stdout.slice(-2000)}`);
  }
  return parseStatistics(stdout.slice(stdout.lastIndexOf("Printing statistics")), top);
}

/** Yosys prints a section per module, each with a line per kind of cell; modules inside are such lines too. */
export function parseStatistics(text: string, top: string): readonly ModuleArea[] {
  const modules = new Map<string, Map<string, number>>();
  for (const section of text.split(/^=== /m).slice(1)) {
    const name = section.slice(0, section.indexOf(" ===")).replace(/^\\/, "");
    if (name === "design hierarchy") break;
    const rows = section.matchAll(/^ {5}(\S+) +(\d+)$/gm);
    modules.set(name, new Map([...rows].map(([, cell = "", count]) => [cell.replace(/^\\/, ""), Number(count)])));
  }
  const instances = new Map<string, number>();
  const count = (module: string, times: number): void => {
    instances.set(module, (instances.get(module) ?? 0) + times);
    for (const [cell, n] of modules.get(module) ?? []) if (modules.has(cell)) count(cell, n * times);
  };
  count(top, 1);
  return [...instances].map(([module, n]) => {
    const rows = [...(modules.get(module) ?? [])];
    return {
      module, instances: n, cells: new Map(rows.filter(([cell]) => !modules.has(cell))),
      inside: new Map(rows.filter(([cell]) => modules.has(cell))),
    };
  });
}

/** The top module's own cells, and each module in it with all that is inside that. The first of the areas is the top's. */
export function partAreas(areas: readonly ModuleArea[]): readonly ModuleArea[] {
  const byName = new Map(areas.map((area) => [area.module, area]));
  const whole = (module: string): Map<string, number> => {
    const { cells, inside } = byName.get(module) ?? { cells: new Map<string, number>(), inside: new Map<string, number>() };
    const sum = new Map(cells);
    for (const [part, times] of inside) {
      for (const [cell, n] of whole(part)) sum.set(cell, (sum.get(cell) ?? 0) + times * n);
    }
    return sum;
  };
  const [top] = areas;
  if (top === undefined) return [];
  const parts = [...top.inside].map(([module, instances]) => ({ module, instances, cells: whole(module), inside: nothing }));
  return [{ ...top, inside: nothing }, ...parts];
}
const nothing: ReadonlyMap<string, number> = new Map();

const columns = ["TRELLIS_FF", "DP16KD", "MULT18X18D", "TRELLIS_DPR16X4"] as const;

/** A line per module, the largest first, and the sum. */
export function areaTable(areas: readonly ModuleArea[]): string {
  const total = (of: (area: ModuleArea) => number): number => areas.reduce((sum, a) => sum + a.instances * of(a), 0);
  const countOf = (cell: string) => ({ cells }: ModuleArea): number => cells.get(cell) ?? 0;
  const header = ["module", "instances", "LUT4", ...columns];
  const rows = areas.toSorted((a, b) => b.instances * lut4Of(b) - a.instances * lut4Of(a)).map((area) =>
    [area.module, `${area.instances}`, `${lut4Of(area)}`, ...columns.map((cell) => `${countOf(cell)(area)}`)]);
  const sum = ["all", "", `${total(lut4Of)}`, ...columns.map((cell) => `${total(countOf(cell))}`)];
  const table = [header, ...rows, sum];
  const widths = header.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join("  ").trimEnd();
  return `${table.map(line).join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , verilogPath, top] = process.argv;
  if (verilogPath === undefined || top === undefined) {
    process.stderr.write("usage: npx tsx soc/area.ts FILE.v TOP\n");
    process.exitCode = 2;
  } else {
    const areas = areaByModule(verilogPath, top);
    process.stdout.write(`${areaTable(areas)}\nThe parts of ${top}, each with what is inside it:\n\n${areaTable(partAreas(areas))}`);
  }
}
