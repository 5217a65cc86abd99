// Every net and output is driven on every path, once, or by a default that later conditions override.
import type { Assign, Design, Label, Match, Statement, When } from "../language/design.ts";
import { HdlError } from "../language/error.ts";
import type { Part, Signal } from "../language/signal.ts";
import type { Site } from "../language/site.ts";

interface Driven {
  /** On every path, rather than on some. */
  readonly always: boolean;
  readonly at: Site;
  /** The branch in which nothing drives it. */
  readonly gap: Gap | undefined;
  /** Bits that this body, apart from its conditions, assigns on their own. */
  readonly parts: readonly { readonly part: Part; readonly at: Site }[];
}
interface Gap {
  readonly at: Site;
  readonly text: string;
}
/** What drives what in one branch, and how to name the branch. */
interface Branch extends Gap {
  readonly driven: ReadonlyMap<Signal, Driven>;
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
      all.set(statement.target, assigned(statement, all.get(statement.target)));
      continue;
    }
    const paths = statement.kind === "when" ? pathsOfWhen(statement) : pathsOfMatch(statement);
    for (const target of new Set(paths.flatMap((path) => [...path.driven.keys()]))) {
      all.set(target, merge(target, all.get(target), paths, statement.at));
    }
  }
  return all;
}

/** What is driven after an assignment, given what was before it. */
function assigned({ target, part, at }: Assign, before: Driven | undefined): Driven {
  if (part === undefined) {
    if (before !== undefined) throw twoDrivers(target, before.at, at);
    return { always: true, at, gap: undefined, parts: [] };
  }
  const { hi, lo } = part;
  const overlapping = before?.parts.find((p) => p.part.lo <= hi && lo <= p.part.hi);
  if (overlapping !== undefined) throw twoDrivers(target, overlapping.at, at);
  const gap = { at, text: `only bits ${hi}:${lo} are driven here` };
  const parts = [...(before?.parts ?? []), { part, at }];
  return before === undefined ? { always: false, at, gap, parts } : { ...before, parts };
}

/** All ways through a `when`, that in which no condition holds included. */
function pathsOfWhen({ arms, otherwise, at }: When): Branch[] {
  const none = arms.length === 1 ? "when this condition does not hold" : `when none of these ${arms.length} conditions holds`;
  return [
    ...arms.map((arm) => ({ driven: coverage(arm.body), at: arm.at, text: "nothing drives it in this branch" })),
    otherwise === undefined
      ? { driven: new Map(), at, text: `nothing drives it ${none}` }
      : { driven: coverage(otherwise), at, text: "nothing drives it in the branch .otherwise(…)" },
  ];
}

function pathsOfMatch({ on, arms, otherwise, complete, at }: Match): Branch[] {
  const paths = arms.map((arm) => ({
    driven: coverage(arm.body),
    at: arm.at,
    text: `nothing drives it in the arm for ${arm.labels.map(labelText).join(", ")}`,
  }));
  if (complete) return paths;
  if (otherwise !== undefined) return [...paths, { driven: coverage(otherwise), at, text: "nothing drives it when no arm fits" }];
  const named = new Set(arms.flatMap((arm) => arm.labels.map((label) => label.name)));
  const left = (on.enumeration?.names ?? []).filter((name) => !named.has(name)).map((name) => `"${name}"`);
  const when = left.length > 0 ? `for ${left.join(", ")}` : "when no arm fits";
  return [...paths, { driven: new Map(), at, text: `nothing drives it ${when}` }];
}

const labelText = ({ name, value }: Label): string => (name === undefined ? String(value) : `"${name}"`);

function merge(target: Signal, before: Driven | undefined, paths: readonly Branch[], at: Site): Driven {
  const found = paths.map((path) => path.driven.get(target));
  const always = before?.always === true || found.every((driven) => driven?.always === true);
  const inner = found.find((driven) => driven?.gap !== undefined)?.gap;
  const missing = paths.find((path) => !path.driven.has(target));
  return { always, at: found.find((driven) => driven !== undefined)?.at ?? at, gap: always ? undefined : (inner ?? missing), parts: [] };
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
      ...(gap === undefined ? [] : [gap]),
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
