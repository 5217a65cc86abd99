// Delivery of interrupts and exceptions (Intel SDM 3, 6.12). Vector, return address and error code are in special
// registers; the table entry is at the vector's displacement.
import { marking } from "./segments.ts";
import {
  descriptorNotNull, goto, loadWord, pair, pushSelector, pushSpecial, when, whenCheck, type SegmentName, type Step,
} from "./steps.ts";
import { innerStack, loadCode, stackSlot } from "./transfers.ts";

/** Real mode: IP and CS from the vector table, a frame of three words. */
const inRealMode: Step[] = [
  { label: "exception_real", ...loadWord("t7", "none", "idt"), displacement: "vector", operands: 16 },
  { ...loadWord("t2", "none", "idt"), displacement: "vector_high" },
  { ...pushSpecial("all_flags"), size: "word" },
  { ...pushSelector("cs"), size: "word" },
  { ...pushSpecial("saved_eip"), size: "word" },
  { system: "load_real_or_virtual", target: "next_code", b: "t2", size: "dword" },
  { system: "enter_handler", b: "t7", size: "dword", next: "end" },
];

/** Enters the handler at the offset in t7. */
const enter: Step = {
  system: "enter_handler", b: "t7", size: "dword", memory: "probe", base: "t7", segment: "next_code", next: "end",
};

const gate = pair("exception_gate", { segment: "idt", displacement: "vector" }, { label: "exception_protected", operands: 32 });
const code = descriptorNotNull("exception_code", { label: "exception_segment" });
const loadHandler: Step = { ...loadCode("code_of_handler"), system: "load_handler" };

/** Protected mode: a gate; the frame's size is the gate's. */
const throughGate: Step[] = [
  gate.step,
  { label: "exception_gate_read", system: "open_gate", check: "interrupt_gate", operation: "selector_index", a: "t3",
    b: "special", special: "gate_selector", to: "t1", size: "dword" },
  { operation: "gate_offset", b: "special", special: "pair_low", to: "t7",
    ...whenCheck("gate_of_286", "exception_old", "not_taken", "t3") },
  code.step,
  { label: "exception_code_read", ...loadHandler, ...when("if_inner", "exception_inner", "not_taken") },
  { ...pushSpecial("all_flags"), a: "t3", ...when("if_accessed", "exception_frame", "taken") },
  marking(loadHandler),
  { label: "exception_frame", ...pushSelector("cs"), ...when("if_error_code", "exception_error_code", "not_taken") },
  pushSpecial("saved_eip"),
  enter,
  { label: "exception_error_code", ...pushSpecial("saved_eip") },
  pushSpecial("error_code"),
  enter,
  // Gates of the 286, and task gates.
  { label: "exception_old", ...whenCheck("task_gate", "task_interrupt", "not_taken", "t3") },
  { operation: "zero_extend", source: "word", b: "special", special: "pair_low", to: "t7", size: "dword", operands: 16,
    ...goto("exception_segment") },
  ...gate.apart,
  ...code.apart,
];

/** A slot of the new stack, below t5. */
const slot = (constant: number, b: NonNullable<Step["b"]>, more: Partial<Step> = {}): Step => ({
  operation: "move", b, memory: "store", base: "t5", segment: "next_stack", displacement: "slots", constant, ...more,
});
const selectorSlot = (constant: number, target: SegmentName, more: Partial<Step> = {}): Step =>
  slot(constant, "special", { special: "selector", target, ...more });
/** Enters the handler at the offset in t7, with the new stack so far below t5. */
const enterInner = (constant: number): Step => ({
  system: "enter_inner", operation: "move", a: "t7", b: "ea", to: "esp", size: "dword", base: "t5", segment: "next_stack",
  displacement: "slots", constant, next: "end",
});

/** A handler at an inner level: its stack from the TSS, the old one's place in the frame. */
const toInnerLevel: Step[] = [
  { label: "exception_inner", ...stackSlot, a: "t3", ...when("if_accessed", "exception_inner_stack", "taken") },
  marking(loadHandler),
  ...innerStack("exception_inner_stack"),
  whenCheck("virtual_8086", "exception_from_virtual_8086", "not_taken"),
  selectorSlot(-1, "ss"),
  slot(-2, "esp"),
  slot(-3, "special", { special: "all_flags" }),
  selectorSlot(-4, "cs", when("if_error_code", "inner_error_code", "not_taken")),
  slot(-5, "special", { special: "saved_eip" }),
  enterInner(-5),
  { label: "inner_error_code", ...slot(-5, "special", { special: "saved_eip" }) },
  slot(-6, "special", { special: "error_code" }),
  enterInner(-6),

  { label: "exception_from_virtual_8086", ...selectorSlot(-1, "gs") },
  selectorSlot(-2, "fs"),
  selectorSlot(-3, "ds"),
  selectorSlot(-4, "es"),
  selectorSlot(-5, "ss"),
  slot(-6, "esp"),
  slot(-7, "special", { special: "all_flags" }),
  selectorSlot(-8, "cs", when("if_error_code", "virtual_error_code", "not_taken")),
  slot(-9, "special", { special: "saved_eip" }),
  { system: "clear_segments" },
  enterInner(-9),
  { label: "virtual_error_code", ...slot(-9, "special", { special: "saved_eip" }) },
  slot(-10, "special", { special: "error_code" }),
  { system: "clear_segments" },
  enterInner(-10),
];

export const delivery: Step[] = [
  ...inRealMode,
  ...throughGate,
  ...toInnerLevel,
];
