// What a proof attempt found, for people.
/* oxlint-disable consistent-return -- tsc knows that these switches are exhaustive */
import { relative } from "node:path";
import { excerpt } from "../language/site.ts";
import type { Cover, PlacedProperty, Proof, Stage, Unknown, Verdict, Witness } from "./outcome.ts";
import { traceTable } from "./trace.ts";

export function report(proof: Proof): string {
  return [verdictText(proof), ...proof.covers.map((cover) => coverText(cover))].join("\n\n");
}

/**
 * There is something to show, every assertion holds as far as was asked, for all time unless induction was declined,
 * and every cover point is reached.
 */
export function isComplete({ verdict, covers }: Proof): boolean {
  const holds = verdict.kind === "proved" || verdict.kind === "bounded" || (verdict.kind === "empty" && covers.length > 0);
  return holds && covers.every(({ kind }) => kind === "reached");
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

function verdictText({ design, verdict, assertions }: Proof): string {
  const all = `${count(assertions.length, "assertion")} of "${design.name}"`;
  switch (verdict.kind) {
    case "proved":
      return `proved: ${all}, ${methodText(verdict)}`;
    case "bounded":
      return `no fault within ${count(verdict.depth, "cycle")} after reset: ${all}`;
    case "counterexample":
      return failureText(`does not hold in cycle ${verdict.witness.cycle}`, verdict.failed, verdict.witness);
    case "not-inductive":
      return [
        failureText(
          `is not proved: it holds for ${count(verdict.depth, "cycle")} after reset, but`,
          verdict.failed,
          verdict.witness,
          `${verdict.depth} good cycles in a row, from a state that perhaps cannot be reached, lead to one that is not:`,
        ),
        "try: a greater depth, or an assertion that says what keeps the first state from being reached",
      ].join("\n");
    case "contradiction":
      return [
        `nothing proved: the assumptions of "${design.name}" contradict each other in cycle ${verdict.cycle}`,
        ...verdict.assumptions.map(({ path, property }) => `"${path}"\n${excerpt(property.at)}`),
      ].join("\n");
    case "empty":
      return `"${design.name}" has no assertions`;
    case "unknown":
      return `not known: ${all}\n${unknownText(verdict)}`;
  }
}

function methodText({ by }: Verdict & { kind: "proved" }): string {
  return by.method === "logic" ? "without state" : `by induction over ${count(by.cycles, "cycle")}`;
}

function failureText(what: string, failed: readonly PlacedProperty[], witness: Witness, because?: string): string {
  return [
    ...failed.map(({ path, property }) => `assertion "${path}" ${what}\n${excerpt(property.at)}`),
    ...(because === undefined ? [] : [because]),
    witnessText(witness),
  ].join("\n");
}

function witnessText({ trace, vcd }: Witness): string {
  return `${traceTable(trace)}\nall signals: ${relative(process.cwd(), vcd)}`;
}

function coverText(cover: Cover): string {
  const { path, property } = cover.point;
  switch (cover.kind) {
    case "reached":
      return `cover point "${path}" is reached in cycle ${cover.witness.cycle}\n${witnessText(cover.witness)}`;
    case "unreachable":
      return `cover point "${path}" is not reached within ${count(cover.depth, "cycle")} after reset\n${excerpt(property.at)}`;
    case "unknown":
      return `cover point "${path}": not known\n${unknownText(cover.unknown)}`;
  }
}

const DOING: Readonly<Record<Stage, string>> = {
  base: "looking at the cycles after reset",
  induction: "trying induction",
  cover: "looking for a way there",
};

function unknownText({ during, cycles, reason, timeout_s }: Unknown): string {
  const why = reason === "timeout" ? `was stopped after ${timeout_s} s` : "gave up";
  return [
    `the solver ${why} while ${DOING[during]}, having reached cycle ${cycles}`,
    "try: a smaller depth, narrower words, parts of the design by themselves, assertions about what happens in between",
  ].join("\n");
}
