// Microcode: the steps of an instruction after its first, and the delivery of exceptions and interrupts. The routines
// are in microcode/, by what they are for; here they are put together.
import { arithmetic, jumps, moves, stack } from "./microcode/arithmetic.ts";
import { delivery } from "./microcode/delivery.ts";
import { segments } from "./microcode/segments.ts";
import type { Step } from "./microcode/steps.ts";
import { strings } from "./microcode/strings.ts";
import { system } from "./microcode/system.ts";
import { tasks } from "./microcode/tasks.ts";
import { transfers } from "./microcode/transfers.ts";

export type { Step } from "./microcode/steps.ts";

/** All microcode, in the order of its addresses. */
export const microcode: readonly Step[] = [
  ...delivery,
  ...arithmetic,
  ...moves,
  ...stack,
  ...jumps,
  ...transfers,
  ...segments,
  ...tasks,
  ...strings,
  ...system,
];

/** Where each label is. */
export const microcodeLabels: ReadonlyMap<string, number> = new Map(
  microcode.flatMap((step, address) => (step.label === undefined ? [] : [[step.label, address] as const])),
);

/** A label that an instruction may name as its continuation; checked when the decoder is built. */
export type MicrocodeEntry = string;
