// What all crossings between two clocks have in common.
//
// A crossing has two sides, each under its own clock. To prove one, both sides are put under one clock, each going on
// only when a free choice says so: whatever order of edges two clocks can have, some choices give it, so what is proved
// for all choices holds for all clocks. What a synchroniser makes of a bit that changes while it looks is covered too:
// it sees the old value or the new one, as if it had looked before or after.
import { constant, type Bit, type Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import type { Clock } from "../language/clock.ts";
import { reg } from "../language/declare.ts";
import { array } from "../language/ports.ts";
import { requireWhole } from "./parameter.ts";

/** One side of a crossing: what is declared in `under` happens when it ticks. */
export interface Side {
  readonly under: <T>(body: () => T) => T;
  /** What holds all the time, whether it ticks or not. */
  readonly always: (claim: () => void) => void;
  /** For what has an enable of its own, such as a memory's port. */
  readonly tick: Bit;
}

/** A side as it is built: under its clock. */
export function clockedSide(m: Builder, clock: Clock): Side {
  const under = <T>(body: () => T): T => m.domain(clock, body);
  return { under, always: under, tick: constant(1, 1) };
}

/** A side as it is proved: under the module's own clock, when `tick` says so. */
export function steppedSide(m: Builder, tick: Bit): Side {
  return { under, always: (claim) => { claim(); }, tick };

  function under<T>(body: () => T): T {
    let made!: T;
    m.when(tick, () => { made = body(); });
    return made;
  }
}

export const SYNCHRONIZER_STAGES = 2;

/**
 * A value of another clock, after `stages` registers of the clock under which this is called; its bits must change one
 * at a time, or rarely enough that nobody looks just then. With 2 stages, the first has a whole cycle to settle; the
 * mean time between failures grows exponentially with each.
 *
 *   latency    `stages` cycles, one less if the change comes just in time
 *   price      `stages` flip-flops for each bit
 *
 * Source: R. Ginosar, "Metastability and Synchronizers: A Tutorial", IEEE Design & Test 28(5), 2011. For pins,
 * `m.synchronize` does the same.
 */
export function synchronizer<N extends number>(
  m: Builder, name: string, from: Bits<N>, stages: number = SYNCHRONIZER_STAGES,
): Bits<N> {
  return synchronizerStages(m, name, from, stages).stable;
}

/** The same, with the stages before the last, for properties. */
export function synchronizerStages<N extends number>(
  m: Builder, name: string, from: Bits<N>, stages: number = SYNCHRONIZER_STAGES,
): { readonly stable: Bits<N>; readonly stages: readonly Bits<N>[] } {
  requireWhole(stages, 2, `the number of stages of synchronizer "${name}"`);
  return m.scope(name, () => {
    const raw = m.crossing("raw", from, "only the first stage reads it, and has a cycle to settle");
    const { stage } = m.regs({ stage: array(stages, reg(from.width)) });
    stage.forEach((one, i) => { one.next = stage[i - 1] ?? raw; });
    return { stable: stage.at(-1) ?? raw, stages: stage };
  });
}
