// The simulated core, an instruction at a time, with its registers after each.

import { activity, architecture, watched, type Architecture } from "../../sim/architecture.ts";
import type { Machine } from "../../sim/machine.ts";

export interface Completed {
  readonly linear: number; // where the instruction is
  /** Bases of CS that its address may count from: it may itself have loaded another one. */
  readonly codeBases: readonly number[];
  readonly after: Architecture;
  /** An interrupt from outside came before it: the state in which its handler began. */
  readonly interrupted: Architecture | undefined;
}

export type Stop = "halted" | "ended";

export interface Core {
  state(): Architecture;
  next(): Completed | Stop;
  /** At a physical address; undefined unless all of it is RAM or ROM. */
  readonly read: (address: number, count: number) => Uint8Array | undefined;
}

/** For so many cycles a halted core is given the chance of an interrupt. */
const HALTED_CYCLES_MAX = 2_000_000;
/** No instruction takes nearly as long, but one that repeats may. */
const CYCLES_MAX = 20_000_000;

interface Seen {
  readonly linear: number;
  readonly codeBase: number;
  readonly interrupted: Architecture | undefined;
}

export interface CoreOptions {
  readonly path: string; // the core's hierarchical name
  readonly ended: () => boolean; // by the program
  readonly read: Core["read"];
}

export function lockstepCore(machine: Machine, { path, ended, read }: CoreOptions): Core {
  const watch = machine.watch(watched.map((one) => `${path}.${one.path}`));
  let codeBase = architecture(watch.read()).bases[1] ?? 0; // behind the last instruction
  let complete: Seen | undefined; // in the last cycle: its results are there in this one
  let acknowledged = false;
  let delivering = false;
  let entered: Architecture | undefined;
  let halted = 0; // cycles so far

  // One cycle; gives what was complete in the one before.
  const cycle = (): Completed | undefined => {
    const before = machine.retired;
    const happened = machine.run(1, ["halted"]);
    const words = watch.read();
    const now = activity(words);
    if (delivering && !now.delivering && acknowledged) entered = architecture(words);
    delivering = now.delivering;

    let done: Completed | undefined;
    if (complete !== undefined) {
      const after = architecture(words);
      done = {
        linear: complete.linear,
        codeBases: [codeBase, complete.codeBase],
        after,
        interrupted: complete.interrupted,
      };
      codeBase = after.bases[1] ?? 0;
      complete = undefined;
    }
    if (machine.retired !== before) {
      halted = 0;
      complete = { linear: machine.eip, codeBase: architecture(words).bases[1] ?? 0, interrupted: entered };
      entered = undefined;
      acknowledged = false;
    }
    acknowledged ||= now.acknowledges;
    if (happened.halted || halted > 0) halted++;
    return done;
  };

  return {
    state: () => architecture(watch.read()),
    next() {
      halted = 0;
      for (let cycles = 0; cycles < CYCLES_MAX; cycles++) {
        const done = cycle();
        if (done !== undefined) return done;
        if (ended()) return "ended";
        if (halted > HALTED_CYCLES_MAX) return "halted";
      }
      return "halted";
    },
    read,
  };
}
