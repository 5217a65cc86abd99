// Proves that a design's assertions hold, or shows how one fails; and finds ways to its cover points.
//
// The base case starts with a cycle of reset and looks at the `depth` cycles after. Induction starts anywhere, without
// reset: if any `depth` good cycles in a row imply one more, then all cycles are good. Reset comes once, at the
// beginning: a later one leads into states the first one leads into too (registers without reset and memories hold
// anything at the beginning, except for what a memory is given to begin with).
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Design } from "../language/design.ts";
import { requireOneClock } from "./clocks.ts";
import { withModels } from "./inside.ts";
import type { Cover, PlacedProperty, Proof, Stage, Unknown, Verdict, Witness } from "./outcome.ts";
import { ofKind, placedProperties } from "./properties.ts";
import { ask, cyclesBefore, prepare, stepsOf, type Answer, type Ground } from "./solver.ts";
import type { Solver } from "./tool.ts";
import { traceOf } from "./trace.ts";

export interface ProveOptions {
  /** Cycles to look at after reset, and the most that induction may build on. */
  readonly depth?: number;
  /** Without it, a design with state is only looked at for `depth` cycles. */
  readonly induction?: boolean;
  /** For each question to the solver. */
  readonly timeout_s?: number;
  readonly solver?: Solver;
  /** Where the Verilog, the logs and the traces go. */
  readonly folder?: string;
}

const DEPTH = 20;
const TIMEOUT_S = 60;

export async function prove(top: Design, options: ProveOptions = {}): Promise<Proof> {
  requireOneClock(top);
  const design = withModels(top);
  const kept = options.folder ?? join("build", "formal", design.name);
  mkdirSync(kept, { recursive: true });
  // Somebody else may be at the same proof: each works in a folder of its own, and what is kept is the last one's.
  const folder = mkdtempSync(join(kept, "run-"));
  try {
    return await attempt(design, folder, options);
  } finally {
    for (const name of readdirSync(folder)) renameSync(join(folder, name), join(kept, name));
    rmdirSync(folder);
  }
}

async function attempt(design: Design, folder: string, options: ProveOptions): Promise<Proof> {
  const { depth: wanted = DEPTH, induction = true, timeout_s = TIMEOUT_S, solver = "z3" } = options;
  const all = placedProperties(design);
  const assertions = ofKind(all, "assert");
  const assumptions = ofKind(all, "assume");
  const points = ofKind(all, "cover");
  const ground: Ground = { design, folder, solver, timeout_s, assumes: assumptions.length > 0 };
  const found = { design, assertions, assumptions };

  // Without state, one cycle is like another.
  const depth = design.clocked ? wanted : 1;
  if ((await prepare(ground)) === "timeout") {
    const unknown = unknownAfter("base", { steps: 0, status: "timeout" }, timeout_s);
    return { ...found, verdict: unknown, covers: points.map((point) => ({ kind: "unknown", point, unknown })) };
  }
  const verdict = await judge(ground, depth, induction, assertions, assumptions);
  const covers = verdict.kind === "contradiction" ? [] : await findWays(ground, depth, points);
  return { ...found, verdict, covers };
}

async function judge(
  ground: Ground,
  depth: number,
  induction: boolean,
  assertions: readonly PlacedProperty[],
  assumptions: readonly PlacedProperty[],
): Promise<Verdict> {
  const { design, timeout_s } = ground;
  if (assertions.length === 0) return { kind: "empty" };
  const before = cyclesBefore(design);
  const base = await ask(ground, "base", before + depth, before);
  if (base.status === "contradiction") return { kind: "contradiction", cycle: base.steps, assumptions };
  if (base.status === "failed") return { kind: "counterexample", ...failure(base, assertions) };
  if (base.status !== "passed") return unknownAfter("base", base, timeout_s);
  if (!design.clocked) return { kind: "proved", by: { method: "logic" } };
  if (!induction) return { kind: "bounded", depth };

  const step = await ask(ground, "induction", depth, 0);
  if (step.status === "failed") return { kind: "not-inductive", depth, ...failure(step, assertions) };
  if (step.status !== "passed") return unknownAfter("induction", step, timeout_s);
  return { kind: "proved", by: { method: "induction", cycles: inductionCycles(step, depth) } };
}

/** Induction tries with as few good cycles as possible first; it says from which step on they were good. */
function inductionCycles({ lastStep }: Answer, depth: number): number {
  return depth - lastStep;
}

function failure(answer: Answer, assertions: readonly PlacedProperty[]): {
  readonly failed: readonly PlacedProperty[];
  readonly witness: Witness;
} {
  const failed = assertions.filter(({ path }) => answer.failed.includes(path));
  return { failed, witness: witnessOf(answer.vcd, failed) };
}

function witnessOf(vcd: string, properties: readonly PlacedProperty[]): Witness {
  const trace = traceOf(stepsOf(vcd), properties);
  // It will be kept one folder up.
  return { cycle: trace.cycles - 1, trace, vcd: join(dirname(dirname(vcd)), basename(vcd)) };
}

async function findWays(ground: Ground, depth: number, points: readonly PlacedProperty[]): Promise<readonly Cover[]> {
  if (points.length === 0) return [];
  const answer = await ask(ground, "cover", cyclesBefore(ground.design) + depth, 0);
  const decided = answer.status === "passed" || answer.status === "failed";
  return points.map((point): Cover => {
    const way = answer.reached.find(({ path }) => path === point.path);
    if (way !== undefined) return { kind: "reached", point, witness: witnessOf(way.vcd, [point]) };
    if (decided) return { kind: "unreachable", point, depth };
    return { kind: "unknown", point, unknown: unknownAfter("cover", answer, ground.timeout_s) };
  });
}

function unknownAfter(during: Stage, { steps, status }: Pick<Answer, "steps" | "status">, timeout_s: number): Unknown {
  return { kind: "unknown", during, cycles: steps, reason: status === "timeout" ? "timeout" : "solver", timeout_s };
}
