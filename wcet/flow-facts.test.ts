import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { entryWays, recordKinds } from "./flow-facts.ts";

const test = suite("flow facts");
const header = readFileSync(fileURLToPath(new URL("../kernel/freestanding/flow_facts.h", import.meta.url)), "utf8");

const defined = (prefix: string): [name: string, value: number][] =>
  [...header.matchAll(new RegExp(`#define ${prefix}_(\\w+) (\\d+)\\n`, "g"))].map(([, name = "", value]) => [
    name,
    Number(value),
  ]);

test("have the same numbers in C and here", () => {
  assert.equal(
    defined("WCET_KIND"),
    recordKinds.map((kind, index) => [kind.toUpperCase(), index + 1]),
  );
});

test("have the same ways into an operation in C and here", () => {
  const ways = [...defined("WCET_BY"), ...defined("WCET_FROM")];
  assert.equal(
    ways.map(([, value]) => value),
    entryWays.map((_, index) => index),
  );
  assert.equal(
    ways.map(([name]) => name),
    ["CALL", "INTERRUPT", "EXCEPTION_WITH_CODE", "SYSENTER", "SOFTWARE_INTERRUPT", "CALL_GATE", "INSIDE"],
  );
});

test("say a number that C code may use for a call, or that there is none", () => {
  const [, value] = /#define WCET_NO_NUMBER (\w+)/.exec(header) ?? [];
  assert.is(Number(value), 0xffffff);
});

test.run();
