// The WCETs that are "proven": of `<program>_job` in the task's own linked program, by wcet/, with the kernel's time in
// the calls that it makes. A call is an instruction that takes as long as the kernel's operation of that number does at
// most, and leaves the stack as it is and every other register unknown.
import { readFileSync } from "node:fs";

import { boundOf, operationNamed, subjectOf, type Subject } from "../wcet/analyse.ts";
import type { Instruction } from "../wcet/code.ts";
import { atomicosTiming, type MachineTiming } from "../wcet/costs.ts";
import { expand, type Node, type Program } from "../wcet/expand.ts";
import type { Operation } from "../wcet/flow-facts.ts";
import { functionsFrom } from "../wcet/functions.ts";
import { Problem as WcetProblem } from "../wcet/problem.ts";
import { eax, esp, register_count } from "../wcet/values.ts";
import type { Image } from "./layout.ts";
import { inC, type System } from "./model.ts";
import { SystemError } from "./problem.ts";
import type { Proven } from "./resolve.ts";

/** From a job's return to the call of the next: the loop in the main function, which is a jump. */
const loop_cycles = 16;

/** Cycles of the kernel's operation for the call of a number. */
export type CallBounds = (number: number) => Promise<number>;

/** Of every task that asks for it, the longest of its programs' jobs, in cycles. */
export async function proveJobs(
  system: System, programs: readonly { readonly image: Image; readonly elf: string }[], calls: CallBounds,
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
      proven[task.name] = Math.max(
        proven[task.name] ?? 0, loop_cycles + await jobBound(subject, operation, calls),
      );
    } catch (error) {
      if (!(error instanceof WcetProblem)) throw error;
      refuse(`${job} has no bound: ${error.message}`, "bound its loops (kernel/freestanding/flow_facts.h)");
    }
  }
  return proven;
}

/** The kernel's proven bounds, each found when it is first asked for. */
export function callBoundsOf(kernelElf: string): CallBounds {
  const subject = subjectOf(readFileSync(kernelElf), kernelElf);
  const known = new Map<number, Promise<number>>();
  return async (number) => {
    const operation = subject.operations.find((each) => each.way === "sysenter" && each.number === number);
    if (operation === undefined) throw new Error(`${kernelElf} has no operation for call ${number}`);
    const bound = known.get(number) ?? boundOf(operation, subject).then(({ bound_cycles }) => bound_cycles);
    known.set(number, bound);
    return bound;
  };
}

async function jobBound(subject: Subject, operation: Operation, calls: CallBounds): Promise<number> {
  const program = withCalls(subject, operation);
  const numbers = new Set(expand(operation, program).nodes.filter(isCall).map(numberOf));
  const bounds = new Map(await Promise.all([...numbers].map(async (number) => [number, await calls(number)] as const)));
  const machine: MachineTiming = {
    ...atomicosTiming, call_clocks: (node) => (isCall(node) ? bounds.get(numberOf(node)) ?? 0 : 0),
  };
  const { bound_cycles } = await boundOf(operation, { ...subject, program }, machine);
  return bound_cycles;
}

const isCall = ({ instruction }: Node): boolean => instruction.mnemonic === "sysenter";

const callNumberMask = 0xff;

function numberOf({ state, instruction }: Node): number {
  const value = state.registers[eax];
  if (value?.kind !== "constant") {
    throw new WcetProblem("call to where the analysis cannot see", [instruction.address], "the call's number is not known");
  }
  return value.value & callNumberMask;
}

/** The program, with calls that come back. */
function withCalls({ program, roots }: Subject, { address }: Operation): Program {
  const others = Array.from({ length: register_count }, (_, register) => register).filter((register) => register !== esp);
  const code = (at: number): Instruction => {
    const instruction = program.code(at);
    return instruction.mnemonic === "sysenter" ? { ...instruction, flow: "next", written: others, memory: [] } : instruction;
  };
  return { ...program, code, functions: functionsFrom([...roots, address], code, program.facts) };
}
