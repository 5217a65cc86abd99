// How long an instruction keeps an interrupt waiting: from the step that spoils it to where the next one could begin.
import { instructions, type Instruction } from "../instructions.ts";
import { waysOf, type Way } from "./paths.ts";
import { standard_device_clocks } from "./pipeline.ts";

/**
 * Clocks from the arrival of the first step in execute that spoils the instruction to its end, bubbles behind included;
 * 0 if none does; ports are standard devices. Of a repeated instruction the longest round counts, between two of which interrupts come.
 */
export function clocksSpoiled(way: Way): number {
  const { steps, clocks_to_step, leaves_bubbles, port_accesses, further_rounds } = way;
  const first = steps.findIndex((step) => step.spoils);
  const step = steps[first];
  if (step === undefined) return 0;
  // A division spoils when it is done.
  const own = step.divides ? 1 : 1 + step.execute_clocks;
  const ports = port_accesses * standard_device_clocks;
  const to_end = own + clocks_to_step.at(-1)! - clocks_to_step[first]! + leaves_bubbles + ports;
  if (further_rounds === undefined || first > further_rounds.begins) return to_end;
  if (!further_rounds.interruptible) throw new Error("a loop of the microcode keeps interrupts waiting in all its rounds");
  return Math.max(to_end, further_rounds.clocks + further_rounds.port_accesses * standard_device_clocks);
}

/** What becomes an exception's delivery, in which no interrupt comes. */
const isTrap = ({ first: { system = "none" } }: Instruction): boolean =>
  ["software_interrupt", "breakpoint", "debug_trap", "overflow"].includes(system);

function longestOf(row: Instruction, paging: boolean): number {
  const ways = ([16, 32] as const).flatMap((operand) =>
    waysOf(row, { is_memory: row.form === "memory", sizes: { operand, address: 32, wide: true }, paging }));
  return Math.max(0, ...ways.map(clocksSpoiled));
}

export interface Spoiled {
  readonly clocks_max: number;
  readonly paging_clocks_max: number;
  /** Of instructions, without those that trap; ways that switch tasks are not among theirs. */
  readonly names: readonly string[];
}

/** All instructions by how long they go on once they are spoiled, the longest last. */
export function spoiledInstructions(): Spoiled[] {
  const rows = instructions.filter((row) => !isTrap(row));
  const each = [...new Set(rows.map(({ name }) => name))].map((name) => {
    const own = rows.filter((row) => row.name === name);
    const longest = (paging: boolean): number => Math.max(...own.map((row) => longestOf(row, paging)));
    return { name, clocks_max: longest(false), paging_clocks_max: longest(true) };
  });
  const groups = new Map<string, Spoiled>();
  for (const { name, ...clocks } of each) {
    const key = JSON.stringify(clocks);
    groups.set(key, { ...clocks, names: [...(groups.get(key)?.names ?? []), name] });
  }
  return [...groups.values()].toSorted((p, q) =>
    p.clocks_max - q.clocks_max || p.paging_clocks_max - q.paging_clocks_max);
}
