// What nextpnr's --report says: the clocks reached, what of the device is used, and the slowest path, as its own words.

import type { ClockNets } from "./nets.ts";

export interface Timing {
  readonly reached_mhz: Readonly<Record<keyof ClockNets, number>>;
  readonly path: readonly Hop[]; // the slowest between two registers on the machine's clock
  readonly utilisation: readonly Use[];
}

/** One delay on a path: through a cell, or along a net. */
export interface Hop {
  readonly kind: "clk-to-q" | "logic" | "routing" | "setup";
  readonly delay_ns: number;
  readonly net: string | undefined; // of routing
  readonly cell: string; // where it ends
}

export interface Use {
  readonly kind: string; // nextpnr's name for the resource
  readonly used: number;
  readonly available: number;
}

export class ReportError extends Error {}

export function parseTiming(text: string, nets: ClockNets): Timing {
  const report = record(json(text), "the report");
  const clocks = Object.entries(record(report["fmax"], "fmax"));
  const strangers = clocks.filter(([name]) => ![nets.machine, nets.oscillator].includes(authorsName(name)));
  if (strangers.length > 0) {
    throw new ReportError(`nextpnr's report: no clock of this board's is called ${strangers.map(([name]) => name).join(" or ")}`);
  }
  const reached = (net: string): { name: string; mhz: number } => {
    const [name, fmax] = clocks.find(([candidate]) => authorsName(candidate) === net) ?? [];
    if (name === undefined) throw new ReportError(`nextpnr's report: nothing about the net ${net}`);
    return { name, mhz: number(record(fmax, name)["achieved"], "achieved") };
  };
  const [machine, oscillator] = [reached(nets.machine), reached(nets.oscillator)];
  const paths = list(report["critical_paths"], "critical_paths").map((path) => record(path, "a path"));
  const slowest = paths.find(({ from, to }) => from === to && from === `posedge ${machine.name}`);
  if (slowest === undefined) throw new ReportError(`nextpnr's report: no path from ${machine.name} to ${machine.name}`);
  return {
    reached_mhz: { machine: machine.mhz, oscillator: oscillator.mhz },
    path: list(slowest["path"], "path").map(parseHop),
    utilisation: Object.entries(record(report["utilization"], "utilization")).map(([kind, use]) => ({
      kind,
      used: number(record(use, kind)["used"], "used"),
      available: number(record(use, kind)["available"], "available"),
    })),
  };
}

/** Without what nextpnr puts before a net that it makes global, and behind one that comes from a pin. */
const authorsName = (net: string): string => net.replace(/^\$glbnet\$/, "").replace(/\$TRELLIS_IO_IN$/, "");

const KINDS = ["clk-to-q", "logic", "routing", "setup"] as const;

function parseHop(value: unknown): Hop {
  const hop = record(value, "a delay");
  const kind = KINDS.find((known) => known === hop["type"]);
  if (kind === undefined) throw new ReportError(`nextpnr's report: no kind of delay is called ${String(hop["type"])}`);
  const { net } = hop;
  return {
    kind,
    delay_ns: number(hop["delay"], "delay"),
    net: typeof net === "string" ? net : undefined,
    cell: String(record(hop["to"], "to")["cell"]),
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ReportError("nextpnr's report is not JSON");
  }
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new ReportError(`nextpnr's report: ${what} is missing or is no object`);
}

function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ReportError(`nextpnr's report: ${what} is missing or is no list`);
}

function number(value: unknown, what: string): number {
  if (typeof value === "number") return value;
  throw new ReportError(`nextpnr's report: ${what} is missing or is no number`);
}
