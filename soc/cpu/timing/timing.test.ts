import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  bubblesBetween, decodeAt, deliveryBubbles, deliveryWays, entryBubbles, limits, ownClocks, slowerRows, timingRows,
  timingTable, waysOfInstruction, type Delivery, type Unusual,
} from "../timing.ts";
import { instructions } from "../instructions.ts";
import { coreClocks, publishedClocks, slowerWay } from "./compare.ts";
import { condense } from "./condense.ts";
import { intel486Clocks, taskSwitch486 } from "./intel486.ts";
import { timingPage } from "./page.ts";
import { besides } from "./words.ts";

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

test("tells an instruction's ways apart by words", () => {
  const alike = timingRows.filter(({ ways }) => new Set(ways.map(({ when }) => when.join())).size < ways.length);
  assert.equal(alike.map(({ name, form }) => [name, form]), []);
});

test("condenses ways to remarks that say the same clocks", () => {
  for (const { name, ways } of timingRows) {
    for (const { way, adds } of condense(ways)) {
      const alike = ways.filter(({ when }) =>
        way.when.join() === when.filter((words) => !besides.includes(words)).join());
      assert.ok(adds.length === 0 || alike.length === 2 ** adds.length, name);
      for (const other of adds.length === 0 ? [] : alike) {
        const on_top = adds.filter(({ words }) => other.when.includes(words))
          .reduce((sum, { clocks }) => sum + clocks, 0);
        assert.is(coreClocks(other), coreClocks(way) + on_top, `${name}: ${other.when.join()}`);
      }
    }
  }
});

test("bounds task switches, beside the 486's", () => {
  const { task_switches } = timingTable();
  assert.equal([...new Set(task_switches.map(({ by }) => by))],
    ["JMP ptr16:32", "JMP m16:32", "CALL ptr16:32", "CALL m16:32", "IRET", "exception or interrupt"]);
  for (const one of task_switches) {
    assert.ok(one.clocks_min <= one.clocks_max && one.clocks_min > 0, one.by);
    assert.ok(taskSwitch486(one) !== undefined, one.by);
  }
});

test("has a delivery for each combination of what decides it", () => {
  const handler = code(0x90);
  const kinds: readonly Unusual[] =
    ["gate_of_286", "inner", "virtual_8086", "tss_of_286", "code_unmarked", "stack_unmarked"];
  const clocks = (delivery: Delivery): number => deliveryBubbles(delivery, handler, 0);
  const usual = { in_protected_mode: true, error_code: false };
  for (const error_code of [true, false]) {
    for (let bits = 0; bits < 2 ** kinds.length; bits++) {
      const unusual = Object.fromEntries(kinds.map((kind, i) => [kind, ((bits >> i) & 1) === 1]));
      assert.ok(clocks({ ...usual, error_code, unusual }) >= clocks(usual), JSON.stringify(unusual));
    }
  }
  assert.ok(clocks({ in_protected_mode: false, error_code: false }) < clocks(usual));
  assert.ok(clocks({ ...usual, unusual: { inner: true } }) > clocks(usual));
  const most = Math.max(...deliveryWays().map((way) => way.clocks + way.leaves_bubbles));
  const all = Object.fromEntries(kinds.map((kind) => [kind, true]));
  assert.is(clocks({ ...usual, error_code: true, unusual: all }), most);
});

test("counts parameters of a call gate and rounds of REP from one", () => {
  const [call, repeated] = [code(0x9a, 0, 0, 0, 0, 8, 0), code(0xf3, 0xa4)];
  const inner = waysOfInstruction(call)
    .find(({ outcomes, further_rounds }) =>
      further_rounds !== undefined && outcomes.some(({ check, holds }) => check === "inner" && holds));
  const copies = waysOfInstruction(repeated).find(({ further_rounds }) => further_rounds !== undefined);
  if (inner?.further_rounds === undefined || copies?.further_rounds === undefined) throw new Error("no loop");
  assert.is(ownClocks({ way: inner, rounds: 1, device_clocks: 0 }), inner.clocks);
  assert.is(ownClocks({ way: inner, rounds: 3, device_clocks: 0 }), inner.clocks + 2 * inner.further_rounds.clocks);
  assert.is(ownClocks({ way: copies, rounds: 1, device_clocks: 0 }), copies.clocks);
});

test("charges a device for each round of REP INS", () => {
  const way = waysOfInstruction(code(0xf3, 0x6c)).find(({ further_rounds }) => further_rounds !== undefined);
  if (way === undefined) throw new Error("no loop");
  const clocks = (device_clocks: number): number => ownClocks({ way, rounds: 5, device_clocks });
  assert.is(clocks(3) - clocks(0), 5 * 3);
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
  const way = row?.ways.find(({ when }) => when.includes("level above 1"));
  assert.ok(row !== undefined && way !== undefined);
  if (row === undefined || way === undefined) return;
  // The 486: 20 + 3 n, with n levels above the first.
  assert.is(slowerWay(row, { ...way, clocks: 23, further_round_clocks: 3 }), undefined);
  assert.is(slowerWay(row, { ...way, clocks: 20, further_round_clocks: 5 })?.rounds, 3);
  assert.is(slowerWay(row, { ...way, clocks: 24, further_round_clocks: 3 })?.rounds, 1);
  assert.is(publishedClocks({ fixed: 12, each: 3, once: 13 }, 1), 13);
  assert.is(publishedClocks({ fixed: 12, each: 3, once: 13 }, 2), 18);
  assert.is(publishedClocks({ fixed: 77, each: 4, none: 69 }, 0), 69);
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
