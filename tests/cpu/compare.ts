// Two outcomes of one case, compared where the manuals define them.
import type { Outcome } from "./batch.ts";
import { compared_flags, flagLetters } from "./flags.ts";
import { slot } from "./layout.ts";
import { analyseFlags, place, type Case } from "./program.ts";

export type Difference = { what: string; expected: string; actual: string };

const names = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];

/** A fault in ring 0 leaves its frame below the stack pointer; on the host it goes to another stack. */
const fault_frame_bytes = 16;

/** Where interrupts come, anything below the stack pointer may have changed. */
export const interrupted_frame_bytes: number = slot.stack_bytes;

/** A fault that no case should meet: the generator aims every access into the case's own memory. */
const escape_vectors = new Set([10, 11, 12, 13, 14]);

export const hex = (value: number, digits = 8) => (value >>> 0).toString(16).padStart(digits, "0");

/**
 * `expected` is the host processor's outcome; `frame_bytes` below the stack pointer are not compared. No differences:
 * an empty list.
 */
export function compare(test: Case, expected: Outcome, actual: Outcome, frame_bytes = 0): Difference[] {
  if (expected.kind !== "ended" || actual.kind !== "ended")
    return expected.kind === actual.kind
      ? []
      : [{ what: "end", expected: describe(expected), actual: describe(actual) }];
  const differences: Difference[] = [];
  const differ = (what: string, a: number, b: number, digits?: number) => {
    if (a !== b) differences.push({ what, expected: hex(a, digits), actual: hex(b, digits) });
  };
  if (expected.vector !== actual.vector)
    differences.push({ what: "end", expected: describe(expected), actual: describe(actual) });
  else if (expected.vector !== undefined) differ("eip", expected.eip, actual.eip);
  names.forEach((name, index) => {
    differ(name, expected.registers[index] ?? 0, actual.registers[index] ?? 0);
  });

  const mask = compared_flags & ~undefinedFlags(test, expected);
  if (((expected.eflags ^ actual.eflags) & mask) !== 0) {
    const letters = (eflags: number) => flagLetters(eflags & mask) || "none";
    differences.push({
      what: `flags of ${flagLetters(mask)}`,
      expected: letters(expected.eflags),
      actual: letters(actual.eflags),
    });
  }

  const faulted = expected.vector !== undefined || actual.vector !== undefined;
  const ignored_bytes = (faulted ? fault_frame_bytes : 0) + frame_bytes;
  const frame_end = expected.registers[4] ?? 0;
  const ignored_from = Math.max(frame_end - ignored_bytes, test.slot + slot.stack);
  for (let at = 0; at < expected.memory.length; at++) {
    const address = test.slot + slot.code + at;
    if (address >= ignored_from && address < frame_end) continue;
    differ(`memory ${hex(address, 5)}`, expected.memory[at] ?? 0, actual.memory[at] ?? 0, 2);
  }
  return differences;
}

function undefinedFlags(test: Case, outcome: Outcome): number {
  const analysis = analyseFlags(test.pieces);
  if (outcome.kind !== "ended" || outcome.vector === undefined) return analysis.final;
  // A trap reports the address after its instruction, a fault that of the instruction.
  const trap = outcome.vector === 3 || outcome.vector === 4;
  const at = place(test)?.codes.find(({ address, bytes }) => address + (trap ? bytes.length : 0) === outcome.eip);
  if (at === undefined) return compared_flags;
  return (analysis.before.get(at.code) ?? 0) | at.code.fault_undefined;
}

/** True if the case did something on the host that no case should do: a defect of the generator. */
export function escaped(outcome: Outcome): boolean {
  return outcome.kind !== "ended" || (outcome.vector !== undefined && escape_vectors.has(outcome.vector));
}

export function describe(outcome: Outcome): string {
  if (outcome.kind === "runaway") return "does not end";
  if (outcome.kind === "not_run") return "was not run";
  return outcome.vector === undefined ? "no fault" : `vector ${outcome.vector} at ${hex(outcome.eip)}`;
}
