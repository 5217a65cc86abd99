// A machine and someone at its console, until one of them ends it or the cycles are used up.

import type { Ending, Typist } from "../console/typist.ts";
import type { EventName, Machine } from "./machine.ts";

// The part of a machine that a session needs.
export interface SessionMachine extends Pick<Machine, "receive" | "send" | "cycles"> {
  run(cycles: number, events?: readonly EventName[]): { readonly stopped: boolean };
}

export interface SessionOptions {
  readonly machine: SessionMachine;
  readonly typist: Typist;
  readonly cycles_max: number; // Infinity: until somebody ends it
  readonly output: (bytes: Uint8Array) => void;
}

export type SessionEnd = (Ending & { readonly by: "typist" }) | { readonly by: "machine" | "cycles" };

// A chunk of simulation lasts about this long, so that keys and signals are looked at often enough and the calls cost
// nothing; how many cycles that is, each chunk tells for the next.
const CHUNK_MS = 5;
const CHUNK_CYCLES_MIN = 1000;
const CHUNK_CYCLES_MAX = 1e6;

export async function runSession({ machine, typist, cycles_max, output }: SessionOptions): Promise<SessionEnd> {
  const events: readonly EventName[] = typist.exact ? ["received"] : [];
  let chunk_cycles = CHUNK_CYCLES_MIN;
  let yielded_ms = performance.now();
  for (let stopped = false; ; ) {
    const cycle = machine.cycles;
    const heard = machine.receive();
    if (heard.length > 0) output(heard);
    const { type, end, wake_cycle = Number.POSITIVE_INFINITY } = typist.turn(heard, cycle);
    if (type !== undefined && type.length > 0) machine.send(type);
    if (end !== undefined) return { ...end, by: "typist" };
    if (stopped) return { by: "machine" };
    if (cycle >= cycles_max) return { by: "cycles" };

    const count = Math.max(1, Math.min(chunk_cycles, wake_cycle - cycle, cycles_max - cycle));
    const started_ms = performance.now();
    ({ stopped } = machine.run(count, events));
    const ended_ms = performance.now();
    if (count === chunk_cycles && machine.cycles - cycle === count) {
      const fitting_cycles = Math.round((count * CHUNK_MS) / Math.max(ended_ms - started_ms, 0.01));
      chunk_cycles = Math.min(Math.max(fitting_cycles, CHUNK_CYCLES_MIN), CHUNK_CYCLES_MAX, chunk_cycles * 4);
    }
    // Let Node look at the keyboard, the pipe and signals.
    if (ended_ms - yielded_ms >= CHUNK_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      yielded_ms = performance.now();
    }
  }
}
