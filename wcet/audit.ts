// Observed times beside the bounds: every instruction that a machine completes, with its cycle, goes through here, and
// each run of an operation, from its first instruction to one of its last, is held against its bound.
//
// What lies in front of the first instruction's completion and behind the last one's is not seen in completed
// instructions: the delivery of an interrupt, the bubbles behind IRET. It is counted as the timing table says.
import type { Bound } from "./analyse.ts";

export interface Observation {
  readonly times: number;
  readonly cycles_max: number;
  /** Runs without an end that was seen: another operation began inside, or the code went where none has an end. */
  readonly unfinished: number;
}

export type Observations = ReadonlyMap<string, Observation>;

export interface Violation {
  readonly name: string;
  readonly bound_cycles: number;
  readonly observed_cycles: number;
  /** Addresses of the completed instructions, with the cycles since the first. */
  readonly path: readonly Step[];
}

interface Step {
  readonly eip: number;
  readonly cycles: number;
}

export interface Audit {
  /** In the order in which they were completed. */
  completed(eip: number, cycle: number): void;
  /** What comes next does not follow what came before: another machine, a snapshot, a reset. */
  restart(): void;
  readonly observations: Observations;
  readonly violations: readonly Violation[];
}

interface Running {
  /** Several where system calls have one entry: those that the code gone through so far belongs to. */
  bounds: readonly Bound[];
  readonly began: number;
  readonly path: Step[];
}

const violations_max = 10;
/** Of a path that is kept to be shown. */
const path_max = 100_000;

export function auditOf(all: readonly Bound[]): Audit {
  const starts = new Map<number, Bound[]>();
  for (const bound of all) starts.set(bound.operation.address, [...(starts.get(bound.operation.address) ?? []), bound]);
  const observations = new Map<string, Observation>();
  const violations: Violation[] = [];
  let running: Running | undefined;

  function note(bound: Bound | undefined, observed_cycles: number | undefined): void {
    const name = bound?.operation.name ?? "";
    const before = observations.get(name) ?? { times: 0, cycles_max: 0, unfinished: 0 };
    observations.set(
      name,
      observed_cycles === undefined
        ? { ...before, unfinished: before.unfinished + 1 }
        : { ...before, times: before.times + 1, cycles_max: Math.max(before.cycles_max, observed_cycles) },
    );
  }

  /** The operation is over with this instruction: of those it may have been, the one with the largest bound counts. */
  function finish({ bounds, began, path }: Running, eip: number, cycle: number): void {
    const bound = bounds.reduce((largest, other) => (other.bound_cycles > largest.bound_cycles ? other : largest));
    const observed_cycles = bound.entry_cycles + ((cycle - began) >>> 0) + (bound.exits.get(eip) ?? 0);
    note(bound, observed_cycles);
    if (observed_cycles <= bound.bound_cycles || violations.length >= violations_max) return;
    violations.push({ name: bound.operation.name, bound_cycles: bound.bound_cycles, observed_cycles, path });
  }

  function step(now: Running, eip: number, cycle: number): void {
    const bounds = now.bounds.filter(({ addresses }) => addresses.has(eip));
    if (bounds.length === 0) {
      note(now.bounds[0], undefined);
      running = undefined;
      return;
    }
    now.bounds = bounds;
    if (now.path.length < path_max) now.path.push({ eip, cycles: (cycle - now.began) >>> 0 });
    if (!bounds.some(({ exits }) => exits.has(eip))) return;
    finish(now, eip, cycle);
    running = undefined;
  }

  return {
    completed(eip, cycle) {
      if (running !== undefined) step(running, eip, cycle);
      else if (!starts.has(eip)) return;
      const bounds = starts.get(eip);
      if (running !== undefined || bounds === undefined) return;
      running = { bounds, began: cycle, path: [] };
      step(running, eip, cycle);
    },
    restart() {
      running = undefined;
    },
    observations,
    violations,
  };
}
