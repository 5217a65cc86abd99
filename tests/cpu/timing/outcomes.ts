// What the architectural state says of an instruction's way: jumps from the flags and ECX, REP's rounds from ECX before
// and after, ENTER's from its operand, CMPXCHG's outcome from ZF, modes and privilege levels from the state before and
// after, the rest from the descriptors that were read.
import type { Decide, Decoded, Outcome } from "../../../soc/cpu/timing.ts";
import { of_386_bit, type Asked, type Entered, type Mode, type Retired, type Seen } from "./log.ts";

/** Of a device of the bare core (bare.cpp): it answers in the second clock, and the core goes on in the third. */
const device_clocks = 2;
const doubleword_bytes = 4;

const zero_flag = 0x40, nested_flag = 0x4000;
export const virtual_flag = 0x20000;
/** Selectors below this are null: they differ in the privilege level that they ask for. */
const null_selectors = 4;

// A descriptor's upper doubleword (Intel SDM 3, 3.4.5 and 3.5).
const segment_bit = 0x1000, accessed_bit = 0x100;
const callGates: ReadonlySet<number> = new Set([4, 12]);
const task_gate = 5;
const dataSegments: ReadonlySet<Asked["target"]> = new Set(["es", "ss", "ds", "fs", "gs"]);
const parameters_max = 31;

/** Before an instruction. */
export type State = Pick<Retired, "eax" | "ecx" | "edx" | "flags">;
export const reset_state: State = { eax: 0, ecx: 0, edx: 0, flags: 0 };

interface Instruction {
  readonly decoded: Decoded;
  readonly before: State;
  readonly after: Retired;
}

const nameOf = ({ row }: Decoded): string => row?.name ?? "";

/** Condition codes 0 to 15 (Intel SDM 1, appendix B). */
function conditionHolds(condition: number, flags: number): boolean {
  const bit = (at: number): boolean => ((flags >> at) & 1) === 1;
  const carry = bit(0), parity = bit(2), zero = bit(6), sign = bit(7), overflow = bit(11);
  const base = [overflow, carry, zero, carry || zero, sign, parity, sign !== overflow, zero || sign !== overflow][condition >> 1];
  return base !== ((condition & 1) === 1);
}

/** ENTER's, which counts in five bits. */
const level = ({ second }: Decoded): number => second & 31;

const inAddressSize = (value: number, { form }: Decoded): number => (form.sizes.address === 16 ? value & 0xffff : value >>> 0);

function jumpTaken({ decoded, before, after }: Instruction): boolean {
  const { jump, ...rest } = decoded.row?.first ?? {};
  if (jump === "condition") return conditionHolds(decoded.condition, before.flags);
  if (jump === "cx_zero") return inAddressSize(before.ecx, decoded) === 0;
  if (rest.operation !== "sub") throw new Error(`${nameOf(decoded)} asks for a jump's outcome`);
  const zero = (before.flags & zero_flag) !== 0;
  const left = inAddressSize(after.ecx, decoded) !== 0;
  return decoded.row?.micro === "loop" ? left : left && zero === (decoded.row?.micro === "loop_zero");
}

const has = (word: number, bit: number): boolean => (word & bit) !== 0;
const typeOf = ({ high }: Asked): number => (high >> 8) & 15;

/** The call gate that a far transfer went through. */
const callGate = ({ asked }: Seen): Asked | undefined =>
  asked.find((one) => !has(one.high, segment_bit) && callGates.has(typeOf(one)));

/** Whether the descriptor loaded for a segment register was marked as accessed already; undefined if none was loaded. */
function wasAccessed({ asked }: Seen, about: Outcome["about"]): boolean | undefined {
  const loaded = asked.find(({ target }) =>
    target !== undefined && (target === about || (about === "context" && dataSegments.has(target))));
  return loaded === undefined ? undefined : has(loaded.high, accessed_bit);
}

/** Whether a condition on the way held; undefined where the state does not say. */
export function holds({ condition, check, about }: Outcome, instruction: Instruction): boolean | undefined {
  const { decoded, before, after } = instruction;
  const found = has(after.flags, zero_flag);
  const name = nameOf(decoded);
  switch (condition) {
    case "jump": return jumpTaken(instruction);
    // INTO that was completed has not trapped.
    case "trap": return false;
    case "if_equal": return found;
    case "if_zero":
      if (name.startsWith("REP ")) return inAddressSize(before.ecx, decoded) === 0;
      if (name === "ENTER") return level(decoded) === 0;
      if (name.startsWith("CALL ")) return ((callGate(after)?.high ?? 0) & parameters_max) === 0;
      if (name === "CPUID") return before.eax === 0;
      break;
    case "if_many": if (name === "ENTER") return level(decoded) > 1; break;
    case "if_accessed": return wasAccessed(after, about);
    // What LAR and its kin do not find may lie beyond the table, or may not be looked at; ports that it lies beyond the
    // bitmap are refused.
    case "if_violation": return /^(LAR|LSL|VER[RW]) /.test(name) && !found ? undefined : false;
    case "if_check": {
      const gate = callGate(after);
      switch (check) {
        case "segment": return gate === undefined;
        case "call_gate": return gate !== undefined;
        case "of_286": return gate === undefined ? undefined : !has(gate.high, of_386_bit);
        case "inner": return after.level_after < after.mode.level;
        case "to_outer_level": return after.level_after > after.mode.level;
        case "words": return decoded.form.sizes.operand === 16;
        case "nested": return has(before.flags, nested_flag);
        case "returns_to_virtual_8086": return has(after.flags, virtual_flag);
        case "null_selector": return after.selectors.some((selector) => selector < null_selectors);
        case "not_null": return after.selectors.every((selector) => selector >= null_selectors);
        case "lar_accessible": case "lsl_accessible": case "readable": case "writable": return found;
        case "tss_of_386": return after.mode.tss_of_386;
        default:
      }
      break;
    }
    default:
  }
  throw new Error(`${name}: no state says whether ${condition} ${check ?? ""} holds`);
}

/** The same of a delivery's way. */
export function holdsOfDelivery({ condition, check, about }: Outcome, entered: Entered, from: Mode): boolean | undefined {
  switch (condition) {
    case "protected_mode": return entered.mode.protected_mode;
    case "if_error_code": return entered.error_code;
    case "if_accessed": return wasAccessed(entered, about);
    case "if_check":
      switch (check) {
        case "task_gate": return entered.switches_task;
        // The gate is the first that is asked about.
        case "gate_of_286": return !has(entered.asked[0]?.high ?? 0, of_386_bit);
        case "inner": return entered.level_after < from.level;
        case "virtual_8086": return from.virtual_8086;
        case "tss_of_386": return from.tss_of_386;
        default:
      }
      break;
    default:
  }
  throw new Error(`a delivery: no state says whether ${condition} ${check ?? ""} holds`);
}

/** Steps that ask for a descriptor: each is in `asked`, in their order. */
const asking: ReadonlySet<unknown> = new Set(["require_descriptor", "open_gate", "load_descriptor", "load_handler"]);

/** The outcomes of a task switch: each is about the descriptor or selector read last. */
export function ofTaskSwitch(
  seen: Seen & Partial<Pick<Entered, "error_code">>, from: Mode, in_virtual_8086: boolean,
): Decide {
  const task = seen.asked.findLast(({ target }) => target === "tss");
  if (task === undefined) throw new Error("a task switch without a task");
  return ({ condition, check }, steps) => {
    const asked = seen.asked[steps.filter(({ system }) => asking.has(system)).length - 1];
    const selector = seen.selectors[steps.filter(({ system }) => system === "set_selector").length - 1];
    switch (condition) {
      case "if_error_code": return seen.error_code === true;
      case "if_accessed": return has(asked?.high ?? 0, accessed_bit);
      case "if_check":
        switch (check) {
          case "segment": case "call_gate": return false;
          case "nested": return true;
          case "task_gate":
            return seen.asked.some((one) => !has(one.high, segment_bit) && typeOf(one) === task_gate);
          case "of_286": return !has(task.high, of_386_bit);
          // A delivery leads to a task through a task gate.
          case "gate_of_286": return true;
          case "tss_of_386": return from.tss_of_386;
          case "null_selector": return (selector ?? 0) < null_selectors;
          case "virtual_8086_task": return in_virtual_8086;
          default:
        }
        break;
      default:
    }
    throw new Error(`a task switch: no state says whether ${condition} ${check ?? ""} holds`);
  };
}

export function rounds(decoded: Decoded, before: State, after: Retired): number {
  const name = nameOf(decoded);
  if (name === "ENTER") return Math.max(1, level(decoded) - 1);
  if (name.startsWith("CALL ")) return (callGate(after)?.high ?? 0) & parameters_max;
  return name.startsWith("REP ") ? inAddressSize(before.ecx, decoded) - inAddressSize(after.ecx, decoded) : 1;
}

/** Of each access to a port: what crosses the end of a doubleword takes two. */
export function portAccessClocks(decoded: Decoded, { edx }: State): number {
  const { operand, wide } = decoded.form.sizes;
  const bytes = wide ? operand / 8 : 1;
  const port = decoded.row?.immediate === "port" ? decoded.immediate : edx;
  return ((port & (doubleword_bytes - 1)) + bytes > doubleword_bytes ? 2 : 1) * device_clocks;
}
