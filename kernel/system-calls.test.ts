import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { capabilityTypes, rights, systemCalls } from "./system-calls.ts";
import { SYSTEM_CALLS_PAGE, systemCallsPage } from "./system-calls-page.ts";

const test = suite("system calls");

test("the page is up to date (npx tsx kernel/system-calls-page.ts)", () => {
  assert.fixture(readFileSync(SYSTEM_CALLS_PAGE, "utf8"), systemCallsPage());
});

test("a call's number fits into the byte that it has, and what it gives and takes into the registers", () => {
  assert.ok(systemCalls.length < 256);
  for (const call of systemCalls) {
    assert.ok(call.arguments.length <= 4 && call.results.length <= 4, call.name);
    assert.is(systemCalls[call.number], call);
  }
});

test("rights and kinds of objects have the numbers of the kernel's tables", () => {
  const tables = readFileSync(new URL("system_tables.h", import.meta.url), "utf8");
  const bits = [...tables.matchAll(/RIGHT_(\w+) = 1 << (\d+)/g)].map(([, name = "", bit]) => [name.toLowerCase(), Number(bit)]);
  assert.equal(bits, rights.map((right, bit) => [right, bit]));
  const kinds = [...tables.matchAll(/^ {2}OBJECT_(\w+),$/gm)].map(([, name = ""]) => name.toLowerCase());
  assert.equal(kinds, ["none", ...capabilityTypes]);
});

test.run();
