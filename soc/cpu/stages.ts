// What travels down the pipeline: the registers between decode, address, memory and execute.
import { enumeration } from "#hdl-gen";
import { Check } from "./checks.ts";
import { Width } from "./flags.ts";
import {
  Alu, Displacement, Flags, Jump, Memory, Next, Operand, Segment, Source, Special, Stack, System,
} from "./microop.ts";
import { microcodeAddressWidth } from "./microstore.ts";

/** Where an operand comes from, once the instruction's context has been looked at. */
export const From = enumeration("from", [
  "none", "register", "memory", "immediate", "one", "ea", "next_eip", "special",
]);

/** How the bytes behind an instruction become its immediate: as many as these, with or without a sign. */
export const Extension = enumeration("extension", ["none", "byte", "signed_byte", "word", "signed_word", "doubleword"]);

/** Why decode does not let an instruction be executed. */
export const Refusal = enumeration("refusal", [
  "none", "undefined_opcode", "protection", "not_available", "debug", "page",
]);

/** What is wrong with a step's access, or with the place of its instruction. */
export const Fault = enumeration("fault", [
  "none",
  /** The instruction is not in its code segment in full: #GP. */
  "code",
  /** A segment: #GP, or #SS if it is the stack. */
  "segment", "stack",
  /** Of a descriptor table: #GP with the selector under way. */
  "table",
  /** Of the interrupt table: #GP with the vector. */
  "gate",
  /** Of the TSS: #TS with its selector. */
  "task",
  /** Of a stack to come: #SS with its selector. */
  "next_stack",
  /** An operand is not aligned, and must be. */
  "alignment",
  "page",
]);

/** Of a page fault's error code (Intel SDM 3, 4.7): the MPU has refused the access. */
export const protectionKeyBit = 5;

/** What a step does in the execute stage, as decode finds it. */
const decodedOperationShape = {
  /** The instruction ends with this step. */
  last: 1,
  /** An interrupt may be taken before this step. */
  interruptible: 1,
  operation: Alu,
  width: Width,
  flags: Flags,
  /** The segment that a system effect or a special operand is about. */
  target: Segment,
  memory: Memory,
  system: System,
  special: Special,
  /** As Jcc and SETcc encode it. */
  condition: 4,
  /** Places of a double shift, from its immediate. */
  count: 5,
  /** An instruction's first step: the one that decode refuses, if it does. */
  first: 1,
  /** The debug unit has a breakpoint there. */
  breaks: 1,
  refusal: Refusal,
  /** Linear address of the instruction. */
  start: 32,
} as const;

/** What a step does in the execute stage. */
const operationShape = {
  ...decodedOperationShape,
  /** Width of `b` where it is extended, and of a memory access. */
  source: Width,
  a: From,
  b: From,
  writes: 1,
  to_number: 4,
  /** The result goes to bits 15:8: AH, CH, DH or BH. */
  to_high: 1,
} as const;

/** What the memory stage needs besides, as decode finds it. */
const decodedDecidingShape = {
  jump: Jump,
  check: Check,
  /** Decode has taken the jump already. */
  predicted: 1,
  operand16: 1,
  /** REPE, not REPNE. */
  repeat_while_zero: 1,
  next: Next,
  /** Where the microcode goes if the condition is not as `expected`. */
  alternative: microcodeAddressWidth,
  expected: 1,
  /** The second part of a far pointer or of ENTER's immediate. */
  second: 16,
  /** Number of a control or debug register, or of a piece of the core's identity. */
  control: 3,
  /** Linear address of the next instruction. */
  next_address: 32,
} as const;

const decidingShape = {
  ...decodedDecidingShape,
  a_number: 4,
  a_high: 1,
  b_number: 4,
  b_high: 1,
  immediate: 32,
} as const;

/** What the address stage passes on as it came. */
export const passedShape = { ...decodedOperationShape, ...decodedDecidingShape } as const;

/** From decode to the address stage. Roles are resolved there: decode has no time for more than it must know. */
export const stepShape = {
  ...passedShape,
  a_role: Operand,
  b_role: Operand,
  to_role: Operand,
  source_role: Source,
  displacement_role: Displacement,
  /** The registers of ModRM. */
  rm: 3,
  reg: 3,
  /** ModRM.rm is memory. */
  rm_is_memory: 1,
  /** The bytes that an immediate begins with, and how many of them are its own. */
  immediate_bytes: 32,
  extension: Extension,
  /** The step's own constant, in two's complement. */
  constant: 8,
  address16: 1,
  has_base: 1,
  base_number: 4,
  base_is_next_eip: 1,
  has_index: 1,
  index_number: 3,
  /** The index is shifted left by this. */
  scale: 2,
  /** ModRM's. */
  displacement: 32,
  segment: Segment,
  stack: Stack,
} as const;

/** Where an access goes, once segments and pages have been looked at. */
const placeShape = {
  /** In memory, by the page tables; of an access that crosses the end of a page, the part before that. */
  physical: 32,
  /** The part in the next page is in another frame. */
  crosses_page: 1,
  second_frame: 20,
  page_error_code: 6,
} as const;

/** From the address stage to the memory stage: what it was given, and what it found out. */
export const addressedShape = {
  ...operationShape,
  ...decidingShape,
  next_eip: 32,
  /** The offset within the segment. */
  ea: 32,
  /** The same with the segment's base; of an access to a page that is not to be had, where that page begins to matter. */
  linear: 32,
  ...placeShape,
  page_faults: 1,
  /** Of an access that crosses the end of a page: the word there. */
  first_word: 32,
  segment: Segment,
  /** Before this step. */
  esp: 32,
  moves_esp: 1,
  esp_after: 32,
} as const;

/** What the memory stage passes on as it came. */
export const operandsPassedShape = {
  ...operationShape,
  next_eip: 32,
  linear: 32,
  ...placeShape,
  moves_esp: 1,
  esp_after: 32,
  control: 3,
} as const;

/** From the memory stage to execute: the same, the operands, and what is wrong with the access. */
export const operandsShape = {
  ...operandsPassedShape,
  /** The access is to the memory behind the data port, not to a device. */
  on_chip: 1,
  /** The step decides a jump. */
  jumps: 1,
  /** A repeated instruction's last round ends with it. */
  over: 1,
  /** Its store, if it makes one, may be made again by the same instruction begun anew. */
  repeatable: 1,
  fault: Fault,
  /** The step's check holds. */
  check_holds: 1,
  a_value: 32,
  b_value: 32,
  /** Operand b where a store puts it in its two doublewords. */
  stored: 64,
  /** Of a shift by operand b. */
  shift_none: 1,
  shift_whole: 1,
  shift_right: 6,
  shift_leaving: 6,
} as const;
