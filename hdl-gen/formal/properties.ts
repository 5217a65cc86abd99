// All properties of a hierarchy, by their dotted paths: an assertion inside an instance counts wherever it is used.
import type { Design, PropertyKind } from "../language/design.ts";
import type { PlacedProperty } from "./outcome.ts";

export function placedProperties(scope: Design, prefix = ""): PlacedProperty[] {
  return [
    ...scope.properties.map((property) => ({ path: prefix + property.name, property, scope, prefix })),
    ...scope.instances.flatMap(({ label, of }) => placedProperties(of, `${prefix}${label}.`)),
  ];
}

export function ofKind(all: readonly PlacedProperty[], kind: PropertyKind): PlacedProperty[] {
  return all.filter(({ property }) => property.kind === kind);
}
