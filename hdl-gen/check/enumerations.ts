// The names of a module's enumerations become its localparams: two that give one name two meanings cannot meet there.
import type { Bits } from "../language/bits.ts";
import { localparamName, type EnumerationBase } from "../language/choice.ts";
import type { Design } from "../language/design.ts";
import { HdlError } from "../language/error.ts";
import type { Site } from "../language/site.ts";
import { expressions, visit } from "./reads.ts";

export function checkEnumerations(design: Design): void {
  const meanings = new Map<string, { readonly of: EnumerationBase; readonly value: number }>();
  const known = new Set<EnumerationBase>();
  const add = (of: EnumerationBase | undefined, at: Site): void => {
    if (of === undefined || known.has(of)) return;
    known.add(of);
    of.names.forEach((name, value) => {
      const full = localparamName(of.label, name);
      const before = meanings.get(full);
      if (before !== undefined && (before.value !== value || before.of.width !== of.width)) {
        throw twoMeanings(full, design, before.of, of, at);
      }
      meanings.set(full, { of, value });
    });
  };
  for (const signal of design.signals) add(signal.enumeration, signal.at);
  const seen = new Set<Bits>();
  for (const { value, at } of expressions(design)) visit(value, (_, expression) => add(expression.enumeration, at), seen);
}

function twoMeanings(name: string, design: Design, first: EnumerationBase, second: EnumerationBase, at: Site): HdlError {
  return new HdlError({
    code: "duplicate-name",
    summary: `"${name}" would have two meanings in module "${design.name}"`,
    at,
    notes: [
      { at: first.at, text: `it is a name of enumeration "${first.label}"` },
      { at: second.at, text: `it is a name of this enumeration "${second.label}" too` },
    ],
    fix: "give one of the enumerations another label",
  });
}
