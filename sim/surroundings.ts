// What stands around a machine and acts on it while it runs, as a motor does: it is asked at even distances in time.

import type { EventName, Happened, Machine } from "./machine.ts";

export interface Surroundings {
  readonly step_cycles: number;
  /** The machine stands at a multiple of `step_cycles`. */
  step(cycle: number): void;
}

/** What surroundings may touch: the machine's memory, at the addresses of the regions that its tasks share with them. */
export type SurroundingsOf = (machine: Pick<Machine, "read" | "load">, regionAt: (name: string) => number) => Surroundings;

type Run = (cycles: number, events?: readonly EventName[]) => Happened;

/** The machine's `run`, with the surroundings asked in time. */
export function runSurrounded(machine: Pick<Machine, "run" | "cycles">, around: Surroundings): Run {
  const { step_cycles } = around;
  return (cycles, events = []) => {
    const end = machine.cycles + cycles;
    for (;;) {
      const now = machine.cycles;
      const next = (Math.floor(now / step_cycles) + 1) * step_cycles;
      const happened = machine.run(Math.min(end, next) - now, events);
      if (machine.cycles === next) around.step(next);
      if (machine.cycles >= end || happened.stopped || events.some((name) => happened[name])) return happened;
    }
  };
}
