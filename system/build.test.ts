// Described systems, on the generated hardware: what the description says is what happens.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { BUILD } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { buildHeaders } from "../commands/steps/software.ts";
import pipeline from "../docs/system/pipeline.ts";
import { readElf } from "../kernel/elf.ts";
import { createMachine, type Machine, type Snapshot } from "../sim/machine.ts";
import { buildSystem, type BuiltSystem } from "./build.ts";
import type { SystemDescription } from "./index.ts";
import { runRandomSystems } from "./random-systems.ts";

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

test("random systems that are admitted miss nothing, and no job takes longer than what was proven", async () => {
  const told: string[] = [];
  const { admitted, differences } = await runRandomSystems({ systems: 4, seed: 1, log: (line) => told.push(line) });
  assert.is(differences, 0, told.join("\n"));
  assert.ok(admitted >= 2, `${admitted} of the sets were admitted`);
});

test.run();
