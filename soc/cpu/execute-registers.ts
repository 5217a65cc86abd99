// The execute stage's registers, besides those of the step in it.
import { reg, type Bit, type Builder, type Inside, type RegistersOf } from "#hdl-gen";
import type { executePorts } from "./execute-ports.ts";
import { eachStatus } from "./flags.ts";
import type { Values } from "./shape.ts";
import type { operandsShape } from "./stages.ts";

export const executeRegisters = {
  // Progress of the step here
  operand: reg(32, 0, "memory operand"),
  device_done: reg(1, 0, "the step's device access has been made"),
  second_written: reg(1, 0, "the part of a store that is in another page has been written"),
  device_second: reg(1, 0, "the first part of an access across a doubleword's end has been made"),
  device_first: reg(32, 0, "what it read"),
  multiplied: reg(1, 0, "the product is there"),
  status: eachStatus(() => reg(1)),
  status_before: eachStatus(() => reg(1)),
  // Privilege
  cpl: reg(2, 0, "current privilege level"),
  level: reg(2, 0, "after the transfer under way"),
  as_task: reg(1, 0, "a refused segment is a fault of the TSS that named it"),
  moved: reg(1, 0, "a task switch is behind: what faults now is the new task"),
  moved_eip: reg(32, 0, "where that task begins"),
  time_offset: reg(64, 0, "from the machine's clock to the time-stamp counter"),
  time_high: reg(32, 0, "upper half of the time of the clock before: an instruction reads the lower half first"),
  counter_high: reg(32, 0, "of the counter that was asked for in the clock before"),
  stale: reg(1, 0, "this instruction has changed what was fetched behind it"),
  // Registers kept here, where the register file has no port to read them
  count: reg(5, 0, "CL, as a shift count"),
  high: reg(32, 0, "upper half of a dividend"),
  pair_low: reg(32, 0, "the lower doubleword of the pair loaded last"),
  trap_gate: reg(1, 0, "the handler is behind a trap gate, which leaves IF alone"),
  undo: {
    valid: reg(1, 0, "an earlier step of this instruction has moved a register on: a fault moves it back"),
    number: reg(4),
    lanes: reg(4),
    value: reg(32),
  },
  esp: reg(32, 0, "after the last step"),
  instruction_esp: reg(32, 0, "after the last instruction"),
  // Delivery of interrupts and exceptions
  delivering: reg(1, 0, "an exception is on its way to its handler"),
  delivering_double: reg(1, 0, "and it is a double fault: another fault shuts the core down"),
  shut_down: reg(1, 0, "until reset"),
  halted: reg(1, 0, "by HLT, or shut down"),
  shadow: reg(1, 0, "no interrupt before the next instruction"),
  shadow_next: reg(1, 0, "an earlier step of this instruction asked for a shadow"),
  shadow_stack_next: reg(1),
  shadow_stack: reg(1, 0, "that is so because SS was loaded: no debug trap either"),
  gives_way: reg(1, 0, "the step here gives way to an interrupt, or to another context"),
  to_context: reg(1, 0, "it is another context"),
  to_debug: reg(1, 0, "it is neither: the debug unit has stopped the core"),
  for_debug: reg(1, 0, "so the core is parked until that lets it go on"),
  parked: reg(1, 0, "stopped before an instruction, until the contexts are exchanged or not"),
  spoiled: reg(1, 0, "the instruction has done what must not be done again"),
  taken_vector: reg(8, 0, "that interrupt's"),
  vector: reg(8, 0, "of what is delivered"),
  error_code: reg(16),
  saved_eip: reg(32, 0, "where the handler returns to"),
  faulting_eip: reg(32, 0, "where it returns to if delivery itself faults"),
  contributory: reg(1, 0, "what is delivered makes a contributory fault in delivery a double fault"),
  page_fault: reg(1, 0, "what is delivered makes a page fault in delivery one, too"),
  resumes: reg(1, 0, "what is delivered is a fault: RF is set in the frame"),
  software: reg(1, 0, "what is delivered comes from INT n, INT3 or INTO"),
  external: reg(1, 0, "what is delivered is an interrupt, or comes from INT n, INT3 or INTO"),
  // Debug traps to come before the next instruction
  armed: reg(1, 0, "TF was set when the instruction began"),
  iterated: reg(1, 0, "a round of a repeated instruction is done"),
  trap: { step: reg(1), task: reg(1), hits: reg(4) },
} as const;

/** What the files that the stage is made of share: its ports and registers, and the step in it. */
export interface Execute {
  readonly m: Builder;
  readonly io: Inside<typeof executePorts>;
  readonly r: RegistersOf<typeof executeRegisters>;
  readonly x: Values<typeof operandsShape>;
  /** A step is there. */
  readonly valid: Bit;
}
