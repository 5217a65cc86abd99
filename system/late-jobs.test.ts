// A job whose deadline is past, which is reported, goes on: behind those that are not late, before those without deadlines.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { BUILD } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { buildHeaders } from "../commands/steps/software.ts";
import { bootHeader } from "../kernel/boot-header.ts";
import { createMachine } from "../sim/machine.ts";
import { buildSystem } from "./build.ts";
import { defineProgram, defineSystem, ms, us } from "./index.ts";
import { variable } from "./observe.ts";

const test = suite("late jobs");

const source = (name: string): string => `system/late-jobs/${name}.c`;
const late = defineProgram({ name: "late", sources: [source("late")], needs: { letters: { channel: ["receive"] } } });
const writer = defineProgram({ name: "writer", sources: [source("writer")], needs: { letters: { channel: ["send"] } } });
const busy = defineProgram({ name: "busy", sources: [source("busy")], needs: {} });

const described = defineSystem({
  name: "late-jobs",
  channels: { letters: { words: 1 } },
  tasks: {
    late: {
      program: late, policy: "edf", period: ms(4), deadline: ms(1), wcet: us(100), onOverrun: "report",
      given: { letters: { channel: "letters", rights: ["receive"] } },
    },
    writer: {
      program: writer, policy: "rms", period: ms(0.5), wcet: us(50),
      given: { letters: { channel: "letters", rights: ["send"] } },
    },
    busy: { program: busy, policy: "background" },
  },
});

test("one that waits after its deadline has the processor when what it waited for comes, though others never rest", async () => {
  const built = await buildSystem(described, join(BUILD, "test", "late-jobs"), await buildHeaders());
  const machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  machine.load(bootHeader.address, readFileSync(built.image));
  machine.run(1_500_000);
  const [sent, taken] = [variable(machine, built, "writer", "sent"), variable(machine, built, "late", "taken")];
  machine.free();
  assert.ok(sent >= 40, `${sent} letters`);
  assert.ok(sent - taken <= 1, `${taken} of ${sent} letters`);
});

test.run();
