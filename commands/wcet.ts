// Proven bounds of the kernel's operations, or of any function, beside what runs have shown.

import { join } from "node:path";

import type { Bound, Subject } from "../wcet/analyse.ts";
import type { Problem } from "../wcet/problem.ts";
import { command } from "./command.ts";
import { Failure, Status, usageFailure } from "./failure.ts";
import { readInput } from "./input.ts";
import { NO_INSTALL, requireTools } from "./install.ts";
import { nearest } from "./nearest.ts";
import { parseCount } from "./options.ts";
import { BUILD, ROOT } from "./paths.ts";
import { say } from "./say.ts";
import { buildKernel, type BuiltKernel } from "./steps/software.ts";

/** Where `atomicos run --audit-wcet` leaves what it has seen. */
export const OBSERVED = join(BUILD, "wcet");

export default command({
  summary: "prove how many cycles each operation of the kernel takes at most",
  names: "[ELF]",
  options: {
    entry: { value: "SYMBOL", text: "only this operation, or any function: a task's body, a library's" },
    paths: { text: "show the worst path of every operation, not of the slowest alone" },
    limit: { value: "N", text: "exit status 1 if a bound is above N cycles" },
    json: { text: "print it as JSON, with every worst path" },
    table: { text: "print the core's timing table as JSON instead" },
    "no-install": NO_INSTALL,
  },
  details: `\
Without ELF, the kernel in kernel/ is built and read. Its operations and flow facts are in its sections .wcet and
.wcet_names; docs/wcet.md says how they come there, what a bound means, and what is assumed. "observed" is the most
that atomicos run --audit-wcet has seen of this very program, "ratio" the bound divided by it.

Exit status: 1 if a bound could not be proven (the message names the place), or is above --limit.
`,
  async run({ options, names }) {
    const [path, ...others] = names;
    if (others.length > 0) throw usageFailure("wcet takes one file", "see: atomicos wcet --help");
    if (options.table) {
      const { timingTable } = await import("../soc/cpu/timing.ts");
      console.log(JSON.stringify(timingTable(), null, 2));
      return Status.ok;
    }
    const limit = options.limit === undefined ? undefined : parseCount("limit", options.limit);
    await requireTools(["run"], !options["no-install"]);
    const file = path === undefined ? await buildKernel() : { elf: path, bytes: await readInput("ELF", path) };
    const { operationNamed } = await import("../wcet/analyse.ts");
    const subject = await readSubject(file);
    const wanted = options.entry === undefined ? subject.operations : [operationNamed(subject, options.entry)];
    const operations = wanted.map((operation) => operation ?? unknown(options.entry ?? "", subject));
    if (operations.length === 0) {
      throw usageFailure(`${file.elf} declares no operations`, "name a function: atomicos wcet --entry SYMBOL ELF");
    }
    const { bounds, problems } = await provenBounds(subject, operations, file.elf);
    await show(subject, bounds, { ...options, paths: options.paths || options.entry !== undefined, elf: file.elf });
    for (const problem of problems) say(problem);
    const above = bounds.filter(({ bound_cycles }) => limit !== undefined && bound_cycles > limit);
    for (const { operation, bound_cycles } of above)
      say(`${operation.name}: the bound ${bound_cycles} is above ${limit}`);
    return problems.length + above.length === 0 ? Status.ok : Status.failed;
  },
});

/** A program with flow facts that make sense. */
export async function readSubject({ elf, bytes }: BuiltKernel): Promise<Subject> {
  const [{ subjectOf }, { Problem }] = await Promise.all([import("../wcet/analyse.ts"), import("../wcet/problem.ts")]);
  try {
    return subjectOf(bytes, elf);
  } catch (error) {
    if (error instanceof Problem) throw new Failure(await explained(error, elf), "");
    throw error;
  }
}

async function explained(problem: Problem, elf: string): Promise<string> {
  const [{ linesOf }, { problemText, relativeTo }] = await Promise.all([
    import("../wcet/lines.ts"),
    import("../wcet/report.ts"),
  ]);
  return problemText(problem, relativeTo(ROOT, linesOf(elf, problem.places)));
}

function unknown(name: string, { elf, operations }: Subject): never {
  const known = [...operations.map((operation) => operation.name), ...elf.symbols.map((symbol) => symbol.name)];
  const guess = nearest(name, known);
  throw usageFailure(
    `the program has no operation or function "${name}"`,
    guess === undefined ? "see its symbols with nm" : `did you mean --entry ${guess}?`,
  );
}

/** Bounds of all that have one; what keeps the others from it, as text. */
export async function provenBounds(
  subject: Subject,
  operations: Subject["operations"],
  elf: string,
): Promise<{ bounds: Bound[]; problems: string[] }> {
  const [{ boundOf }, { Problem }] = await Promise.all([import("../wcet/analyse.ts"), import("../wcet/problem.ts")]);
  const bounds: Bound[] = [],
    problems: string[] = [];
  for (const operation of operations) {
    try {
      bounds.push(await boundOf(operation, subject));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(`${operation.name}: ${await explained(error, elf)}`);
    }
  }
  return { bounds, problems };
}

interface Shown {
  readonly elf: string;
  readonly json: boolean;
  readonly paths: boolean;
}

async function show({ elf }: Subject, bounds: readonly Bound[], { elf: path, json, paths }: Shown): Promise<void> {
  const [{ linesOf }, { readObserved }, { asJson, pathText, relativeTo, table }] = await Promise.all([
    import("../wcet/lines.ts"),
    import("../wcet/observed.ts"),
    import("../wcet/report.ts"),
  ]);
  const observed = readObserved(elf, OBSERVED);
  const rows = bounds.map((bound) => {
    const seen = observed.get(bound.operation.name);
    const times = seen?.times ?? 0;
    return { bound, observed_cycles: times > 0 ? seen?.cycles_max : undefined, observations: times };
  });
  const addresses = bounds.flatMap(({ worst_path }) => worst_path.flatMap(({ first, last }) => [first, last]));
  const lines = relativeTo(ROOT, linesOf(path, addresses));
  if (json) {
    console.log(JSON.stringify(asJson(rows, lines), null, 2));
    return;
  }
  console.log(table(rows));
  const slowest = bounds.toSorted((a, b) => b.bound_cycles - a.bound_cycles).slice(0, paths ? bounds.length : 1);
  for (const bound of slowest) {
    console.log(`\n${bound.operation.name}: worst path, ${bound.bound_cycles} cycles\n${pathText(bound, lines)}`);
  }
}
