// How much of the processor tasks use, against what they get of it.
//
// In fixed point with 48 fractional bits, rounded up, the sum errs by n × 2⁻⁴⁸ at most. Where that decides nothing, the
// fractions are brought to one denominator if it has fewer than 53 bits; else the answer is that it cannot be said.
import type { AdmissionTask } from "./task-set.ts";
import type { Supply } from "./supply.ts";

export const fractionBits = 48;
const one = 2n ** BigInt(fractionBits);
const denominatorLimit = 2n ** 52n;

export interface Utilisation {
  /** In units of 2⁻⁴⁸, no less than it is. */
  readonly used: bigint;
  /** The same of what there is, no more than it is. */
  readonly available: bigint;
  readonly fits: "yes" | "no" | "unknown";
}

export function utilisation(tasks: readonly AdmissionTask[], supply: Supply | undefined): Utilisation {
  const fractions = tasks.map(({ cost, period }) => ({ part: BigInt(cost) * one, whole: BigInt(period) }));
  const floors = sum(fractions.map(({ part, whole }) => part / whole));
  const used = sum(fractions.map(({ part, whole }) => (part + whole - 1n) / whole));
  const [share, frame] = supply === undefined ? [1n, 1n] : [BigInt(supply.supply), BigInt(supply.frame)];
  const available = (share * one) / frame;
  if (used <= available) return { used, available, fits: "yes" };
  if (floors > (share * one + frame - 1n) / frame) return { used, available, fits: "no" };
  const denominator = [frame, ...tasks.map(({ period }) => BigInt(period))].reduce(leastCommonMultiple, 1n);
  if (denominator >= denominatorLimit) return { used, available, fits: "unknown" };
  const exact = sum(tasks.map(({ cost, period }) => BigInt(cost) * (denominator / BigInt(period))));
  return { used, available, fits: exact <= share * (denominator / frame) ? "yes" : "no" };
}

/** For people: as a fraction of the whole processor. */
export const asFraction = (value: bigint): number => Number(value) / Number(one);

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** Stops growing where nobody looks any more. */
function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return a >= denominatorLimit ? a : (a / greatestCommonDivisor(a, b)) * b;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

