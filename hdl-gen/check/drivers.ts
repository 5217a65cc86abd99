// Every net and output is driven on every path, once, or by a default that later conditions override.
import type { Design, Statement } from "../language/design.ts";
import { HdlError } from "../language/error.ts";
import type { Signal } from "../language/signal.ts";
import type { Site } from "../language/site.ts";
import { branches } from "./reads.ts";

interface Driven {
  /** On every path, rather than on some. */
  readonly always: boolean;
  readonly at: Site;
  /** The branch in which nothing drives it. */
  readonly gap: Site | undefined;
}

export function checkDrivers({ body, signals }: Design): void {
  const driven = coverage(body);
  for (const signal of signals) {
    if (signal.kind === "input" || signal.kind === "read" || signal.kind === "instance") continue;
    const found = driven.get(signal);
    if (found === undefined) throw undriven(signal);
    if (!found.always && signal.kind !== "register") throw latch(signal, found);
  }
}

function coverage(body: readonly Statement[]): Map<Signal, Driven> {
  const all = new Map<Signal, Driven>();
  for (const statement of body) {
    if (statement.kind === "assign") {
      const before = all.get(statement.target);
      if (before !== undefined) throw twoDrivers(statement.target, before.at, statement.at);
      all.set(statement.target, { always: true, at: statement.at, gap: undefined });
      continue;
    }
    const arms = branches(statement).map(coverage);
    const complete = statement.otherwise !== undefined || (statement.kind === "match" && statement.complete);
    for (const target of new Set(arms.flatMap((arm) => [...arm.keys()]))) {
      all.set(target, merge(all.get(target), arms.map((arm) => arm.get(target)), complete, statement.at));
    }
  }
  return all;
}

function merge(before: Driven | undefined, arms: readonly (Driven | undefined)[], complete: boolean, at: Site): Driven {
  const some = arms.find((arm) => arm !== undefined);
  const always = before?.always === true || (complete && arms.every((arm) => arm?.always === true));
  const inner = arms.find((arm) => arm?.gap !== undefined)?.gap;
  return { always, at: some?.at ?? at, gap: always ? undefined : (inner ?? at) };
}

function undriven(signal: Signal): HdlError {
  const how = signal.kind === "register" ? "next" : "value";
  return new HdlError({
    code: "undriven",
    summary: `${signal.kind} "${signal.label}" is never driven`,
    at: signal.at,
    fix: `assign "${signal.label}".${how}, or remove it`,
  });
}

function latch(signal: Signal, { at, gap }: Driven): HdlError {
  return new HdlError({
    code: "latch",
    summary: `"${signal.label}" is not driven on every path, so it would have to remember`,
    at,
    notes: [
      { at: signal.at, text: `"${signal.label}" is declared here` },
      ...(gap === undefined ? [] : [{ at: gap, text: "nothing drives it when no branch of this one that does is taken" }]),
    ],
    fix: `drive "${signal.label}" before the condition, or in every branch, with .otherwise(…) too`,
  });
}

function twoDrivers(signal: Signal, first: Site, second: Site): HdlError {
  return new HdlError({
    code: "two-drivers",
    summary: `"${signal.label}" is driven twice, so the first value is lost`,
    at: second,
    notes: [{ at: first, text: "it was driven here first" }],
    fix: "remove one, or make the second conditional: a condition may override a default",
  });
}
