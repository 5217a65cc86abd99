// The FIFO in each kind of storage: what it does, what is proved of it, and that the proofs would notice.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { constant, fifo, HdlError, requireProof, simulate, waves, type FifoStorage } from "../index.ts";
import { refuted, withFault } from "./testing.ts";

const test = suite("FIFO");
const storages: readonly FifoStorage[] = ["registers", "distributed", "block"];

/** Puts 0, 1, 2 … and takes, each when a pattern says so; gives what was taken, with the cycle. */
function exchange(storage: FifoStorage, depth: number, puts: (cycle: number) => boolean, takes: (cycle: number) => boolean) {
  const sim = simulate(fifo(16, depth, { storage }));
  const { put, take } = sim.io;
  sim.reset();
  const taken: { readonly item: number; readonly cycle: number }[] = [];
  let next = 0;
  for (let cycle = 0; cycle < 200; cycle++) {
    put.valid = puts(cycle) ? 1 : 0;
    put.data = next;
    take.ready = takes(cycle) ? 1 : 0;
    if (put.valid === 1 && put.ready === 1) next++;
    if (take.valid === 1 && take.ready === 1) taken.push({ item: take.data, cycle });
    sim.step();
  }
  return { taken, put: next, held: sim.io.count };
}

for (const storage of storages) {
  for (const depth of [2, 3, 4, 7]) {
    test(`in ${storage}, ${depth} deep, items come out in order, whoever waits`, () => {
      for (const [puts, takes] of [[1, 1], [1, 3], [3, 1], [2, 5], [5, 2]] as const) {
        const { taken, put, held } = exchange(storage, depth, (c) => c % puts === 0, (c) => c % takes === takes - 1);
        assert.equal(taken.map(({ item }) => item), taken.map((_, i) => i));
        assert.is(put - taken.length, held);
      }
    });
  }

  test(`in ${storage}, an item moves in every cycle once the first has come through`, () => {
    const latency = storage === "block" ? 2 : 1;
    const { taken } = exchange(storage, 4, () => true, () => true);
    assert.equal(taken.map(({ cycle }) => cycle), Array.from({ length: 200 - latency }, (_, i) => i + latency));
  });

  test(`in ${storage}, it is proved to lose, double and reorder nothing`, async () => {
    await requireProof(fifo(2, 3, { storage }), { depth: 6 });
  });
}

test("fills, refuses, and offers the oldest until it is taken", () => {
  const sim = simulate(fifo(8, 2));
  sim.reset();
  const shown = waves(sim, ["put_valid", "put_ready", "put_data", "take_valid", "take_ready", "take_data", "count"]);
  const { put, take } = sim.io;
  for (const [valid, data, ready] of [
    [1, 0xa1, 0], [1, 0xa2, 0], [1, 0xa3, 0], [1, 0xa3, 1], [1, 0xa3, 1], [0, 0, 1], [0, 0, 1],
  ] as const) {
    put.valid = valid;
    put.data = data;
    take.ready = ready;
    sim.step();
  }
  assert.is(shown.text(), [
    "put_valid   --------------------\\_______",
    "put_ready   --------\\_______/-----------",
    "put_data    |a1 |a2 |a3         |00",
    "take_valid  ____/-------------------\\___",
    "take_ready  ____________/---------------",
    "take_data   |00 |a1         |a2 |a3 |a2",
    "count       |0  |1  |2      |1      |0",
    "",
  ].join("\n"));
});

test("one that forgets to look whether it is full is found out", async () => {
  const failed = await refuted(withFault(fifo(2, 3), "full", () => constant(0, 1)), { depth: 6 });
  assert.ok(failed.includes("queue_accepts_only_what_it_can_hold"), failed.join());
});

test("one that does not move on after giving an item is found out", async () => {
  const failed = await refuted(withFault(fifo(2, 4), "head", (value) => value.and(1)), { depth: 8 });
  assert.ok(failed.length > 0);
});

test("one in block RAM that offers what is only being written is found out", async () => {
  const part = fifo(2, 4, { storage: "block" });
  const failed = await refuted(withFault(part, "offered", () => constant(1, 1)), { depth: 6 });
  assert.ok(failed.some((name) => name.startsWith("offers_")), failed.join());
});

test("a FIFO of one item is refused", () => {
  assert.throws(() => fifo(8, 1), (error: unknown) => error instanceof HdlError && error.code === "library-parameter");
});

test.run();
