// Traces as tables: a line for each signal, a column for each cycle.
import type { Signal } from "../language/signal.ts";
import { waves } from "../simulator/waves.ts";
import { coneOf } from "./cone.ts";
import type { PlacedProperty } from "./outcome.ts";
import type { Steps } from "./vcd.ts";

export interface TraceRow {
  /** Dotted path from the top. */
  readonly path: string;
  readonly width: number;
  /** In each cycle; undefined where it makes no difference. */
  readonly values: readonly (bigint | undefined)[];
  /** The same as text: hexadecimal, or the name an enumeration gives; `-` while reset has its way with a register. */
  readonly texts: readonly string[];
}
export interface Trace {
  readonly cycles: number;
  /** The signals that have a hand in the property. */
  readonly rows: readonly TraceRow[];
}

/** A memory shows its words if there are at most this many. */
const WORDS_MAX = 16;

/** The part of a trace that concerns some properties. */
export function traceOf(steps: Steps, properties: readonly PlacedProperty[]): Trace {
  const rows = new Map<string, TraceRow>();
  const inReset = steps.get("rst")?.map((value) => value === 1n) ?? [];
  const add = (path: string, width: number, source = path, signal?: Signal): void => {
    const values = steps.get(source);
    if (values === undefined || rows.has(path)) return;
    const texts = values.map((value, i) => (signal?.reset !== undefined && inReset[i] === true ? "-" : valueText(value, signal)));
    rows.set(path, { path, width, values, texts });
  };
  add("rst", 1);
  for (const { scope, property, prefix } of properties) {
    const { signals, memories } = coneOf(scope, property);
    for (const signal of signals) add(prefix + signal.label, signal.width, prefix + signal.label, signal);
    for (const { label, width, depth } of memories) {
      const words = depth <= WORDS_MAX ? depth : 0;
      // The VCD has brackets for parts of a signal.
      for (let i = 0; i < words; i++) add(`${prefix}${label}[${i}]`, width, `${prefix}${label}<${i}>`);
    }
  }
  return { cycles: Math.max(0, ...[...steps.values()].map((values) => values.length)), rows: [...rows.values()] };
}

function valueText(value: bigint | undefined, signal: Signal | undefined): string {
  if (value === undefined) return "x";
  return signal?.enumeration?.names[Number(value)] ?? value.toString(16);
}

/** Columns of text a table takes at most. */
const COLUMNS_MAX = 120;

/** Values that stay as they are show as a dot. Too long a trace goes on in another table below. */
export function traceTable({ cycles, rows }: Trace): string {
  const heads = Array.from({ length: cycles }, (_, i) => String(i));
  const cells = rows.map(({ texts }) => texts.map((text, i) => (i > 0 && texts[i - 1] === text ? "." : text)));
  const gutter = Math.max("cycle".length, ...rows.map(({ path }) => path.length));
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (name: string, row: readonly string[], from: number, to: number): string =>
    `${name.padEnd(gutter)}  ${row.slice(from, to).map((text, i) => text.padStart(widths[from + i] ?? 0)).join(" ")}`;
  return panels(widths, COLUMNS_MAX - gutter - 2)
    .map(([from, to]) => [
      line("cycle", heads, from, to),
      ...rows.map(({ path, texts }, i) => {
        const row = cells[i] ?? [];
        // The first column of a table has nothing to be like.
        return line(path, row.with(from, texts[from] ?? ""), from, to);
      }),
    ].join("\n"))
    .join("\n\n");
}

/** The trace drawn as waves, as for a simulation. */
export function traceWaves({ cycles, rows }: Trace, paths: readonly string[] = rows.map(({ path }) => path)): string {
  const row = (path: string): TraceRow | undefined => rows.find((r) => r.path === path);
  let cycle = 0;
  const watchers: (() => void)[] = [];
  const drawn = waves(
    {
      peek: (path) => row(path)?.values[cycle] ?? 0n,
      peekName: (path) => nameIn(row(path), cycle),
      widthOf: (path) => row(path)?.width ?? 1,
      watch: (see) => {
        watchers.push(see);
        return () => watchers.splice(0);
      },
    },
    paths,
  );
  for (; cycle < cycles; cycle++) for (const see of watchers) see();
  return drawn.text();
}

/** The name a value has, or its number if it has none. */
function nameIn(row: TraceRow | undefined, cycle: number): string {
  const value = row?.values[cycle];
  const text = row?.texts[cycle] ?? "0";
  return value?.toString(16) === text ? String(value) : text;
}

/** Runs of columns that fit. */
function panels(widths: readonly number[], room: number): (readonly [number, number])[] {
  const found: [number, number][] = [];
  let from = 0;
  let used = 0;
  widths.forEach((width, i) => {
    if (used > 0 && used + width + 1 > room) {
      found.push([from, i]);
      from = i;
      used = 0;
    }
    used += width + 1;
  });
  return widths.length === 0 ? [] : [...found, [from, widths.length]];
}
