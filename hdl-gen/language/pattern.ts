// Patterns: bits that must be 0 or 1 and bits that do not matter, written as text.
import { bitCount } from "./bits.ts";
import type { Label } from "./design.ts";
import { HdlError } from "./error.ts";
import type { Site } from "./site.ts";

export interface Pattern extends Label {
  readonly text: string;
  readonly care: bigint;
}

export function parsePattern(text: string, width: number, at: Site): Pattern {
  const bits = text.replaceAll(/[ _]/g, "");
  if (bits.length !== width || /[^01?]/.test(bits)) {
    throw new HdlError({
      code: "decode-pattern",
      summary: `pattern "${text}" must have ${bitCount(width)} of 0, 1 and ?, and has ${bits.length}`,
      at,
      fix: "write one character for each bit, the most significant first; spaces do not count",
    });
  }
  return {
    text,
    value: BigInt(`0b${bits.replaceAll("?", "0")}`),
    care: BigInt(`0b${bits.replaceAll("0", "1").replaceAll("?", "0")}`),
    name: undefined,
  };
}

/** No value may match two patterns. */
export function comparePatterns(patterns: readonly Pattern[], at: Site): void {
  patterns.forEach((a, i) => {
    for (const b of patterns.slice(i + 1)) {
      if (((a.value ^ b.value) & a.care & b.care) !== 0n) continue;
      throw new HdlError({
        code: "decode-overlap",
        summary: `patterns "${a.text}" and "${b.text}" both match ${binary(a.value | b.value, widthOf(a))}`,
        at,
        fix: "make one of them more exact",
      });
    }
  });
}

/** A value that no pattern matches, if there is one. The patterns do not overlap, so counting tells where to look. */
export function findGap(patterns: readonly Pattern[], width: number): string | undefined {
  let value = 0n;
  let care = 0n;
  const matched = (): bigint =>
    patterns
      .filter((p) => ((p.value ^ value) & p.care & care) === 0n)
      .reduce((sum, p) => sum + (1n << BigInt(width - ones(p.care | care))), 0n);
  if (matched() === 1n << BigInt(width)) return undefined;
  for (let i = width - 1; i >= 0; i--) {
    const bit = 1n << BigInt(i);
    care |= bit;
    if (matched() === 1n << BigInt(i)) value |= bit;
  }
  return binary(value, width);
}

const ones = (value: bigint): number => value.toString(2).replaceAll("0", "").length;
const binary = (value: bigint, width: number): string => value.toString(2).padStart(width, "0");
const widthOf = (pattern: Pattern): number => pattern.text.replaceAll(/[ _]/g, "").length;
