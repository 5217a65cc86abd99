// The core against states captured from an 80286.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { createComparison, report, type Result } from "./compare.ts";
import { differences } from "./differences.ts";
import { pack, readForms, unpack } from "./states.ts";

const test = suite("states captured from an 80286");

const all = process.env["ATOMICOS_TEST_ALL"] === "1";
/** Without --all, one case in so many: another one in each form. */
const one_in = all ? 1 : 16;
const shown_max = 5;

const forms = readForms();
const compare = createComparison();
const results: Result[] = [];

test("every instruction form leaves the registers, flags and memory that silicon left", () => {
  forms.forEach((form, row) => {
    const cases = form.cases.filter((_, i) => i % one_in === row % one_in);
    results.push(...cases.map((one) => compare(form, one)));
  });
  const wrong = results.filter(({ mismatches }) => mismatches.length > 0);
  const oneOfEach = [...new Map(wrong.map((result) => [result.form.name, result])).values()];
  const names = oneOfEach.map(({ form }) => form.name).join(" ");
  console.log(`${results.length} cases of ${forms.length} forms`);
  assert.is(wrong.length, 0, [`in ${names}`, ...oneOfEach.slice(0, shown_max).map(report)].join("\n"));
});

test("no difference between the processors is listed that is not met", () => {
  if (!all) return; // a sample does not meet them all
  const met = new Set(results.flatMap(({ expected_otherwise }) => expected_otherwise));
  assert.equal(differences.map(({ name }) => name).filter((name) => !met.has(name)), []);
});

test("a wrong byte, register or flag is found", () => {
  const form = forms.find(({ name }) => name === "01"); // ADD
  const one = form?.cases.find(({ after }) => after.memory.size === 2);
  if (form === undefined || one === undefined) throw new Error("no addition to memory");
  const [[address, byte] = [0, 0]] = one.after.memory;
  const { registers } = one.after;
  const spoiled = [
    { ...one.after, memory: new Map([...one.after.memory, [address, byte ^ 1]]) },
    { ...one.after, registers: { ...registers, bp: registers.bp ^ 0x8000 } },
    { ...one.after, registers: { ...registers, flags: registers.flags ^ 0x10 } },
  ];
  assert.equal(compare(form, one).mismatches, []);
  assert.equal(spoiled.map((after) => compare(form, { ...one, after }).mismatches.length), [1, 1, 1]);
});

test("the file holds what was put into it", () => {
  const some = forms.slice(0, 3);
  assert.equal(unpack(pack("a test", some)), some);
});

test.run();
