// Two outcomes of one case, compared where the manuals define them.
import type { Outcome } from "./batch.ts";
import { compared_flags, flagLetters, undefinedAfter } from "./flags.ts";
import { slot } from "./layout.ts";
import { analyseFlags, exit_fault_bytes, place, type Case } from "./program.ts";
import { segment_names, slot as segmented_slot } from "./segmented/layout.ts";
import { descriptorOf, type Segments } from "./segmented/segments.ts";

export type Difference = { what: string; expected: string; actual: string };

const names = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];

/** A fault in ring 0 leaves its frame below the stack pointer; on the host it goes to another stack. */
const fault_frame_bytes = 16;

/** Where interrupts come, anything below the stack pointer may have changed. */
export const interrupted_frame_bytes: number = slot.stack_bytes;

/** A fault that no case should meet: the generator aims every access into the case's own memory. */
const escape_vectors = new Set([10, 11, 12, 13, 14]);
/** With segments, they confine the case; a page fault means that one reaches too far. */
const page_fault = 14;

/** Beyond a limit, in the stack or elsewhere, and not aligned; their error code is 0 then. */
const memory_faults = new Set([12, 13, 17]);

const traps = new Set([1, 3, 4]);
/** Trap, interrupt enable, I/O privilege, nested task, resume, alignment check; compared where rings are the same. */
const system_flags = 0x57300;

const with_error_code = new Set([8, 10, 11, 12, 13, 14, 17]);

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
  const undefined_at_end = undefinedAtEnd(test, expected);
  const { either } = undefined_at_end;
  const one_of_two = [expected, actual].every(({ vector }) => vector !== undefined && either.has(vector));
  if (expected.vector !== actual.vector && !one_of_two)
    differences.push({ what: "end", expected: describe(expected), actual: describe(actual) });
  else if (expected.vector !== undefined) differ("eip", expected.eip, actual.eip);
  names.forEach((name, index) => {
    if (undefined_at_end.registers && name !== "esp") return;
    differ(name, expected.registers[index] ?? 0, actual.registers[index] ?? 0);
  });
  compareSegments(expected, actual, differ);

  const mask = compared_flags & ~undefined_at_end.flags;
  if (((expected.eflags ^ actual.eflags) & mask) !== 0) {
    const letters = (eflags: number) => flagLetters(eflags & mask) || "none";
    differences.push({
      what: `flags of ${flagLetters(mask)}`,
      expected: letters(expected.eflags),
      actual: letters(actual.eflags),
    });
  }

  const ignored =
    test.segments === undefined
      ? belowFlatStack(test, expected, actual, frame_bytes)
      : belowStack(test.segments, expected, undefined_at_end.pushed_bytes);
  for (let at = 0; at < expected.memory.length; at++) {
    const address = expected.memory_first + at;
    if (ignored(address)) continue;
    differ(`memory ${hex(address, 5)}`, expected.memory[at] ?? 0, actual.memory[at] ?? 0, 2);
  }
  return differences;
}

type Ended = Extract<Outcome, { kind: "ended" }>;

/** What a fault in ring 0 and, with `frame_bytes`, interrupts leave below the stack pointer. */
function belowFlatStack(test: Case, expected: Ended, actual: Ended, frame_bytes: number): (address: number) => boolean {
  const faulted = expected.vector !== undefined || actual.vector !== undefined;
  const frame_end = expected.registers[4] ?? 0;
  const bytes = (faulted ? fault_frame_bytes : 0) + frame_bytes;
  const from = Math.max(frame_end - bytes, test.slot + slot.stack);
  return (address) => address >= from && address < frame_end;
}

/** What an instruction pushed before it faulted. */
function belowStack(segments: Segments, { registers, segments: at_end }: Ended, bytes: number) {
  const stack = descriptorOf(segments, at_end?.selectors.ss ?? 0);
  const mask = stack?.is_32 === true ? 0xffffffff : 0xffff;
  const base = stack?.base ?? 0;
  const esp = registers[4] ?? 0;
  const pushed = new Set(Array.from({ length: bytes }, (_, index) => (base + ((esp - 1 - index) & mask)) >>> 0));
  return (address: number): boolean => pushed.has(address);
}

function compareSegments(
  { vector, segments: expected, eflags: expected_flags }: Ended,
  { segments: actual, eflags: actual_flags }: Ended,
  differ: (what: string, a: number, b: number, digits?: number) => void,
): void {
  if (expected === undefined || actual === undefined) return;
  for (const name of segment_names) differ(name, expected.selectors[name], actual.selectors[name], 4);
  if (vector !== undefined && with_error_code.has(vector)) differ("error code", expected.error, actual.error, 4);
  differ("system flags", system_flags & expected_flags, system_flags & actual_flags);
}

type Undefined = {
  flags: number;
  /** All but ESP. */
  registers: boolean;
  /** Vectors of which any may be found first, because the instruction has several operands in memory. */
  either: ReadonlySet<number>;
  /** Below the stack pointer, where an instruction of several pushes may have made some of them. */
  pushed_bytes: number;
};

const two_operands = /^(movs|cmps|bound)/;
/** BOUND may compare with the lower bound before it reads the upper one. */
const outside_bounds = 5;
const none: ReadonlySet<number> = new Set();

const pushed_bytes_max = 64;
const prefixes = /^(66|67|26|2e|36|3e|64|65|f[023])*/;
/** PUSHA, ENTER, CALL and PUSH of memory. */
const several_pushes = /^(60|c8|e8|9a|ff)/;

function pushesBefore(bytes: readonly number[]): number {
  const text = Buffer.from(bytes).toString("hex").replace(prefixes, "");
  return several_pushes.test(text) ? pushed_bytes_max : 0;
}

/** What of the case's last state the manuals do not define. */
function undefinedAtEnd(test: Case, outcome: Outcome): Undefined {
  const analysis = analyseFlags(test.pieces);
  const at_end: Undefined = { flags: analysis.final, registers: false, either: none, pushed_bytes: 0 };
  if (outcome.kind !== "ended" || outcome.vector === undefined) return at_end;
  const { segments } = test;
  const base = segments === undefined ? 0 : (descriptorOf(segments, outcome.segments?.selectors.cs ?? 0)?.base ?? 0);
  const fault_address = (base + outcome.eip) >>> 0;
  const placed = place(test);
  const unknown: Undefined = { ...at_end, flags: compared_flags };
  if (placed === undefined) return unknown;
  // A case with segments ends by a fault behind its last instruction.
  const end = test.slot + segmented_slot.memory + test.code_offset + placed.bytes.length - exit_fault_bytes;
  if (segments !== undefined && outcome.vector === 6 && fault_address === end) return at_end;
  // A trap reports the address after its instruction, a fault that of the instruction.
  const trap = traps.has(outcome.vector);
  const at = placed.codes.find(({ address, bytes }) => address + (trap ? bytes.length : 0) === fault_address);
  if (at === undefined) return unknown;
  const before = analysis.before.get(at.code) ?? 0;
  if (trap) return { ...at_end, flags: undefinedAfter(before, at.code.flags) };
  const name = at.code.form?.row.name ?? "";
  // A POPA that faults may have loaded some of its registers: started again, it loads them all.
  return {
    flags: before | at.code.fault_undefined,
    registers: name === "popa",
    either: two_operands.test(name) ? new Set([...memory_faults, ...(name === "bound" ? [outside_bounds] : [])]) : none,
    pushed_bytes: pushesBefore(at.code.bytes),
  };
}

/** True if the case did something on the host that no case should do: a defect of the generator. */
export function escaped(outcome: Outcome): boolean {
  if (outcome.kind !== "ended") return true;
  if (outcome.vector === undefined) return false;
  return outcome.segments === undefined ? escape_vectors.has(outcome.vector) : outcome.vector === page_fault;
}

export function describe(outcome: Outcome): string {
  if (outcome.kind === "runaway") return "does not end";
  if (outcome.kind === "not_run") return "was not run";
  if (outcome.vector === undefined) return "no fault";
  const { vector, eip, segments } = outcome;
  if (segments === undefined) return `vector ${vector} at ${hex(eip)}`;
  const code = with_error_code.has(vector) ? `, error code ${hex(segments.error, 4)}` : "";
  return `vector ${vector} at ${hex(segments.selectors.cs, 4)}:${hex(eip)}${code}`;
}
