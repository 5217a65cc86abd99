import { input, module, output, reg, verilog } from "#hdl-gen";
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { netNames } from "./names.ts";

const test = suite("names of nets");

// A counter in a wrapper, as hdl-gen writes them: the expectations below are about this file's own lines.
const adder = module("adder", "", { a: input(8), sum: output(8) }, (_, io) => {
  io.sum.value = io.a.add(1);
});
const ports = { enable: input(1), value: output(8), word: output(8) };
const counter = module("counter", "", ports, (m, io) => {
  const { count, documented } = m.regs({ count: reg(8), documented: reg(8, 0, "what it holds") });
  const next = m.instance("next", adder, { a: count });
  const { both } = m.nets({ both: count.xor(next.sum) });
  m.when(io.enable, () => {
    count.next = next.sum;
    documented.next = both;
  });
  const store = m.memory("store", { width: 8, depth: 16 });
  const address = count.slice(3, 0);
  io.word.value = store.port("store_word", { address, enable: io.enable, write: io.enable, data: both });
  io.value.value = documented;
});

const top = module("around", "", { value: output(8), word: output(8) }, (m, io) => {
  const unit = m.instance("unit", counter, { enable: 1 });
  io.value.value = unit.value;
  io.word.value = unit.word;
});
const names = netNames(verilog(top), "around");

const here = "fpga/names.test.ts";
const source = readFileSync(fromRoot(here), "utf8");
const lineOf = (statement: string): string => {
  const at = source.indexOf(statement);
  assert.ok(at >= 0, statement);
  return `${here}:${source.slice(0, at).split("\n").length}`;
};

test("a register leads to the statement that sets it, not to its reset", () => {
  assert.equal(names.find("unit.count[3]"), {
    name: "unit.count[3]", relation: "itself", source: lineOf("count.next = next.sum"),
  });
});

test("a register with a description of its own still has a line", () => {
  assert.is(names.find("unit.documented")?.source, lineOf("documented.next = both"));
});

test("the inputs of the cells that drive a net are on the way to it", () => {
  const expected = { name: "unit.both", relation: "toward", source: lineOf("const { both }") };
  assert.equal(names.find("unit.both_LUT4_Z_3_B[2]"), expected);
  assert.equal(names.find("unit.both_CCU2C_S0_COUT"), expected);
  assert.equal(names.find("unit.both_L6MUX21_Z_1_D0_PFUMX_Z_ALUT"), expected);
});

test("what only depends on a net is near it", () => {
  assert.is(names.find("unit.both_LUT4_A_Z[1]")?.relation, "near");
  assert.is(names.find("unit.both_LUT4_Z_B_LUT4_A_Z")?.relation, "near");
});

test("the flip-flop that drives a net is called as the net", () => {
  assert.equal(names.find("unit.count_TRELLIS_FF_Q_5"), {
    name: "unit.count", relation: "itself", source: lineOf("count.next = next.sum"),
  });
});

test("a name that only begins alike is not taken for another", () => {
  assert.is(names.find("unit.counting"), undefined);
  assert.is(names.find("unit.count_down"), undefined);
});

test("an instance's output leads to the statement inside the instance", () => {
  assert.is(names.find("unit.next_sum[0]")?.source, lineOf("io.sum.value = "));
  assert.is(names.find("unit.next.sum[0]")?.source, lineOf("io.sum.value = "));
});

test("a module's input leads to the statement that drives it outside", () => {
  assert.is(names.find("unit.next.a[7]")?.source, lineOf("count.next = next.sum"));
});

test("a block RAM's output leads to the port that reads", () => {
  assert.is(names.find("unit.store_word[7]")?.source, lineOf("io.word.value = store.port"));
  assert.is(names.find("unit.store.0.0_DOA3")?.name, "unit.store");
  assert.is(names.find("unit.store.0.0_DOA3")?.relation, "itself");
});

test("a net in which nothing is the author's has no name", () => {
  assert.is(names.find("$abc$3121$n17"), undefined);
  assert.is(names.find("unit.$procmux$12_Y"), undefined);
});

test.run();
