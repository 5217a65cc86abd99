// The micro-operation: what one clock of the pipeline does. Decoder and microcode both speak it, so that an
// instruction's first step (decoded in logic) and its later steps (read from the microcode memory) are of one kind.
import { enumeration } from "#hdl-gen";

/**
 * Width of an operation or an access; `w` means byte or operand size by bit 0 of the opcode, `address` the address
 * size, and in microcode `first` what the instruction's first step had.
 */
export const Size = enumeration("size", ["operand", "byte", "word", "dword", "w", "address", "first"]);

/** Where an operand comes from or a result goes to. `rm` is a register or the memory operand, by ModRM.mod. */
export const Operand = enumeration("operand", [
  "none", "rm", "reg", "opreg",
  "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
  "t0", "t1", "t2", "t3", "t4", "t5", "ah", "memory",
  "imm", "one", "ea", "next_eip", "special",
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
  "advance", "selector_index", "gate_selector", "gate_offset", "bit_word", "frame_down",
  "daa", "das", "aaa", "aas", "byte_swap", "select",
]);

/** Which of the status flags an operation leaves behind. */
export const Flags = enumeration("flags", ["keep", "status", "all_but_carry", "carry", "zero"]);

/** What gives the address its base register. `context` is what ModRM and SIB say. */
export const Base = enumeration("base", [
  "none", "context",
  "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
  "t0", "t1", "t2", "t3", "t4", "t5", "next_eip",
]);

/** Segment of an access. The last four are tables and the linear address space, addressed like segments. */
export const Segment = enumeration("segment", [
  "es", "cs", "ss", "ds", "fs", "gs", "gdt", "idt", "linear", "context",
]);

/** What is added to base and index; `plus_size` is the operand size in bytes. */
export const Displacement = enumeration("displacement", [
  "none", "context", "immediate", "plus_2", "plus_4", "plus_size",
]);

/**
 * What is done with the memory or port at the address. `modify` loads what a later step stores, so it faults as a write
 * does; `store_rm` stores if `rm` is memory.
 */
export const Memory = enumeration("memory", ["none", "load", "store", "modify", "store_rm", "input", "output"]);

/** Move ESP; the access, if there is one, is at the top of the stack. */
export const Stack = enumeration("stack", ["none", "push", "pop"]);

/** How an instruction leaves the straight line; decided in the memory stage, where operands and flags are at hand. */
export const Jump = enumeration("jump", [
  "none", "relative", "condition", "indirect", "loop", "loop_zero", "loop_nonzero", "cx_zero",
]);

/** Side effects of the execute stage on state outside the register file. */
export const System = enumeration("system", [
  "none", "halt", "serialize", "software_interrupt", "breakpoint", "overflow", "bound",
  "set_selector", "load_real", "load_descriptor", "load_null", "set_limit", "set_base",
  "write_control", "write_flags", "enter_gate", "far_jump",
  "clear_interrupt", "set_interrupt", "clear_direction", "set_direction",
  "latch_high",
]);

/** State outside the register file that an operand may read. */
export const Special = enumeration("special", [
  "none", "flags", "selector", "far_selector", "vector_offset", "saved_eip", "error_code",
  "control", "table_base", "table_limit", "nesting", "count",
]);

/**
 * Where the microcode goes after this step. Conditions look at operand `a`, in the memory stage: `if_many` is "not 1",
 * so that a step may count `a` down and go on if that leaves something; `if_repeat` asks besides what REPE or REPNE
 * asks of ZF; `if_equal` asks for ZF itself.
 */
export const Next = enumeration("next", [
  "end", "step", "jump", "if_zero", "if_many", "if_repeat", "if_equal", "if_protected", "if_error_code",
]);

/** How wide a source or memory access is if not `size`; `half` is half of it, `element` goes by bit 0 of the opcode. */
export const Source = enumeration("source", ["same", "byte", "word", "half", "element"]);

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
  special: Special,
} as const;

type Columns = typeof microOpColumns;
/** One micro-operation as the tables write it: what is left out is the column's first name. */
export type MicroOp = { readonly [K in keyof Columns]?: Columns[K]["names"][number] };
