// Far transfers: jumps, calls and returns to other segments, through call gates and to other privilege levels. CS is
// loaded as `next_code`, SS as `next_stack`; they take effect when nothing can fail any more.
import { loadMarked } from "./segments.ts";
import {
  callTo, goto, load, loadWord, popInto, pushFrom, pushSelector, when, whenCheck, type Step, type To,
} from "./steps.ts";

/** Loads the descriptor in t3 and t2 as the code segment to come. */
export const loadCode = (check: NonNullable<Step["check"]>): Step => ({
  system: "load_descriptor", target: "next_code", check, a: "t3", b: "t2", size: "dword",
});
/** Loads the descriptor in t3 and t2 as the stack to come. */
export const loadNextStack: Step = {
  system: "load_descriptor", target: "next_stack", check: "stack_at_level", a: "t3", b: "t2", size: "dword",
};
/** Whether the code segment to come holds the offset in t7. */
export const probe: Step = { memory: "probe", base: "t7", segment: "next_code", size: "dword" };
/** Goes on at the offset in t7. */
const leave: Step = { system: "far_jump", b: "t7", size: "dword", next: "end" };
/** Drops the parameters that RET imm16 names. */
const dropParameters: Step = { operation: "add", a: "esp", b: "imm", to: "esp", size: "stack" };

/** Goes to `name`, or to its twin for gates and segments of the 286. */
const bySize = (name: string, a: To): Step[] => [whenCheck("of_286", `${name}_286`, "not_taken", a)];

const jumps: Step[] = [
  { label: "jump_far", operation: "move", b: "imm", to: "t7", size: "dword", ...goto("jump_far_to") },
  { label: "jump_far_memory", ...load("t7", "t1", "context") },
  { ...loadWord("t0", "t1", "context"), displacement: "plus_size" },
  { label: "jump_far_to", ...callTo("read_descriptor") },
  whenCheck("segment", "jump_code", "taken", "t3"),
  { label: "jump_gate", ...whenCheck("call_gate", "jump_call_gate", "taken", "t3") },
  { label: "jump_task", ...goto("task_jump") },
  ...loadMarked({ label: "jump_code", ...loadCode("code_segment") }, "jump_leave"),
  { label: "jump_leave" },
  { ...probe, ...leave },

  { label: "jump_call_gate", system: "require_descriptor", check: "accessible", a: "t3", size: "dword" },
  { operation: "gate_offset", a: "t3", b: "t2", to: "t7", size: "dword" },
  { operation: "gate_selector", b: "t2", to: "t0", size: "dword" },
  ...bySize("jump_gate_offset", "t3"),
  { label: "jump_gate_code", ...callTo("read_descriptor") },
  ...loadMarked(loadCode("code_at_same_level"), "jump_leave"),
  goto("jump_leave"),
  { label: "jump_gate_offset_286", operation: "zero_extend", source: "word", b: "t2", to: "t7", size: "dword",
    ...goto("jump_gate_code") },

  { label: "jump_far_real", operation: "move", b: "imm", to: "t7", size: "dword", ...goto("jump_real_to") },
  { label: "jump_far_memory_real", ...load("t7", "t1", "context") },
  { ...loadWord("t0", "t1", "context"), displacement: "plus_size" },
  { label: "jump_real_to", system: "load_real_or_virtual", target: "next_code", b: "t0", size: "dword" },
  {},
  { ...probe, ...leave },
];

const calls: Step[] = [
  { label: "call_far", operation: "move", b: "imm", to: "t7", size: "dword", ...goto("call_far_to") },
  { label: "call_far_memory", ...load("t7", "t1", "context") },
  { ...loadWord("t0", "t1", "context"), displacement: "plus_size" },
  { label: "call_far_to", ...callTo("read_descriptor") },
  whenCheck("segment", "call_code", "taken", "t3"),
  { label: "call_system", ...whenCheck("call_gate", "call_gate", "taken", "t3") },
  { label: "call_task", ...goto("task_call") },
  ...loadMarked({ label: "call_code", ...loadCode("code_segment") }, "call_push"),
  { label: "call_push", ...pushSelector("cs") },
  pushFrom("next_eip"),
  { ...probe, ...leave },

  // A call gate: its parameter count to t6, its offset to t7; its size is that of everything pushed.
  { label: "call_gate", system: "require_descriptor", check: "accessible", a: "t3", size: "dword" },
  { operation: "and", a: "t3", b: "constant", constant: 31, to: "t6", size: "dword" },
  { operation: "gate_offset", a: "t3", b: "t2", to: "t7", size: "dword" },
  { operation: "gate_selector", b: "t2", to: "t0", size: "dword" },
  ...bySize("call_gate", "t3"),
  { operands: 32, ...goto("call_gate_code") },
  { label: "call_gate_286", operation: "zero_extend", source: "word", b: "t2", to: "t7", size: "dword", operands: 16 },
  { label: "call_gate_code", ...callTo("read_descriptor") },
  whenCheck("inner", "call_inner", "not_taken", "t3"),
  ...loadMarked(loadCode("code_at_same_level"), "call_push"),
  goto("call_push"),

  { label: "call_inner", system: "level_of_descriptor", a: "t3", size: "dword" },
  ...loadMarked(loadCode("code_behind_gate"), "call_inner_stack"),
  { label: "call_inner_stack", ...callTo("inner_stack") },
  // SS, ESP, the parameters, CS and the return address; t4 goes down the new stack.
  { operation: "move", b: "special", special: "selector", target: "ss", memory: "store", base: "t5",
    segment: "next_stack", displacement: "slots", constant: -1 },
  { operation: "move", b: "esp", memory: "store", base: "t5", segment: "next_stack", displacement: "slots", constant: -2 },
  { operation: "move", b: "ea", to: "t4", base: "t5", segment: "next_stack", displacement: "slots", constant: -2,
    size: "dword" },
  { operation: "slots", b: "t6", to: "t1" },
  { operation: "add", a: "esp", b: "t1", to: "t1", size: "dword" },
  { label: "call_parameter", a: "t6", size: "dword", ...when("if_zero", "call_inner_frame", "taken") },
  { operation: "frame_down", a: "t1", to: "t1" },
  { ...load("t0", "t1", "ss"), displacement: "slots", constant: 0 },
  { operation: "move", b: "t0", memory: "store", base: "t4", segment: "next_stack", displacement: "slots", constant: -1 },
  { operation: "move", b: "ea", to: "t4", base: "t4", segment: "next_stack", displacement: "slots", constant: -1,
    size: "dword" },
  { operation: "sub", a: "t6", b: "one", to: "t6", size: "dword", ...goto("call_parameter") },
  { label: "call_inner_frame", operation: "move", b: "special", special: "selector", target: "cs", memory: "store",
    base: "t4", segment: "next_stack", displacement: "slots", constant: -1 },
  { operation: "move", b: "next_eip", memory: "store", base: "t4", segment: "next_stack", displacement: "slots",
    constant: -2 },
  { operation: "move", b: "ea", to: "t5", base: "t4", segment: "next_stack", displacement: "slots", constant: -2,
    size: "dword" },
  probe,
  { operation: "move", b: "t5", to: "esp", size: "dword", system: "commit_stack" },
  leave,

  { label: "call_far_real", operation: "move", b: "imm", to: "t7", size: "dword", ...goto("call_real_to") },
  { label: "call_far_memory_real", ...load("t7", "t1", "context") },
  { ...loadWord("t0", "t1", "context"), displacement: "plus_size" },
  { label: "call_real_to", system: "load_real_or_virtual", target: "next_code", b: "t0", size: "dword", ...goto("call_push") },
];

/**
 * The stack of the level that a transfer leads to, from the TSS: SS as `next_stack`, ESP to t5. Faults name the stack's
 * selector as those of an invalid TSS (Intel SDM 3, 6.14).
 */
const innerStack: Step[] = [
  { label: "inner_stack", operation: "move", b: "special", special: "stack_slot", to: "t4", size: "dword" },
  whenCheck("tss_of_386", "inner_stack_386", "taken"),
  { label: "inner_stack_286", ...loadWord("t5", "t4", "tss") },
  { ...loadWord("t0", "t4", "tss"), displacement: "plus_2", ...goto("inner_stack_segment") },
  { label: "inner_stack_386", ...load("t5", "t4", "tss"), size: "dword" },
  { ...loadWord("t0", "t4", "tss"), displacement: "plus_4" },
  { label: "inner_stack_segment", system: "as_task" },
  callTo("read_descriptor"),
  ...loadMarked(loadNextStack, "inner_stack_loaded"),
  { label: "inner_stack_loaded", system: "as_usual" },
  {},
  { next: "return" },
];

/** Checks and loads the stack to return to: selector in t0. */
const outerStack: Step[] = [
  { label: "outer_stack", ...callTo("read_descriptor") },
  ...loadMarked(loadNextStack, "outer_stack_loaded"),
  { label: "outer_stack_loaded" },
  { next: "return" },
];

/**
 * Checks and loads the code to return to, its selector in t0. Whether it holds the offset is for the caller to ask: a
 * stack to return to is looked at first (Intel SDM 2, IRET).
 */
const returnCode: Step[] = [
  { label: "return_code", ...callTo("read_descriptor") },
  { system: "level_of_selector", b: "t0", size: "dword" },
  { system: "require", check: "outward", a: "t3", size: "dword" },
  ...loadMarked(loadCode("code_to_return_to"), "return_code_marked"),
  { label: "return_code_marked", next: "return" },
];

const returns: Step[] = [
  { label: "return_far", ...popInto("t0"), ...callTo("return_code") },
  { ...dropParameters, check: "to_outer_level", ...when("if_check", "return_far_outer", "not_taken") },
  { ...probe, ...leave },
  { label: "return_far_outer", ...popInto("t5") },
  { ...popInto("t0"), ...callTo("outer_stack") },
  { ...probe, operation: "move", b: "t5", to: "esp", system: "commit_stack" },
  { system: "drop_segments" },
  {},
  {},
  dropParameters,
  leave,

  { label: "return_far_real", ...popInto("t0") },
  { system: "load_real_or_virtual", target: "next_code", b: "t0", size: "dword" },
  dropParameters,
  probe,
  leave,

  { label: "interrupt_return", ...whenCheck("nested", "task_return", "not_taken") },
  popInto("t7"),
  popInto("t0"),
  popInto("t6"),
  whenCheck("returns_to_virtual_8086", "return_to_virtual_8086", "not_taken", "t6"),
  callTo("return_code"),
  whenCheck("to_outer_level", "interrupt_return_outer", "not_taken"),
  { ...probe, size: "operand", system: "return_flags", b: "t6" },
  leave,
  { label: "interrupt_return_outer", ...popInto("t5") },
  { ...popInto("t0"), ...callTo("outer_stack") },
  { ...probe, operation: "move", b: "t5", to: "esp", system: "commit_stack" },
  { system: "return_flags", b: "t6" },
  { system: "drop_segments" },
  leave,

  { label: "interrupt_return_real", ...popInto("t0") },
  popInto("t6"),
  { system: "load_real_or_virtual", target: "next_code", b: "t0", size: "dword" },
  {},
  probe,
  { system: "return_flags", b: "t6" },
  leave,

  // To virtual-8086 mode: ESP, SS, ES, DS, FS and GS are on the stack besides; nothing takes effect before all are read.
  { label: "return_to_virtual_8086", system: "load_virtual", target: "next_code", b: "t0", size: "dword" },
  popInto("t5"),
  popInto("t0"),
  { ...probe, system: "load_virtual", target: "next_stack", b: "t0" },
  popInto("t0"),
  popInto("t1"),
  popInto("t2"),
  popInto("t3"),
  { system: "load_virtual", target: "es", b: "t0", size: "dword" },
  { system: "load_virtual", target: "ds", b: "t1", size: "dword" },
  { system: "load_virtual", target: "fs", b: "t2", size: "dword" },
  { system: "load_virtual", target: "gs", b: "t3", size: "dword" },
  { system: "return_flags", b: "t6" },
  { system: "level_of_selector", b: "constant", constant: 3, size: "dword" },
  // All 32 bits of ESP, whatever the stack's size.
  { operation: "move", b: "t5", to: "esp", size: "dword" },
  { system: "commit_stack" },
  leave,
];

export const transfers: Step[] = [
  ...jumps,
  ...calls,
  ...innerStack,
  ...outerStack,
  ...returnCode,
  ...returns,
];