// The core beside the Intel486, row by row, and the limits set for the commonest instructions.
import { intel486Clocks, type Count } from "./intel486.ts";
import { timingRows, type TableRow, type TableWay } from "./table.ts";
import { standard_device_clocks, unaligned_clocks } from "./pipeline.ts";

/** Rounds that tell two straight lines apart: those of ENTER and of a gate's parameters are counted in five bits. */
const rounds_compared = { fives: 31, others: 1000 } as const;
const countsInFives = (name: string): boolean => name === "ENTER" || name.startsWith("CALL ");

/** An instruction's clocks, those of devices included. */
export function coreClocks(way: TableWay, rounds: number = way.rounds_counted ?? 1): number {
  const straight = way.clocks + way.port_accesses * standard_device_clocks;
  const { further_round_clocks = 0, further_round_port_accesses = 0, rounds_counted = 1 } = way;
  const each = further_round_clocks + further_round_port_accesses * standard_device_clocks;
  return straight + (rounds - rounds_counted) * each;
}

export function publishedClocks(count: Count, rounds: number): number {
  if (typeof count === "number") return count;
  if ("from" in count) return count.from;
  const own = rounds === 0 ? count.none : rounds === 1 ? count.once : undefined;
  return own ?? count.fixed + rounds * count.each;
}

export interface Slower {
  readonly row: TableRow;
  readonly way: TableWay;
  /** The smallest number of rounds with which it is. */
  readonly rounds: number;
  readonly clocks: number;
  readonly intel486: number;
}

/** The way beside the 486; undefined if it is not slower, or there is nothing to compare it with. */
export function slowerWay(row: TableRow, way: TableWay): Slower | undefined {
  const count = intel486Clocks(row, way.when);
  if (count === undefined || count === "later" || count === "unpublished") return undefined;
  const most_rounds = countsInFives(row.name) ? rounds_compared.fives : rounds_compared.others;
  const first = way.rounds_counted ?? 1, last = way.further_round_clocks === undefined ? first : most_rounds;
  for (let rounds = first; rounds <= last; rounds++) {
    const clocks = coreClocks(way, rounds), intel486 = publishedClocks(count, rounds);
    if (clocks > intel486) return { row, way, rounds, clocks, intel486 };
  }
  return undefined;
}

/** Rows with a way that is slower than the 486, each with its worst such way. */
export function slowerRows(): Slower[] {
  return timingRows.flatMap((row) => {
    const ways = row.ways.flatMap((way) => slowerWay(row, way) ?? []);
    const [most_slower] = ways.toSorted((a, b) => b.clocks - b.intel486 - (a.clocks - a.intel486));
    return most_slower ?? [];
  });
}

export const rowText = ({ name, form, operand_bits }: TableRow): string =>
  [name, form === null ? [] : `(${form})`, operand_bits === null ? [] : `${operand_bits} bits`].flat().join(" ");

export const slowerText = ({ row, way, rounds, clocks, intel486 }: Slower): string =>
  [rowText(row), ...way.when, ...(rounds > 1 ? [`${rounds} rounds`] : [])].join(", ") + `: ${clocks} for ${intel486}`;

export interface Limit {
  readonly what: string;
  readonly clocks: number;
  readonly clocks_max: number;
}

/** An instruction's clocks at its worst, of the ways that `when` names, in 32-bit code. */
function worst(name: string, form: TableRow["form"] = null, when?: string): number {
  const ways = timingRows.filter((row) => row.name === name && row.form === form && row.operand_bits !== 16)
    .flatMap((row) => row.ways).filter((way) => when === undefined || way.when.includes(when));
  if (ways.length === 0) throw new Error(`the timing table has no ${name}`);
  return Math.max(...ways.map((way) => coreClocks(way)));
}

const most = 3;

/** The commonest instructions, each at its worst. */
export const limits = (): Limit[] => [
  { what: "call", clocks: worst("CALL rel"), clocks_max: most },
  { what: "call through a register", clocks: worst("CALL r", "register"), clocks_max: most },
  { what: "return", clocks: worst("RET"), clocks_max: most },
  { what: "branch taken", clocks: worst("Jcc rel8", null, "taken"), clocks_max: most },
  { what: "imul r, r", clocks: worst("IMUL r, r/m", "register"), clocks_max: most },
  { what: "load", clocks: worst("MOV r, r/m", "memory"), clocks_max: 1 },
  { what: "store", clocks: worst("MOV r/m, r", "memory"), clocks_max: 1 },
  { what: "unaligned access, besides", clocks: unaligned_clocks, clocks_max: 1 },
];
