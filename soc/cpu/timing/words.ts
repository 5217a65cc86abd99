// What decides an instruction's way, in words for readers. What is usual has none.
import type { Instruction } from "../instructions.ts";
import type { CheckName } from "../microcode/steps.ts";
import type { Outcome } from "./walks.ts";

/** Words if an outcome is so, and if not; null for what goes without saying. */
type Words = readonly [yes: string | null, no: string | null];

const checkWords: Partial<Record<CheckName, Words>> = {
  segment: ["to a segment", null],
  call_gate: ["through a call gate", null],
  words: ["operands of 16 bits", null],
  task_gate: [null, null],
  nested: [null, null],
  of_286: ["gate of the 286", null],
  gate_of_286: ["gate of the 286", null],
  inner: ["to an inner level", "to the same level"],
  to_outer_level: ["to an outer level", "to the same level"],
  tss_of_386: [null, "TSS of the 286"],
  virtual_8086: ["from virtual-8086 mode", null],
  returns_to_virtual_8086: ["to virtual-8086 mode", null],
  null_selector: ["null selector", "selector not null"],
  not_null: ["selector not null", "null selector"],
  lar_accessible: [null, "not accessible"],
  lsl_accessible: [null, "not accessible"],
  readable: [null, "not readable"],
  writable: [null, "not writable"],
};

/** Descriptors that are not marked as accessed are, which takes a store: of the segment register that is loaded. */
function accessedWords({ about }: Outcome): Words {
  switch (about) {
    case "next_code": return [null, "code not accessed before"];
    case "next_stack": return [null, "stack not accessed before"];
    default: return [null, "not accessed before"];
  }
}

function zeroWords(name: string): Words {
  if (name.startsWith("REP ")) return ["count 0", "count not 0"];
  if (name.startsWith("CALL ")) return ["no parameters", "parameters"];
  switch (name) {
    case "ENTER": return ["level 0", "level not 0"];
    case "CPUID": return ["leaf 0", "other leaves"];
    default: throw new Error(`${name}: a condition has no name in the timing table`);
  }
}

function wordsOf(outcome: Outcome, name: string): Words {
  switch (outcome.condition) {
    case "jump": return ["taken", "not taken"];
    case "trap": return ["overflow", "no overflow"];
    case "protected_mode": return ["protected mode", "real mode"];
    case "if_equal": return ["equal", "not equal"];
    case "if_error_code": return ["error code", null];
    case "if_accessed": return accessedWords(outcome);
    case "if_violation": return ["beyond the table", null];
    case "if_zero": return zeroWords(name);
    case "if_many": if (name === "ENTER") return ["level above 1", "level 1"]; break;
    case "if_check": {
      const words = outcome.check === undefined ? undefined : checkWords[outcome.check];
      if (words !== undefined) return words;
      break;
    }
    default:
  }
  throw new Error(`${name}: ${outcome.condition} ${outcome.check ?? ""} has no name in the timing table`);
}

/** The words of an outcome, in terms of the instruction. */
export function outcomeWords(outcome: Outcome, name: string): string[] {
  const [yes, no] = wordsOf(outcome, name);
  const words = outcome.holds ? yes : no;
  return words === null ? [] : [words];
}

/** The words of the mode that a row is for. */
export function modeWords({ real, checks_ports }: Pick<Instruction, "real" | "checks_ports">): string[] {
  return [
    ...(real === undefined ? [] : [real ? "real mode" : "protected mode"]),
    ...(checks_ports === undefined ? [] : [checks_ports ? "ports by bitmap" : "ports free"]),
  ];
}

/** Words of what adds to the clocks by itself, whatever else is so: a list of ways is shorter without its repetition. */
export const besides: readonly string[] = [
  "gate of the 286", "TSS of the 286", "code not accessed before", "stack not accessed before", "not accessed before",
  "error code",
];
