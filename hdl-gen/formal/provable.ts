// What the prover cannot look at: it knows one clock, and nothing of what is inside a black box.
import type { Design } from "../language/design.ts";
import { excerpt } from "../language/site.ts";
import { NotProvable } from "./tool.ts";

export function checkProvable(design: Design, path = design.name): void {
  if (design.blackBox !== undefined) {
    throw new NotProvable(
      `"${path}" is a black box, of which nothing can be proved\n${excerpt(design.at)}\n` +
        "fix: prove the modules around it by themselves, or put a model in its place",
    );
  }
  const [clock] = design.clocks;
  if (clock !== undefined) {
    throw new NotProvable(
      `"${path}" has a clock of its own, "${clock.label}", and the prover knows one clock only\n${excerpt(clock.at)}\n` +
        "fix: prove a model on one clock, with an input for each of these clocks that says when it ticks",
    );
  }
  for (const { label, of } of design.instances) checkProvable(of, `${path}.${label}`);
}
