// Encodings that fault: the core against the host processor, vector and address, and nothing changed.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildBare } from "./bare/build.ts";
import { cpuVerilog } from "./bare/verilog.ts";
import { runCases } from "./batch.ts";
import { compare } from "./compare.ts";
import { coreExecutor } from "./core.ts";
import { handwritten } from "./handwritten.ts";
import { hostExecutor } from "./host.ts";
import { slot, slotAddresses } from "./layout.ts";
import { littleEndian, type Case } from "./program.ts";
import { report } from "./report.ts";

const test = suite("faulting encodings");
const host = await hostExecutor();
const core = await coreExecutor(await buildBare(cpuVerilog()));
const slots = slotAddresses({ low: false });

/** "F0 90" → bytes; "data" stands for the address of the case's data. */
function bytesOf(text: string, slot_address: number): number[] {
  return text
    .split(" ")
    .flatMap((token) => (token === "data" ? littleEndian(slot_address + slot.data, 4) : [parseInt(token, 16)]));
}

const invalid_opcodes = [
  "0f 0b",
  "0f b9 c0",
  "0f ff c0",
  "0f 0a",
  "0f 0c",
  "0f 24 c0",
  "0f 26 c0",
  "0f a6 c0",
  "0f 3b",
  "0f 3f",
  ...[2, 3, 4, 5, 6, 7].map((digit) => `fe ${(0xc0 | (digit << 3)).toString(16)}`),
  "ff f8",
  "ff 3d data",
  ...[1, 2, 3, 4, 5, 6].flatMap((digit) => {
    const modrm = (0xc0 | (digit << 3)).toString(16);
    return [`c6 ${modrm} 00`, `c7 ${modrm} 00 00 00 00`];
  }),
  ...[0, 1, 2, 3].map((digit) => `0f ba ${(0xc0 | (digit << 3)).toString(16)} 01`),
];

const register_forms = ["8d c0", "0f c7 c8", "0f b2 c0", "0f b4 c0", "0f b5 c0"];

const segment_registers = ["8e c8", "8e f0", "8e f8", "8e 0d data", "8c f0", "8c f8"];

const locked = [
  "f0 90",
  "f0 88 05 data",
  "f0 8b 05 data",
  "f0 01 c0",
  "f0 03 05 data",
  "f0 39 05 data",
  "f0 84 05 data",
  "f0 40",
  "f0 50",
  "f0 a4",
  "f0 0f a3 05 data",
  "f0 0f ba 25 data 01",
  "f0 8d 05 data",
  "f0 d1 25 data",
  "f0 ff 35 data",
  "f0 87 c0",
  "f0 0f b1 c0",
  "f0 0f af 05 data",
  "f0 f7 25 data",
  "f0 9c",
  "f0 66 90",
  "66 f0 01 c0",
];

/** No instruction is longer than 15 bytes. */
const too_long = [
  `${"66 ".repeat(15)}90`,
  `${"3e ".repeat(14)}01 c0`,
  `${"f3 ".repeat(15)}a4`,
  `${"26 ".repeat(5)}${"66 ".repeat(5)}67 81 80 00 00 00 00`,
];
const just_short_enough = [
  `${"66 ".repeat(14)}90`,
  `${"3e ".repeat(13)}01 c0`,
  `${"36 ".repeat(5)}81 05 data 01 00 00 00`,
];

const protection = [
  "2e c7 05 data 01 00 00 00", // code segments are not writable
  "2e a3 data",
  "2e fe 05 data",
  "2e 87 05 data",
  "31 c0 8e c0 26 a1 data", // a null selector can be loaded, not used
  "31 c0 8e d8 a1 data",
  "31 c0 8e e0 64 89 1d data",
  "31 c0 8e c0 bf data aa",
  "31 c0 8e d8 b9 00 00 00 00 be data f3 a4 90",
];

/** Each alone in its slot; a difference is shown with the code. */
async function equalOnBoth(texts: readonly string[], vector: number | undefined): Promise<void> {
  const cases: Case[] = texts.map((text, index) => {
    const at = slots[index % slots.length] ?? 0;
    return handwritten(text, at, bytesOf(text, at));
  });
  const [expected, actual] = await Promise.all([runCases(host, cases), runCases(core, cases)]);
  const failures: string[] = [];
  cases.forEach((one, index) => {
    const [there, here] = [expected[index], actual[index]];
    assert.ok(there !== undefined && here !== undefined);
    if (vector !== undefined) assert.is(there.kind === "ended" && there.vector, vector, `${one.name} on the host`);
    const differences = compare(one, there, here);
    const text = differences.length === 0 ? "" : report({ test: one, expected: there, actual: here, differences });
    failures.push(...(text === "" ? [] : [text]));
  });
  assert.is(failures.join("\n\n"), "");
}

test("opcodes that mean nothing", async () => equalOnBoth(invalid_opcodes, 6));
test("register forms of instructions that need memory", async () => equalOnBoth(register_forms, 6));
test("segment registers that do not exist, and CS as a destination", async () => equalOnBoth(segment_registers, 6));
test("LOCK where nothing can be locked", async () => equalOnBoth(locked, 6));
test("more than 15 bytes", async () => equalOnBoth(too_long, 13));
test("exactly 15 bytes do not fault", async () => equalOnBoth(just_short_enough, undefined));
test("what the segments forbid", async () => equalOnBoth(protection, undefined));

test.after(() => {
  host.close();
  core.close();
});

test.run();
