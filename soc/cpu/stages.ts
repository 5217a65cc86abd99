// What travels down the pipeline: the registers between decode, address, memory and execute.
import { enumeration } from "#hdl-gen";
import { Width } from "./flags.ts";
import { Alu, Flags, Jump, Memory, Next, Segment, Special, Stack, System } from "./microop.ts";

/** Where an operand comes from, once the instruction's context has been looked at. */
export const From = enumeration("from", ["none", "register", "memory", "immediate", "one", "ea", "next_eip", "special"]);

/** What a step does in the execute stage, known from decode on. */
const operationShape = {
  last: 1,
  interruptible: 1,
  operation: Alu,
  width: Width,
  source: Width,
  a: From,
  b: From,
  writes: 1,
  to_number: 4,
  to_high: 1,
  flags: Flags,
  target: Segment,
  memory: Memory,
  system: System,
  special: Special,
  condition: 4,
  count: 5,
  defined: 1,
  start: 32,
} as const;

/** What the memory stage needs besides, known from decode on. */
const decidingShape = {
  a_number: 4,
  a_high: 1,
  b_number: 4,
  b_high: 1,
  jump: Jump,
  predicted: 1,
  operand16: 1,
  repeat_while_zero: 1,
  next: Next,
  alternative: 9,
  expected: 1,
  immediate: 32,
  second: 16,
  control: 3,
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
  scale: 2,
  displacement: 32,
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
  ea: 32,
  linear: 32,
  segment: Segment,
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
  on_chip: 1,
  faults: 1,
  fault_vector: 8,
  fault_code: 16,
  a_value: 32,
  b_value: 32,
} as const;
