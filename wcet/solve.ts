// The largest flow by HiGHS: numbers with rounding errors, from which certificate.ts makes a proof.
import type { Highs, InitOptions, ModelData } from "highs";

import { sink, source, type Arc, type Flow } from "./flow.ts";
import { Problem } from "./problem.ts";

export interface Solution {
  /** How often each arc is gone along on the worst path. */
  readonly counts: readonly number[];
  /** What a further round of each loop would cost, by the facts' order: their dual values. */
  readonly prices: readonly number[];
}

/** The coefficients of a loop's row, by arc: −bound for entries of the loop, 1 for entries of its body. */
export function loopRow({ facts, arcs }: Flow, index: number): Map<number, number> {
  const fact = facts[index];
  const row = new Map<number, number>();
  const add = (arc: number, by: number): void => {
    row.set(arc, (row.get(arc) ?? 0) + by);
  };
  const into = (vertices: readonly number[], by: number): void => {
    const wanted = new Set(vertices);
    arcs.forEach(({ to }, arc) => {
      if (wanted.has(to)) add(arc, by);
    });
  };
  if (fact === undefined) return row;
  into(fact.iter, 1);
  into(fact.enter, -fact.bound);
  for (const arc of fact.resuming) add(arc, -fact.bound);
  return row;
}

type Loader = (options?: InitOptions) => Promise<Highs>;
let loaded: Promise<Highs> | undefined;

async function load(): Promise<Highs> {
  const { default: loader } = await import("highs");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its types are those of the CommonJS build
  return (loader as unknown as Loader)();
}

export async function solve(flow: Flow, place: number): Promise<Solution> {
  // WebAssembly of some size: only for what has loops.
  loaded ??= load();
  const highs = await loaded;
  const rows = [...conservation(flow.arcs, flow.vertex_count), ...flow.facts.map((_, index) => loopRow(flow, index))];
  const facts_first = rows.length - flow.facts.length;
  const matrix = { format: "csr" as const, numRows: rows.length, numCols: flow.arcs.length, ...compressed(rows) };
  const data: ModelData = {
    numCols: flow.arcs.length,
    numRows: rows.length,
    sense: highs.constants.objectiveSense.maximize,
    colCost: flow.arcs.map(({ cost }) => cost),
    colLower: flow.arcs.map((arc) => (isSource(arc) ? 1 : 0)),
    colUpper: flow.arcs.map((arc) => (isSource(arc) ? 1 : highs.infinity)),
    rowLower: rows.map((_, row) => (row < facts_first ? 0 : -highs.infinity)),
    rowUpper: rows.map(() => 0),
    matrix,
  };
  const run = (integer: boolean): { counts: number[]; duals: number[] } =>
    highs.withModel(
      integer ? { ...data, integrality: flow.arcs.map(() => highs.constants.variableType.integer) } : data,
      (model) => {
        // The usual gaps would accept less than the largest flow.
        model.options.set({ output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0 });
        model.run();
        const status = model.getModelStatus();
        if (status !== highs.constants.modelStatus.optimal)
          throw new Problem("answer of the solver", [place], `status ${status}`);
        const { colValue, rowDual } = model.getSolution();
        return { counts: [...colValue], duals: [...rowDual] };
      },
    );
  const relaxed = run(false);
  // Of a maximum the dual of a row ≤ is positive in HiGHS's sense; the sign is looked after by the certificate.
  const prices = relaxed.duals.slice(facts_first).map(Math.abs);
  const counts = relaxed.counts.every(isWhole) ? relaxed.counts : run(true).counts;
  return { counts: counts.map(Math.round), prices };
}

const isSource = ({ from }: Arc): boolean => from === source;

const tolerance = 1e-6;
const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) < tolerance;

/** What comes into a vertex leaves it. */
function conservation(arcs: readonly Arc[], vertex_count: number): Map<number, number>[] {
  const rows = Array.from({ length: vertex_count }, () => new Map<number, number>());
  arcs.forEach(({ from, to }, arc) => {
    const put = (vertex: number, by: number): void => {
      rows[vertex]?.set(arc, (rows[vertex].get(arc) ?? 0) + by);
    };
    put(to, 1);
    put(from, -1);
  });
  return rows.filter((_, vertex) => vertex !== source && vertex !== sink);
}

function compressed(rows: readonly ReadonlyMap<number, number>[]): {
  starts: number[];
  indices: number[];
  values: number[];
} {
  const starts = [0],
    indices: number[] = [],
    values: number[] = [];
  for (const row of rows) {
    for (const [arc, value] of row) {
      if (value === 0) continue;
      indices.push(arc);
      values.push(value);
    }
    starts.push(indices.length);
  }
  return { starts, indices, values };
}
