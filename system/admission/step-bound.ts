// How long a step of the kernel's admission takes at most, proven of its machine code by wcet/.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { link } from "../../kernel/toolchain.ts";
import { boundOf, operationNamed, subjectOf } from "../../wcet/analyse.ts";

/** Cycles of `admission_step`, linked alone into `folder`. */
export async function stepBound(folder: string): Promise<number> {
  const elf = join(folder, "admission.elf");
  await link({
    sources: ["kernel/admission.c"], includeDirs: ["kernel", "kernel/freestanding"],
    linkerScript: "system/admission/alone.ld",
  }, elf);
  const subject = subjectOf(readFileSync(elf), elf);
  const operation = operationNamed(subject, "admission_step");
  if (operation === undefined) throw new Error(`${elf} has no admission_step`);
  return (await boundOf(operation, subject)).bound_cycles;
}
