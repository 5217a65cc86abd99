// Nothing of one clock's domain reads what is of another's, but for a named crossing. Modules of one clock have nothing
// to check.
import type { Bits } from "../language/bits.ts";
import type { Clock } from "../language/clock.ts";
import type { Design, Statement } from "../language/design.ts";
import { HdlError } from "../language/error.ts";
import type { Site } from "../language/site.ts";
import { accessValues, branches, reads, visit } from "./reads.ts";

export function checkDomains(design: Design): void {
  const foreign = (clock: Clock | undefined): boolean => clock !== undefined && clock !== design.clock;
  if (!design.signals.some((s) => foreign(s.clock)) && !design.instances.some((i) => foreign(i.clock))) return;
  for (const { kind, reset, clock, label, at } of design.signals) {
    if (kind !== "register" || reset === undefined || clock?.clockedBy === undefined || clock.resetBy !== undefined) continue;
    throw new HdlError({
      code: "no-reset",
      summary: `register "${label}" has a value after reset, but clock "${clock.name}" has no reset`,
      at,
      notes: [{ at: clock.at, text: "the clock is made here" }],
      fix: "give it one with m.withReset(clock, reset), or declare the register with regNoReset",
    });
  }
  inBody(design.body, []);
  for (const memory of design.memories) {
    for (const access of [...memory.reads, ...memory.writes, ...memory.ports]) {
      for (const value of accessValues(access)) refuse(value, access.clock, access.at);
    }
  }
  for (const { of, inputs, clock, clocks, at } of design.instances) {
    for (const port of of.signals) {
      const value = port.kind === "input" && !port.async ? inputs.get(port.label) : undefined;
      if (value !== undefined) refuse(value, clocks.get(port.clock?.label ?? "") ?? clock, at);
    }
  }
}

function inBody(body: readonly Statement[], under: readonly Bits[]): void {
  for (const statement of body) {
    if (statement.kind === "assign") {
      const { target, value, at } = statement;
      if (target.ghost || target.crossing || target.clock === undefined) continue;
      for (const read of [value, ...under]) refuse(read, target.clock, at);
      continue;
    }
    const conditions = statement.kind === "match" ? [statement.on] : statement.arms.map((arm) => arm.condition);
    for (const inner of branches(statement)) inBody(inner, [...under, ...conditions]);
  }
}

function refuse(value: Bits, into: Clock, at: Site): void {
  const foreign = reads(value).find((signal) => signal.clock !== undefined && signal.clock.domain !== into.domain);
  if (foreign?.clock !== undefined) {
    throw crosses(`"${foreign.label}"`, foreign.clock, into, at, [{ at: foreign.at, text: `"${foreign.label}" is declared here` }]);
  }
  visit(value, (node) => {
    if (node.op !== "memory") return;
    const { label, writes, ports, at: declared } = node.memory;
    const written = [...writes, ...ports].find((access) => access.clock.domain !== into.domain);
    if (written !== undefined) {
      throw crosses(`memory "${label}"`, written.clock, into, at, [{ at: declared, text: `"${label}" is declared here` }]);
    }
  });
}

function crosses(what: string, from: Clock, into: Clock, at: Site, notes: HdlError["fault"]["notes"]): HdlError {
  return new HdlError({
    code: "clock-domain",
    summary: `${what} changes with clock "${from.name}", but is read with clock "${into.name}"`,
    at,
    ...(notes === undefined ? {} : { notes }),
    fix: "take it across with a part made for that: synchronizer, handshake, pulseCrossing or asyncFifo",
  });
}
