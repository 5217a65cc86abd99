// What must not be done twice. An instruction is abandoned for an interrupt, to be begun anew later, only before the first
// step that has such an effect: from then on it is spoiled. Execute and the timing table both ask here.
import type { MicroOp, System } from "./microop.ts";

export type Effect = (typeof System)["names"][number];

/** Side effects on what belongs to the instruction under way alone: if it is abandoned, they are as good as not done. */
export const repeatableEffects: readonly Effect[] = [
  "require", "require_descriptor", "require_here", "set_selector", "return_selector", "level_of_selector", "latch_low",
  "latch_high", "as_task", "as_usual",
];

/** Effects that load a segment register: harmless where it is that of a far transfer still to come. */
export const segmentLoads: readonly Effect[] = [
  "load_real_or_virtual", "load_virtual", "load_descriptor", "load_handler", "load_null", "load_selector",
];
export const segmentsToCome = ["next_code", "next_stack"] as const satisfies readonly MicroOp["target"][];

/** Where stores are repeatable beside the stack: what lies below its pointer is nobody's, and a mark as accessed stays. */
export const repeatableStores = ["next_stack", "table"] as const satisfies readonly MicroOp["segment"][];

const isOneOf = <T>(value: T, list: readonly T[]): boolean => list.includes(value);

/**
 * Whether a step spoils its instruction, accesses to devices in memory aside. `stores`: it is a store; `writes`: it writes a
 * general register other than ESP, which an abandoned instruction has back. What POPA has popped, it pops again.
 */
export function spoils(
  { system = "none", target = "context", segment = "es", stack = "none", memory = "none" }: MicroOp,
  { stores, writes }: { readonly stores: boolean; readonly writes: boolean },
): boolean {
  const moves_stack = stack !== "none";
  const loads_what_comes = isOneOf(system, segmentLoads) && isOneOf<string>(target, segmentsToCome);
  return (writes && !(moves_stack && memory === "load"))
    || (stores && !moves_stack && !isOneOf<string>(segment, repeatableStores))
    || memory === "input" || memory === "output"
    || !(system === "none" || isOneOf(system, repeatableEffects) || loads_what_comes);
}
