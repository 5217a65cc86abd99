// How large the unit is, and its times.
import { indexWidth } from "#hdl-gen";
import { dispatchInterval_cycles } from "../scheduler/shape.ts";

export interface ContextsConfig {
  /** A power of two. */
  readonly tasks: number;
  /** From a decision to its exchange, if the core is held by then: the latency equaliser. */
  readonly exchange_cycles: number;
}

/** A switcher knows of a context only how many bits there are in a row of it. */
export interface SwitcherConfig extends ContextsConfig {
  /** Of a row, in the core's bank that is not in use. */
  readonly bankBits: number;
  /** Of a row, in the shadow registers. */
  readonly shadowBits: number;
  /** Of the cycles that an exchange is late by. */
  readonly lateBits: number;
}

/** A context has four rows, each moved in one cycle. */
export const rows = 4;
export const rowBits = 2;

/** Nothing can be exchanged sooner: the rows are read in four cycles, each arrives in the one after. */
export const exchangeMin_cycles = rows + 1;

/** Two exchanges are at least so far apart: the scheduler asks for it, and a save is long done by then. */
export const interval_cycles = dispatchInterval_cycles;

/**
 * Six leave the core the cycle of the decision and five more to come to a boundary, and a switch ten from the last
 * instruction of a task to the first of another one.
 */
export const contextsConfig: ContextsConfig = { tasks: 256, exchange_cycles: 6 };

export function taskBitsOf({ tasks, exchange_cycles }: ContextsConfig): number {
  const bits = indexWidth(tasks);
  if (tasks !== 2 ** bits || tasks < 2) throw new Error("the number of contexts must be a power of two, 2 or more");
  if (exchange_cycles < exchangeMin_cycles || exchange_cycles >= interval_cycles) {
    throw new Error(`an exchange takes ${exchangeMin_cycles} to ${interval_cycles - 1} cycles, not ${exchange_cycles}`);
  }
  return bits;
}
