// Designs against each other.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { constant, input, module, mux, NotProved, output, proveEqual, reg, requireEqual, type Bit } from "../index.ts";

const test = suite("equal");

const ports = { bus: { a: input(8), by: input(3) }, turned: { value: output(8), zero: output(1) } } as const;

const rotator = module("rotator", "Rotates left, by a shift of the doubled value.", ports, (m, io) => {
  const { doubled } = m.nets({ doubled: io.bus.a.zext(16).or(io.bus.a.zext(16).shl(8)) });
  const { moved } = m.nets({ moved: doubled.shl(io.bus.by) });
  m.unused(moved.slice(7, 0));
  io.turned.value.value = moved.slice(15, 8);
  io.turned.zero.value = io.bus.a.eq(0);
});

/** One place at a time; `skipped` is a count at which it forgets one. */
function stepwise(name: string, skipped?: number) {
  return module(name, "Rotates left, one place at a time.", ports, (m, io) => {
    const after = m.nets({ step: Array.from({ length: 8 }, () => 8) }).step;
    const stays = (i: number): Bit => (skipped === i ? io.bus.by.le(i) : io.bus.by.lt(i));
    after.forEach((value, i) => {
      const before = after[i - 1];
      if (before === undefined) value.value = io.bus.a;
      else value.value = mux(stays(i), before, before.shl(1).or(before.shr(7)));
    });
    io.turned.value.value = (after[7] ?? io.bus.a).as(8);
    io.turned.zero.value = io.bus.a.any().not();
  });
}

test("two ways to rotate are the same", async () => {
  const proof = await requireEqual(rotator, stepwise("stepwise"));
  assert.equal(proof.assertions.map(({ path }) => path), ["same_turned_value", "same_turned_zero"]);
});

test("a way that forgets a step is not, and the output that differs is named", async () => {
  const { verdict } = await proveEqual(rotator, stepwise("forgetful", 5));
  assert.is(verdict.kind, "counterexample");
  if (verdict.kind !== "counterexample") return;
  assert.equal(verdict.failed.map(({ path }) => path), ["same_turned_value"]);
  const by = verdict.witness.trace.rows.find(({ path }) => path === "bus_by");
  assert.equal(by?.texts, ["5"]);
});

test("designs need only agree where they are asked to", async () => {
  await requireEqual(rotator, stepwise("forgiven", 5), { name: "rotates_others", where: (io) => io.bus.by.ne(5) });
  await requireEqual(rotator, stepwise("forgiven", 5), { name: "rotates_zero", outputs: ["turned_zero"] });
});

const count = (name: string, down: boolean) =>
  module(name, "Counts to five, over and over.", { go: input(1), last: output(1) }, (m, io) => {
    const r = m.regs({ left: reg(3, down ? 5 : 0) });
    m.when(io.go, () => {
      r.left.next = down
        ? mux(r.left.eq(0), constant(5, 3), r.left.sub(1))
        : mux(r.left.eq(5), constant(0, 3), r.left.add(1));
    });
    io.last.value = r.left.eq(down ? 0 : 5);
  });

test("designs with state are compared cycle by cycle", async () => {
  const { verdict } = await proveEqual(count("upward", false), count("downward", true), { depth: 12, induction: false });
  assert.equal(verdict, { kind: "bounded", depth: 12 });
  let error: unknown;
  try {
    await requireEqual(count("upward", false), count("downward", true), { name: "counts_alike", depth: 2 });
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof NotProved && error.message.startsWith('assertion "same_last" is not proved: it holds for 2 cycles'));
});

test.run();
