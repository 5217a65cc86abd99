// Loads of segment registers, and the instructions that look at descriptors without loading them.
import type { MicroOp } from "../microop.ts";
import {
  callTo, clearZero, goto, load, loadWord, setZero, storeAt, tableEntry, when, whenCheck, type CheckName, type Step,
} from "./steps.ts";

/** The descriptor that the selector in t0 names: to t3 and t2; its index is then in t1. Null is a fault. */
const readDescriptor: Step[] = [
  { label: "read_descriptor", system: "set_selector", b: "t0", size: "dword" },
  { operation: "selector_index", b: "t0", to: "t1", size: "dword" },
  { system: "require_here", check: "not_null" },
  tableEntry("t3", "high"),
  { ...tableEntry("t2", "low"), next: "return" },
];

/**
 * Sets the accessed bit of the descriptor at the index in t1, whose upper doubleword is in t3, there and in memory. A
 * descriptor that is not marked is checked, but not loaded: what loads it does so again afterwards.
 */
const markAccessed: Step[] = [
  { label: "mark_accessed", a: "t3", size: "dword", ...when("if_accessed", "marked", "taken") },
  { operation: "bts", a: "t3", b: "constant", constant: 8, to: "t3", size: "dword" },
  { operation: "move", b: "t3", size: "dword", memory: "store", base: "t1", segment: "table", displacement: "plus_4" },
  { label: "marked", next: "return" },
];

/** Loads a segment, whose descriptor is marked as accessed first if it is not: the label is behind all that. */
export const loadMarked = ({ label: begin, ...step }: Step, label: string): Step[] => [
  { ...(begin === undefined ? {} : { label: begin }), ...step, ...when("if_accessed", label, "taken") },
  callTo("mark_accessed"),
  step,
];

/**
 * Loads DS, ES, FS or GS from the selector in t0, and after that a general register from t4 where `and` says so. Two
 * steps at least stand between the load and the next instruction, which may address with the segment.
 */
const loadData = (name: string, and: MicroOp = {}): Step[] => [
  { label: name, system: "set_selector", b: "t0", size: "dword" },
  { operation: "selector_index", b: "t0", to: "t1", size: "dword" },
  whenCheck("null_selector", `${name}_null`, "not_taken", "t0"),
  tableEntry("t3", "high"),
  tableEntry("t2", "low"),
  ...loadMarked(
    { system: "load_descriptor", target: "context", check: "data_segment", a: "t3", b: "t2", size: "dword" },
    `${name}_marked`),
  {},
  { label: `${name}_marked`, ...and, next: "end" },
  { label: `${name}_null`, system: "load_null", target: "context" },
  {},
  { ...and, next: "end" },
];

/** The same for SS: at the current level, and never null. Decode asks for its size, so it needs three steps. */
const loadStack = (name: string, and: MicroOp = {}): Step[] => [
  { label: name, ...callTo("read_descriptor") },
  ...loadMarked(
    { system: "load_descriptor", target: "ss", check: "stack_segment", a: "t3", b: "t2", size: "dword" },
    `${name}_marked`),
  { label: `${name}_marked` },
  {},
  { ...and, next: "end" },
];

const registerFromT4: MicroOp = { operation: "move", b: "t4", to: "reg" };

/** LDS and its kin: t1 holds the operand's address, where an offset is and after it a selector. */
const loadFar = (name: string, onward: string): Step[] => [
  { label: name, ...load("t4", "t1", "context") },
  { ...loadWord("t0", "t1", "context"), displacement: "plus_size", ...goto(onward) },
];

const loads: Step[] = [
  ...loadData("load_data"),
  ...loadData("load_data_far", registerFromT4),
  ...loadStack("load_stack"),
  // Only MOV and POP hold interrupts back.
  ...loadStack("load_stack_far", { ...registerFromT4, system: "as_usual" }),
  ...loadFar("load_far", "load_data_far"),
  ...loadFar("load_far_stack", "load_stack_far"),
  ...loadFar("load_far_real", "load_far_real_segment"),
  { label: "load_far_real_segment", system: "load_real_or_virtual", target: "context", b: "t0", size: "dword" },
  {},
  {},
  { ...registerFromT4, system: "as_usual", next: "end" },
  // So long a new segment is not asked for: two steps, or three if it is the stack.
  { label: "settle_stack" },
  { label: "settle" },
  { next: "end" },
];

/** LAR, LSL, VERR and VERW: whether there is a descriptor to look at; its upper doubleword to t3. Else ZF is cleared. */
const look = (name: string, check: CheckName, found: readonly Step[]): Step[] => [
  { label: name, system: "set_selector", b: "t0", size: "dword" },
  { operation: "selector_index", b: "t0", to: "t1", size: "dword" },
  whenCheck("null_selector", "look_in_vain", "not_taken", "t0"),
  { ...tableEntry("t3", "high"), ...when("if_violation", "look_in_vain", "not_taken") },
  whenCheck(check, `${name}_found`, "taken", "t3"),
  { label: `${name}_denied`, ...goto("look_in_vain") },
  { label: `${name}_found` },
  ...found,
];

const looks: Step[] = [
  ...look("lar", "lar_accessible", [
    { ...setZero },
    { operation: "segment_rights", b: "t3", to: "reg", next: "end" },
  ]),
  ...look("lsl", "lsl_accessible", [
    tableEntry("t2", "low"),
    { ...setZero },
    { operation: "segment_limit", a: "t3", b: "t2", to: "reg", next: "end" },
  ]),
  ...look("verr", "readable", [{ ...setZero, next: "end" }]),
  ...look("verw", "writable", [{ ...setZero, next: "end" }]),
  { label: "look_in_vain", ...clearZero, next: "end" },
];

const systemSegments: Step[] = [
  { label: "load_ldt", system: "set_selector", b: "t0", size: "dword" },
  { operation: "selector_index", b: "t0", to: "t1", size: "dword" },
  whenCheck("null_selector", "load_ldt_null", "not_taken", "t0"),
  { system: "require", check: "global" },
  { ...tableEntry("t3", "high"), segment: "gdt" },
  { ...tableEntry("t2", "low"), segment: "gdt" },
  { system: "load_descriptor", target: "ldt", check: "ldt", a: "t3", b: "t2", size: "dword", ...goto("settle") },
  { label: "load_ldt_null", system: "load_null", target: "ldt" },
  goto("settle"),

  { label: "load_task", system: "set_selector", b: "t0", size: "dword" },
  { operation: "selector_index", b: "t0", to: "t1", size: "dword" },
  { system: "require_here", check: "not_null" },
  { system: "require", check: "global" },
  { ...tableEntry("t3", "high"), segment: "gdt" },
  { ...tableEntry("t2", "low"), segment: "gdt" },
  { system: "require_descriptor", check: "tss_available", a: "t3", size: "dword" },
  callTo("mark_busy"),
  { system: "load_descriptor", target: "tss", check: "tss_available", a: "t3", b: "t2", size: "dword", ...goto("settle") },

  // The busy bit of the TSS descriptor at the index in t1, whose upper doubleword is in t3.
  { label: "mark_busy", operation: "shr", a: "t3", b: "constant", constant: 8, to: "t4", size: "dword" },
  { operation: "bts", a: "t4", b: "one", to: "t4", size: "dword" },
  { operation: "move", b: "t4", size: "byte", memory: "store", base: "t1", segment: "gdt", displacement: "constant",
    constant: 5, next: "return" },
];

/** LGDT and its kin: t1 holds the operand's address, where a limit is and two bytes on a base. */
const tableRegister = (table: "gdt" | "idt"): Step[] => {
  const special = (name: "table_base" | "table_limit"): MicroOp => ({
    operation: "move", b: "special", special: name, target: table, to: "t0", size: "dword",
  });
  return [
    { label: `load_${table}`, ...loadWord("t0", "t1", "context") },
    { ...load("t2", "t1", "context"), size: "dword", displacement: "plus_2" },
    // Of a base with operands of 16 bits, 24 bits count (Intel SDM 2, LGDT).
    whenCheck("words", `load_${table}_short`, "not_taken"),
    { label: `load_${table}_base`, system: "set_limit", target: table, b: "t0", size: "dword" },
    { system: "set_base", target: table, b: "t2", size: "dword", ...goto("settle") },
    { label: `load_${table}_short`, operation: "shl", a: "t2", b: "constant", constant: 8, to: "t2", size: "dword" },
    { operation: "shr", a: "t2", b: "constant", constant: 8, to: "t2", size: "dword", ...goto(`load_${table}_base`) },
    { label: `store_${table}`, ...special("table_limit") },
    { ...storeAt("t1", "t0"), size: "word" },
    special("table_base"),
    { ...storeAt("t1", "t0"), size: "dword", displacement: "plus_2", next: "end" },
  ];
};

export const segments: Step[] = [
  ...readDescriptor,
  ...markAccessed,
  ...loads,
  ...looks,
  ...systemSegments,
  ...tableRegister("gdt"),
  ...tableRegister("idt"),
];
