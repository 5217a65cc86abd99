// Described systems, on the generated hardware: what the description says is what happens.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { BUILD, ROOT } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { buildHeaders } from "../commands/steps/software.ts";
import pipeline from "../docs/system/pipeline.ts";
import { readElf } from "../kernel/elf.ts";
import { createMachine, type Machine, type Snapshot } from "../sim/machine.ts";
import { seeded } from "./admission/random-sets.ts";
import { buildSystem, type BuiltSystem } from "./build.ts";
import { defineProgram, defineSystem, SystemError, type SystemDescription } from "./index.ts";
import type { Overheads } from "./description.ts";

const test = suite("systems on the SoC");
const folder = join(BUILD, "test", "systems");

let machine: Machine;
let atReset: Snapshot;

test.before(async () => {
  machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  atReset = machine.save();
});

async function built(described: SystemDescription): Promise<BuiltSystem> {
  return buildSystem(described, join(folder, described.system.name), await buildHeaders());
}

/** From reset on, as a loader leaves it. */
function start({ elf }: BuiltSystem): void {
  atReset.restore();
  for (const { address, bytes } of readElf(readFileSync(elf), elf).segments) {
    if (bytes.length > 0) machine.load(address, bytes);
  }
}

/** A variable of a task's program. */
function variable({ programs }: BuiltSystem, task: string, name: string): number {
  const program = programs.find(({ image }) => image.task.name === task);
  const symbol = readElf(readFileSync(program?.elf ?? ""), task).symbols.find((each) => each.name === name);
  if (symbol === undefined) throw new Error(`${task} has no ${name}`);
  return Buffer.from(machine.read(symbol.address, 4)).readInt32LE();
}

/** Programs are linked where the kernel does not look for its own. */
test("each part of the image is either written or executed, and programs are behind the kernel", async () => {
  const system = await built(pipeline);
  const { segments, symbols } = readElf(readFileSync(system.elf), system.elf);
  assert.not(segments.some(({ writable, executable }) => writable && executable));
  const end = symbols.find(({ name }) => name === "image_end")?.address ?? 0;
  for (const [index, { code, constants }] of system.placement.images.entries()) {
    const sizes = system.programs[index]?.image.sizes;
    assert.ok(code + (sizes?.code ?? 0) <= constants && constants + (sizes?.constants ?? 0) <= end);
  }
});

test("the manual's example runs: a sample each millisecond, smoothed with the weight that the keeper sets", async () => {
  const system = await built(pipeline);
  start(system);
  machine.run(1_500_000);
  const before = variable(system, "sampler", "count");
  machine.run(500_000);
  const [count, smooth] = [variable(system, "sampler", "count"), variable(system, "filter", "smooth")];
  assert.ok(Math.abs(count - before - 20) <= 1, `${count - before} samples in 20 ms`);
  assert.ok(smooth > 0 && smooth < count, `${smooth} after ${count}`);
  const table = system.placement.regions[0] ?? 0;
  assert.is(Buffer.from(machine.read(table, 4)).readUInt32LE(), 3);
});

/** Generous: what counts here is that nothing that is admitted fails. */
const overheads: Overheads = { release: 600, switch: 300, call: 300, interrupt: 400, kernel: 700 };

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
    const period = Math.floor(40_000 * 8 ** random());
    const rounds = Math.max(1, Math.floor((period * (0.02 + 0.25 * random())) / cyclesOfRound));
    const policy = random() < 0.5 ? "edf" as const : "rms" as const;
    return [`t${index}`, {
      program: counting(`t${index}`, rounds), policy, period, deadline: Math.floor(period * (0.5 + 0.5 * random())),
      wcet: "proven" as const, budget: Math.ceil(1.3 * rounds * cyclesOfRound + 6000), onMiss: "stop task" as const, onOverrun: "stop task" as const,
    }] as const;
  });
  return defineSystem({ name, machine: { overheads }, tasks: Object.fromEntries(tasks) });
}

test("random systems that are admitted miss nothing, and no job takes longer than what was proven", async () => {
  let admitted = 0;
  for (let seed = 1; seed <= 6; seed++) {
    let system: BuiltSystem;
    try {
      // oxlint-disable-next-line no-await-in-loop -- one machine
      system = await built(randomSystem(`random-${seed}`, seed));
    } catch (error) {
      if (error instanceof SystemError) continue;
      throw error;
    }
    admitted++;
    start(system);
    const [from, cycles] = [1_000_000, 1_000_000];
    machine.run(from);
    const before = system.system.tasks.map(({ name }) => variable(system, name, "jobs"));
    machine.run(cycles);
    for (const [index, { name, period }] of system.system.tasks.entries()) {
      const jobs = variable(system, name, "jobs") - (before[index] ?? 0);
      assert.ok(Math.abs(jobs - cycles / period) <= 1, `${system.system.name}, ${name}: ${jobs} jobs, period ${period}`);
    }
  }
  assert.ok(admitted >= 2, `${admitted} of the sets were admitted`);
});

test.run();
