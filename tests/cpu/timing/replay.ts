// The identity: what the timing table says of each instruction that the core has completed, beside the clocks it took.
//
// Which way an instruction went is taken from the architectural state alone: jumps from the flags and ECX, REP's rounds
// from ECX before and after, ENTER's from its operand, CMPXCHG's outcome from ZF, the processor's mode from CR0. The
// measured clocks decide nothing, with one exception: which of an instruction's accesses a segment fault came from is
// not in the state, so there any step that can fault will do; and a fault inside a delivery ends the comparison until
// the handler's first instruction.
import {
  bubblesBetween, clocksBetween, decodeAt, deliveryBubbles, ownClocks, waysOfInstruction,
  type Decoded, type Executed, type Outcome, type Way,
} from "../../../soc/cpu/timing.ts";
import type { Delivered, Entry, Retired } from "./log.ts";

/** Of a device of the bare core (bare.cpp): it answers in the second clock, and the core goes on in the third. */
const device_clocks = 2;

const zero_flag = 0x40;
const vectors_with_error_code = new Set([8, 10, 11, 12, 13, 14, 17]);
const divide_error = 0, undefined_opcode = 6;
const reset_state = { ecx: 0, flags: 0, selector: 0 };

/** Memory that does not change: what is executed. */
export type Code = (address: number) => Uint8Array;

export interface Difference {
  readonly at: number;
  readonly name: string;
  readonly previous: string;
  readonly measured: number;
  readonly expected: readonly number[];
}

export interface Identity {
  readonly differences: readonly Difference[];
  /** Instructions and exceptions compared. */
  readonly compared: number;
  readonly clocks: number;
  readonly faults_by_choice: number;
  readonly names: ReadonlySet<string>;
}

/** A row of the timing table by its name and form. */
export const rowName = ({ name: of, form }: { readonly name: string; readonly form?: "register" | "memory" | null }): string =>
  form === undefined || form === null ? of : `${of} (${form})`;

const name = ({ row }: Decoded): string => (row === undefined ? "undefined opcode" : rowName(row));

/** Condition codes 0 to 15 (Intel SDM 1, appendix B). */
function conditionHolds(condition: number, flags: number): boolean {
  const bit = (at: number): boolean => ((flags >> at) & 1) === 1;
  const carry = bit(0), parity = bit(2), zero = bit(6), sign = bit(7), overflow = bit(11);
  const base = [overflow, carry, zero, carry || zero, sign, parity, sign !== overflow, zero || sign !== overflow][condition >> 1];
  return base !== ((condition & 1) === 1);
}

type State = Pick<Retired, "ecx" | "flags" | "protected_mode" | "selector">;

/** Selectors below this are null: they differ in the privilege level that they ask for. */
const null_selectors = 4;

/** ENTER's, which counts in five bits. */
const level = ({ second }: Decoded): number => second & 31;

const inAddressSize = (value: number, { form }: Decoded): number => (form.sizes.address === 16 ? value & 0xffff : value >>> 0);

function jumpTaken(decoded: Decoded, before: State, after: State): boolean {
  const { jump, ...rest } = decoded.row?.first ?? {};
  if (jump === "condition") return conditionHolds(decoded.condition, before.flags);
  if (jump === "cx_zero") return inAddressSize(before.ecx, decoded) === 0;
  if (rest.operation !== "sub") throw new Error(`${name(decoded)} asks for a jump's outcome`);
  const zero = (before.flags & zero_flag) !== 0;
  const left = inAddressSize(after.ecx, decoded) !== 0;
  return decoded.row?.micro === "loop" ? left : left && zero === (decoded.row?.micro === "loop_zero");
}

/** Whether a condition on the way holds, by the state before and after. */
function holds(condition: Outcome["condition"], decoded: Decoded, before: State, after: State): boolean {
  switch (condition) {
    case "jump": return jumpTaken(decoded, before, after);
    // INTO that was completed has not trapped.
    case "trap": return false;
    case "if_protected": return before.protected_mode;
    case "if_equal": return (after.flags & zero_flag) !== 0;
    case "if_zero":
      if (decoded.row?.name.startsWith("REP ") === true) return inAddressSize(before.ecx, decoded) === 0;
      if (decoded.row?.name === "ENTER") return level(decoded) === 0;
      return after.selector < null_selectors;
    default: throw new Error(`no state says whether ${condition} holds`);
  }
}

function rounds(decoded: Decoded, before: State, after: State): number {
  if (decoded.row?.name === "ENTER") return Math.max(1, level(decoded));
  return decoded.row?.name.startsWith("REP ") === true ? inAddressSize(before.ecx, decoded) - inAddressSize(after.ecx, decoded) : 1;
}

const isPossible = (way: Way, decoded: Decoded, before: State, after: State): boolean =>
  (way.predicted === undefined || way.predicted === decoded.immediate < 0)
  && way.outcomes.every(({ condition, holds: expected, ends_loop }) =>
    ends_loop === true || expected === holds(condition, decoded, before, after));

function executed(decoded: Decoded, before: State, after: State): Executed {
  const ways = waysOfInstruction(decoded).filter((way) => isPossible(way, decoded, before, after));
  const [way] = ways;
  if (way === undefined || ways.length > 1) throw new Error(`${name(decoded)}: ${ways.length} ways fit the state`);
  return { decoded, way, rounds: rounds(decoded, before, after), device_clocks };
}

/** Clocks from an instruction's beginning to a step of it that gives way to an exception. */
function clocksToException(decoded: Decoded, { fault, vector }: Delivered): number[] {
  const clocks = waysOfInstruction(decoded).flatMap((way) => way.clocks_to_step.flatMap((to_step, i) => {
    const step = way.steps[i];
    if (step === undefined) return [];
    // A trap comes from an instruction of one step, and what the opcode says is known in the first.
    if (!fault || vector === undefined_opcode) return i === 0 ? [to_step - (fault ? step.execute_clocks : 0)] : [];
    if (vector === divide_error) return [to_step];
    // A fault of the access leaves at once, whatever the step would have computed.
    return [to_step - step.execute_clocks];
  }));
  return [...new Set(clocks)];
}

export function identity(log: readonly Entry[], code: Code, { big = true } = {}): Identity {
  const differences: Difference[] = [];
  const names = new Set<string>();
  let compared = 0, clocks = 0, faults_by_choice = 0, is_big = big;
  const decoded = new Map<number, Decoded>();
  const decodedAt = (address: number): Decoded => {
    const known = decoded.get(address);
    if (known !== undefined) return known;
    const made = decodeAt(code(address), 0, is_big);
    decoded.set(address, made);
    return made;
  };

  let before: Retired | undefined;
  let earlier: Executed | undefined;
  let delivered: { entry: Delivered; state: State } | undefined;
  for (const entry of log) {
    const here = decodedAt(entry.eip);
    if (entry.kind === "delivered") {
      if (delivered === undefined && before !== undefined && earlier !== undefined) {
        const base = bubblesBetween(earlier, here, entry.eip);
        const expected = clocksToException(here, entry).map((own) => base + own);
        if (expected.length > 1) faults_by_choice++;
        compare(entry, expected, before.cycle);
      }
      delivered = { entry, state: before ?? { ...reset_state, protected_mode: entry.protected_mode } };
      before = undefined;
      earlier = undefined;
      continue;
    }
    const state = before ?? delivered?.state;
    if (state !== undefined) {
      const now = executed(here, state, entry);
      if (delivered !== undefined) {
        const { fault, vector, protected_mode } = delivered.entry;
        const how = { in_protected_mode: protected_mode, error_code: fault && vectors_with_error_code.has(vector) };
        compare(entry, [deliveryBubbles(how, here, entry.eip) + ownClocks(now)], delivered.entry.cycle);
      } else if (earlier !== undefined && before !== undefined) {
        compare(entry, [clocksBetween(earlier, now, entry.eip)], before.cycle);
      }
      earlier = now;
    }
    if (here.row?.name === "JMP ptr16:32" && !is_big) {
      is_big = true;
      decoded.clear();
    }
    before = entry;
    delivered = undefined;
  }
  return { differences, compared, clocks, faults_by_choice, names };

  function compare(entry: Entry, expected: readonly number[], since: number): void {
    const measured = entry.cycle - since;
    const here = decodedAt(entry.eip);
    compared++;
    clocks += measured;
    names.add(name(here));
    if (expected.includes(measured)) return;
    const previous = earlier === undefined ? "an exception" : name(earlier.decoded);
    differences.push({ at: entry.eip, name: name(here), previous, measured, expected });
  }
}
