// Delivery of interrupts and exceptions (Intel SDM 3, 6.12). Vector, return address and error code are in special
// registers; the table entry is at the vector's displacement.
import { loadMarked } from "./segments.ts";
import {
  callTo, goto, loadWord, pushSelector, pushSpecial, when, whenCheck, type SegmentName, type Step,
} from "./steps.ts";
import { loadCode } from "./transfers.ts";

/** Real mode: IP and CS from the vector table, a frame of three words. */
const inRealMode: Step[] = [
  { label: "exception_real", ...loadWord("t7", "none", "idt"), displacement: "vector", operands: 16 },
  { ...loadWord("t2", "none", "idt"), displacement: "vector_high" },
  { ...pushSpecial("all_flags"), size: "word" },
  { ...pushSelector("cs"), size: "word" },
  { ...pushSpecial("saved_eip"), size: "word" },
  { system: "load_real_or_virtual", target: "next_code", b: "t2", size: "dword" },
  { system: "enter_handler", a: "t6", b: "t7", size: "dword", next: "end" },
];

const gateEntry = (to: "t2" | "t3", displacement: "vector" | "vector_high"): Step => ({
  operation: "move", b: "memory", to, size: "dword", memory: "load", segment: "idt", displacement,
});

/** Enters the handler: at the offset in t7, through the gate whose upper doubleword is in t6. */
const enter: Step = {
  system: "enter_handler", a: "t6", b: "t7", size: "dword", memory: "probe", base: "t7", segment: "next_code", next: "end",
};

/** Protected mode: a gate; the frame's size is the gate's. The gate's type is kept in t6. */
const throughGate: Step[] = [
  { label: "exception_protected", ...gateEntry("t3", "vector_high") },
  gateEntry("t2", "vector"),
  { system: "require_gate", check: "interrupt_gate", operation: "move", a: "t3", b: "t3", to: "t6", size: "dword" },
  { operation: "gate_offset", b: "t2", to: "t7", ...whenCheck("task_gate", "task_interrupt", "not_taken", "t3") },
  { operation: "gate_selector", b: "t2", to: "t0", ...whenCheck("of_286", "exception_286", "not_taken", "t3") },
  { label: "exception_386", system: "set_selector", b: "t0", size: "dword", operands: 32 },
  { label: "exception_segment", operation: "selector_index", b: "t0", to: "t1", size: "dword" },
  { system: "require_here", check: "not_null" },
  { operation: "move", b: "memory", to: "t3", size: "dword", memory: "load", base: "t1", segment: "table",
    displacement: "plus_4" },
  { operation: "move", b: "memory", to: "t2", size: "dword", memory: "load", base: "t1", segment: "table" },
  whenCheck("inner", "exception_inner", "not_taken", "t3"),
  ...loadMarked(loadCode("code_of_handler"), "exception_frame"),
  { label: "exception_frame", ...pushSpecial("all_flags") },
  pushSelector("cs"),
  { ...pushSpecial("saved_eip"), ...when("if_error_code", "exception_error_code", "not_taken") },
  enter,
  { label: "exception_error_code", ...pushSpecial("error_code") },
  enter,
  { label: "exception_286", operation: "zero_extend", source: "word", b: "t2", to: "t7", size: "dword" },
  { system: "set_selector", b: "t0", size: "dword", operands: 16, ...goto("exception_segment") },
];

/** A slot of the new stack, below t5. */
const slot = (constant: number, b: NonNullable<Step["b"]>, more: Partial<Step> = {}): Step => ({
  operation: "move", b, memory: "store", base: "t5", segment: "next_stack", displacement: "slots", constant, ...more,
});
const selectorSlot = (constant: number, target: SegmentName): Step =>
  slot(constant, "special", { special: "selector", target });
/** ESP as it will be, to t5. */
const stackAt = (constant: number): Step => ({
  operation: "move", b: "ea", to: "t5", size: "dword", base: "t5", segment: "next_stack", displacement: "slots", constant,
});
const enterInner: Step[] = [
  { operation: "move", b: "t5", to: "esp", size: "dword", system: "commit_stack", memory: "probe", base: "t7",
    segment: "next_code" },
  { system: "enter_handler", a: "t6", b: "t7", size: "dword", next: "end" },
];

/** A handler at an inner level: its stack from the TSS, the old one's place in the frame. */
const toInnerLevel: Step[] = [
  { label: "exception_inner", system: "level_of_descriptor", a: "t3", size: "dword" },
  ...loadMarked(loadCode("code_of_handler"), "exception_inner_stack"),
  { label: "exception_inner_stack", ...callTo("inner_stack") },
  whenCheck("virtual_8086", "exception_from_virtual_8086", "not_taken"),
  selectorSlot(-1, "ss"),
  slot(-2, "esp"),
  slot(-3, "special", { special: "all_flags" }),
  selectorSlot(-4, "cs"),
  slot(-5, "special", { special: "saved_eip", ...when("if_error_code", "inner_error_code", "not_taken") }),
  stackAt(-5),
  ...enterInner,
  { label: "inner_error_code", ...slot(-6, "special", { special: "error_code" }) },
  stackAt(-6),
  ...enterInner,

  { label: "exception_from_virtual_8086", ...selectorSlot(-1, "gs") },
  selectorSlot(-2, "fs"),
  selectorSlot(-3, "ds"),
  selectorSlot(-4, "es"),
  selectorSlot(-5, "ss"),
  slot(-6, "esp"),
  slot(-7, "special", { special: "all_flags" }),
  selectorSlot(-8, "cs"),
  slot(-9, "special", { special: "saved_eip", ...when("if_error_code", "virtual_error_code", "not_taken") }),
  { ...stackAt(-9), ...goto("virtual_enter") },
  { label: "virtual_error_code", ...slot(-10, "special", { special: "error_code" }) },
  stackAt(-10),
  { label: "virtual_enter", system: "clear_segments", memory: "probe", base: "t7", segment: "next_code", size: "dword" },
  { operation: "move", b: "t5", to: "esp", size: "dword", system: "commit_stack" },
  { system: "enter_handler", a: "t6", b: "t7", size: "dword", next: "end" },
];

export const delivery: Step[] = [
  ...inRealMode,
  ...throughGate,
  ...toInnerLevel,
];
