// The kernel's capabilities, compiled for the host, beside the model, over random sequences of operations.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import koffi from "koffi";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { type CapabilityModel, capabilityModel } from "./capability-model.ts";
import { writeSystemCalls } from "./system-calls-in-c.ts";

const test = suite("capabilities");

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const folder = join(ROOT, "build", "test", "capabilities");
const runs = 1000;
const operations_max = 120;

/** As native/library.c has it. */
const [CHANNEL, REGION, PROCESS, LOCK] = [1, 2, 4, 8];
const initial = [
  { slots: 6, given: [given(CHANNEL, 7, 0xff), given(REGION, 3, 0x3f), given(PROCESS, 9, 0xf0)] },
  { slots: 8, given: [given(CHANNEL, 1, 0x0f), given(REGION, 300, 0xff)] },
  { slots: 4, given: [given(LOCK, 0, 0x01)] },
];

function given(object: number, index: number, rights: number): { object: number; index: number; rights: number } {
  return { object, index, rights };
}

/** What both have. */
type Tried = Omit<CapabilityModel, "held">;

interface Native extends Tried {
  setUp(): void;
}

const numbers = (count: number): string => Array.from({ length: count }, () => "uint32_t").join(", ");

function native(): Native {
  const { include } = writeSystemCalls(folder);
  const library = join(folder, "capabilities.so");
  execFileSync("gcc", [
    "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-fsanitize-undefined-trap-on-error",
    "-fsanitize=undefined", "-Ikernel/native", `-I${include}`, "-Ikernel",
    "kernel/native/library.c", "kernel/capability.c", "-o", library,
  ], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  const loaded = koffi.load(library);
  const take = (name: string, count: number): (...args: number[]) => number =>
    loaded.func(`int32_t native_${name}(${count === 0 ? "void" : numbers(count)})`);
  return {
    setUp: take("set_up", 0),
    give: take("give", 1),
    check: take("check", 4),
    copy: take("copy", 5),
    move: take("move", 5),
    revoke: take("revoke", 2),
    discard: take("discard", 2),
  };
}

type Operation = readonly [name: keyof Tried, ...args: number[]];

const table = fc.nat(2);
/** The last ones are beyond some tables, or all. */
const slot = fc.oneof({ weight: 6, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(8) });
const rights = fc.oneof(fc.constant(0xff), fc.nat(0xff));
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constant("copy" as const), table, slot, table, slot, rights) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("move" as const), table, slot, table, slot, rights) },
  { weight: 6, arbitrary: fc.tuple(fc.constant("check" as const), table, slot, fc.constantFrom(CHANNEL, REGION, PROCESS, LOCK), fc.nat(0x3f)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("revoke" as const), table, slot) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("discard" as const), table, slot) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("give" as const), table) },
);

function apply(to: Tried, [name, ...args]: Operation): number | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = args;
  switch (name) {
    case "copy":
    case "move":
      return to[name](a, b, c, d, e);
    case "check":
      return to.check(a, b, c, d);
    case "revoke":
    case "discard":
      return to[name](a, b);
    case "give":
      to.give(a);
      return undefined;
  }
}

/** What every slot refers to, after the operations. */
function everything(of: Tried): number[] {
  return initial.flatMap(({ slots }, at) => Array.from({ length: slots }, (_, index) =>
    [CHANNEL, REGION, PROCESS, LOCK].map((object) => of.check(at, index, object, 0))).flat());
}

test(`the kernel's capabilities answer as the model does, over ${runs} sequences`, () => {
  const kernel = native();
  let copied = 0;
  let stale = 0;
  fc.assert(fc.property(fc.array(operation, { minLength: operations_max / 2, maxLength: operations_max, size: "max" }), (operations) => {
    kernel.setUp();
    const model = capabilityModel(initial);
    for (const one of operations) {
      const expected = apply(model, one);
      const answer = apply(kernel, one);
      if (expected !== undefined) assert.is(answer, expected, JSON.stringify(one));
      if (one[0] === "copy" && expected === 0) copied++;
    }
    const all = everything(model);
    assert.equal(everything(kernel), all);
    stale += all.filter((answer) => answer === -5).length;
  }), { numRuns: runs });
  assert.ok(copied > runs && stale > runs, `${copied} copies, ${stale} void ones`);
});

test("a slot can be reused for ever, and nothing of before comes back", () => {
  const kernel = native();
  kernel.setUp();
  for (let round = 0; round < 70_000; round++) {
    assert.is(kernel.copy(0, 0, 1, 5, 0xff), 0);
    assert.is(kernel.revoke(0, 0), 0);
    if (round % 4096 === 0) assert.is(kernel.check(1, 5, CHANNEL, 0), -5);
  }
});

test.run();
