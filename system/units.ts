// Times and sizes as people write them. Time in a description is a duration, or a plain number of cycles.

export interface Duration {
  readonly nanoseconds: number;
}

/** A plain number is cycles. */
export type Time = number | Duration;

export const ns = (count: number): Duration => ({ nanoseconds: count });
export const us = (count: number): Duration => ns(count * 1e3);
export const ms = (count: number): Duration => ns(count * 1e6);
export const seconds = (count: number): Duration => ns(count * 1e9);
/** A frequency as its period. */
export const hz = (count: number): Duration => ns(1e9 / count);
export const khz = (count: number): Duration => hz(count * 1e3);

export const kib = (count: number): number => count * 1024;

/** Which way a duration that is no whole number of cycles goes: to the one that promises more. */
export type Rounding = "up" | "down" | "nearest";

export function cyclesOf(time: Time, clock_hz: number, rounding: Rounding): number {
  if (typeof time === "number") return time;
  // To a thousandth of a cycle, so that 1 / 3 MHz is what it should be.
  const cycles = Math.round((time.nanoseconds * clock_hz) / 1e6) / 1e3;
  return rounding === "up" ? Math.ceil(cycles) : rounding === "down" ? Math.floor(cycles) : Math.round(cycles);
}

/** For messages and reports: `50 µs`, `2.5 ms`, `17 cycles`. */
export function timeText(cycles: number, clock_hz: number): string {
  const nanoseconds = (cycles * 1e9) / clock_hz;
  if (cycles < 100) return `${cycles} cycles`;
  const [factor, unit] = nanoseconds < 1e6 ? [1e3, "µs"] : nanoseconds < 1e9 ? [1e6, "ms"] : [1e9, "s"];
  return `${Number((nanoseconds / factor).toPrecision(6))} ${unit}`;
}
