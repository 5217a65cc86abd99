// Far transfers: jumps, calls and returns to other segments, through call gates and to other privilege levels. CS is
// loaded as `next_code`, SS as `next_stack`; they take effect when nothing can fail any more.
import { loadMarked } from "./segments.ts";
import type { MicroOp } from "../microop.ts";
import {
  descriptorNotNull, goto, load, loadWord, popInto, pushFrom, pushSelector, selectBehind, selectFrom, selectPopped,
  when, whenCheck, type Step, type To,
} from "./steps.ts";

/** Loads the descriptor in t3 and `pair_low` as the code segment to come. */
export const loadCode = (check: NonNullable<Step["check"]>): Step => ({
  system: "load_descriptor", target: "next_code", check, a: "t3", size: "dword",
});
/** Loads the descriptor in t3 and `pair_low` as the stack to come. */
export const loadNextStack: Step = {
  system: "load_descriptor", target: "next_stack", check: "stack_at_level", a: "t3", size: "dword",
};
/** Whether the code segment to come holds the offset in t7. */
export const probe: Step = { memory: "probe", base: "t7", segment: "next_code", size: "dword" };
/** Goes on at the offset in t7. */
const leave: Step = { system: "far_jump", b: "t7", size: "dword", next: "end" };
/** Drops the parameters that RET imm16 names. */
const dropParameters: Step = { operation: "add", a: "esp", b: "imm", to: "esp", size: "stack" };

/** Where the TSS has the stack of the level that a transfer leads to: to t4. */
export const stackSlot: Step = {
  system: "as_task", operation: "move", b: "special", special: "stack_slot", to: "t4", size: "dword",
};

/**
 * The stack of the level that a transfer leads to, from the TSS: SS as `next_stack`, ESP to t5. Faults name the stack's
 * selector as those of an invalid TSS (Intel SDM 3, 6.14). The code to come is asked whether it holds the offset in t7.
 */
export const innerStack = (name: string): Step[] => {
  const place: MicroOp = { memory: "load", base: "t4", segment: "tss" };
  const segment = descriptorNotNull(`${name}_segment`, { label: `${name}_segment` });
  return [
    { label: name, ...whenCheck("tss_of_386", `${name}_386`, "taken") },
    loadWord("t5", "t4", "tss"),
    { ...selectFrom("memory"), ...place, source: "word", displacement: "plus_2", ...goto(`${name}_segment`) },
    { label: `${name}_apart`, ...load("t5", "t4", "tss"), size: "dword" },
    { ...selectFrom("memory"), ...place, source: "word", displacement: "plus_4", ...goto(`${name}_segment`) },
    { label: `${name}_386`, ...selectFrom("memory"), ...place, source: "pair", ...when("if_split", `${name}_apart`, "not_taken") },
    { operation: "move", b: "special", special: "pair_low", to: "t5", size: "dword" },
    segment.step,
    ...loadMarked({ label: `${name}_segment_read`, ...loadNextStack }, `${name}_loaded`),
    { label: `${name}_loaded`, ...probe, system: "as_usual", ...goto(`${name}_ready`) },
    ...segment.apart,
    { label: `${name}_ready` },
  ];
};

/** Goes to `name`, or to its twin for gates and segments of the 286. */
const bySize = (name: string, a: To): Step[] => [whenCheck("of_286", `${name}_286`, "not_taken", a)];

/** The selector that a gate names, whose descriptor is in t3 and `pair_low`, and the offset: to t7. */
const gateTarget: readonly [Step, Step] = [
  { operation: "gate_offset", a: "t3", b: "special", special: "pair_low", to: "t7", size: "dword" },
  { ...selectFrom("special"), special: "gate_selector" },
];
/** The offset, if it has 16 bits. */
const gateOffset16: Step = { operation: "zero_extend", source: "word", b: "special", special: "pair_low", to: "t7", size: "dword" };
const jumpTo = descriptorNotNull("jump_far_to", { label: "jump_far_to" });
const jumpThrough = descriptorNotNull("jump_gate", { label: "jump_gate_code" });

const jumps: Step[] = [
  { label: "jump_far", operation: "move", b: "imm", to: "t7", size: "dword", ...goto("jump_far_to") },
  { label: "jump_far_memory", ...load("t7", "t1", "context") },
  selectBehind,
  jumpTo.step,
  { label: "jump_far_to_read", ...whenCheck("segment", "jump_code", "taken", "t3") },
  whenCheck("call_gate", "jump_call_gate", "taken", "t3"),
  { label: "jump_task", ...goto("task_jump") },
  ...loadMarked({ label: "jump_code", ...loadCode("code_segment") }, "jump_leave"),
  { label: "jump_leave" },
  { ...probe, ...leave },
  ...jumpTo.apart,

  { label: "jump_call_gate", system: "require_descriptor", check: "accessible", a: "t3", size: "dword" },
  ...gateTarget,
  ...bySize("jump_gate_offset", "t3"),
  jumpThrough.step,
  ...loadMarked({ label: "jump_gate_read", ...loadCode("code_at_same_level") }, "jump_leave"),
  goto("jump_leave"),
  { label: "jump_gate_offset_286", ...gateOffset16, ...goto("jump_gate_code") },
  ...jumpThrough.apart,

  { label: "jump_far_real", operation: "move", b: "imm", to: "t7", size: "dword", ...goto("jump_real_to") },
  { label: "jump_far_memory_real", ...load("t7", "t1", "context") },
  { ...loadWord("t0", "t1", "context"), displacement: "plus_size" },
  { label: "jump_real_to", system: "load_real_or_virtual", target: "next_code", b: "t0", size: "dword" },
  {},
  { ...probe, ...leave },
];

const callTarget = descriptorNotNull("call_far_to", { label: "call_far_to" });
const callThrough = descriptorNotNull("call_gate_code", { label: "call_gate_code" });

const calls: Step[] = [
  { label: "call_far", operation: "move", b: "imm", to: "t7", size: "dword", ...goto("call_far_to") },
  { label: "call_far_memory", ...load("t7", "t1", "context") },
  selectBehind,
  callTarget.step,
  { label: "call_far_to_read", ...whenCheck("segment", "call_code", "taken", "t3") },
  { label: "call_system", ...whenCheck("call_gate", "call_gate", "taken", "t3") },
  { label: "call_task", ...goto("task_call") },
  ...loadMarked({ label: "call_code", ...loadCode("code_segment") }, "call_push"),
  { label: "call_push", ...pushSelector("cs") },
  pushFrom("next_eip"),
  { ...probe, ...leave },
  ...callTarget.apart,

  // A call gate: its parameter count to t6, its offset to t7; its size is that of everything pushed.
  { label: "call_gate", system: "require_descriptor", check: "accessible", a: "t3", size: "dword" },
  { operation: "and", a: "t3", b: "constant", constant: 31, to: "t6", size: "dword" },
  ...gateTarget,
  ...bySize("call_gate", "t3"),
  { operands: 32, ...goto("call_gate_code") },
  { label: "call_gate_286", ...gateOffset16, operands: 16 },
  callThrough.step,
  { label: "call_gate_code_read", ...whenCheck("inner", "call_inner", "not_taken", "t3") },
  ...loadMarked(loadCode("code_at_same_level"), "call_push"),
  goto("call_push"),
  ...callThrough.apart,

  ...loadMarked({ label: "call_inner", ...loadCode("code_behind_gate"), system: "load_handler" }, "call_inner_level"),
  { label: "call_inner_level" },
  stackSlot,
  ...innerStack("call_inner_stack"),
  // SS, ESP, the parameters, CS and the return address; t4 goes down the new stack.
  { operation: "slots", b: "t6", to: "t1" },
  { operation: "move", b: "special", special: "selector", target: "ss", memory: "store", base: "t5",
    segment: "next_stack", displacement: "slots", constant: -1 },
  { operation: "move", b: "esp", memory: "store", base: "t5", segment: "next_stack", displacement: "slots", constant: -2 },
  { operation: "move", b: "ea", to: "t4", base: "t5", segment: "next_stack", displacement: "slots", constant: -2,
    size: "dword" },
  { operation: "add", a: "esp", b: "t1", to: "t1", size: "dword" },
  { a: "t6", size: "dword", ...when("if_zero", "call_inner_frame", "taken") },
  { label: "call_parameter", operation: "frame_down", a: "t1", to: "t1", memory: "load", base: "t1", segment: "ss",
    displacement: "slots", constant: -1 },
  { operation: "frame_down", a: "t4", b: "memory", to: "t4", memory: "store", base: "t4", segment: "next_stack",
    displacement: "slots", constant: -1 },
  { operation: "sub", a: "t6", b: "one", to: "t6", size: "dword", ...when("if_many", "call_parameter", "taken") },
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

/** A selector popped, and with it the level to return to. */
const popSelector: Step = { ...selectPopped, system: "return_selector" };
/** Checks and loads the code to return to, whose selector is under way; the label is behind that. */
const returnCode = (name: string): { readonly steps: Step[]; readonly apart: Step[] } => {
  const { step, apart } = descriptorNotNull(name);
  return {
    steps: [step, ...loadMarked({ label: `${name}_read`, ...loadCode("code_to_return_to") }, `${name}_loaded`)],
    apart,
  };
};
/** The same of the stack, popped; then the code to come is asked whether it holds the offset in t7. */
const outerStack = (name: string): { readonly steps: Step[]; readonly apart: Step[] } => {
  const { step, apart } = descriptorNotNull(name);
  return {
    steps: [
      selectPopped, {}, step,
      ...loadMarked({ label: `${name}_read`, ...loadNextStack }, `${name}_loaded`),
      // The offset comes last (Intel SDM 2, IRET).
      { label: `${name}_loaded`, ...probe, operation: "move", b: "t5", to: "esp", system: "commit_stack" },
      { system: "drop_segments" },
    ],
    apart,
  };
};

/** Goes on at the offset in t7, with the flags in t6. */
const leaveWithFlags: Step = { system: "interrupt_return", a: "t7", b: "t6", next: "end" };

const [farCode, farStack] = [returnCode("return_far_code"), outerStack("return_far_stack")];
const [interruptCode, interruptStack] = [returnCode("interrupt_return_code"), outerStack("interrupt_return_stack")];

const returns: Step[] = [
  { label: "return_far", ...popSelector },
  ...farCode.steps,
  { label: "return_far_code_loaded", ...dropParameters, check: "to_outer_level",
    ...when("if_check", "return_far_outer", "not_taken") },
  { ...probe, ...leave },
  { label: "return_far_outer", ...popInto("t5") },
  ...farStack.steps,
  {},
  {},
  dropParameters,
  leave,
  ...farCode.apart,
  ...farStack.apart,

  { label: "return_far_real", ...popInto("t0") },
  { system: "load_real_or_virtual", target: "next_code", b: "t0", size: "dword" },
  dropParameters,
  probe,
  leave,

  { label: "interrupt_return", ...whenCheck("nested", "task_return", "not_taken") },
  popInto("t7"),
  popSelector,
  popInto("t6"),
  whenCheck("returns_to_virtual_8086", "return_to_virtual_8086", "not_taken", "t6"),
  ...interruptCode.steps,
  { label: "interrupt_return_code_loaded", ...whenCheck("to_outer_level", "interrupt_return_outer", "not_taken") },
  { ...leaveWithFlags, memory: "probe", base: "t7", segment: "next_code" },
  { label: "interrupt_return_outer", ...popInto("t5") },
  ...interruptStack.steps,
  leaveWithFlags,
  ...interruptCode.apart,
  ...interruptStack.apart,

  { label: "interrupt_return_real", ...popInto("t0") },
  popInto("t6"),
  { system: "load_real_or_virtual", target: "next_code", b: "t0", size: "dword" },
  {},
  probe,
  { system: "return_flags", b: "t6" },
  leave,

  // To virtual-8086 mode: ESP, SS, ES, DS, FS and GS are on the stack besides; nothing takes effect before all are read.
  // CS is read again.
  { label: "return_to_virtual_8086", operation: "move", b: "memory", to: "t0", size: "dword", memory: "load", base: "esp",
    segment: "ss", displacement: "slots", constant: -2 },
  { system: "load_virtual", target: "next_code", b: "t0", size: "dword" },
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
  ...returns,
];