// A function that overruns its array does not return: the canary above the array is the task's own, and what finds it changed
// is a fault like any other.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { BUILD } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { buildHeaders } from "../commands/steps/software.ts";
import { regionAt } from "../commands/steps/system.ts";
import { bootHeader } from "../kernel/boot-header.ts";
import { readElf } from "../kernel/elf.ts";
import { createMachine } from "../sim/machine.ts";
import { buildSystem } from "./build.ts";
import { defineProgram, defineSystem } from "./index.ts";

const test = suite("canaries");

const careless = defineProgram({
  name: "careless", sources: ["system/canary/careless.c"], needs: { copies: { region: ["read", "write"] } },
});
const doctor = defineProgram({
  name: "doctor", sources: ["system/canary/doctor.c"],
  needs: { faults: { channel: ["receive"] }, reports: { region: ["read", "write"] }, careless: { process: ["restart"] } },
});

const described = defineSystem({
  name: "canary",
  channels: { faults: {} },
  regions: { copies: { bytes: 64 }, reports: { bytes: 128 } },
  tasks: {
    doctor: {
      program: doctor, policy: "background",
      given: {
        faults: { channel: "faults", rights: ["receive"] }, reports: { region: "reports", rights: ["read", "write"] },
        careless: { process: "careless", rights: ["restart"] },
      },
    },
    careless: {
      program: careless, policy: "background", priority: 1, onFault: { tell: "faults" },
      given: { copies: { region: "copies", rights: ["read", "write"] } },
    },
  },
});

const array_words = 4;
const lengths = 7;
const invalidOpcode = 6;
const run_cycles = 1_500_000;

test("a copy that fits comes back, one that does not ends in a fault, and the task goes on when it is restarted", async () => {
  const built = await buildSystem(described, join(BUILD, "test", "canary"), await buildHeaders());
  const machine = createMachine(await buildMachine({ traced: false }));
  try {
    machine.reset();
    machine.load(bootHeader.address, readFileSync(built.image));
    machine.run(run_cycles);
    const base = regionAt(built);
    const words = (name: string, count: number): readonly number[] => {
      const bytes = Buffer.from(machine.read(base(name), 4 * count));
      return Array.from({ length: count }, (_, index) => bytes.readUInt32LE(4 * index));
    };
    const [next, ...returned] = words("copies", 1 + lengths);
    assert.is(next, lengths);
    assert.equal(returned, Array.from({ length: lengths }, (_, length) => (length <= array_words ? 1 : 0)));

    const program = built.programs.find(({ image }) => image.task.name === "careless");
    assert.ok(program);
    const ends = readElf(readFileSync(program.elf), program.elf).symbols.find(({ name }) => name === "__stack_chk_fail");
    assert.ok(ends);
    const overruns = lengths - 1 - array_words;
    const [count = 0, ...reports] = words("reports", 1 + 2 * overruns);
    assert.is(count, overruns);
    for (let report = 0; report < count; report++) {
      const [vector, eip = 0] = reports.slice(2 * report);
      assert.is(vector, invalidOpcode);
      assert.ok(eip >= ends.address && eip < ends.address + ends.bytes, `the fault is at ${eip.toString(16)}`);
    }

    for (const { elf, image: { task } } of built.programs) {
      const file = readElf(readFileSync(elf), elf);
      const at = file.symbols.find(({ name }) => name === "__stack_chk_guard")?.address ?? 0;
      assert.is(Buffer.from(machine.read(at, 4)).readUInt32LE(), task.canary, task.name);
    }
  } finally {
    machine.free();
  }
});

test.run();
