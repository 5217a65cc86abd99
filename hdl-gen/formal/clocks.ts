// A step of a proof is an edge of one clock. With several, their edges come in any order, which is another question.
import type { Design } from "../language/design.ts";
import { HdlError } from "../language/error.ts";

export function requireOneClock(design: Design): void {
  const made = madeInside(design);
  const names = made === undefined ? design.clocks.map(({ label }) => label) : [made];
  if (names.length === 0) return;
  throw new HdlError({
    code: "proof-clocks",
    summary: `"${design.name}" has more than the clock a proof steps through: ${names.map((name) => `"${name}"`).join(", ")}`,
    at: design.at,
    fix: "prove the logic under one clock, each side going on when an input says so, as crossings in the library do",
  });
}

/** A clock that some module of the hierarchy makes. */
function madeInside({ signals, instances }: Design): string | undefined {
  const made = signals.find((signal) => signal.clock?.clockedBy !== undefined);
  if (made !== undefined) return made.clock?.name;
  return instances.map(({ of }) => madeInside(of)).find((name) => name !== undefined);
}
