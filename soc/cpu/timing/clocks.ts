// Clocks from one instruction's completion to the next one's: what an analyser adds up along a path, and what the
// identity test compares with every clock of the core.
import { brokenOff, deliveryOf, deliveryWays, routineOf, waysOf, type Outcome, type Way } from "./paths.ts";
import type { Decoded } from "./match.ts";
import { fetchBubbles, type FetchWalk, type Redirect } from "./paging.ts";
import { bytes_at_target, fetch_bytes, interlock, long_bubbles, prefix_bubbles, redirect_bubbles } from "./pipeline.ts";
import { clocksAlong, type Decide } from "./tasks.ts";

/** An instruction and the way it went. */
export interface Executed {
  readonly decoded: Decoded;
  readonly way: Way;
  /** How often its loop was gone round, for one that has a loop on its way. */
  readonly rounds: number;
  /** Clocks that a device access stays in execute beyond the first; twice those if it crosses a doubleword's end. */
  readonly device_clocks: number;
}

/** Bubbles in front of an instruction. */
export function entryBubbles(
  { prefixes, length }: Pick<Decoded, "prefixes" | "length">, target_address: number | undefined,
): number {
  // A prefix is taken from the target's first bytes; the rest of the instruction finds the next ones there.
  const there = target_address !== undefined && prefixes === 0 ? bytes_at_target(target_address) : fetch_bytes;
  return prefixes * prefix_bubbles + (length > there ? long_bubbles : 0);
}

/** An instruction's own clocks: from the moment it could first be complete, with nothing in its way. */
export function ownClocks({ way, rounds, device_clocks }: Omit<Executed, "decoded">): number {
  const { clocks, port_accesses, further_rounds } = way;
  const straight = clocks + port_accesses * device_clocks;
  if (further_rounds === undefined) return straight;
  const each = further_rounds.clocks + further_rounds.port_accesses * device_clocks;
  return straight + (rounds - further_rounds.counted) * each;
}

/** From the completion of `earlier`, whose bubbles behind it are counted here, to that of `later` at `address`. */
export function clocksBetween(earlier: Executed, later: Executed, address: number, fetched?: Fetched): number {
  return bubblesBetween(earlier, later.decoded, address, fetched) + ownClocks(later);
}

/** What else, with paging on, bubbles between two instructions depend on. */
export interface Fetched {
  /** Of the first instruction's last byte. */
  readonly earlier_page: number;
  /** For the second. */
  readonly walks: readonly FetchWalk[];
}

/** Bubbles between two instructions: behind the first, in front of the second, or the interlock of the two. */
export function bubblesBetween(
  { way, decoded }: Pick<Executed, "way" | "decoded">, later: Decoded, address: number, fetched?: Fetched,
): number {
  const bubbles = fetched === undefined
    ? way.leaves_bubbles + entryBubbles(later, way.redirects ? address : undefined)
    : fetchBubbles(later, address, redirectOf(way, fetched), fetched.walks);
  if (bubbles > 0) return bubbles;
  const [next] = waysOfInstruction(later);
  return next === undefined ? 0
    : interlock({ step: way.last, registers: decoded.registers }, { step: next.first, registers: later.registers });
}

function redirectOf({ redirects, leaves_bubbles }: Way, { earlier_page }: Fetched): Redirect | undefined {
  if (!redirects) return undefined;
  const in_decode = leaves_bubbles === redirect_bubbles("decode");
  return { bubbles: leaves_bubbles, ...(in_decode ? { known_page: earlier_page } : {}) };
}

const ways_cache = new Map<string, readonly Way[]>();
const row_numbers = new WeakMap<object, number>();
let rows_seen = 0;

/** All ways of an instruction; of one that is in no row, the only one is to raise #UD. */
export function waysOfInstruction({ row, form }: Decoded): readonly Way[] {
  const of = row ?? undefined_row;
  const number = row_numbers.get(of) ?? rows_seen++;
  row_numbers.set(of, number);
  const key = `${number} ${Number(form.is_memory)} ${form.sizes.operand} ${form.sizes.address} ${Number(form.sizes.wide)} ${Number(form.paging)}`;
  const known = ways_cache.get(key);
  if (known !== undefined) return known;
  const ways = waysOf(of, form);
  ways_cache.set(key, ways);
  return ways;
}

const undefined_row = {
  name: "undefined opcode", opcode: "????????", escape: false, modrm: false, immediate: "none", first: {},
} as const;

/** Steps that may give way to an exception where the instruction does not go its usual way: refused, or to another task. */
export const stepsBrokenOff = ({ row, form }: Decoded): Pick<Way, "steps" | "clocks_to_step">[] =>
  (row === undefined ? [] : brokenOff(row, form));

/** A task switch by an instruction, or by a delivery, on the way that has these outcomes; bubbles behind included. */
export function taskSwitchClocks(decoded: Decoded | undefined, decide: Decide, paging = false): number {
  return decoded?.row === undefined
    ? redirect_bubbles("execute") + clocksAlong(deliveryOf(true, paging), decide)
    : clocksAlong(routineOf(decoded.row, decoded.form), decide);
}

export interface Delivery {
  readonly in_protected_mode: boolean;
  readonly error_code: boolean;
  /** What else decides, where it is not as usual. */
  readonly unusual?: Partial<Record<Unusual, boolean>>;
}

/** Gates and TSS of the 286, an inner level, virtual-8086 mode left behind, descriptors not accessed before. */
export type Unusual = "gate_of_286" | "inner" | "virtual_8086" | "tss_of_286" | "code_unmarked" | "stack_unmarked";

/** Whether an outcome of a delivery is that of this one. */
function isOfDelivery({ condition, check, about, holds }: Outcome, { unusual = {}, ...delivery }: Delivery): boolean {
  const { gate_of_286 = false, inner = false, virtual_8086 = false, tss_of_286 = false } = unusual;
  const { code_unmarked = false, stack_unmarked = false } = unusual;
  switch (condition) {
    case "protected_mode": return holds === delivery.in_protected_mode;
    case "if_error_code": return holds === delivery.error_code;
    case "if_accessed": return holds !== (about === "next_stack" ? stack_unmarked : code_unmarked);
    case "if_check":
      switch (check) {
        case "task_gate": return !holds;
        case "gate_of_286": return holds === gate_of_286;
        case "inner": return holds === inner;
        case "virtual_8086": return holds === virtual_8086;
        case "tss_of_386": return holds !== tss_of_286;
        default:
      }
      break;
    default:
  }
  throw new Error("the microcode's delivery asks something new");
}

/** From the clock in which a step gives way to an exception or interrupt to the moment the handler could be complete. */
export function deliveryBubbles(delivery: Delivery, handler: Decoded, address: number): number {
  const way = deliveryWays().find(({ outcomes }) => outcomes.every((outcome) => isOfDelivery(outcome, delivery)));
  if (way === undefined) throw new Error("there is no such delivery");
  return way.clocks + way.leaves_bubbles + entryBubbles(handler, address);
}
