// Ghosts are for properties: nothing that becomes hardware may read one.
import type { Bits } from "../language/bits.ts";
import type { Design, Statement } from "../language/design.ts";
import { HdlError } from "../language/error.ts";
import type { Signal } from "../language/signal.ts";
import type { Site } from "../language/site.ts";
import { accesses, branches, inStatements, reads, targets } from "./reads.ts";

export function checkGhosts({ signals, body, memories, instances, unused, at }: Design): void {
  if (!signals.some((s) => s.ghost)) return;
  for (const statement of body) inHardware(statement);
  for (const memory of memories) for (const { value, at: site } of accesses(memory)) refuseGhosts(value, site);
  for (const { inputs, at: site } of instances) for (const value of inputs.values()) refuseGhosts(value, site);
  for (const value of unused) refuseGhosts(value, at);
}

/** Looks at the parts of a statement that drive hardware. */
function inHardware(statement: Statement): void {
  const driven = [...targets([statement])];
  const real = driven.find((target) => !target.ghost);
  if (real === undefined) return;
  const ghost = driven.find((target) => target.ghost);
  if (ghost !== undefined && statement.kind !== "assign") {
    // A condition around both is read by the hardware.
    for (const condition of conditions(statement)) refuseGhosts(condition, statement.at);
    for (const inner of branches(statement)) inner.forEach(inHardware);
    return;
  }
  for (const { value, at } of inStatements([statement])) refuseGhosts(value, at);
}

function conditions(statement: Exclude<Statement, { kind: "assign" }>): readonly Bits[] {
  return statement.kind === "match" ? [statement.on] : statement.arms.map((arm) => arm.condition);
}

function refuseGhosts(value: Bits, at: Site): void {
  const ghost = reads(value).find((signal: Signal) => signal.ghost);
  if (ghost === undefined) return;
  throw new HdlError({
    code: "ghost-read",
    summary: `"${ghost.label}" is a ghost, of which no hardware is made, but hardware reads it here`,
    at,
    notes: [{ at: ghost.at, text: `"${ghost.label}" is declared here` }],
    fix: "declare it outside m.ghost(…), or move what reads it inside",
  });
}
