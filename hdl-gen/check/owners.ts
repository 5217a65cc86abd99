// A module may read only what it owns: signals and memories reach other modules through ports.
import type { Design } from "../language/design.ts";
import { HdlError } from "../language/error.ts";
import type { Site } from "../language/site.ts";
import { expressions, visit } from "./reads.ts";
import type { Bits } from "../language/bits.ts";

export function checkOwners(design: Design): void {
  const signals = new Set(design.signals);
  const memories = new Set(design.memories);
  const seen = new Set<Bits>();
  for (const { value, at } of expressions(design)) {
    visit(
      value,
      (node) => {
        if (node.op === "signal" && !signals.has(node.signal)) {
          throw foreign(node.signal.label, node.signal.at, node.signal.owner?.name ?? "another module", design, at);
        }
        if (node.op === "memory" && !memories.has(node.memory)) {
          throw foreign(node.memory.label, node.memory.at, "another module", design, at);
        }
      },
      seen,
    );
  }
}

function foreign(label: string, declared: Site, owner: string, design: Design, at: Site): HdlError {
  return new HdlError({
    code: "foreign-signal",
    summary: `"${label}" of module "${owner}" is read in module "${design.name}"`,
    at,
    notes: [{ at: declared, text: `"${label}" is declared here` }],
    fix: `give "${design.name}" an input for it`,
  });
}
