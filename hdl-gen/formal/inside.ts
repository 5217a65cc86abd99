// What a proof is about: all of a design's modules. A black box is taken for its model; without one nothing is known of
// what it does, so nothing that has it inside can be proved.
import type { Design } from "../language/design.ts";
import { HdlError } from "../language/error.ts";

/** The design with models for its black boxes. */
export function withModels(design: Design): Design {
  if (!hasBlackBox(design)) return design;
  const instances = design.instances.map((instance) => {
    const { label, of, at } = instance;
    if (of.blackBox === undefined) return { ...instance, of: withModels(of) };
    const { model } = of.blackBox;
    if (model !== undefined) return { ...instance, of: withModels(model) };
    throw new HdlError({
      code: "proof-black-box",
      summary: `"${label}" in module "${design.name}" is a black box without a model, of which nothing can be proved`,
      at,
      notes: [{ at: of.at, text: `"${of.name}" is defined here` }],
      fix: "give it a model, or prove the logic around it as a module with inputs for what it gives",
    });
  });
  return {
    ...design,
    instances,
    clocked: design.clocked || instances.some(({ of }) => of.clocked),
    resettable: design.resettable || instances.some(({ of }) => of.resettable),
  };
}

function hasBlackBox({ instances }: Design): boolean {
  return instances.some(({ of }) => of.blackBox !== undefined || hasBlackBox(of));
}
