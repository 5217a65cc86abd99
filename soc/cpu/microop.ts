// The micro-operation: what one clock of the pipeline does. Decoder and microcode both speak it, so that an
// instruction's first step (decoded in logic) and its later steps (read from the microcode memory) are of one kind.
import { enumeration } from "#hdl-gen";
import { Check } from "./checks.ts";

/**
 * Width of an operation or an access; `w` means byte or operand size by bit 0 of the opcode, `address` the address
 * size, `stack` that of the stack pointer, and in microcode `first` what the instruction's first step had.
 */
export const Size = enumeration("size", ["operand", "byte", "word", "dword", "w", "address", "first", "stack"]);

/** Where an operand comes from or a result goes to. `rm` is a register or the memory operand, by ModRM.mod. */
export const Operand = enumeration("operand", [
  "none", "rm", "reg", "opreg",
  "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
  "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "ah", "memory",
  "imm", "one", "ea", "next_eip", "special", "constant",
]);

/** What the arithmetic unit makes of its operands `a` and `b`. */
export const Alu = enumeration("alu", [
  // the encoding of the first eight is that of the opcodes' bits 5:3 (Intel SDM 2, table A-2)
  "add", "or", "adc", "sbb", "and", "sub", "xor", "cmp",
  // shifts in the encoding of ModRM.reg in group 2
  "rol", "ror", "rcl", "rcr", "shl", "shr", "sal", "sar",
  "shld", "shrd", "bt", "bts", "btr", "btc", "bsf", "bsr",
  "move", "not", "neg", "zero_extend", "sign_extend", "sign_fill", "set_condition", "load_flags",
  "mul", "imul", "high_half", "div", "idiv", "remainder",
  "clear_carry", "set_carry", "complement_carry", "store_flags",
  "advance", "selector_index", "gate_offset", "bit_word", "frame_down",
  "daa", "das", "aaa", "aas", "byte_swap", "select",
  "slots", "adjust_privilege", "fill_upper", "count_down", "segment_base", "segment_limit", "segment_rights",
]);

/** Which of the status flags an operation leaves behind. */
export const Flags = enumeration("flags", ["keep", "status", "all_but_carry", "carry", "zero"]);

/** What gives the address its base register. `context` is what ModRM and SIB say. */
export const Base = enumeration("base", [
  "none", "context",
  "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
  "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "next_eip",
]);

/**
 * Segment of an access, or what a side effect is about. `next_code` and `next_stack` are CS and SS as they will be once
 * a far transfer cannot fail any more; `table` is the descriptor table that the selector under way points into; `linear`
 * is the whole address space. `context` is the memory operand's segment, or the segment register that the instruction
 * loads.
 */
export const Segment = enumeration("segment", [
  "es", "cs", "ss", "ds", "fs", "gs", "ldt", "tss", "next_code", "next_stack",
  "gdt", "idt", "table", "linear", "context",
]);

/**
 * What is added to base and index. `plus_size` is the operand size in bytes, `constant` the step's own constant, `slots`
 * that times the operand size, `vector` the place of the delivered vector's gate and `vector_high` of its upper half.
 */
export const Displacement = enumeration("displacement", [
  "none", "context", "immediate", "plus_2", "plus_4", "plus_size", "constant", "slots", "vector", "vector_high",
]);

/**
 * What is done with the memory or port at the address. `modify` loads what a later step stores, so it faults as a write
 * does; `store_rm` stores if `rm` is memory; `probe` asks only whether the segment holds the byte there.
 */
export const Memory = enumeration("memory", [
  "none", "load", "store", "modify", "store_rm", "input", "output", "probe",
]);

/** Move ESP; the access, if there is one, is at the top of the stack. */
export const Stack = enumeration("stack", ["none", "push", "pop"]);

/** How an instruction leaves the straight line; decided in the memory stage, where operands and flags are at hand. */
export const Jump = enumeration("jump", [
  "none", "relative", "condition", "indirect", "loop", "loop_zero", "loop_nonzero", "cx_zero",
]);

/** Side effects of the execute stage on state outside the register file. */
export const System = enumeration("system", [
  "none", "halt", "serialize", "software_interrupt", "breakpoint", "debug_trap", "overflow", "bound",
  // Raise a fault unless the step's check holds for operand a: with the selector under way as error code, with that of
  // the gate, or with none. Descriptors and gates must be present besides.
  "require", "require_descriptor", "require_here",
  // The same of an interrupt's gate, and begin to load the selector in b.
  "open_gate",
  // Segment registers: `set_selector` begins a load, `return_selector` besides says which level it leads to;
  // `load_descriptor` requires its check, then loads from a and `pair_low` what has been accessed before, or is marked so by
  // the step's own store; `load_handler` besides says which level that leads to.
  "set_selector", "return_selector", "load_real_or_virtual", "load_virtual", "load_descriptor", "load_handler", "load_null",
  "load_selector", "latch_low",
  "set_limit", "set_base", "commit_stack", "drop_segments", "clear_segments",
  // Privilege level: `level` is what it will be after a far transfer.
  "level_of_selector", "commit_level",
  "as_task", "as_usual", "begin_task", "task_trap",
  // To the code to come, at b; `interrupt_return` and `enter_inner` at a, with the flags in b or the stack to come.
  "far_jump", "interrupt_return", "enter_handler", "enter_inner", "enter_kernel", "leave_kernel",
  // `write_paging`: CR2 or CR3, and what follows is fetched anew.
  "write_control", "write_paging", "load_directory", "write_debug", "write_status", "clear_task_switched",
  "set_task_switched", "write_msr", "invalidate_page",
  "write_flags", "return_flags", "task_flags",
  "clear_interrupt", "set_interrupt", "clear_direction", "set_direction",
  "latch_high",
]);

/**
 * State outside the register file that an operand may read. `constant` numbers what `identity` and `control` show;
 * `gate_selector` is that of the gate whose lower doubleword is `pair_low`, `marked` operand `a` with the accessed bit.
 */
export const Special = enumeration("special", [
  "none", "flags", "all_flags", "selector", "far_selector", "saved_eip", "eip_of_task", "error_code",
  "control", "debug", "machine_status", "table_base", "table_limit", "nesting", "count",
  "stack_slot", "pair_low", "gate_selector", "marked", "identity", "time_low", "time_high", "msr", "msr_high", "counter_low", "counter_high",
  "entry_stack",
]);

/**
 * Where the microcode goes after this step. Conditions look at operand `a`, in the memory stage: `if_many` is "not 1",
 * so that a step may count `a` down and go on if that leaves something; `if_repeat` asks besides what REPE or REPNE
 * asks of ZF; `if_equal` asks for ZF itself; `if_check` asks the step's check; `if_accessed` whether a descriptor is
 * marked as accessed; `if_violation` whether the segment refuses the step's access, which then does not fault; `if_inner`
 * whether a descriptor is one of code at an inner level; `if_split` whether the pair that the step loads is in three words.
 */
export const Next = enumeration("next", [
  "end", "step", "jump", "if_zero", "if_many", "if_repeat", "if_equal", "if_error_code",
  "if_check", "if_accessed", "if_violation", "if_inner", "if_split", "call", "return",
]);

/** Steps of the microcode that go one of two ways. */
export const conditionalNexts = [
  "if_zero", "if_many", "if_repeat", "if_equal", "if_error_code", "if_check", "if_accessed", "if_violation", "if_inner",
  "if_split",
] as const satisfies readonly (typeof Next)["names"][number][];

/**
 * How wide a source or memory access is if not `size`; `half` is half of it, `element` goes by bit 0 of the opcode. A `pair`
 * is two doublewords: what is loaded is the upper one, and the lower is kept as `pair_low`.
 */
export const Source = enumeration("source", ["same", "byte", "word", "half", "element", "pair"]);

/** Who may execute an instruction, as far as mode and level decide (Intel SDM 2, the protected-mode exceptions). */
export const Privilege = enumeration("privilege", [
  "any",
  /** CPL 0. */
  "kernel",
  /** CPL not above IOPL. */
  "port",
  /** In virtual-8086 mode, IOPL 3. */
  "virtual_port",
  /** RDTSC: CPL 0, or CR4.TSD clear. */
  "time",
  /** RDPMC: CPL 0, or CR4.PCE set. */
  "counter",
  /** CPL 0, and #DB with DR7.GD. */
  "debug",
  /** SYSENTER: its code selector is set. SYSEXIT: CPL 0 besides. */
  "entry",
  "exit",
  /** x87 instructions, of which there are none: #NM with CR0.EM or CR0.TS. */
  "coprocessor",
  /** WAIT: #NM with CR0.MP and CR0.TS. */
  "wait",
]);

/** The fields of a micro-operation, in the order in which the microcode memory packs them. */
export const microOpColumns = {
  operation: Alu,
  size: Size,
  source: Source,
  a: Operand,
  b: Operand,
  to: Operand,
  flags: Flags,
  base: Base,
  segment: Segment,
  displacement: Displacement,
  memory: Memory,
  stack: Stack,
  jump: Jump,
  system: System,
  /** What a system effect or a special operand is about. */
  target: Segment,
  special: Special,
  check: Check,
} as const;

type Columns = typeof microOpColumns;
/** One micro-operation as the tables write it: what is left out is the column's first name. */
export type MicroOp = { readonly [K in keyof Columns]?: Columns[K]["names"][number] };
