// The motor's system, built, on a simulated machine, with a motor at it; and what is seen from outside: who ran when, when
// jobs were released and done, whether the kernel's operations kept to their bounds, what the motor did.

import { readFileSync } from "node:fs";

import { fromRoot } from "../../commands/paths.ts";
import { buildMachine } from "../../commands/steps/machine.ts";
import { buildHeaders } from "../../commands/steps/software.ts";
import { describedAt, regionAt } from "../../commands/steps/system.ts";
import { bootHeader } from "../../kernel/boot-header.ts";
import { createMachine, type Machine } from "../../sim/machine.ts";
import { createMotor, motorAt, type Motor } from "../../sim/motor.ts";
import { runSurrounded } from "../../sim/surroundings.ts";
import { buildSystem, type BuiltSystem } from "../../system/build.ts";
import type { Task } from "../../system/model.ts";
import { kernelItself, observer, type Stretch } from "../../system/observe.ts";

export interface ObservedMotor {
  readonly system: BuiltSystem;
  readonly machine: Machine;
  readonly motor: Motor;
  /** Everything that came over the serial line so far. */
  readonly output: string;
  readonly stretches: readonly Stretch[];
  run(cycles: number): void;
}

/** Instructions are handed on at such distances, so that they need little room. */
const chunk_cycles = 250_000;

/** Runs up to where the kernel has said what it is. `completed` sees each instruction from there on. */
export async function observedMotor(
  folder: string, completed: (system: BuiltSystem) => Promise<(eip: number, cycle: number) => void>,
): Promise<ObservedMotor> {
  const system = await buildSystem(await describedAt(fromRoot("examples", "motor")), folder, await buildHeaders());
  const machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  machine.load(bootHeader.address, readFileSync(system.image));
  const motor = createMotor();
  const run = runSurrounded(machine, motorAt("drive", motor)(machine, regionAt(system)));
  const seen = observer(system);
  const also = await completed(system);
  let output = "";
  while (!output.endsWith(" cycles\r\n")) {
    run(chunk_cycles, ["received"]);
    output += Buffer.from(machine.receive()).toString("latin1");
    if (machine.stopMessage !== "") throw new Error(machine.stopMessage);
  }
  machine.logRetirements(true);
  return {
    system, machine, motor, stretches: seen.stretches,
    get output() {
      return output;
    },
    run(cycles) {
      for (const end = machine.cycles + cycles; machine.cycles < end && machine.stopMessage === "";) {
        run(Math.min(chunk_cycles, end - machine.cycles));
        machine.retirements((eip, cycle) => {
          seen.completed(eip, cycle);
          also(eip, cycle);
        });
        output += Buffer.from(machine.receive()).toString("latin1");
      }
    },
  };
}

/** A job of a periodic task. */
export interface SeenJob {
  readonly release: number;
  /** Its stretches, from the first instruction on; empty if it never ran. */
  readonly stretches: readonly Stretch[];
  /** When the kernel, called by its last instruction or interrupting it, was left. */
  readonly left: number;
}

export type Seen = Pick<ObservedMotor, "stretches" | "system">;

/** Without what hardware schedules: an operation of the kernel that it came in the midst of is one again. */
export function withoutHardware({ stretches, system: { system: { tasks } } }: Seen): Stretch[] {
  const above = new Set<Stretch["task"]>(tasks.filter(({ inHardware }) => inHardware).map(({ name }) => name));
  const beneath: Stretch[] = [];
  for (const stretch of stretches.filter(({ task }) => !above.has(task))) {
    const last = beneath.at(-1);
    if (last?.task === kernelItself && stretch.task === kernelItself) beneath[beneath.length - 1] = { ...last, to: stretch.to };
    else beneath.push(stretch);
  }
  return beneath;
}

/** Entries for the same release are as close as that. */
const same_cycles = 16;

/**
 * The jobs of a task that is released every `period` cycles. A release is an entry into the kernel, and a job begins behind
 * it; but that entry may have begun with other work, or it came late because of such. So of all entries, taken back by whole
 * periods, the earliest that a third of the jobs have in common is the release, if there is such a time; else the earliest.
 */
export function jobsOf(seen: Seen, { name: task, period, inHardware }: Task): SeenJob[] {
  const all = inHardware ? seen.stretches : withoutHardware(seen);
  const own = all.flatMap((stretch, index) => {
    if (stretch.task !== task) return [];
    // No entry into the kernel begins or ends what hardware schedules.
    return inHardware
      ? [{ stretch, began: stretch.from, left: stretch.to }]
      : [{ stretch, began: all[index - 1]?.from ?? stretch.from, left: all[index + 1]?.to ?? stretch.to }];
  });
  // At the start everybody wants to run at once; in the middle jobs begin soon after their releases.
  const usual = own[Math.floor(own.length / 2)]?.began;
  if (usual === undefined) return [];
  const offsets = own
    .map(({ began }) => began - usual - Math.round((began - usual) / period) * period)
    .filter((offset) => Math.abs(offset) < period / 4)
    .toSorted((a, b) => a - b);
  const [earliest = 0] = offsets;
  const common = offsets.find((offset, index) => (offsets[index + Math.floor(offsets.length / 3)] ?? Infinity) - offset < same_cycles);

  const first = usual + earliest - Math.ceil((usual + earliest - (own[0]?.stretch.from ?? usual)) / period) * period;
  const end = all.at(-1)?.to ?? first;
  const jobs: { from: number; release: number; left: number; stretches: Stretch[] }[] = [];
  for (let from = first; from + period <= end; from += period) {
    jobs.push({ from, release: from + (common ?? earliest) - earliest, left: from, stretches: [] });
  }
  for (const { stretch, left } of own) {
    const job = jobs[Math.floor((stretch.from - first) / period)];
    if (job === undefined) continue;
    if (job.stretches.length === 0) job.release = Math.min(job.release, stretch.from);
    job.stretches.push(stretch);
    job.left = left;
  }
  return jobs;
}
