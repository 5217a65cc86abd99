// Task switches (Intel SDM 3, 7.3): the old task's registers to its TSS, the new one's from its own. What can be wrong
// before the switch is a fault of the old task; what is found wrong after it, one of the new.
import {
  callTo, copy, descriptor, goto, load, loadWord, pushSpecial, selectFrom, when, whenCheck, type SegmentName, type Step,
  type To,
} from "./steps.ts";
import { loadMarked } from "./segments.ts";
import { loadCode, loadNextStack, probe } from "./transfers.ts";

/** Where a TSS keeps what (Intel SDM 3, 7.2.1 and 7.6), in bytes. */
const layout386 = {
  link: 0, directory: 0x1c, eip: 0x20, flags: 0x24, general: 0x28, segments: 0x48, ldt: 0x60, trap: 0x64, last: 0x64,
  /** The last byte that is written when the task is left. */
  saved_to: 0x5f,
} as const;
const layout286 = { link: 0, eip: 0x0e, flags: 0x10, general: 0x12, segments: 0x22, ldt: 0x2a, last: 0x28, saved_to: 0x29 } as const;

const general = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"] as const;
const segments386 = ["es", "cs", "ss", "ds", "fs", "gs"] as const;
const segments286 = ["es", "cs", "ss", "ds"] as const;
type Size = "dword" | "word";

/** Writes to the current TSS. */
const save = (size: Size, constant: number, b: To, more: Partial<Step> = {}): Step => ({
  operation: "move", b, size, memory: "store", segment: "tss", displacement: "constant", constant, ...more,
});
/** Reads from the current TSS, words as doublewords. */
const fetch = (size: Size, constant: number, to: To): Step => ({
  ...(size === "word" ? loadWord(to, "none", "tss") : { ...load(to, "none", "tss"), size: "dword" }),
  displacement: "constant", constant,
});
/** Touches the new TSS, whose base is in t4: a fault there belongs to the old task. */
const touch = (constant: number): Step => ({
  ...load("t1", "t4", "linear"), size: "dword", displacement: "constant", constant,
});

/** The ways into a switch: t5 says what is to be done with links and busy bits. */
const reasons = { jump: 1, call: 2, return: 3 } as const;

const ways: Step[] = [
  // JMP and CALL: a selector is under way, t3 and `pair_low` have its descriptor: a TSS, or a gate that names one.
  { label: "task_jump", operation: "move", b: "constant", constant: reasons.jump, to: "t5", size: "dword",
    ...goto("task_by_selector") },
  { label: "task_call", operation: "move", b: "constant", constant: reasons.call, to: "t5", size: "dword" },
  { label: "task_by_selector", ...whenCheck("task_gate", "task_by_gate", "not_taken", "t3") },
  { label: "task_by_tss", system: "require", check: "global", a: "t3", size: "dword" },
  { system: "require_descriptor", check: "tss_accessible", a: "t3", size: "dword", ...goto("task_switch") },
  { label: "task_by_gate", system: "require_descriptor", check: "accessible", a: "t3", size: "dword" },
  { operation: "move", b: "special", special: "gate_selector", to: "t0", size: "dword", ...goto("task_behind_gate") },

  // An interrupt through a task gate, whose descriptor is in t3 and `pair_low`.
  { label: "task_interrupt", operation: "move", b: "special", special: "gate_selector", to: "t0", size: "dword" },
  { operation: "move", b: "constant", constant: reasons.call, to: "t5", size: "dword" },
  { label: "task_behind_gate", ...callTo("read_descriptor") },
  { system: "require", check: "global", a: "t3", size: "dword" },
  { system: "require_descriptor", check: "tss_available", a: "t3", size: "dword", ...goto("task_switch") },

  // IRET with NT: the link of the current TSS.
  { label: "task_return", ...fetch("word", layout386.link, "t0") },
  { operation: "move", b: "constant", constant: reasons.return, to: "t5", size: "dword", system: "as_task" },
  callTo("read_descriptor"),
  { system: "require", check: "global", a: "t3", size: "dword" },
  { system: "require_descriptor", check: "tss_busy", a: "t3", size: "dword", ...goto("task_switch") },
];

/** The new selector is under way; t3 and `pair_low`: its descriptor; t1: its index; t5: why. */
const begin: Step[] = [
  // Its limit must hold all that will be read: #TS else.
  { label: "task_switch", operation: "segment_limit", a: "t3", b: "special", special: "pair_low", to: "t4", size: "dword",
    system: "as_task" },
  { operation: "move", b: "special", special: "pair_low", to: "t2", size: "dword" },
  whenCheck("of_286", "task_limit_286", "not_taken", "t3"),
  { system: "require", check: "holds_tss_386", a: "t4", size: "dword", ...goto("task_base") },
  { label: "task_limit_286", system: "require", check: "holds_tss_286", a: "t4", size: "dword" },
  { label: "task_base", operation: "segment_base", a: "t3", b: "t2", to: "t4", size: "dword", system: "as_usual" },
  copy("t1", "t7"),
  touch(0),
  whenCheck("of_286", "task_touch_286", "not_taken", "t3"),
  { ...touch(layout386.last), ...goto("task_save") },
  { label: "task_touch_286", ...touch(layout286.last) },

  // EFLAGS of the old task, in t6: a return leaves NT behind.
  { label: "task_save", operation: "move", b: "special", special: "all_flags", to: "t6", size: "dword" },
  { operation: "sub", a: "t5", b: "constant", constant: reasons.return, to: "t1", size: "dword" },
  { a: "t1", size: "dword", ...when("if_zero", "task_save_return", "not_taken") },
  { label: "task_save_size", ...whenCheck("tss_of_386", "task_save_386", "taken") },
  goto("task_save_286"),
  { label: "task_save_return", operation: "btr", a: "t6", b: "constant", constant: 14, to: "t6", size: "dword",
    ...goto("task_save_size") },
];

const saved = (label: string, size: Size, layout: typeof layout386 | typeof layout286): Step[] => {
  const bytes = size === "dword" ? 4 : 2;
  const names: readonly SegmentName[] = size === "dword" ? segments386 : segments286;
  return [
    { label, memory: "probe", segment: "tss", displacement: "constant", constant: layout.saved_to, size: "dword" },
    save(size, layout.eip, "special", { special: "eip_of_task" }),
    save(size, layout.flags, "t6"),
    ...general.map((name, i) => save(size, layout.general + bytes * i, name)),
    ...names.map((target, i) => save("word", layout.segments + bytes * i, "special", { special: "selector", target })),
  ];
};

const fetched = (size: Size, layout: typeof layout386 | typeof layout286): Step[] => {
  const bytes = size === "dword" ? 4 : 2;
  const names: readonly SegmentName[] = size === "dword" ? segments386 : segments286;
  return [
    ...names.flatMap((target, i): Step[] => [
      fetch("word", layout.segments + bytes * i, "t1"),
      { system: "load_selector", target, b: "t1", size: "dword" },
    ]),
    fetch("word", layout.ldt, "t0"),
    { system: "load_selector", target: "ldt", b: "t0", size: "dword" },
    // What a 286 task does not know of, the upper halves of registers, is all ones.
    ...general.map((name, i): Step => ({
      ...fetch(size, layout.general + bytes * i, name), ...(size === "word" ? { operation: "fill_upper" } : {}),
    })),
    fetch(size, layout.flags, "t6"),
    fetch(size, layout.eip, "t7"),
  ];
};

/** Access byte of a TSS descriptor: to t1, with its busy bit changed, and back. The index is in register `index`. */
const busy = (index: "t0" | "t7", operation: "bts" | "btr"): Step[] => [
  { operation: "zero_extend", source: "byte", size: "dword", b: "memory", to: "t1", memory: "modify", base: index,
    segment: "gdt", displacement: "constant", constant: 5 },
  { operation, a: "t1", b: "one", to: "t1", size: "dword" },
  { operation: "move", b: "t1", size: "byte", memory: "store", base: index, segment: "gdt", displacement: "constant",
    constant: 5 },
];

const exchange: Step[] = [
  ...saved("task_save_386", "dword", layout386),
  goto("task_links"),
  ...saved("task_save_286", "word", layout286),

  // Busy bits and the link, by what led here: a jump frees the old task and takes the new, a call takes the new and links
  // it, a return frees the old.
  { label: "task_links", operation: "sub", a: "t5", b: "constant", constant: reasons.call, to: "t1", size: "dword" },
  { a: "t1", size: "dword", ...when("if_zero", "task_link", "not_taken") },
  { operation: "move", b: "special", special: "selector", target: "tss", to: "t0", size: "dword" },
  { operation: "selector_index", b: "t0", to: "t0", size: "dword" },
  ...busy("t0", "btr"),
  { operation: "sub", a: "t5", b: "constant", constant: reasons.return, to: "t1", size: "dword" },
  { a: "t1", size: "dword", ...when("if_zero", "task_load", "not_taken") },
  goto("task_take"),
  { label: "task_link", operation: "move", b: "special", special: "selector", target: "tss", memory: "store", size: "word",
    base: "t4", segment: "linear" },
  { label: "task_take" },
  ...busy("t7", "bts"),

  // From here on the new task runs.
  { label: "task_load", system: "latch_low", b: "t2", size: "dword" },
  { system: "load_descriptor", target: "tss", check: "not_null", a: "t3", size: "dword" },
  { system: "set_task_switched" },
  whenCheck("of_286", "task_fetch_words", "not_taken", "t3"),
  fetch("dword", layout386.directory, "t1"),
  { system: "load_directory", b: "t1", size: "dword" },
  ...fetched("dword", layout386),
  goto("task_begin"),
  // Nor of FS and GS, which are null.
  { label: "task_fetch_words", system: "load_selector", target: "fs", b: "constant", constant: 0, size: "dword" },
  { system: "load_selector", target: "gs", b: "constant", constant: 0, size: "dword" },
  ...fetched("word", layout286),
];

const newStack = (): Step[] => [
  { operation: "move", b: "special", special: "selector", target: "ss", to: "t0", size: "dword" },
  callTo("read_descriptor"),
  // A stack that is not present is found out before its level is looked at (Intel SDM 3, table 7-1).
  { system: "require_descriptor", target: "next_stack", check: "stack_type", a: "t3", size: "dword" },
  ...loadMarked(loadNextStack, "task_stack_loaded"),
  { label: "task_stack_loaded", system: "commit_stack" },
];

/** DS, ES, FS or GS of the new task. */
const newData = (target: "es" | "ds" | "fs" | "gs"): Step[] => [
  { operation: "move", b: "special", special: "selector", target, to: "t0", size: "dword" },
  selectFrom("t0"),
  whenCheck("null_selector", `task_${target}_done`, "not_taken", "t0"),
  descriptor(`task_${target}`).step,
  ...loadMarked({ label: `task_${target}_read`, system: "load_descriptor", target, check: "data_segment", a: "t3", size: "dword" },
    `task_${target}_done`),
  { label: `task_${target}_done` },
];

const finish: Step[] = [
  { label: "task_begin", system: "begin_task", b: "t7", size: "dword" },
  // NT of a task that was called.
  { operation: "sub", a: "t5", b: "constant", constant: reasons.call, to: "t1", size: "dword" },
  { a: "t1", size: "dword", ...when("if_zero", "task_nested", "not_taken") },
  { label: "task_flags", system: "task_flags", b: "t6", size: "dword" },
  { operation: "move", b: "special", special: "selector", target: "ldt", to: "t0", size: "dword" },
  selectFrom("t0"),
  whenCheck("null_selector", "task_segments", "not_taken", "t0"),
  descriptor("task_ldt", {}, "gdt").step,
  { label: "task_ldt_read", system: "require", check: "global", a: "t3", size: "dword" },
  { system: "load_descriptor", target: "ldt", check: "ldt_present", a: "t3", size: "dword" },
  { label: "task_segments", ...whenCheck("virtual_8086_task", "task_virtual_8086", "not_taken", "t6") },

  { operation: "move", b: "special", special: "selector", target: "cs", to: "t0", size: "dword" },
  { system: "level_of_selector", b: "t0", size: "dword" },
  ...newStack(),
  { system: "commit_level" },
  ...(["ds", "es", "fs", "gs"] as const).flatMap(newData),
  { operation: "move", b: "special", special: "selector", target: "cs", to: "t0", size: "dword" },
  callTo("read_descriptor"),
  ...loadMarked(loadCode("code_of_task"), "task_enter"),
  { label: "task_enter", system: "as_usual" },
  whenCheck("tss_of_386", "task_trap", "taken"),
  { label: "task_error_code", operands: 16, ...goto("task_push") },
  { label: "task_trap", ...fetch("word", layout386.trap, "t1"), operands: 32 },
  { system: "task_trap", b: "t1", size: "dword" },
  { label: "task_push", ...when("if_error_code", "task_push_code", "not_taken") },
  { ...probe },
  { label: "task_leave", system: "far_jump", b: "t7", size: "dword", next: "end" },
  { label: "task_push_code", ...pushSpecial("error_code") },
  probe,
  { system: "far_jump", b: "t7", size: "dword", next: "end" },

  { label: "task_nested", operation: "bts", a: "t6", b: "constant", constant: 14, to: "t6", size: "dword",
    ...goto("task_flags") },

  // Segments as virtual-8086 mode has them.
  ...(["es", "ds", "fs", "gs"] as const).flatMap((target, i): Step[] => [
    { ...(i === 0 ? { label: "task_virtual_8086" } : {}),
      operation: "move", b: "special", special: "selector", target, to: "t0", size: "dword" },
    { system: "load_virtual", target, b: "t0", size: "dword" },
  ]),
  { operation: "move", b: "special", special: "selector", target: "ss", to: "t0", size: "dword" },
  { system: "load_virtual", target: "next_stack", b: "t0", size: "dword" },
  { operation: "move", b: "special", special: "selector", target: "cs", to: "t0", size: "dword" },
  { system: "load_virtual", target: "next_code", b: "t0", size: "dword" },
  { system: "commit_stack" },
  { system: "level_of_selector", b: "constant", constant: 3, size: "dword", ...goto("task_enter") },
];

const apart: Step[] = [
  ...(["ds", "es", "fs", "gs"] as const).flatMap((target) => descriptor(`task_${target}`).apart),
  ...descriptor("task_ldt", {}, "gdt").apart,
];

export const tasks: Step[] = [...ways, ...begin, ...exchange, ...finish, ...apart];
