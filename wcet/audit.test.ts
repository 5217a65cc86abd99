import { suite } from "uvu";
import * as assert from "uvu/assert";

import type { Bound } from "./analyse.ts";
import { auditOf } from "./audit.ts";

const test = suite("the audit");

/** An operation with code at these addresses; it is entered at the first and ends at the last. */
function bound(name: string, bound_cycles: number, addresses: readonly number[]): Bound {
  const [first = 0] = addresses,
    last = addresses.at(-1) ?? 0;
  return {
    operation: { name, address: first, way: "call", number: undefined },
    bound_cycles,
    path_cycles: bound_cycles,
    worst_path: [],
    entry_cycles: 2,
    exits: new Map([[last, 3]]),
    addresses: new Set(addresses),
  };
}

function audited(bounds: readonly Bound[], log: readonly (readonly [eip: number, cycle: number])[]) {
  const audit = auditOf(bounds);
  for (const [eip, cycle] of log) audit.completed(eip, cycle);
  return audit;
}

test("counts from the cause to behind the last instruction", () => {
  const { observations, violations } = audited(
    [bound("one", 20, [100, 101, 102])],
    [
      [99, 5],
      [100, 10],
      [101, 12],
      [102, 20],
      [103, 30],
    ],
  );
  assert.equal([...observations], [["one", { times: 1, cycles_max: 2 + 10 + 3, unfinished: 0 }]]);
  assert.equal(violations, []);
});

test("says what took too long, and the way it went", () => {
  const { violations } = audited(
    [bound("one", 14, [100, 101, 102])],
    [
      [100, 10],
      [101, 12],
      [102, 20],
    ],
  );
  assert.equal(violations, [
    {
      name: "one",
      bound_cycles: 14,
      observed_cycles: 15,
      path: [
        { eip: 100, cycles: 0 },
        { eip: 101, cycles: 2 },
        { eip: 102, cycles: 10 },
      ],
    },
  ]);
});

test("keeps the longest of several runs, and counts across the 32nd bit of the cycles", () => {
  const { observations } = audited(
    [bound("one", 99, [100, 101])],
    [
      [100, 2 ** 32 - 3],
      [101, 4],
      [100, 10],
      [101, 12],
    ],
  );
  assert.equal(observations.get("one"), { times: 2, cycles_max: 12, unfinished: 0 });
});

test("gives up a run that another operation breaks off, and follows that one", () => {
  const { observations } = audited(
    [bound("one", 99, [100, 101]), bound("two", 99, [200, 201])],
    [
      [100, 1],
      [200, 5],
      [201, 7],
      [101, 9],
    ],
  );
  assert.equal(observations.get("one"), { times: 0, cycles_max: 0, unfinished: 1 });
  assert.equal(observations.get("two"), { times: 1, cycles_max: 7, unfinished: 0 });
});

test("tells operations with one entry apart by the code that they go through", () => {
  const calls = [bound("send", 10, [100, 110, 199]), bound("receive", 30, [100, 120, 199])];
  const { observations, violations } = audited(calls, [
    [100, 0],
    [120, 5],
    [199, 20],
    [100, 100],
    [110, 101],
    [199, 120],
  ]);
  assert.is(observations.get("receive")?.cycles_max, 25);
  assert.equal(
    violations.map(({ name, observed_cycles }) => [name, observed_cycles]),
    [["send", 25]],
  );
});

test("forgets what was begun when the machine is set to another state", () => {
  const audit = auditOf([bound("one", 5, [100, 101])]);
  audit.completed(100, 0);
  audit.restart();
  audit.completed(101, 1000);
  assert.equal(audit.violations, []);
});

test("sees an operation of one instruction", () => {
  const { observations } = audited([bound("one", 5, [100])], [[100, 7]]);
  assert.is(observations.get("one")?.cycles_max, 5);
});

test.run();
