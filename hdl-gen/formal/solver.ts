// Asks yosys and an SMT solver. Properties become cells named by their paths; yosys-smtbmc says which of them fail or
// are reached, and in which step, and writes traces.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Design } from "../language/design.ts";
import { verilog } from "../verilog/verilog.ts";
import type { Stage } from "./outcome.ts";
import { requireTool, run, ToolFailure, type Ran, type Solver } from "./tool.ts";
import { readSteps, type Steps } from "./vcd.ts";

/** A question's surroundings. */
export interface Ground {
  readonly design: Design;
  /** Where files go. */
  readonly folder: string;
  readonly solver: Solver;
  /** There are assumptions, which could contradict each other. */
  readonly assumes: boolean;
  readonly timeout_s: number;
}

/** Reset comes first and never again: a later one leads where the first one did. */
const RESET_FIRST = "initial\nassume [rst]\n\nstate 1:*\nassume (not [rst])\n";
const NO_RESET = "always\nassume (not [rst])\n";

/** Cycles that come before the first in which properties count. */
export function cyclesBefore({ resettable }: Design): number {
  return resettable ? 1 : 0;
}

const file = ({ folder }: Ground, name: string): string => join(folder, name);
const modelName = (stage: Stage): string => (stage === "cover" ? "covers.smt2" : "assertions.smt2");

/** Writes the design for the solver, once with its assertions and once with its cover points. */
export async function prepare(ground: Ground): Promise<"ready" | "timeout"> {
  const { design, solver, timeout_s } = ground;
  for (const tool of ["yosys", "yosys-smtbmc", solver]) requireTool(tool);
  writeFileSync(file(ground, "design.v"), verilog(design));
  writeFileSync(file(ground, "base.smtc"), design.resettable ? RESET_FIRST : "");
  writeFileSync(file(ground, "induction.smtc"), design.resettable ? NO_RESET : "");
  const script = [
    `read_verilog -formal -DFORMAL "${file(ground, "design.v")}"`,
    `hierarchy -top ${design.name}`,
    "proc",
    "opt_clean",
    // A property then counts in the cycle it speaks of, not in the one after.
    "chformal -early",
    `prep -flatten -nordff -top ${design.name}`,
    // Else the solver takes what a read-only memory holds for changeable.
    `memory_map${keepsArrays(design) ? " -rom-only" : ""}`,
    "async2sync",
    "dffunmap",
    "design -save all",
    "chformal -cover -remove",
    `write_smt2 -wires "${file(ground, modelName("base"))}"`,
    "design -load all",
    "chformal -assert -remove",
    `write_smt2 -wires "${file(ground, modelName("cover"))}"`,
  ];
  writeFileSync(file(ground, "prepare.ys"), `${script.join("\n")}\n`);
  const ran = await run("yosys", ["-q", "-s", file(ground, "prepare.ys")], timeout_s);
  if (ran.timedOut) return "timeout";
  if (ran.status !== 0) throw new ToolFailure(`yosys does not take module "${design.name}":\n${ran.output}`);
  return "ready";
}

/** Memories of this many bits in all are better left to the solver as they are; smaller ones become registers. */
const ARRAY_BITS_MIN = 4096;

function keepsArrays(design: Design): boolean {
  return memoryBits(design) >= ARRAY_BITS_MIN;
}

function memoryBits({ memories, instances }: Design): number {
  const own = memories.filter((memory) => memory.writes.length + memory.ports.length > 0);
  const bits = own.reduce((sum, { width, depth }) => sum + width * depth, 0);
  return instances.reduce((sum, { of }) => sum + memoryBits(of), bits);
}

export interface Answer {
  /** What yosys-smtbmc says of the question as a whole. */
  readonly status: "passed" | "failed" | "contradiction" | "timeout" | "solver";
  /** Steps it says it has looked at. */
  readonly steps: number;
  /** The last step named. */
  readonly lastStep: number;
  /** Paths of the assertions that fail together in the last step of the trace. */
  readonly failed: readonly string[];
  /** Each cover point reached, with its step and the trace's file. */
  readonly reached: readonly { readonly path: string; readonly step: number; readonly vcd: string }[];
  /** The trace of a failure. */
  readonly vcd: string;
}

/** Looks at `steps` steps; the first `skipped` of them may do what they like. */
export async function ask(ground: Ground, stage: Stage, steps: number, skipped: number): Promise<Answer> {
  const { design, solver, timeout_s } = ground;
  const vcd = file(ground, stage === "cover" ? "cover_%.vcd" : `${stage}.vcd`);
  const options: Readonly<Record<Stage, readonly string[]>> = {
    base: ["-t", `${skipped}:${steps}`, ...(ground.assumes ? ["--presat"] : [])],
    induction: ["-t", String(steps), "-i"],
    cover: ["-t", String(steps), "-c"],
  };
  const constraints = file(ground, stage === "induction" ? "induction.smtc" : "base.smtc");
  // Unrolled and without arrays, the question is about plain bits, for which z3 has its fast solver.
  const logic = keepsArrays(design) ? [] : ["--logic", "QF_BV"];
  const common = ["-s", solver, "--unroll", ...logic, "--noprogress", "--smtc", constraints, "--dump-vcd", vcd];
  const ran = await run("yosys-smtbmc", [...common, ...options[stage], file(ground, modelName(stage))], timeout_s);
  writeFileSync(file(ground, `${stage}.log`), ran.output);
  return understand(ran, design, vcd);
}

function understand(ran: Ran, design: Design, vcd: string): Answer {
  const lines = ran.output.split("\n").map((line) => line.replace(/^## +\d+:\d\d:\d\d +/, ""));
  const failed: string[] = [];
  const reached: { path: string; step: number; vcd: string }[] = [];
  let steps = 0;
  let lastStep = 0;
  for (const line of lines) {
    const fails = /^Assert failed in \S+: (\S+)/.exec(line)?.[1];
    if (fails !== undefined) failed.push(fails);
    const cover = /^Reached cover statement at (\S+) in step (\d+)/.exec(line);
    if (cover?.[1] !== undefined) {
      const trace = vcd.replace("%", String(reached.length === 0 ? 0 : traceNumber(lines, line)));
      reached.push({ path: cover[1], step: Number(cover[2]), vcd: trace });
    }
    const step = /^(?:Checking \w+(?: reachability)?|Trying induction) in step (\d+)\.\.$/.exec(line)?.[1];
    if (step === undefined) continue;
    lastStep = Number(step);
    steps = Math.max(steps, lastStep);
  }
  return { status: statusOf(ran, lines, design), steps, lastStep, failed, reached, vcd };
}

/** Points reached in one trace are listed before the line that says where the trace goes. */
function traceNumber(lines: readonly string[], reached: string): number {
  const before = lines.slice(0, lines.indexOf(reached));
  return before.filter((line) => line.startsWith("Writing trace to VCD file")).length;
}

function statusOf(ran: Ran, lines: readonly string[], design: Design): Answer["status"] {
  if (ran.timedOut) return "timeout";
  const status = lines.findLast((line) => line.startsWith("Status: "))?.slice("Status: ".length);
  switch (status) {
    case "PASSED":
      return "passed";
    case "FAILED":
      return "failed";
    case "PREUNSAT":
      return "contradiction";
    default:
      if (/unknown|Unexpected EOF|out of memory/i.test(ran.output)) return "solver";
      throw new ToolFailure(`yosys-smtbmc failed on module "${design.name}":\n${ran.output}`);
  }
}

export function stepsOf(vcd: string): Steps {
  return readSteps(readFileSync(vcd, "utf8"));
}
