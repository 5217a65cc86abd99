// Arithmetic, moves and the stack: instructions of more than one step that touch nothing but registers and memory.
import type { MicroOp } from "../microop.ts";
import {
  load, operandAddress, popInto, pushFrom, relativeTarget, storeAt, type Step,
} from "./steps.ts";

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

export const arithmetic: Step[] = [
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
  { next: "if_equal", target_step: "compare_exchange_equal", expect: "taken" },
  { operation: "move", b: "t1", to: "eax", size: "first", next: "end" },
  { label: "compare_exchange_equal", ...toOperand, size: "first", next: "end" },
  // The operand's address is in t0: both halves into t2:t1, compared with EDX:EAX as one.
  { label: "compare_exchange_8", ...load("t1", "t0", "context"), size: "dword", memory: "modify", check: "quadword" },
  { ...load("t2", "t0", "context"), size: "dword", memory: "modify", displacement: "plus_4" },
  { operation: "sub", a: "t1", b: "eax", to: "t3", size: "dword" },
  { operation: "sub", a: "t2", b: "edx", to: "t4", size: "dword" },
  { operation: "or", a: "t3", b: "t4", size: "dword", flags: "zero" },
  { next: "if_equal", target_step: "compare_exchange_8_equal", expect: "taken" },
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

export const moves: Step[] = [
  { label: "store_word", operation: "move", b: "t0", memory: "store", size: "word", ...operandAddress, next: "end" },
  { label: "exchange", ...toOperand, size: "first" },
  { operation: "move", b: "t0", to: "reg", size: "first", next: "end" },
  { label: "exchange_accumulator", operation: "move", b: "eax", to: "opreg" },
  { operation: "move", b: "t0", to: "eax", next: "end" },
  { label: "translate", operation: "add", a: "t0", b: "ebx", to: "t0", size: "dword" },
  { ...load("eax", "t0", "context"), size: "byte", next: "end" },
];

export const stack: Step[] = [
  { label: "push_t0", ...pushFrom("t0"), next: "end" },
  { label: "push_all", ...pushFrom("eax") },
  ...(["ecx", "edx", "ebx", "t0", "ebp", "esi"] as const).map(pushFrom),
  { ...pushFrom("edi"), next: "end" },
  // The stack holds all eight, or the first pop is not made: that was in the first step.
  { label: "pop_all", ...popInto("edi") },
  popInto("esi"),
  ...(["ebp", "t0", "ebx", "edx", "ecx"] as const).map(popInto),
  { ...popInto("eax"), next: "end" },
  { label: "pop_flags", system: "write_flags", b: "t0", next: "jump", target_step: "restart_fetch" },
  { label: "enter", operation: "move", b: "esp", to: "t0" },
  { operation: "move", b: "special", special: "nesting", to: "t1", size: "dword" },
  { operation: "move", b: "ebp", to: "t2", size: "dword" },
  { a: "t1", size: "dword", next: "if_zero", target_step: "enter_frame", expect: "taken" },
  { operation: "sub", a: "t1", b: "one", to: "t1", size: "dword", next: "if_many", target_step: "enter_level", expect: "taken" },
  { next: "jump", target_step: "enter_last" },
  { label: "enter_level", operation: "frame_down", a: "t2", to: "t2", memory: "load", base: "t2", segment: "ss",
    displacement: "slots", constant: -1 },
  pushFrom("memory"),
  { operation: "sub", a: "t1", b: "one", to: "t1", size: "dword", next: "if_many", target_step: "enter_level", expect: "taken" },
  { label: "enter_last", ...pushFrom("t0") },
  // The stack must hold what ESP will point at.
  { label: "enter_frame", operation: "sub", a: "esp", b: "imm", to: "t3", size: "dword" },
  { memory: "modify", base: "t3", segment: "ss", displacement: "slots", constant: 0 },
  { operation: "move", b: "t0", to: "ebp" },
  { operation: "sub", a: "esp", b: "imm", to: "esp", size: "stack", next: "end" },
];

const loopJump: MicroOp = { a: "ecx", size: "address", ...relativeTarget };

export const jumps: Step[] = [
  { label: "call_relative", jump: "relative", ...relativeTarget, next: "end" },
  { label: "call_t0", jump: "indirect", a: "t0", b: "next_eip", stack: "push", memory: "store", next: "end" },
  { label: "return_pop", operation: "add", a: "esp", b: "imm", to: "esp", size: "stack" },
  { jump: "indirect", a: "t0", next: "end" },
  { label: "loop", jump: "loop", ...loopJump, next: "end" },
  { label: "loop_zero", jump: "loop_zero", ...loopJump, next: "end" },
  { label: "loop_nonzero", jump: "loop_nonzero", ...loopJump, next: "end" },
];

