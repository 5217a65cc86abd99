// The WCETs that are "proven": of `<program>_job` in the task's own linked program, by wcet/.
import { readFileSync } from "node:fs";

import { boundOf, operationNamed, subjectOf } from "../wcet/analyse.ts";
import { Problem as WcetProblem } from "../wcet/problem.ts";
import type { Image } from "./layout.ts";
import { inC, type System } from "./model.ts";
import { SystemError } from "./problem.ts";
import type { Proven } from "./resolve.ts";

/** Of every task that asks for it, the longest of its programs' jobs, in cycles. */
export async function proveJobs(
  system: System, programs: readonly { readonly image: Image; readonly elf: string }[],
): Promise<Proven> {
  const proven: Record<string, number> = {};
  for (const { image: { task, program }, elf } of programs) {
    if (task.policy === "background" || task.wcet !== undefined) continue;
    const job = `${inC(program.name)}_job`;
    const refuse = (message: string, mend: string): never => {
      throw new SystemError([{ path: ["tasks", task.name, "wcet"], message, mend }], system.places);
    };
    const subject = subjectOf(readFileSync(elf), elf);
    const operation = operationNamed(subject, job) ??
      refuse(`the program ${program.name} has no function ${job}`, "put a job into it, or say how long it takes");
    try {
      // oxlint-disable-next-line no-await-in-loop -- the solver has one thread
      const { bound_cycles } = await boundOf(operation, subject);
      proven[task.name] = Math.max(proven[task.name] ?? 0, bound_cycles);
    } catch (error) {
      if (!(error instanceof WcetProblem)) throw error;
      refuse(`${job} has no bound: ${error.message}`, "bound its loops (kernel/freestanding/flow_facts.h)");
    }
  }
  return proven;
}
