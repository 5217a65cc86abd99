import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  bubblesBetween, decodeAt, entryBubbles, limits, slowerRows, timingRows, timingTable, waysOfInstruction,
} from "../timing.ts";
import { instructions } from "../instructions.ts";
import { publishedClocks, slowerWay } from "./compare.ts";
import { intel486Clocks } from "./intel486.ts";
import { timingPage } from "./page.ts";

const test = suite("the timing table");
const code = (...bytes: number[]) => decodeAt(Uint8Array.from(bytes), 0);

/** Bubbles between two instructions, the first on its way that `when` tells from others. */
function between(first: readonly number[], second: readonly number[], address = 0): number {
  const decoded = code(...first);
  const [way] = waysOfInstruction(decoded);
  if (way === undefined) throw new Error("no way");
  return bubblesBetween({ decoded, way }, code(...second), address);
}

test("docs/timing.md is up to date (npx tsx soc/cpu/timing/page.ts)", () => {
  assert.is(readFileSync(fileURLToPath(new URL("../../../docs/timing.md", import.meta.url)), "utf8"), timingPage());
});

test("has every instruction, each with a way at least", () => {
  const names = new Set(timingRows.map(({ name }) => name));
  assert.equal(instructions.filter(({ name }) => !names.has(name)), []);
  assert.equal(timingRows.filter(({ ways }) => ways.length === 0), []);
});

test("has the 486's count beside every way, or says that the 486 has no such instruction", () => {
  const without = timingRows.flatMap((row) => row.ways
    .filter((way) => intel486Clocks(row, way.when) === undefined)
    .map((way) => [row.name, row.form, ...way.when].join(" ")));
  assert.equal(without, []);
});

test("is exported as JSON without loss", () => {
  const table: unknown = timingTable();
  assert.equal(JSON.parse(JSON.stringify(table)), table);
});

test("keeps the limits for calls, returns, branches, products, loads and stores", () => {
  assert.equal(limits().filter(({ clocks, clocks_max }) => clocks > clocks_max), []);
});

test("finds a row slower in any number of rounds", () => {
  const row = timingRows.find(({ name }) => name === "ENTER");
  const way = row?.ways.find(({ when }) => when.includes("level not 0"));
  assert.ok(row !== undefined && way !== undefined);
  if (row === undefined || way === undefined) return;
  // The 486: 17 for one level, 17 + 3 n for more.
  assert.is(slowerWay(row, { ...way, clocks: 17, further_round_clocks: 3 }), undefined);
  assert.is(slowerWay(row, { ...way, clocks: 17, further_round_clocks: 5 })?.rounds, 3);
  assert.is(slowerWay(row, { ...way, clocks: 18, further_round_clocks: 3 })?.rounds, 1);
  assert.is(publishedClocks({ fixed: 12, each: 3, once: 13 }, 1), 13);
  assert.is(publishedClocks({ fixed: 12, each: 3, once: 13 }, 2), 18);
  assert.ok(slowerRows().every(({ clocks, intel486 }) => clocks > intel486));
});

test("charges prefixes and long instructions, once at a jump's target", () => {
  assert.is(entryBubbles({ prefixes: 0, length: 8 }, undefined), 0);
  assert.is(entryBubbles({ prefixes: 0, length: 9 }, undefined), 1);
  assert.is(entryBubbles({ prefixes: 2, length: 1 }, undefined), 2);
  assert.is(entryBubbles({ prefixes: 0, length: 6 }, 0x1002), 0);
  assert.is(entryBubbles({ prefixes: 0, length: 6 }, 0x1003), 1);
  assert.is(entryBubbles({ prefixes: 0, length: 9 }, 0x1003), 1);
  assert.is(entryBubbles({ prefixes: 1, length: 8 }, 0x1003), 1);
});

test("charges an address register just written, parts of it included, and a load behind a store", () => {
  const load = [0x8b, 0x03]; // mov eax, [ebx]
  assert.is(between([0x89, 0xcb], load), 1, "mov ebx, ecx");
  assert.is(between([0x88, 0xcf], load), 1, "mov bh, cl");
  assert.is(between([0x39, 0xcb], load), 0, "cmp ebx, ecx");
  assert.is(between([0x89, 0x0b], load), 1, "mov [ebx], ecx");
  assert.is(between([0x50], [0x58]), 1, "push eax; pop eax");
  assert.is(between([0x50], [0x50]), 0, "push eax; push eax");
  assert.is(between([0x5c], [0x50]), 1, "pop esp; push eax");
  assert.is(between([0x89, 0xcb], [0x3e, ...load]), 1, "a prefix takes the interlock's place");
});

test.run();
