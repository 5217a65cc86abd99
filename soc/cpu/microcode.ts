// Microcode: the steps of an instruction after its first, and the delivery of exceptions and interrupts.
// A routine is a list of steps. `next` says where to go after a step: on to the following one unless stated.
import type { MicroOp, Next } from "./microop.ts";

/** A step as the routines write it: a micro-operation, and where to go after it. */
export interface Step extends MicroOp {
  readonly label?: string;
  readonly next?: (typeof Next)["names"][number];
  readonly target?: string;
  /** A conditional step's likely outcome: the pipeline goes on there until the condition is known. */
  readonly expect?: "taken" | "not_taken";
  /** An interrupt may be taken before this step: all that came before is complete (Intel SDM 2, REP). */
  readonly interruptible?: true;
}

type To = NonNullable<MicroOp["to"]>;
type Base = NonNullable<MicroOp["base"]>;
type SegmentName = NonNullable<MicroOp["segment"]>;
type SegmentRegister = "es" | "cs" | "ss" | "ds" | "fs" | "gs";

// --- pieces of steps, of the instruction table's too -----------------------------------------------------

/** The address that ModRM, SIB and prefixes give. */
export const operandAddress: MicroOp = { base: "context", segment: "context", displacement: "context" };

/** The target of a jump by a distance. */
export const relativeTarget: MicroOp = { base: "next_eip", segment: "cs", displacement: "immediate" };

export const popInto = (to: To): MicroOp => ({ operation: "move", b: "memory", to, stack: "pop", memory: "load" });
export const pushFrom = (b: To): MicroOp => ({ operation: "move", b, stack: "push", memory: "store" });

/** Reads from `segment` at the address in register `base`. */
const load = (to: To, base: Base, segment: SegmentName): MicroOp => ({
  operation: "move", b: "memory", to, memory: "load", base, segment,
});

/** Reads a word, as a doubleword. */
const loadWord = (to: To, base: Base, segment: SegmentName): MicroOp => ({
  ...load(to, base, segment), operation: "zero_extend", source: "word", size: "dword",
});

/** Writes to the operand's segment at the address in register `base`. */
const storeAt = (base: Base, b: To): MicroOp => ({ operation: "move", b, memory: "store", base, segment: "context" });

/** Reads a doubleword of the descriptor table `segment`. */
const tableEntry = (segment: "gdt" | "idt", base: Base, to: To, high = false): MicroOp => ({
  ...load(to, base, segment), size: "dword", ...(high ? { displacement: "plus_4" } : {}),
});

/** A string instruction's read: loads the element and moves the index on; the element stays in the memory operand. */
export const loadElement = (index: "esi" | "edi"): MicroOp => ({
  operation: "advance", a: index, to: index, size: "address", source: "element", memory: "load",
  base: index, segment: index === "esi" ? "context" : "es",
});

/** A string instruction's write. */
export const storeElement = (b: To): MicroOp => ({
  operation: "advance", a: "edi", b, to: "edi", size: "address", source: "element", memory: "store",
  base: "edi", segment: "es",
});

// --- routines ---------------------------------------------------------------------------------------------

const countDown: MicroOp = { operation: "sub", a: "ecx", b: "one", to: "ecx", size: "address" };

/** REP: nothing if the count is 0, else the body until the count, or REPE's and REPNE's condition, ends it. */
function repeat(name: string, next: "if_many" | "if_repeat", body: readonly Step[]): Step[] {
  const [first, ...rest] = body;
  return [
    { label: `rep_${name}`, a: "ecx", size: "address", next: "if_zero", target: "finish", expect: "not_taken" },
    { ...first!, label: `rep_${name}_body`, interruptible: true },
    ...rest,
    { ...countDown, next, target: `rep_${name}_body`, expect: "taken" },
    { next: "jump", target: "finish" },
  ];
}

/** Loads a segment register from the selector in t0, and after that a general register from t4 where `and` says so. */
function loadSegment(segment: SegmentRegister, name: string, and?: Step): Step[] {
  const inProtectedMode = `${name}_protected`;
  const end: Step[] = [{ ...and, next: "jump", target: "restart_fetch" }];
  return [
    { label: name, system: "set_selector", b: "t0", next: "if_protected", target: inProtectedMode, expect: "taken" },
    { system: "load_real", segment, b: "t0" },
    ...end,
    { label: inProtectedMode, operation: "selector_index", b: "t0", to: "t1", size: "dword" },
    { a: "t1", size: "dword", next: "if_zero", target: `${name}_null`, expect: "not_taken" },
    tableEntry("gdt", "t1", "t2"),
    tableEntry("gdt", "t1", "t3", true),
    { system: "load_descriptor", segment, a: "t2", b: "t3", size: "dword" },
    ...end,
    { label: `${name}_null`, system: "load_null", segment },
    ...end,
  ];
}

/** LDS and its kin: t1 holds the operand's address, where an offset is and after it a selector. */
const loadFar = (segment: SegmentRegister): Step[] => [
  { label: `load_far_${segment}`, ...load("t4", "t1", "context") },
  { ...loadWord("t0", "t1", "context"), displacement: "plus_size" },
  ...loadSegment(segment, `load_far_${segment}_selector`, { operation: "move", b: "t4", to: "reg" }),
];

/** Loads CS from the selector in t0, does `last`, and goes on at the offset in t1. */
function enterCodeSegment(name: string, last: readonly Step[] = []): Step[] {
  const inProtectedMode = `${name}_protected`;
  const leave: Step[] = [...last, { system: "far_jump", b: "t1", next: "end" }];
  return [
    { label: name, system: "set_selector", b: "t0", next: "if_protected", target: inProtectedMode, expect: "taken" },
    { system: "load_real", segment: "cs", b: "t0" },
    ...leave,
    { label: inProtectedMode, operation: "selector_index", b: "t0", to: "t2", size: "dword" },
    tableEntry("gdt", "t2", "t3"),
    tableEntry("gdt", "t2", "t4", true),
    { system: "load_descriptor", segment: "cs", a: "t3", b: "t4", size: "dword" },
    ...leave,
  ];
}

const farTransfers: Step[] = [
  { label: "jump_far", operation: "move", b: "imm", to: "t1", size: "dword" },
  ...enterCodeSegment("jump_far_segment"),
  { label: "call_far", ...pushFrom("special"), special: "selector", segment: "cs" },
  pushFrom("next_eip"),
  { operation: "move", b: "imm", to: "t1", size: "dword", next: "jump", target: "jump_far_segment" },
  { label: "return_far", ...popInto("t0"), next: "jump", target: "jump_far_segment" },
  { label: "interrupt_return", ...popInto("t0") },
  popInto("t5"),
  ...enterCodeSegment("interrupt_return_segment", [{ system: "write_flags", b: "t5" }]),
];

/** Interrupts and exceptions. Vector, return address and error code are in special registers. */
const delivery: Step[] = [
  { label: "exception", operation: "move", b: "special", special: "vector_offset", to: "t0", size: "dword",
    next: "if_protected", target: "exception_protected", expect: "taken" },
  // Real mode: IP and CS from the vector table, a frame of three words.
  loadWord("t1", "t0", "idt"),
  { ...loadWord("t2", "t0", "idt"), displacement: "plus_2" },
  { ...pushFrom("special"), special: "flags", size: "word" },
  { ...pushFrom("special"), special: "selector", segment: "cs", size: "word" },
  { ...pushFrom("special"), special: "saved_eip", size: "word" },
  { system: "set_selector", b: "t2" },
  { system: "load_real", segment: "cs", b: "t2" },
  { system: "enter_gate", b: "t0", next: "jump", target: "exception_leave" },

  // Protected mode: a gate, a frame of doublewords, CS by the gate's selector.
  { label: "exception_protected", ...tableEntry("idt", "t0", "t1") },
  tableEntry("idt", "t0", "t2", true),
  { ...pushFrom("special"), special: "flags", size: "dword" },
  { ...pushFrom("special"), special: "selector", segment: "cs", size: "dword" },
  { ...pushFrom("special"), special: "saved_eip", size: "dword",
    next: "if_error_code", target: "exception_error_code", expect: "not_taken" },
  { label: "exception_gate", operation: "gate_selector", b: "t1", to: "t0", size: "dword" },
  { operation: "gate_offset", a: "t1", b: "t2", to: "t1", size: "dword" },
  { system: "set_selector", b: "t0" },
  { operation: "selector_index", b: "t0", to: "t0", size: "dword" },
  tableEntry("gdt", "t0", "t3"),
  tableEntry("gdt", "t0", "t4", true),
  { system: "load_descriptor", segment: "cs", a: "t3", b: "t4", size: "dword" },
  { system: "enter_gate", b: "t2" },
  { label: "exception_leave", system: "far_jump", b: "t1", size: "dword", next: "end" },
  { label: "exception_error_code", ...pushFrom("special"), special: "error_code", size: "dword",
    next: "jump", target: "exception_gate" },
];

/** BT and its kin with a register and memory: the bit may lie anywhere around the operand, whose address is in t1. */
function bitString(operation: "bt" | "bts" | "btr" | "btc"): Step[] {
  const access: Step = { operation, a: "memory", b: "reg", flags: "carry", base: "t1", segment: "context" };
  return [
    { label: `${operation}_string`, operation: "bit_word", b: "reg", to: "t0", size: "operand" },
    { operation: "add", a: "t1", b: "t0", to: "t1", size: "dword" },
    ...(operation === "bt"
      ? [{ ...access, memory: "load", next: "end" } as const]
      : [
          { ...access, memory: "modify", to: "t0" } as const,
          { ...storeAt("t1", "t0"), next: "end" } as const,
        ]),
  ];
}

/** DIV and IDIV: the divisor is in t0. */
const divide = (operation: "div" | "idiv"): Step[] => [
  { label: operation, system: "latch_high", b: "edx" },
  { operation, a: "eax", b: "t0", to: "eax" },
  { operation: "remainder", to: "edx", next: "end" },
  { label: `${operation}_byte`, operation, a: "eax", b: "t0", to: "t1", size: "byte" },
  { operation: "remainder", to: "ah", size: "byte" },
  { operation: "move", b: "t1", to: "eax", size: "byte", next: "end" },
];

/** The second half of an exchange: the register to the operand, which is a register or memory. */
const toOperand: MicroOp = { operation: "move", b: "reg", to: "rm", memory: "store_rm", ...operandAddress };

const arithmetic: Step[] = [
  { label: "store_result", operation: "move", b: "t0", memory: "store", size: "first", ...operandAddress, next: "end" },
  { label: "multiply_high", operation: "high_half", to: "edx", next: "end" },
  ...divide("div"),
  ...divide("idiv"),
  ...(["bt", "bts", "btr", "btc"] as const).flatMap(bitString),
  { label: "exchange_add", operation: "move", b: "rm", to: "reg", size: "first" },
  { operation: "move", b: "t0", to: "rm", size: "first", next: "end" },
  { label: "exchange_add_memory", operation: "add", a: "t1", b: "reg", to: "t0", size: "first", flags: "status" },
  // The store comes first: the register may be part of its address.
  { operation: "move", b: "t0", memory: "store", size: "first", ...operandAddress },
  { operation: "move", b: "t1", to: "reg", size: "first", next: "end" },
  { label: "compare_exchange", operation: "cmp", a: "eax", b: "t1", size: "first", flags: "status" },
  { next: "if_equal", target: "compare_exchange_equal", expect: "taken" },
  { operation: "move", b: "t1", to: "eax", size: "first", next: "end" },
  { label: "compare_exchange_equal", ...toOperand, size: "first", next: "end" },
  // The operand's address is in t0: both halves into t2:t1, compared with EDX:EAX as one.
  { label: "compare_exchange_8", ...load("t1", "t0", "context"), size: "dword", memory: "modify" },
  { ...load("t2", "t0", "context"), size: "dword", memory: "modify", displacement: "plus_4" },
  { operation: "sub", a: "t1", b: "eax", to: "t3", size: "dword" },
  { operation: "sub", a: "t2", b: "edx", to: "t4", size: "dword" },
  { operation: "or", a: "t3", b: "t4", size: "dword", flags: "zero" },
  { next: "if_equal", target: "compare_exchange_8_equal", expect: "taken" },
  { operation: "move", b: "t1", to: "eax", size: "dword" },
  { operation: "move", b: "t2", to: "edx", size: "dword", next: "end" },
  { label: "compare_exchange_8_equal", ...storeAt("t0", "ebx"), size: "dword" },
  { ...storeAt("t0", "ecx"), size: "dword", displacement: "plus_4", next: "end" },
  { label: "aam", operation: "div", a: "t0", b: "imm", to: "ah", size: "byte" },
  { operation: "remainder", to: "eax", size: "byte" },
  { operation: "or", a: "eax", b: "eax", size: "byte", flags: "status", next: "end" },
  { label: "aad", operation: "add", a: "eax", b: "t0", to: "t0", size: "byte", flags: "status" },
  { operation: "zero_extend", source: "byte", b: "t0", to: "eax", size: "word", next: "end" },
];

const moves: Step[] = [
  { label: "store_word", operation: "move", b: "t0", memory: "store", size: "word", ...operandAddress, next: "end" },
  { label: "exchange", ...toOperand, size: "first" },
  { operation: "move", b: "t0", to: "reg", size: "first", next: "end" },
  { label: "exchange_accumulator", operation: "move", b: "eax", to: "opreg" },
  { operation: "move", b: "t0", to: "eax", next: "end" },
  { label: "translate", operation: "add", a: "t0", b: "ebx", to: "t0", size: "dword" },
  { ...load("eax", "t0", "context"), size: "byte", next: "end" },
];

const stack: Step[] = [
  { label: "push_t0", ...pushFrom("t0"), next: "end" },
  { label: "push_all", ...pushFrom("eax") },
  ...(["ecx", "edx", "ebx", "t0", "ebp", "esi"] as const).map(pushFrom),
  { ...pushFrom("edi"), next: "end" },
  { label: "pop_all", ...popInto("esi") },
  ...(["ebp", "t0", "ebx", "edx", "ecx"] as const).map(popInto),
  { ...popInto("eax"), next: "end" },
  { label: "pop_flags", system: "write_flags", b: "t0", next: "jump", target: "restart_fetch" },
  { label: "enter", operation: "move", b: "esp", to: "t0" },
  { operation: "move", b: "special", special: "nesting", to: "t1", size: "dword" },
  { operation: "move", b: "ebp", to: "t2", size: "dword" },
  { a: "t1", size: "dword", next: "if_zero", target: "enter_frame", expect: "taken" },
  { label: "enter_level", operation: "sub", a: "t1", b: "one", to: "t1", size: "dword" },
  { a: "t1", size: "dword", next: "if_zero", target: "enter_last", expect: "not_taken" },
  { operation: "frame_down", a: "t2", to: "t2" },
  load("t3", "t2", "ss"),
  { ...pushFrom("t3"), next: "jump", target: "enter_level" },
  { label: "enter_last", ...pushFrom("t0") },
  { label: "enter_frame", operation: "move", b: "t0", to: "ebp" },
  { operation: "sub", a: "esp", b: "imm", to: "esp", size: "dword", next: "end" },
];

const loopJump: MicroOp = { a: "ecx", size: "address", ...relativeTarget };

const jumps: Step[] = [
  { label: "call_relative", jump: "relative", ...relativeTarget, next: "end" },
  { label: "call_t0", jump: "indirect", a: "t0", b: "next_eip", stack: "push", memory: "store", next: "end" },
  { label: "return_pop", operation: "add", a: "esp", b: "imm", to: "esp", size: "dword" },
  { jump: "indirect", a: "t0", next: "end" },
  { label: "loop", jump: "loop", ...loopJump, next: "end" },
  { label: "loop_zero", jump: "loop_zero", ...loopJump, next: "end" },
  { label: "loop_nonzero", jump: "loop_nonzero", ...loopJump, next: "end" },
];

const compareElement: MicroOp = { operation: "cmp", b: "memory", size: "w", flags: "status" };
const compareBoth: readonly [Step, Step, Step] = [
  { operation: "move", b: "memory", to: "t0", size: "w" },
  loadElement("edi"),
  { ...compareElement, a: "t0" },
];

const strings: Step[] = [
  { label: "movs", ...storeElement("memory"), next: "end" },
  { label: "lods", operation: "move", b: "memory", to: "eax", size: "w", next: "end" },
  { label: "scas", ...compareElement, a: "eax", next: "end" },
  { label: "cmps", ...compareBoth[0] },
  compareBoth[1],
  { ...compareBoth[2], next: "end" },
  ...repeat("movs", "if_many", [loadElement("esi"), storeElement("memory")]),
  ...repeat("stos", "if_many", [storeElement("eax")]),
  ...repeat("lods", "if_many", [loadElement("esi"), { operation: "move", b: "memory", to: "eax", size: "w" }]),
  ...repeat("scas", "if_repeat", [loadElement("edi"), { ...compareElement, a: "eax" }]),
  ...repeat("cmps", "if_repeat", [loadElement("esi"), ...compareBoth]),
];

const tableTo = (to: To, special: "table_base" | "table_limit", segment: "gdt" | "idt"): MicroOp => ({
  operation: "move", b: "special", special, segment, to, size: "dword",
});

/** LGDT and its kin: t1 holds the operand's address, where a limit is and two bytes on a base. */
const tableRegister = (table: "gdt" | "idt"): Step[] => [
  { label: `load_${table}`, ...loadWord("t0", "t1", "context") },
  { ...load("t2", "t1", "context"), size: "dword", displacement: "plus_2" },
  { system: "set_limit", segment: table, b: "t0" },
  { system: "set_base", segment: table, b: "t2", next: "jump", target: "restart_fetch" },
  { label: `store_${table}`, ...tableTo("t0", "table_limit", table) },
  { ...storeAt("t1", "t0"), size: "word" },
  tableTo("t0", "table_base", table),
  { ...storeAt("t1", "t0"), size: "dword", displacement: "plus_2", next: "end" },
];

const system: Step[] = [
  { label: "finish", next: "end" },
  { label: "restart_fetch", system: "serialize", next: "end" },
  // BOUND: t1 holds the operand's address, where the lower bound is and after it the upper.
  { label: "bound", ...load("t2", "t1", "context") },
  { ...load("t3", "t1", "context"), displacement: "plus_size" },
  { system: "bound", operation: "cmp", a: "reg", b: "t2" },
  { system: "bound", operation: "cmp", a: "t3", b: "reg", next: "end" },
  ...tableRegister("gdt"),
  ...tableRegister("idt"),
];

const segmentLoads: Step[] = [
  ...(["es", "ss", "ds", "fs", "gs"] as const).flatMap((s) => loadSegment(s, `load_${s}`)),
  ...(["es", "ss", "ds", "fs", "gs"] as const).flatMap(loadFar),
];

/** All microcode, in the order of its addresses. Address 0 is the delivery of exceptions. */
export const microcode: readonly Step[] = [
  ...delivery,
  ...arithmetic,
  ...moves,
  ...stack,
  ...jumps,
  ...farTransfers,
  ...segmentLoads,
  ...strings,
  ...system,
];

/** Where each label is. */
export const microcodeLabels: ReadonlyMap<string, number> = new Map(
  microcode.flatMap((step, address) => (step.label === undefined ? [] : [[step.label, address] as const])),
);

/** A label that an instruction may name as its continuation; checked when the decoder is built. */
export type MicrocodeEntry = string;
