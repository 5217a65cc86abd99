// The core in the PC against Bochs: a sample of every group, or with `./atomicos test --all` everything.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { hasBochs } from "./bochs.ts";
import { type Core, createCore } from "./core.ts";
import { minimise, report, runPrograms } from "./fuzz.ts";
import { groups } from "./groups.ts";
import { randomProgram } from "./random.ts";
import { runGroup } from "./suite.ts";

const test = suite("the system level equals Bochs");

const all = process.env["ATOMICOS_TEST_ALL"] === "1";
/** A prime, so that the sample does not keep step with the loops that make the cases. */
const every = all ? 1 : 29;
const programs = all ? 2000 : 12;
const programs_at_once = 20;
const shown_max = 3;

let core: Core;
test.before(async () => {
  core = await createCore();
});
test.after(() => core.free());

if (!hasBochs) console.log("skipped: bochs is not installed (Debian: bochs, bochs-term)");
const check = (claim: string, body: () => Promise<void>): void =>
  hasBochs ? test(claim, body) : test.skip(claim, body);

for (const group of groups) {
  check(group.claim, async () => {
    const { outcomes, problems } = await runGroup(group, { bochs: true, core }, (_, index) => index % every === 0);
    const different = outcomes.filter(({ differences }) => differences.length > 0);
    const shown = different
      .slice(0, shown_max)
      .map(({ one, differences }) => [one.name, one.code, ...differences].join("\n  "));
    assert.is([...problems, ...shown].join("\n"), "");
  });
}

check("random tables, and random instructions on them, leave the same", async () => {
  for (let seed = 1; seed <= programs; seed += programs_at_once) {
    const batch = Array.from({ length: Math.min(programs_at_once, programs + 1 - seed) }, (_, index) =>
      randomProgram(seed + index),
    );
    const [first] = await runPrograms(batch, core);
    if (first !== undefined) assert.unreachable(report(await minimise(first, core)));
  }
});

test.run();
