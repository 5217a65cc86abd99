// The timing table: what each instruction takes, in each form and on each way, from the instruction table and the
// microcode. It is for readers and other programs; clocks.ts answers for one instruction in its place.
import { instructions, type Instruction } from "../instructions.ts";
import { walk_clocks } from "../paging.ts";
import { deliveryWays, waysOf, type Form, type Way } from "./paths.ts";
import {
  awaited_condition_bubbles, fetch_bytes, holdsBackLoads, interlock_bubbles, long_bubbles, prefix_bubbles, redirect_bubbles,
  refetch, split_accesses, split_clocks, standard_device_clocks, unaligned_clocks, type RegisterRole,
} from "./pipeline.ts";
import {
  access_walk_waits, crossing_clocks, fetch_walk_bubbles, other_page_bubbles, same_page_bubbles,
} from "./paging.ts";
import { taskSwitches } from "./tasks.ts";
import { modeWords, outcomeWords } from "./words.ts";

/** One way of an instruction. */
export interface TableWay {
  /** When it goes that way; nothing if there is no other. */
  readonly when: readonly string[];
  /** To the moment when the next instruction could be complete, less that one's first clock: bubbles behind it included. */
  readonly clocks: number;
  /** For each round of its loop that is not counted in `clocks`. */
  readonly further_round_clocks?: number;
  readonly further_round_port_accesses?: number;
  /** Rounds that are. */
  readonly rounds_counted?: 0 | 1;
  /** Of `clocks`, the bubbles behind the last step. */
  readonly bubbles_behind: number;
  /** Ports accessed: each adds a device's clocks. */
  readonly port_accesses: number;
  /** Accesses to memory, and what they add with paging on: to `clocks`, and to each further round's. */
  readonly accesses: number;
  readonly paging_clocks: number;
  readonly further_round_accesses?: number;
  readonly further_round_paging_clocks?: number;
  /** What follows is fetched as a jump's target is. */
  readonly redirects: boolean;
  /** Interlock with the instruction in front. */
  readonly addressed_with: readonly RegisterRole[];
  readonly begins_with_load: boolean;
  /** Interlock with the instruction behind. */
  readonly writes_last: RegisterRole | null;
  /** Ends with a store or an access to a port. */
  readonly holds_back_loads: boolean;
}

export interface TableRow {
  readonly name: string;
  /** Which form of ModRM.rm; null where there is no difference. */
  readonly form: "register" | "memory" | null;
  /** Where the operand size makes a difference. */
  readonly operand_bits: 16 | 32 | null;
  readonly ways: readonly TableWay[];
}

/** `paged`: the same way with paging on. */
function tableWay(way: Way, paged: Way, name: string, mode: readonly string[] = []): TableWay {
  if (!same(way.outcomes, paged.outcomes)) throw new Error(`${name}: paging changes the way`);
  const direction = way.predicted === undefined ? [] : [way.predicted ? "backward" : "forward"];
  const outcomes = way.outcomes.filter(({ ends_loop }) => ends_loop !== true)
    .flatMap((outcome) => outcomeWords(outcome, name));
  return {
    when: [...mode, ...direction, ...outcomes],
    clocks: way.clocks + way.leaves_bubbles,
    ...(way.further_rounds === undefined ? {} : {
      further_round_clocks: way.further_rounds.clocks,
      further_round_port_accesses: way.further_rounds.port_accesses,
      rounds_counted: way.further_rounds.counted,
      further_round_accesses: paged.further_rounds?.accesses ?? 0,
      further_round_paging_clocks: (paged.further_rounds?.clocks ?? 0) - way.further_rounds.clocks,
    }),
    bubbles_behind: way.leaves_bubbles,
    port_accesses: way.port_accesses,
    accesses: paged.steps.filter(({ translates }) => translates).length,
    paging_clocks: paged.clocks - way.clocks,
    redirects: way.redirects,
    addressed_with: way.first.addressed_with,
    begins_with_load: way.first.loads,
    writes_last: way.last.writes ?? null,
    holds_back_loads: holdsBackLoads(way.last),
  };
}

const paired = (ways: readonly Way[], paged: readonly Way[], name: string, mode?: readonly string[]): TableWay[] =>
  ways.map((way, i) => tableWay(way, paged[i]!, name, mode));

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function waysAt(row: Instruction, is_memory: boolean, operand: 16 | 32): TableWay[] {
  const mode = isForEveryMode(row) ? [] : modeWords(row);
  const at = (sizes: Form["sizes"]): TableWay[] =>
    paired(waysOf(row, { is_memory, sizes }), waysOf(row, { is_memory, sizes, paging: true }), row.name, mode);
  const ways = at({ operand, address: 32, wide: true });
  const others = [at({ operand, address: 32, wide: false }), at({ operand, address: 16, wide: true })];
  if (!others.every((other) => same(other, ways))) {
    throw new Error(`${row.name}: its time depends on the address size or on bytes: give the timing table a column`);
  }
  return ways;
}

/** A row that has no twin for another mode: either it is for every mode, or there is no such instruction in the other. */
const isForEveryMode = ({ name, form, ...row }: Instruction): boolean => !instructions.some((other) =>
  other.name === name && other.form === form && (other.real !== row.real || other.checks_ports !== row.checks_ports));

function rowsOf(row: Instruction): TableRow[] {
  const form = row.form ?? null;
  const [wide, narrow] = [32 as const, 16 as const].map((operand) => waysAt(row, form === "memory", operand));
  if (wide === undefined || narrow === undefined) throw new Error("two sizes");
  if (same(wide, narrow)) return [{ name: row.name, form, operand_bits: null, ways: wide }];
  return [
    { name: row.name, form, operand_bits: 32, ways: wide },
    { name: row.name, form, operand_bits: 16, ways: narrow },
  ];
}

/** Encodings of one instruction that take the same are one row, and so are its modes. */
function merged(rows: readonly TableRow[]): TableRow[] {
  const kept: TableRow[] = [];
  const isTwin = (a: TableRow, b: TableRow): boolean =>
    a.name === b.name && a.form === b.form && a.operand_bits === b.operand_bits;
  for (const row of rows) {
    const at = kept.findIndex((other) => isTwin(row, other));
    const twin = kept[at];
    if (twin === undefined) {
      kept.push(row);
      continue;
    }
    const more = row.ways.filter((way) => !twin.ways.some((known) => same(known, way)));
    if (more.some(({ when }) => twin.ways.some((known) => same(known.when, when)))) {
      throw new Error(`two encodings of ${row.name} differ in time: give them different names`);
    }
    kept[at] = { ...twin, ways: [...twin.ways, ...more] };
  }
  return kept;
}

export const timingRows: readonly TableRow[] = merged(instructions.flatMap(rowsOf));

/** The whole table as it is exported. */
export function timingTable() {
  return {
    unit: "clocks",
    rules: {
      prefix_bubbles,
      /** Of an instruction longer than this, prefixes not counted, or than what is there of it at a jump's target. */
      fetch_bytes,
      long_bubbles,
      interlock_bubbles,
      awaited_condition_bubbles,
      wrong_jump_bubbles: redirect_bubbles("memory"),
      /** A store into code that is on its way already. */
      refetch,
      unaligned_clocks,
      split_clocks,
      split_accesses,
      device_access_clocks: standard_device_clocks,
      paging: {
        /** An access that goes on in the next page. */
        crossing_clocks,
        /** Fetch: behind a jump taken in decode within its page; behind all others, and into the next page. */
        same_page_bubbles,
        other_page_bubbles,
        /** Clocks of a walk, by its outcome; bubbles that are there before one for fetch, a clock before one for data. */
        walk_clocks,
        fetch_walk_bubbles,
        access_walk_waits,
      },
    },
    /** From the step that gives way to the handler. */
    exceptions: paired(deliveryWays(), deliveryWays(true), "an exception"),
    /** Ways through a task switch, which are not among those of the instructions. */
    task_switches: taskSwitches(),
    instructions: timingRows,
  };
}
export type TimingTable = ReturnType<typeof timingTable>;
