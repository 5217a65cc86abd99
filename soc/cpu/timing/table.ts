// The timing table: what each instruction takes, in each form and on each way, from the instruction table and the
// microcode. It is for readers and other programs; clocks.ts answers for one instruction in its place.
import { instructions, type Instruction } from "../instructions.ts";
import { deliveryWays, waysOf, type Form, type Outcome, type Way } from "./paths.ts";
import {
  awaited_condition_bubbles, fetch_bytes, interlock_bubbles, long_bubbles, prefix_bubbles, redirect_bubbles,
  standard_device_clocks, unaligned_clocks, type RegisterRole,
} from "./pipeline.ts";

/** One way of an instruction. */
export interface TableWay {
  /** When it goes that way; nothing if there is no other. */
  readonly when: readonly string[];
  /** To the moment when the next instruction could be complete, less that one's first clock: bubbles behind it included. */
  readonly clocks: number;
  /** For each round of its loop after the first. */
  readonly further_round_clocks?: number;
  /** Of `clocks`, the bubbles behind the last step. */
  readonly bubbles_behind: number;
  /** Ports accessed: each adds a device's clocks. */
  readonly port_accesses: number;
  /** What follows is fetched as a jump's target is. */
  readonly redirects: boolean;
  /** Interlock with the instruction in front. */
  readonly addressed_with: readonly RegisterRole[];
  readonly begins_with_load: boolean;
  /** Interlock with the instruction behind. */
  readonly writes_last: RegisterRole | null;
  readonly ends_with_store: boolean;
}

export interface TableRow {
  readonly name: string;
  /** Which form of ModRM.rm; null where there is no difference. */
  readonly form: "register" | "memory" | null;
  /** Where the operand size makes a difference. */
  readonly operand_bits: 16 | 32 | null;
  readonly ways: readonly TableWay[];
}

/** The text of an outcome, in terms of the instruction. */
function outcomeText({ condition, holds }: Outcome, name: string): string {
  const text = (yes: string, no: string): string => (holds ? yes : no);
  switch (condition) {
    case "jump": return text("taken", "not taken");
    case "trap": return text("overflow", "no overflow");
    case "if_protected": return text("protected mode", "real mode");
    case "if_equal": return text("equal", "not equal");
    case "if_error_code": return text("error code", "no error code");
    case "if_zero":
      if (name.startsWith("REP ")) return text("count 0", "count not 0");
      return name === "ENTER" ? text("level 0", "level not 0") : text("null selector", "selector not null");
    default: throw new Error(`${name}: ${condition} has no name in the timing table`);
  }
}

function tableWay(way: Way, name: string): TableWay {
  const direction = way.predicted === undefined ? [] : [way.predicted ? "backward" : "forward"];
  const outcomes = way.outcomes.filter(({ ends_loop }) => ends_loop !== true).map((outcome) => outcomeText(outcome, name));
  return {
    when: [...direction, ...outcomes],
    clocks: way.clocks + way.leaves_bubbles,
    ...(way.further_rounds === undefined ? {} : { further_round_clocks: way.further_rounds.clocks }),
    bubbles_behind: way.leaves_bubbles,
    port_accesses: way.port_accesses,
    redirects: way.redirects,
    addressed_with: way.first.addressed_with,
    begins_with_load: way.first.loads,
    writes_last: way.last.writes ?? null,
    ends_with_store: way.last.stores,
  };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function waysAt(row: Instruction, is_memory: boolean, operand: 16 | 32): TableWay[] {
  const at = (sizes: Form["sizes"]): TableWay[] =>
    waysOf(row, { is_memory, sizes }).map((way) => tableWay(way, row.name));
  const ways = at({ operand, address: 32, wide: true });
  const others = [at({ operand, address: 32, wide: false }), at({ operand, address: 16, wide: true })];
  if (!others.every((other) => same(other, ways))) {
    throw new Error(`${row.name}: its time depends on the address size or on bytes: give the timing table a column`);
  }
  return ways;
}

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

/** Encodings of one instruction that take the same are one row. */
function merged(rows: readonly TableRow[]): TableRow[] {
  const kept: TableRow[] = [];
  for (const row of rows) {
    const twin = kept.find(({ name, form, operand_bits }) =>
      name === row.name && form === row.form && operand_bits === row.operand_bits);
    if (twin === undefined) kept.push(row);
    else if (!same(twin.ways, row.ways)) {
      throw new Error(`two encodings of ${row.name} differ in time: give them different names`);
    }
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
      unaligned_clocks,
      device_access_clocks: standard_device_clocks,
    },
    /** From the step that gives way to the handler. */
    exceptions: deliveryWays().map((way) => tableWay(way, "an exception")),
    instructions: timingRows,
  };
}
export type TimingTable = ReturnType<typeof timingTable>;
