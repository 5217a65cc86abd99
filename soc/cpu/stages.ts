// What travels down the pipeline: the registers between decode, address, memory and execute.
import { enumeration } from "#hdl-gen";
import { Width } from "./flags.ts";
import { Alu, Flags, Jump, Memory, Next, Segment, Special, Stack, System } from "./microop.ts";
import { microcodeAddressWidth } from "./microstore.ts";

/** Where an operand comes from, once the instruction's context has been looked at. */
export const From = enumeration("from", [
  "none", "register", "memory", "immediate", "one", "ea", "next_eip", "special",
]);

/** What a step does in the execute stage, known from decode on. */
const operationShape = {
  /** The instruction ends with this step. */
  last: 1,
  /** An interrupt may be taken before this step. */
  interruptible: 1,
  operation: Alu,
  width: Width,
  /** Width of `b` where it is extended, and of a memory access. */
  source: Width,
  a: From,
  b: From,
  writes: 1,
  to_number: 4,
  /** The result goes to bits 15:8: AH, CH, DH or BH. */
  to_high: 1,
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
  /** There is such an instruction; if not, #UD. */
  defined: 1,
  /** Linear address of the instruction. */
  start: 32,
} as const;

/** What the memory stage needs besides, known from decode on. */
const decidingShape = {
  a_number: 4,
  a_high: 1,
  b_number: 4,
  b_high: 1,
  jump: Jump,
  /** Decode has taken the jump already. */
  predicted: 1,
  operand16: 1,
  /** REPE, not REPNE. */
  repeat_while_zero: 1,
  next: Next,
  /** Where the microcode goes if the condition is not as `expected`. */
  alternative: microcodeAddressWidth,
  expected: 1,
  immediate: 32,
  /** The second part of a far pointer or of ENTER's immediate. */
  second: 16,
  /** Number of a control register. */
  control: 3,
  /** Linear address of the next instruction. */
  next_address: 32,
} as const;

/** From decode to the address stage. */
export const stepShape = {
  ...operationShape,
  ...decidingShape,
  has_base: 1,
  base_number: 4,
  base_is_next_eip: 1,
  has_index: 1,
  index_number: 3,
  /** The index is shifted left by this. */
  scale: 2,
  displacement: 32,
  /** The offset has 16 bits. */
  wraps16: 1,
  segment: Segment,
  stack: Stack,
} as const;

/** What the address stage passes on as it came. */
export const passedShape = { ...operationShape, ...decidingShape } as const;

/** From the address stage to the memory stage: what it was given, and what it found out. */
export const addressedShape = {
  ...passedShape,
  next_eip: 32,
  /** The offset within the segment. */
  ea: 32,
  /** The same with the segment's base: also the physical address, for there is no paging. */
  linear: 32,
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
  moves_esp: 1,
  esp_after: 32,
  control: 3,
} as const;

/** From the memory stage to execute: the same, the operands, and what is wrong with the access. */
export const operandsShape = {
  ...operandsPassedShape,
  /** The access is to the memory behind the data port, not to a device. */
  on_chip: 1,
  faults: 1,
  fault_vector: 8,
  fault_code: 16,
  a_value: 32,
  b_value: 32,
} as const;
