// What a build is reported as: kept as JSON beside the bitstream, and shown as text.
//
//   ulx3s-85f: 43.2 MHz; the machine's clock is 12.5 MHz (met), the target 50 MHz (missed)
//   clock divider: 894.45 MHz; the oscillator is 25 MHz (met)
//   slowest path: 23.15 ns through 14 cells, 8.02 ns in them and 15.13 ns in wires
//       at ns    cells in cells in wires    net                       driven at
//        1.90        1     0.52     1.38    cpu.memory_stage.held_ea  soc/cpu/memory.ts:41
//
// A row is a net with the name its author gave it, or what is on the way to one such net (→). Cells whose outputs have
// no name of an author's, because synthesis has mixed several expressions in them, are counted to the row before.

import { type Board, machineClock_hz } from "./board.ts";
import type { NetNames } from "./names.ts";
import { clockNets, SOC_PATH } from "./nets.ts";
import { type Hop, parseTiming, type Use } from "./timing.ts";

export interface BuildReport {
  readonly board: string;
  readonly fingerprint: string; // of the hardware it was made from
  readonly clock: Reached & {
    readonly target_mhz: number;
    readonly oscillator?: Reached; // by what divides it; absent where the machine runs on it itself
  };
  readonly path: readonly Step[];
  readonly end: Place;
  readonly setup_ns: number;
  readonly utilisation: readonly Use[];
  readonly tools: Readonly<Record<string, string>>;
}

export interface Reached {
  readonly reached_mhz: number;
  readonly needed_mhz: number;
}

export interface Place {
  readonly name: string;
  readonly toward: boolean; // not that net itself, but an input of its logic
  readonly source?: string; // file:line
}

export interface Step extends Place {
  readonly cells: number;
  readonly cells_ns: number;
  readonly wires_ns: number;
}

interface Ingredients {
  readonly board: Board;
  readonly nextpnrReport: string;
  readonly names: NetNames;
  readonly target_mhz: number;
  readonly fingerprint: string;
  readonly tools: Readonly<Record<string, string>>;
}

export function makeReport({ board, nextpnrReport, names, target_mhz, fingerprint, tools }: Ingredients): BuildReport {
  const { reached_mhz, path, utilisation } = parseTiming(nextpnrReport, clockNets(board));
  const { frequency_hz, divisor } = board.clock;
  const oscillator = { reached_mhz: rounded(reached_mhz.oscillator), needed_mhz: frequency_hz / 1e6 };
  const last = path.at(-1);
  return {
    board: board.id,
    fingerprint,
    clock: {
      reached_mhz: rounded(reached_mhz.machine),
      needed_mhz: machineClock_hz(board) / 1e6,
      target_mhz,
      ...(divisor === 1 ? {} : { oscillator }),
    },
    path: steps(path, names),
    end: place(last?.cell ?? "", names, ["itself", "toward", "near"]) ?? unnamed(last?.cell ?? ""),
    setup_ns: rounded(last?.kind === "setup" ? last.delay_ns : 0),
    utilisation: utilisation.filter(({ used }) => used > 0),
    tools,
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Cell and wire, cell and wire …: a step for each run of nets that go back to one name. */
function steps(path: readonly Hop[], names: NetNames): readonly Step[] {
  const found: { place: Place; cells: number; cells_ns: number; wires_ns: number }[] = [];
  let cells_ns = 0;
  for (const { kind, delay_ns, net } of path) {
    if (kind === "clk-to-q" || kind === "logic") cells_ns += delay_ns;
    if (kind !== "routing") continue;
    const here = place(net ?? "", names);
    let step = found.at(-1);
    if (step === undefined || (here !== undefined && here.name !== step.place.name)) {
      step = { place: here ?? unnamed(net ?? ""), cells: 0, cells_ns: 0, wires_ns: 0 };
      found.push(step);
    }
    if (here?.toward === false) step.place = here;
    step.cells++;
    step.cells_ns += cells_ns;
    step.wires_ns += delay_ns;
    cells_ns = 0;
  }
  return found.map(({ place: at, ...step }) => ({
    ...at,
    cells: step.cells,
    cells_ns: rounded(step.cells_ns),
    wires_ns: rounded(step.wires_ns),
  }));
}

const unnamed = (name: string): Place => ({ name, toward: false });

function place(net: string, names: NetNames, relations = ["itself", "toward"]): Place | undefined {
  const found = names.find(net);
  if (found === undefined || !relations.includes(found.relation)) return undefined;
  const prefix = `${SOC_PATH.join(".")}.`;
  const name = found.name.startsWith(prefix) ? found.name.slice(prefix.length) : found.name;
  return {
    name: name.replace(/\[\d+\]$/, ""),
    toward: found.relation !== "itself",
    ...(found.source === undefined ? {} : { source: found.source }),
  };
}

/** Why the machine would not run on the board: a sentence for each clock that is too fast for it. */
export function tooSlow({ board, clock: { oscillator, ...machine } }: BuildReport): readonly string[] {
  return [
    ...limit("the machine", machine, `its clock on ${board}`),
    ...(oscillator === undefined ? [] : limit("the clock divider", oscillator, `${board}'s oscillator`)),
  ];
}

const limit = (what: string, { reached_mhz, needed_mhz }: Reached, of: string): readonly string[] =>
  (reached_mhz >= needed_mhz ? [] : [`${what} runs at ${reached_mhz} MHz at most, too slow for ${of} of ${needed_mhz} MHz`]);

export function reportText(report: BuildReport): string {
  const { board, clock, utilisation, tools } = report;
  const { reached_mhz, needed_mhz, target_mhz, oscillator } = clock;
  const against = (wanted_mhz: number, has_mhz = reached_mhz): string =>
    `${wanted_mhz} MHz (${has_mhz >= wanted_mhz ? "met" : "missed"})`;
  return [
    `${board}: ${reached_mhz} MHz; the machine's clock is ${against(needed_mhz)}, the target ${against(target_mhz)}`,
    ...(oscillator === undefined ? [] : [
      `clock divider: ${oscillator.reached_mhz} MHz; ` +
        `the oscillator is ${against(oscillator.needed_mhz, oscillator.reached_mhz)}`,
    ]),
    ...pathLines(report),
    "",
    ...utilisation.map(({ kind, used, available }) => {
      const share = `${((100 * used) / available).toFixed(0)} %`;
      return `${kind.padEnd(18)}${String(used).padStart(7)} of ${String(available).padStart(6)}${share.padStart(6)}`;
    }),
    "",
    ...Object.entries(tools).map(([tool, version]) => `${tool}: ${version}`),
  ].join("\n");
}

function pathLines({ path, end, setup_ns }: BuildReport): string[] {
  const sum = (column: "cells" | "cells_ns" | "wires_ns"): number =>
    path.reduce((total, step) => total + step[column], 0);
  const whole_ns = sum("cells_ns") + sum("wires_ns") + setup_ns;
  const width = Math.max(3, ...path.map(({ name }) => name.length), end.name.length) + 2;
  let at_ns = 0;
  const rows = path.map((step) => {
    at_ns += step.cells_ns + step.wires_ns;
    const numbers = [at_ns.toFixed(2), String(step.cells), step.cells_ns.toFixed(2), step.wires_ns.toFixed(2)];
    return line(numbers, step, width);
  });
  return [
    `slowest path: ${whole_ns.toFixed(2)} ns through ${sum("cells")} cells, ` +
      `${sum("cells_ns").toFixed(2)} ns in them and ${sum("wires_ns").toFixed(2)} ns in wires`,
    line(["at ns", "cells", "in cells", "in wires"], { name: "net", toward: false, source: "driven at" }, width),
    ...rows,
    line([whole_ns.toFixed(2), "", setup_ns.toFixed(2), ""], end, width),
  ];
}

function line(numbers: readonly string[], { name, toward, source = "" }: Place, width: number): string {
  const label = `${toward ? "→ " : "  "}${name}`;
  return `${numbers.map((text) => text.padStart(9)).join("")}  ${label.padEnd(width + 2)}${source}`.trimEnd();
}
