// Numbers and sets of one, tried with every value.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  atMostOne, constant, fromGray, fromOneHot, input, isOneHot, lowestIndex, lowestSet, module, output, priorityEncoder,
  requireProof, simulate, toGray, toOneHot,
} from "../index.ts";
import { refuted, withFault } from "./testing.ts";

const test = suite("one-hot, priority and Gray code");

const ports = {
  members: input(6), index: input(3),
  one_hot: output(6), number: output(3), lowest: output(6), lowest_index: output(3),
  at_most_one: output(1), exactly_one: output(1),
  gray: output(6), binary: output(6),
};
const conversions = module("conversions", "Every conversion.", ports, (m, io) => {
  io.one_hot.value = toOneHot(io.index, 6);
  io.number.value = fromOneHot(io.members).as(3);
  io.lowest.value = lowestSet(io.members);
  io.lowest_index.value = lowestIndex(io.members).as(3);
  io.at_most_one.value = atMostOne(io.members);
  io.exactly_one.value = isOneHot(io.members);
  io.gray.value = toGray(io.members);
  io.binary.value = fromGray(io.gray);
  m.assert("gray_code_and_back_is_nothing", io.binary.eq(io.members));
});

test("every conversion agrees with arithmetic", () => {
  const { io } = simulate(conversions);
  for (let index = 0; index < 8; index++) {
    io.index = index;
    assert.is(io.one_hot, index < 6 ? 1 << index : 0);
  }
  for (let set = 0; set < 64; set++) {
    io.members = set;
    const numbers = [0, 1, 2, 3, 4, 5].filter((i) => ((set >> i) & 1) === 1);
    assert.is(io.number, numbers.reduce((all, i) => all | i, 0));
    assert.is(io.lowest, set & -set);
    assert.is(io.lowest_index, numbers[0] ?? 5);
    assert.is(io.at_most_one, numbers.length <= 1 ? 1 : 0);
    assert.is(io.exactly_one, numbers.length === 1 ? 1 : 0);
    assert.is(io.gray, set ^ (set >> 1));
    assert.is(io.binary, set);
  }
});

test("the priority encoder gives the lowest", () => {
  const { io } = simulate(priorityEncoder(5));
  for (let set = 0; set < 32; set++) {
    io.requests = set;
    assert.is(io.any, set === 0 ? 0 : 1);
    if (set !== 0) assert.is(io.index, Math.log2(set & -set));
  }
});

test("Gray code there and back is proved to change nothing", async () => {
  await requireProof(conversions);
});
test("the priority encoder is proved", async () => {
  await requireProof(priorityEncoder(9));
});

test("a priority encoder that gives the highest is found out", async () => {
  const failed = await refuted(withFault(priorityEncoder(4), "lowest", () => constant(3, 2)), {});
  assert.ok(failed.length > 0);
});

test.run();
