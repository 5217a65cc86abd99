// The harness tested by itself: the host processor against the host processor with a fault planted in what it returns.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { runCases, type Executor, type Outcome } from "./batch.ts";
import { compareBatch, directedBatches } from "./campaign.ts";
import { escaped } from "./compare.ts";
import { flag } from "./flags.ts";
import { forms } from "./forms.ts";
import { directedCase, randomCase, selected } from "./generate.ts";
import { handwritten } from "./handwritten.ts";
import { hostExecutor } from "./host.ts";
import { slot, slotAddresses, table, word } from "./layout.ts";
import { minimise } from "./minimise.ts";
import { analyseFlags, flatten, place, type Case, type Code, type Piece } from "./program.ts";
import { report } from "./report.ts";

const test = suite("the differential harness");
const host = await hostExecutor();
const slots = slotAddresses({ low: host.low });
const everything = selected({ level: 686, without: [] });
const high_slot = table.first_high + slot.bytes;

const sequences = (count: number, from: number): Case[] =>
  slots.slice(0, count).map((at, index) => randomCase(from + index, at, everything, 25));

function directed(id: string, index = 0): Case {
  const form = forms.find((one) => one.id === id);
  assert.ok(form, `no form ${id}`);
  const made = directedCase(form, index, high_slot);
  assert.ok(made);
  return made;
}

/** The same executor, with the memory it returns changed. */
function planted(change: (memory: DataView, at: number, test: Case) => void, cases: readonly Case[]): Executor {
  return {
    ...host,
    name: "planted fault",
    run: async (memory) => {
      const result = Uint8Array.from(await host.run(memory));
      const view = new DataView(result.buffer);
      for (const one of cases) change(view, one.slot - table.first, one);
      return result;
    },
  };
}

/** What a fault at one place in a slot makes of a case that has no differences otherwise. */
async function differencesWith(at: number, flip: number, one: Case): Promise<string[]> {
  const faulty = planted(
    (memory, base) => {
      memory.setUint32(base + at, memory.getUint32(base + at, true) ^ flip, true);
    },
    [one],
  );
  const [result] = await compareBatch(host, faulty, [one]);
  return result?.differences.map(({ what }) => what) ?? [];
}

const containsDaa = ({ pieces }: Case) =>
  flatten(pieces).some((item) => item.kind === "code" && item.form?.row.name === "daa");

const withFlags = (effect: Partial<Code["flags"]>): Code => ({
  kind: "code",
  bytes: [0x90],
  form: undefined,
  flags: { reads: 0, defined: 0, undefined: 0, ...effect },
  fault_undefined: 0,
});

const straight = (one: Code): Piece => ({ kind: "straight", before: [one], body: [], after: [] });

async function outcomeOf(one: Case): Promise<Outcome> {
  const [outcome] = await runCases(host, [one]);
  assert.ok(outcome);
  return outcome;
}

test("running the same cases twice gives no difference", async () => {
  const cases = sequences(200, 1);
  for (const { differences, test: one } of await compareBatch(host, host, cases))
    assert.equal(differences, [], one.name);
});

test("no case leaves its own memory", async () => {
  const { batches } = directedBatches(forms, 1, host.low);
  for (const batch of [...batches, sequences(200, 1000), sequences(200, 2000)]) {
    const outcomes = await runCases(host, batch);
    outcomes.forEach((outcome, index) => {
      const one = batch[index];
      assert.ok(one !== undefined && !escaped(outcome), one?.name);
      const placed = place(one);
      if (outcome.kind !== "ended" || placed === undefined) return;
      const code_now = outcome.memory.subarray(one.code_offset, one.code_offset + placed.bytes.length);
      assert.equal([...code_now], [...placed.bytes], `${one.name} wrote into code`);
    });
  }
});

test("a wrong register is found", async () => {
  const one = directed("clc (f8)");
  assert.equal(await differencesWith(slot.output + 4 * 6, 1, one), ["esi"]);
});

test("a wrong flag is found", async () => {
  assert.equal(await differencesWith(slot.output + 4 * word.eflags, flag.a, directed("add r32,r32 (01 /r)")), [
    "flags of odszapc",
  ]);
});

test("a flag that the manuals leave undefined is not compared", async () => {
  assert.equal(await differencesWith(slot.output + 4 * word.eflags, flag.a, directed("and r32,r32 (21 /r)")), []);
});

test("a wrong byte of memory is found", async () => {
  const one = directed("clc (f8)");
  assert.equal(await differencesWith(slot.data + 0x10, 0x80, one), [
    `memory ${(one.slot + slot.data + 0x10).toString(16)}`,
  ]);
});

test("another vector, or the right one at another address, is found", async () => {
  const one = directed("ud2 (0f 0b)");
  assert.equal(await differencesWith(slot.output + 4 * word.vector, 6 ^ 13, one), ["end"]);
  assert.equal(await differencesWith(slot.output + 4 * word.eip, 1, one), ["eip"]);
});

test("below the stack pointer a fault's frame is not compared, and anything else is", async () => {
  const one = directed("ud2 (0f 0b)");
  const below = (distance: number) => (one.registers[4] ?? 0) - one.slot - distance;
  assert.equal(await differencesWith(below(16), 0xff, one), []);
  assert.is((await differencesWith(below(20), 0xff, one)).length, 1);
  assert.is((await differencesWith(below(16), 0xff, directed("clc (f8)"))).length, 1);
});

test("a case that never ends is stopped, and those after it run", async () => {
  const endless = handwritten("endless", high_slot, [0xeb, 0xfe]);
  const after = randomCase(1, high_slot + slot.bytes, everything, 5);
  const outcomes = await runCases(host, [endless, after]);
  assert.equal(
    outcomes.map(({ kind }) => kind),
    ["runaway", "ended"],
  );
});

test("faults are reported with vector and address", async () => {
  const first = high_slot + slot.code;
  const cases = [
    { name: "div ecx", code: [0xf7, 0xf1], vector: 0, eip: first },
    { name: "int3, a trap", code: [0xcc], vector: 3, eip: first + 1 },
    { name: "ud2", code: [0xf9, 0x90, 0x0f, 0x0b], vector: 6, eip: first + 2 },
    { name: "mov eax,[0C0000000h]", code: [0xa1, 0, 0, 0, 0xc0], vector: 14, eip: first },
    { name: "cli", code: [0xfa], vector: 13, eip: first },
  ];
  for (const { name, code, vector, eip } of cases) {
    const outcome = await outcomeOf(handwritten(name, high_slot, code, { registers: { 1: 0 } }));
    assert.is(outcome.kind, "ended");
    if (outcome.kind === "ended") assert.equal([outcome.vector, outcome.eip], [vector, eip], name);
  }
});

test("a case that loads segment registers does not disturb the next one", async () => {
  const loads = forms.filter(({ row }) => row.shape === "load_segment" || row.shape === "load_far");
  const { batches } = directedBatches(loads, 4, host.low);
  for (const batch of batches)
    for (const outcome of await runCases(host, batch)) assert.is(outcome.kind === "ended" && outcome.vector, undefined);
});

test("a difference shrinks to the instruction that causes it", async () => {
  const one = sequences(200, 5000).find(containsDaa);
  assert.ok(one !== undefined && flatten(one.pieces).length > 5);
  // The planted fault: if DAA's opcode is in the code, EDI comes out wrong.
  const code_first = one.slot - table.first + slot.code;
  const edi = one.slot - table.first + slot.output + 4 * 7;
  const faulty: Executor = {
    ...host,
    run: async (memory) => {
      const result = Uint8Array.from(await host.run(memory));
      if (memory.subarray(code_first, code_first + slot.code_bytes).includes(0x27))
        result[edi] = (result[edi] ?? 0) ^ 1;
      return result;
    },
  };
  const [found] = await compareBatch(host, faulty, [one]);
  assert.ok(found);
  const least = await minimise(host, faulty, found);
  assert.ok(flatten(least.test.pieces).length <= 2, report(least));
  assert.match(report(least), /daa[\s\S]*edi: expected/);
});

test("what a piece leaves undefined is undefined after it on every path", () => {
  const spoil = straight(withFlags({ undefined: flag.z }));
  const define = straight(withFlags({ defined: flag.z }));
  const read = straight(withFlags({ reads: flag.z }));
  assert.is(analyseFlags([spoil, define, read]).reads_undefined, undefined);
  assert.ok(analyseFlags([spoil, { kind: "skip", before: [], body: [define], after: [] }, read]).reads_undefined);
  assert.is(
    analyseFlags([spoil, { kind: "call", before: [], body: [define], after: [] }, read]).reads_undefined,
    undefined,
  );
  assert.ok(analyseFlags([{ kind: "loop", before: [], body: [read, spoil], after: [] }]).reads_undefined);
});

test.after(() => {
  host.close();
});

test.run();
