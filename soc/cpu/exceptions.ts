// What may be wrong with a step, and what it asks for: the exceptions, in their order of priority.
import { constant, mux, type Bit, type Bits } from "#hdl-gen";
import type { Execute } from "./execute-registers.ts";

/** Exception vectors (Intel SDM 3, table 6-1). */
export const vector = {
  divideError: 0,
  debug: 1,
  breakpoint: 3,
  overflow: 4,
  bound: 5,
  undefinedOpcode: 6,
  notAvailable: 7,
  doubleFault: 8,
  invalidTss: 10,
  segmentNotPresent: 11,
  stackFault: 12,
  generalProtection: 13,
  pageFault: 14,
  alignmentCheck: 17,
} as const;

/** Vectors whose frame has an error code, if not an interrupt or INT n brought them (Intel SDM 3, table 6-1). */
const vectorsWithErrorCode = [8, 10, 11, 12, 13, 14, 17];

/** Vectors of which two in a row make a double fault (Intel SDM 3, table 6-4). */
const contributoryVectors = [0, 10, 11, 12, 13];

const isOneOf = (number: Bits<8>, list: readonly number[]): Bit =>
  list.map((v) => number.eq(v)).reduce((p, q) => p.or(q));

export const hasErrorCode = (number: Bits<8>): Bit => isOneOf(number, vectorsWithErrorCode);
export const isContributory = (number: Bits<8>): Bit => isOneOf(number, contributoryVectors);

interface Given {
  readonly a: Bits<32>;
  readonly b: Bits<32>;
  /** There is a breakpoint on the instruction, which has not been one yet. */
  readonly breakpoint: Bit;
  readonly divide: { readonly divides: Bit; readonly done: Bit; readonly overflow: Bit };
}

/** A fault or a trap of the step here, and its vector; which checks the step requires. */
export function findException({ m, r, x, valid }: Execute, { a, b, breakpoint, divide }: Given) {
  // In order of priority, for a step may ask for more than one.
  // A comparison of its own, since all that may be a fault is waited for by much.
  const below = mux(x.width.is("word"), a.slice(15, 0).ltSigned(b.slice(15, 0)), a.ltSigned(b));
  const traps: readonly (readonly [Bit, Bits<8>])[] = [
    [x.system.is("software_interrupt"), b.slice(7, 0)],
    [x.system.is("breakpoint"), constant(vector.breakpoint, 8)],
    [x.system.is("debug_trap"), constant(vector.debug, 8)],
    [x.system.is("overflow").and(r.status.overflow), constant(vector.overflow, 8)],
  ];
  const general = mux(r.as_task, constant(vector.invalidTss, 8), vector.generalProtection);
  const absentVector = mux(x.target.is("ss", "next_stack"), constant(vector.stackFault, 8), vector.segmentNotPresent);
  const { requires, requires_present, requires_gate } = m.nets({
    requires: x.system.is("require", "require_descriptor", "load_descriptor", "load_handler"),
    requires_present: x.system.is("require_descriptor", "load_descriptor", "load_handler", "open_gate"),
    requires_gate: x.system.is("open_gate"),
  });
  const lacks = x.check_holds.not();
  const absent = a.bit(15).not();
  const faults: readonly (readonly [Bit, Bits<8>])[] = [
    [breakpoint, constant(vector.debug, 8)],
    [x.refusal.is("page"), constant(vector.pageFault, 8)],
    [x.fault.is("code"), constant(vector.generalProtection, 8)],
    [x.refusal.is("undefined_opcode"), constant(vector.undefinedOpcode, 8)],
    [x.refusal.is("protection"), constant(vector.generalProtection, 8)],
    [x.refusal.is("not_available"), constant(vector.notAvailable, 8)],
    [x.refusal.is("debug"), constant(vector.debug, 8)],
    [x.system.is("require_here").and(lacks), general],
    [x.fault.is("segment", "gate"), constant(vector.generalProtection, 8)],
    [x.fault.is("stack", "next_stack"), constant(vector.stackFault, 8)],
    [x.fault.is("task"), constant(vector.invalidTss, 8)],
    [x.fault.is("table"), general],
    [x.fault.is("alignment"), constant(vector.alignmentCheck, 8)],
    [x.fault.is("page"), constant(vector.pageFault, 8)],
    [requires.and(lacks), general],
    [requires_gate.and(lacks), constant(vector.generalProtection, 8)],
    [requires_present.and(absent), absentVector],
    [x.system.is("bound").and(below), constant(vector.bound, 8)],
    [divide.divides.and(divide.done, divide.overflow), constant(vector.divideError, 8)],
  ];
  const anyOf = (list: typeof traps): Bit => list.map(([when]) => when).reduce((p, q) => p.or(q));
  const { trapping, faulting } = m.nets({
    trapping: valid.and(anyOf(traps)),
    faulting: valid.and(anyOf(faults)),
  });
  const { raised } = m.nets({
    raised: [...faults, ...traps].reduceRight<Bits<8>>(
      (rest, [when, number]) => mux(when, number, rest), constant(0, 8)),
  });
  return { requires, requires_gate, trapping, faulting, raised };
}
