// A sample of `./atomicos fuzz kernel`.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fuzzKernel } from "./campaign.ts";

const test = suite("random system calls");

const calls = process.env["ATOMICOS_TEST_ALL"] === "1" ? 20_000 : 768;

test("no call does what the caller's capabilities do not allow, takes longer than proven, or is noticed by others", async () => {
  const told: string[] = [];
  const { cases, differences } = await fuzzKernel({ calls, seed: 1, log: (line) => told.push(line) });
  assert.is(differences, 0, told.join("\n"));
  assert.ok(cases >= calls);
});

test.run();
