// The skid buffer: both directions are cut, and no cycle is lost.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { constant, requireProof, simulate, skidBuffer, waves } from "../index.ts";
import { refuted, withFault } from "./testing.ts";

const test = suite("skid buffer");

test("catches the item that is on its way when the taker stops", () => {
  const sim = simulate(skidBuffer(8));
  sim.reset();
  const shown = waves(sim, ["put_valid", "put_ready", "put_data", "take_valid", "take_ready", "take_data"]);
  const { put, take } = sim.io;
  let next = 0xa0;
  put.valid = 1;
  for (const ready of [1, 1, 0, 0, 1, 1, 1] as const) {
    put.data = next;
    take.ready = ready;
    if (put.ready === 1) next++;
    sim.step();
  }
  assert.is(shown.text(), [
    "put_valid   ----------------------------",
    "put_ready   ------------\\_______/-------",
    "put_data    |a0 |a1 |a2 |a3         |a4 ",
    "take_valid  ____/-----------------------",
    "take_ready  --------\\_______/-----------",
    "take_data   |00 |a0 |a1         |a2 |a3 ",
    "",
  ].map((line) => line.trimEnd()).join("\n"));
});

test("no output follows an input within the cycle", () => {
  const { paths } = skidBuffer(8);
  for (const [output, inputs] of paths) assert.equal([...inputs], [], `${output} follows ${[...inputs].join()}`);
});

test("is proved to lose, double and reorder nothing, and to keep its offer", async () => {
  await requireProof(skidBuffer(3), { depth: 6 });
});

test("one that forgets what it caught is found out", async () => {
  const failed = await refuted(withFault(skidBuffer(3), "spare_valid", () => constant(0, 1)), { depth: 6 });
  assert.ok(failed.includes("stage_accepts_only_what_it_can_hold") || failed.includes("holds_what_it_took"), failed.join());
});

test("one that changes what it passes on is found out", async () => {
  const faulty = withFault(skidBuffer(3), "front_data", (value) => value.not());
  assert.ok((await refuted(faulty, { depth: 6 })).some((name) => /in_order_and_unchanged|keeps_the_item/.test(name)));
});

test.run();
