// What a simulated machine shows of a described system, without the system's help: who ran when, by the instructions that
// were completed, and the values of its programs' variables.
import { readFileSync } from "node:fs";

import { readElf } from "../kernel/elf.ts";
import type { Machine } from "../sim/machine.ts";
import type { BuiltSystem } from "./build.ts";

/** Somebody ran: a task, by its name, `kernelItself`, or `nobody`. */
export interface Stretch {
  readonly task: string | symbol;
  /** Cycles in which the first and the last of its instructions were completed. */
  readonly from: number;
  readonly to: number;
  /** The address of the first. */
  readonly first: number;
}

export const kernelItself = Symbol("the kernel");
/** The kernel sleeps. */
export const nobody = Symbol("nobody");

const cycles_to_kernel_max = 2e6;

/** Runs from a reset until the kernel says who it is: it has cleared the memory behind the image, and nobody else has run. */
export function runToKernel(machine: Machine): void {
  let heard = "";
  const end = machine.cycles + cycles_to_kernel_max;
  while (!heard.includes("AtomicOS kernel")) {
    if (machine.cycles >= end) throw new Error(`the kernel does not begin: ${heard}`);
    machine.run(10_000, ["received"]);
    heard += Buffer.from(machine.receive()).toString("latin1");
  }
}

export interface Observer {
  /** An instruction, in the order in which they are completed. */
  completed(eip: number, cycle: number): void;
  readonly stretches: readonly Stretch[];
}

export function observer({ elf, placement, programs }: BuiltSystem): Observer {
  const kernel = readElf(readFileSync(elf), elf);
  const idle = kernel.symbols.find(({ name }) => name === "idle_loop");
  if (idle === undefined) throw new Error("the kernel has no idle_loop");
  const idle_bytes = Math.max(idle.bytes, 1);
  const codes: { task: Stretch["task"]; first: number; end: number }[] = programs.flatMap(
    ({ image: { task, sizes } }, index) => {
      const at = placement.images[index];
      return at === undefined ? [] : [{ task: task.name, first: at.code, end: at.code + sizes.code }];
    },
  );
  codes.push({ task: nobody, first: idle.address, end: idle.address + idle_bytes });
  const elsewhere = { task: kernelItself, first: 0, end: 0 };

  const stretches: { -readonly [K in keyof Stretch]: Stretch[K] }[] = [];
  let code: (typeof codes)[number] | undefined;
  return {
    completed(eip, cycle) {
      const last = stretches.at(-1);
      const here = code !== undefined && eip >= code.first && eip < code.end
        ? code
        : codes.find(({ first, end }) => eip >= first && eip < end) ?? elsewhere;
      if (here === code && last !== undefined) {
        last.to = cycle;
        return;
      }
      code = here;
      stretches.push({ task: here.task, from: cycle, to: cycle, first: eip });
    },
    stretches,
  };
}

/** Hands on what is none of hardware jobs', at times that stand still while they have the processor, as the kernel does. */
export function withoutHardwareJobs(
  { placement, programs }: BuiltSystem, completed: (eip: number, cycle: number) => void,
): (eip: number, cycle: number) => void {
  const jobs = programs.flatMap(({ image: { task, sizes } }, index) => {
    const { code = 0 } = placement.images[index] ?? {};
    return task.inHardware ? [{ first: code, end: code + sizes.code }] : [];
  });
  let [taken, last, isAway] = [0, 0, false];
  return (eip, cycle) => {
    if (jobs.some(({ first, end }) => eip >= first && eip < end)) {
      isAway = true;
      return;
    }
    if (isAway) taken += cycle - last - 1;
    isAway = false;
    last = cycle;
    completed(eip, cycle - taken);
  };
}

/** A variable of a task's program, or an element of an array of words. */
export const variable = (
  machine: Pick<Machine, "read">, built: BuiltSystem, task: string, name: string, index = 0,
): number => variables(machine, built, task, name, index + 1)[index] ?? 0;

/** The first `count` words of an array. */
export function variables(
  machine: Pick<Machine, "read">, { programs }: BuiltSystem, task: string, name: string, count: number,
): readonly number[] {
  const program = programs.find(({ image }) => image.task.name === task);
  if (program === undefined) throw new Error(`there is no task ${task}`);
  const symbol = readElf(readFileSync(program.elf), program.elf).symbols.find((each) => each.name === name);
  if (symbol === undefined) throw new Error(`${task} has no ${name}`);
  if (4 * count > symbol.bytes) throw new Error(`${name} of ${task} has ${symbol.bytes} bytes, not ${4 * count}`);
  const bytes = Buffer.from(machine.read(symbol.address, 4 * count));
  return Array.from({ length: count }, (_, index) => bytes.readInt32LE(4 * index));
}
