// Every example is built, and prints on the generated hardware what its page shows.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { buildFirmware } from "../commands/steps/software.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { bootHeader } from "../kernel/boot-header.ts";
import { createMachine, type Machine, type Snapshot } from "../sim/machine.ts";
import { serialLine } from "../sim/serial-line.ts";
import { writeHeaders } from "../soc/headers.ts";
import { buildSystem } from "../system/build.ts";
import type { SystemDescription } from "../system/index.ts";

const test = suite("examples");

const wait_cycles_max = 20e6;
const folder = fromRoot("build", "tests", "examples");
const examples = readdirSync(fromRoot("examples")).filter((name) => /^\d\d-/u.test(name)).toSorted();

/** Behind the kernel's own line. */
const BEGINNING = / cycles\r\n/u;

let machine: Machine;
let atReset: Snapshot;
test.before(async () => {
  writeHeaders(join(folder, "include"));
  await buildFirmware();
  machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  atReset = machine.save();
});
test.after(() => {
  atReset.free();
  machine.free();
});

const described = async (name: string): Promise<SystemDescription> => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a description's module exports
  const module = (await import(`./${name}/system.ts`)) as { default: SystemDescription };
  return module.default;
};

for (const name of examples) {
  test(`${name} prints what its page shows`, async () => {
    const page = readFileSync(fromRoot("examples", name, "README.md"), "utf8");
    const shown = /^```\n(?<text>[^]*?)^```/mu.exec(page)?.groups?.["text"] ?? "";
    assert.ok(shown.length > 0, "the page shows nothing");
    const { image } = await buildSystem(await described(name), join(folder, name), join(folder, "include"));
    atReset.restore();
    machine.load(bootHeader.address, readFileSync(image));
    const lines = shown.trimEnd().split("\n");
    const heard = await serialLine(machine, wait_cycles_max).waitFor(`${lines.at(-1) ?? ""}\r\n`);
    assert.is(heard.split(BEGINNING).slice(1).join("").replaceAll("\r", ""), shown);
  });
}

test.run();
