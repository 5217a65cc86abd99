// Clocks from one instruction's completion to the next one's: what an analyser adds up along a path, and what the
// identity test compares with every clock of the core.
import { deliveryWays, waysOf, type Way } from "./paths.ts";
import type { Decoded } from "./match.ts";
import { bytes_at_target, fetch_bytes, interlock, long_bubbles, prefix_bubbles } from "./pipeline.ts";

/** An instruction and the way it went. */
export interface Executed {
  readonly decoded: Decoded;
  readonly way: Way;
  /** How often its loop was gone round, for one that has a loop on its way. */
  readonly rounds: number;
  /** Clocks that each of its device accesses stays in execute beyond the first. */
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
export const ownClocks = ({ way, rounds, device_clocks }: Omit<Executed, "decoded">): number =>
  way.clocks + way.port_accesses * device_clocks
  + (way.further_rounds === undefined ? 0 : (rounds - 1) * way.further_rounds.clocks);

/** From the completion of `earlier`, whose bubbles behind it are counted here, to that of `later` at `address`. */
export function clocksBetween(earlier: Executed, later: Executed, address: number): number {
  return bubblesBetween(earlier, later.decoded, address) + ownClocks(later);
}

/** Bubbles between two instructions: behind the first, in front of the second, or the interlock of the two. */
export function bubblesBetween({ way, decoded }: Pick<Executed, "way" | "decoded">, later: Decoded, address: number): number {
  const bubbles = way.leaves_bubbles + entryBubbles(later, way.redirects ? address : undefined);
  if (bubbles > 0) return bubbles;
  const [next] = waysOfInstruction(later);
  return next === undefined ? 0
    : interlock({ step: way.last, registers: decoded.registers }, { step: next.first, registers: later.registers });
}

const ways_cache = new Map<string, readonly Way[]>();
const row_numbers = new WeakMap<object, number>();
let rows_seen = 0;

/** All ways of an instruction; of one that is in no row, the only one is to raise #UD. */
export function waysOfInstruction({ row, form }: Decoded): readonly Way[] {
  const of = row ?? undefined_row;
  const number = row_numbers.get(of) ?? rows_seen++;
  row_numbers.set(of, number);
  const key = `${number} ${Number(form.is_memory)} ${form.sizes.operand} ${form.sizes.address} ${Number(form.sizes.wide)}`;
  const known = ways_cache.get(key);
  if (known !== undefined) return known;
  const ways = waysOf(of, form);
  ways_cache.set(key, ways);
  return ways;
}

const undefined_row = {
  name: "undefined opcode", opcode: "????????", escape: false, modrm: false, immediate: "none", first: {},
} as const;

export interface Delivery {
  readonly in_protected_mode: boolean;
  readonly error_code: boolean;
}

/** From the clock in which a step gives way to an exception or interrupt to the moment the handler could be complete. */
export function deliveryBubbles({ in_protected_mode, error_code }: Delivery, handler: Decoded, address: number): number {
  const way = deliveryWays().find(({ outcomes }) => outcomes.every(({ condition, holds }) =>
    condition === "if_protected" ? holds === in_protected_mode : condition === "if_error_code" && holds === error_code));
  if (way === undefined) throw new Error("the microcode's delivery asks something new");
  return way.clocks + way.leaves_bubbles + entryBubbles(handler, address);
}
