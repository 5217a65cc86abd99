// Random systems, on the generated hardware: what admission lets through keeps every deadline, and no job takes longer than
// was proven of it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import { BUILD, ROOT } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { buildHeaders } from "../commands/steps/software.ts";
import { bootHeader } from "../kernel/boot-header.ts";
import { createMachine } from "../sim/machine.ts";
import { seeded } from "./admission/random-sets.ts";
import { buildSystem, type BuiltSystem } from "./build.ts";
import type { Overheads } from "./description.ts";
import { hardwareTasks } from "./hardware-jobs.ts";
import { defineProgram, defineSystem, SystemError, type SystemDescription } from "./index.ts";
import { variable } from "./observe.ts";

const folder = join(BUILD, "test", "systems");

/** Generous: what counts here is that nothing that is admitted fails. */
const overheads: Overheads = { release: 600, switch: 300, call: 300, interrupt: 400, kernel: 1000 };

/** A task that counts its jobs, each of so many rounds. A deadline missed or a budget overrun ends it. */
function counting(name: string, rounds: number) {
  mkdirSync(join(folder, "sources"), { recursive: true });
  const source = join(folder, "sources", `${name}.c`);
  writeFileSync(source, `#include "${name}_system.h"
#include "flow_facts.h"

void ${name}_main(void);
void ${name}_job(void);

static volatile uint32_t jobs;

__attribute__((noinline)) void ${name}_job(void) {
  static volatile uint32_t work;
  BOUNDED_LOOP(${rounds}, for (uint32_t i = 0; i < ${rounds}; i++)) {
    work += i;
  }
  jobs++;
  next_period();
}

void ${name}_main(void) {
  FOREVER {
    ${name}_job();
  }
}
`);
  return defineProgram({ name, sources: [relative(ROOT, source)], needs: {} });
}

/** Roughly; what a job really takes is proven. */
const cyclesOfRound = 9;

function randomSystem(name: string, seed: number): SystemDescription {
  const random = seeded(seed);
  const tasks = Array.from({ length: 4 }, (_, index) => {
    const inHardware = random() < 0.3;
    const scheduled = inHardware ? "by hardware" as const : "by the kernel" as const;
    const period = Math.floor((inHardware ? 4_000 : 60_000) * 8 ** random());
    const rounds = Math.max(1, Math.floor((period * (0.02 + (inHardware ? 0.08 : 0.2) * random())) / cyclesOfRound));
    const policy = random() < 0.5 ? "edf" as const : "rms" as const;
    // What the start takes, and the kernel's call at the end.
    const more_cycles = inHardware ? 300 : 6000;
    return [`t${index}`, {
      program: counting(`t${index}`, rounds), policy, scheduled, period, deadline: Math.floor(period * (0.5 + 0.5 * random())),
      wcet: "proven" as const, budget: Math.ceil(1.3 * rounds * cyclesOfRound + more_cycles), onMiss: "stop task" as const, onOverrun: "stop task" as const,
    }] as const;
  });
  return defineSystem({ name, machine: { overheads }, tasks: Object.fromEntries(tasks) });
}

/** From here on, and for so long, the jobs are counted. */
const [from_cycles, counted_cycles] = [1_000_000, 1_000_000];

interface Options {
  /** Until so many systems were described, or so long. */
  readonly systems?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly log: (line: string) => void;
}

export interface SystemsFound {
  readonly cases: number;
  readonly admitted: number;
  readonly differences: number;
}

export async function runRandomSystems({ systems = Infinity, seconds = Infinity, seed, log }: Options): Promise<SystemsFound> {
  const machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  const atReset = machine.save();
  const until_ms = performance.now() + 1000 * seconds;
  let [cases, admitted, withHardware, differences] = [0, 0, 0, 0];
  for (; cases < systems && performance.now() < until_ms; cases++) {
    // oxlint-disable-next-line no-await-in-loop -- one machine
    const system = await builtOrRefused(`random-${cases + 1}`, seed + cases);
    if (system === undefined) continue;
    admitted++;
    if (hardwareTasks(system.system).length > 0) withHardware++;
    atReset.restore();
    machine.load(bootHeader.address, readFileSync(system.image));
    const jobs = (): number[] => system.system.tasks.map(({ name }) => variable(machine, system, name, "jobs"));
    machine.run(from_cycles);
    const before = jobs();
    machine.run(counted_cycles);
    for (const [index, after] of jobs().entries()) {
      const { name, period } = system.system.tasks[index] ?? { name: "", period: 1 };
      const counted = after - (before[index] ?? 0);
      if (Math.abs(counted - counted_cycles / period) <= 1) continue;
      differences++;
      log(`seed ${seed + cases}: ${name} had ${counted} jobs in ${counted_cycles} cycles, and its period is ${period}`);
    }
  }
  log(`${admitted} of ${cases} random systems were admitted, ${withHardware} with tasks that hardware schedules`);
  atReset.free();
  machine.free();
  return { cases, admitted, differences };
}

async function builtOrRefused(name: string, seed: number): Promise<BuiltSystem | undefined> {
  try {
    return await buildSystem(randomSystem(name, seed), join(folder, name), await buildHeaders());
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
