// Nothing is known of what a black box does, so nothing that has one inside can be proved.
import type { Design } from "../language/design.ts";
import { HdlError } from "../language/error.ts";

export function requireInsides(design: Design): void {
  for (const { label, of, at } of design.instances) {
    if (of.blackBox === undefined) {
      requireInsides(of);
      continue;
    }
    throw new HdlError({
      code: "proof-black-box",
      summary: `"${label}" in module "${design.name}" is a black box, of which nothing can be proved`,
      at,
      notes: [{ at: of.at, text: `"${of.name}" is defined here` }],
      fix: "prove the logic around it as a module of its own, with inputs for what the black box gives",
    });
  }
}
