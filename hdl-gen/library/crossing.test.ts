// Crossings between two clocks of any ratio and phase, simulated with edges in random order and proved for every order.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  asyncFifo, asyncFifoModel, constant, handshake, handshakeModel, HdlError, pulseCrossing, pulseCrossingModel, requireProof,
  resetSynchronizer, simulate,
} from "../index.ts";
import { refuted, withFault } from "./testing.ts";

const test = suite("crossings");

/** Numbers from 0 up to 1 that are the same in every run (Park and Miller's generator). */
function* chances(): Generator<number, never> {
  for (let state = 1; ; state = (state * 48_271) % 0x7fff_ffff) yield state / 0x7fff_ffff;
}

/** Ticks of two clocks, `ratio` of the first to one of the second on average, sometimes both at once. */
function ticks(names: readonly [string, string], ratio: number, count: number): readonly (readonly string[])[] {
  const random = chances();
  return Array.from({ length: count }, () => {
    const first = random.next().value < ratio / (1 + ratio);
    const both = random.next().value < 0.1;
    return both ? names : [first ? names[0] : names[1]];
  });
}

interface Stream {
  readonly io: {
    readonly put: { valid: number; data: number; readonly ready: number };
    readonly take: { ready: number; readonly valid: number; readonly data: number };
  };
  readonly tick: (...clocks: readonly string[]) => unknown;
}

/** Puts 0, 1, 2 …, whenever there is room, takes whenever something comes; gives what came. */
function carry(sim: Stream, from: string, into: string, ratio: number): number[] {
  const { io } = sim;
  const taken: number[] = [];
  let next = 0;
  io.put.valid = 1;
  io.take.ready = 1;
  for (const names of ticks([from, into], ratio, 2000)) {
    io.put.data = next & 0xff;
    const enters = names.includes(from) && io.put.ready === 1;
    if (names.includes(into) && io.take.valid === 1) taken.push(io.take.data);
    sim.tick(...names);
    if (enters) next++;
  }
  assert.ok(next - taken.length <= 16 && next >= taken.length, `${next} entered, ${taken.length} left`);
  return taken;
}
const inOrder = (count: number): number[] => Array.from({ length: count }, (_, i) => i & 0xff);

for (const ratio of [0.1, 0.7, 1, 1.5, 12]) {
  for (const storage of ["distributed", "block"] as const) {
    test(`an asynchronous FIFO in ${storage} keeps the order at a clock ratio of ${ratio}`, () => {
      const sim = simulate(asyncFifo(8, 16, { storage }));
      sim.reset();
      const taken = carry(sim, "write", "read", ratio);
      assert.ok(taken.length > 100);
      assert.equal(taken, inOrder(taken.length));
    });
  }
  test(`a handshake keeps the order at a clock ratio of ${ratio}`, () => {
    const sim = simulate(handshake(8));
    sim.reset();
    const taken = carry(sim, "from", "into", ratio);
    assert.ok(taken.length > 20);
    assert.equal(taken, inOrder(taken.length));
  });
}

test("an asynchronous FIFO fills while nobody reads, and refuses what is too much", () => {
  const sim = simulate(asyncFifo(8, 4));
  sim.reset();
  sim.io.put.valid = 1;
  for (let i = 0; i < 4; i++) {
    assert.is(sim.io.put.ready, 1);
    sim.tick("write");
  }
  assert.is(sim.io.put.ready, 0);
  assert.is(sim.io.take.valid, 0, "the reader's clock has not ticked");
  sim.tick("read").tick("read");
  assert.is(sim.io.take.valid, 1);
});

test("each pulse arrives once", () => {
  const sim = simulate(pulseCrossing());
  sim.reset();
  let arrived = 0;
  for (let pulse = 0; pulse < 20; pulse++) {
    sim.io.pulse = 1;
    sim.tick("from");
    sim.io.pulse = 0;
    for (let i = 0; i < 3 + (pulse % 3); i++) {
      arrived += sim.io.arrived;
      sim.tick("into");
      if (i % 2 === 0) sim.tick("from");
    }
  }
  assert.is(arrived, 20);
});

test("a synchronised reset ends with the second edge", () => {
  const sim = simulate(resetSynchronizer());
  sim.reset();
  assert.is(sim.io.reset, 1);
  assert.is(sim.tick("raw").io.reset, 1);
  assert.is(sim.tick("raw").io.reset, 0);
});

for (const storage of ["distributed", "block"] as const) {
  test(`an asynchronous FIFO in ${storage} is proved for every order of edges`, async () => {
    await requireProof(asyncFifoModel(2, 4, { storage }), { depth: 8 });
  });
}
test("a handshake is proved for every order of edges", async () => {
  await requireProof(handshakeModel(3), { depth: 8 });
});
test("a pulse crossing is proved for every order of edges", async () => {
  await requireProof(pulseCrossingModel(), { depth: 8 });
});

test("an asynchronous FIFO that is never full is found out", async () => {
  const failed = await refuted(withFault(asyncFifoModel(2, 4), "full", () => constant(0, 1)), { depth: 8 });
  assert.ok(failed.includes("never_holds_more_than_it_can"), failed.join());
});

test("an asynchronous FIFO that sends its place in binary is found out, and so is one that sees it wrong", async () => {
  const binary = withFault(asyncFifoModel(2, 4), "tail_gray_then", (value) => value.xor(value.shr(1)));
  assert.ok((await refuted(binary, { depth: 8 })).length > 0);
  const wrong = withFault(asyncFifoModel(2, 4), "tail_seen_stage_1", (value) => value.not());
  assert.ok((await refuted(wrong, { depth: 8 })).length > 0);
});

test("a handshake that takes the next item too early is found out", async () => {
  assert.ok((await refuted(withFault(handshakeModel(3), "idle", () => constant(1, 1)), { depth: 8 })).length > 0);
});

test("a pulse crossing that remembers nothing is found out", async () => {
  assert.ok((await refuted(withFault(pulseCrossingModel(), "last", () => constant(0, 1)), { depth: 8 })).length > 0);
});

test("a depth that is no power of two is refused: its Gray code would not be one", () => {
  assert.throws(() => asyncFifo(8, 12), (error: unknown) => error instanceof HdlError && error.code === "library-parameter");
});

test.run();
