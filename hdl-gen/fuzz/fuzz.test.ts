// A short campaign whose seeds never change. `fuzzHdl` goes on where this ends.
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { caseOfSeed, compareBatch } from "./campaign.ts";
import { firstDifference, runHere } from "./compare.ts";

const test = suite("fuzz");

test("the simulator, Icarus and Verilator agree on random designs, and neither Verilator nor Yosys has complaints", () => {
  assert.equal(compareBatch(1, 10, join("build", "hdl-fuzz-test")), []);
});

test("the same seed gives the same design and inputs", () => {
  assert.equal(runHere(caseOfSeed(3)), runHere(caseOfSeed(3)));
});

test("a single wrong bit is found and named", () => {
  const c = caseOfSeed(4);
  const ours = runHere(c);
  const lowest = c.design.signals.findLast((s) => s.kind === "output")?.label;
  const theirs = ours.map((line, i) => (i === 7 ? (BigInt(`0x${line}`) ^ 1n).toString(16).padStart(line.length, "0") : line));
  const said = firstDifference(c, ours, theirs, "Icarus");
  assert.is(said, `d4, cycle 7: Icarus says ${theirs[7]}, hdl-gen says ${ours[7]}; outputs ${lowest}`);
});

test("a run that stops early is a difference", () => {
  const c = caseOfSeed(4);
  const ours = runHere(c);
  assert.match(firstDifference(c, ours, ours.slice(0, 5), "Verilator") ?? "", "Verilator says undefined");
});

test.run();
