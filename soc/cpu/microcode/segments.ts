// Loads of segment registers, and the instructions that look at descriptors without loading them.
import type { MicroOp } from "../microop.ts";
import {
  callTo, clearZero, descriptor, descriptorNotNull, goto, load, loadWord, selectBehind, selectFrom, setZero, storeAt,
  tableEntry, when, whenCheck, type CheckName, type Step,
} from "./steps.ts";

/** The descriptor that the selector in t0 names: to t3 and `pair_low`; its index is then in t1. Null is a fault. */
const readDescriptor: Step[] = [
  { label: "read_descriptor", ...selectFrom("t0") },
  descriptorNotNull("descriptor").step,
  { label: "descriptor_read" },
  { next: "return" },
  ...descriptorNotNull("descriptor").apart,
];

/**
 * Loads a segment, whose descriptor is marked as accessed if it is not: the label is behind that. Its index is in t1, its
 * upper doubleword in t3. What is not marked is checked first, but not loaded; then it is stored, and loaded with that.
 */
export const loadMarked = ({ label: begin, ...step }: Step, label: string): Step[] => [
  { ...(begin === undefined ? {} : { label: begin }), ...step, ...when("if_accessed", label, "taken") },
  marking(step),
];
export const marking = (step: Step): Step => ({
  ...step, b: "special", special: "marked", memory: "store", base: "t1", segment: "table", displacement: "plus_4",
});

/**
 * Loads DS, ES, FS or GS from the selector under way, and after that a general register from t4 where `and` says so. Two
 * steps at least stand between the load and the next instruction, which may address with the segment.
 */
const loadData = (name: string, and: MicroOp = {}): Step[] => [
  { label: name, ...whenCheck("not_null", `${name}_descriptor`, "taken") },
  { system: "load_null", target: "context" },
  {},
  { ...and, next: "end" },
  { label: `${name}_descriptor`, ...descriptor(name).step },
  ...loadMarked(
    { label: `${name}_read`, system: "load_descriptor", target: "context", check: "data_segment", a: "t3", size: "dword" },
    `${name}_marked`),
  { label: `${name}_marked` },
  { ...and, next: "end" },
  ...descriptor(name).apart,
];

/** The same for SS: at the current level, and never null. */
const loadStack = (name: string, and: MicroOp = {}): Step[] => [
  { label: name, ...descriptorNotNull(name).step },
  ...loadMarked(
    { label: `${name}_read`, system: "load_descriptor", target: "ss", check: "stack_segment", a: "t3", size: "dword" },
    `${name}_marked`),
  { label: `${name}_marked` },
  { ...and, next: "end" },
  ...descriptorNotNull(name).apart,
];

const registerFromT4: MicroOp = { operation: "move", b: "t4", to: "reg" };

/** LDS and its kin: t1 holds the operand's address, where an offset is and after it a selector. */
const loadFar = (name: string, onward: string): Step[] => [
  { label: name, ...load("t4", "t1", "context") },
  { ...selectBehind, ...goto(onward) },
];

const loads: Step[] = [
  ...loadData("load_data"),
  ...loadData("load_data_far", registerFromT4),
  ...loadStack("load_stack"),
  // Only MOV and POP hold interrupts back.
  ...loadStack("load_stack_far", { ...registerFromT4, system: "as_usual" }),
  ...loadFar("load_far", "load_data_far"),
  ...loadFar("load_far_stack", "load_stack_far"),
  { label: "load_far_real", ...load("t4", "t1", "context") },
  { system: "load_real_or_virtual", target: "context", b: "memory", size: "dword", source: "word", memory: "load",
    base: "t1", segment: "context", displacement: "plus_size" },
  {},
  { ...registerFromT4, system: "as_usual", next: "end" },
  // So long a new segment is not asked for: two steps.
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
  { label: "load_ldt", ...selectFrom("t0") },
  whenCheck("null_selector", "load_ldt_null", "not_taken", "t0"),
  { system: "require", check: "global" },
  descriptor("load_ldt", {}, "gdt").step,
  { label: "load_ldt_read", system: "load_descriptor", target: "ldt", check: "ldt", a: "t3", size: "dword", ...goto("settle") },
  ...descriptor("load_ldt", {}, "gdt").apart,
  { label: "load_ldt_null", system: "load_null", target: "ldt" },
  goto("settle"),

  { label: "load_task", ...selectFrom("t0") },
  { system: "require_here", check: "not_null" },
  { system: "require", check: "global" },
  descriptor("load_task", {}, "gdt").step,
  { label: "load_task_read", system: "require_descriptor", check: "tss_available", a: "t3", size: "dword" },
  callTo("mark_busy"),
  { system: "load_descriptor", target: "tss", check: "tss_available", a: "t3", size: "dword", ...goto("settle") },
  ...descriptor("load_task", {}, "gdt").apart,

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
    { system: "set_base", target: table, b: "t2", size: "dword", next: "end" },
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
  ...loads,
  ...looks,
  ...systemSegments,
  ...tableRegister("gdt"),
  ...tableRegister("idt"),
];
