// Arbiters: who goes when, that nobody waits longer than said, and that slots feel nothing of each other.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  constant, fixedArbiter, HdlError, requireProof, roundRobinArbiter, simulate, slotArbiter, type ArbiterPorts, type Design,
} from "../index.ts";
import { refuted, withFault } from "./testing.ts";

const test = suite("arbiters");

/** The grants, cycle by cycle, for these requests; every grant is used up. */
function grants(design: Design<ArbiterPorts>, requests: readonly number[]): number[] {
  const sim = simulate(design);
  sim.reset();
  sim.io.advance = 1;
  return requests.map((now) => {
    sim.io.requests = now;
    const given = Number(sim.io.grants);
    sim.step();
    return given;
  });
}
const times = (count: number, requests: number): number[] => Array<number>(count).fill(requests);

test("by fixed priority the lowest bit goes first", () => {
  assert.equal(grants(fixedArbiter(4), [0b1111, 0b1100, 0b1000, 0, 0b1010]), [0b0001, 0b0100, 0b1000, 0, 0b0010]);
});

test("round robin lets everybody go in turn", () => {
  assert.equal(grants(roundRobinArbiter(3), times(5, 0b111)), [0b001, 0b010, 0b100, 0b001, 0b010]);
  assert.equal(grants(roundRobinArbiter(4), times(4, 0b1010)), [0b0010, 0b1000, 0b0010, 0b1000]);
});

test("a grant that is not used up stays", () => {
  const sim = simulate(roundRobinArbiter(3));
  sim.reset();
  sim.io.requests = 0b110;
  sim.step(3);
  assert.is(sim.io.grants, 0b010);
});

test("in time division the owner of the slot may go, nobody else", () => {
  const design = slotArbiter("slots_0102", 3, { slots: [0, 1, 0, 2], slot_cycles: 2 });
  assert.equal(grants(design, times(9, 0b111)), [1, 1, 2, 2, 1, 1, 4, 4, 1]);
  assert.equal(grants(design, times(9, 0b101)), [1, 1, 0, 0, 1, 1, 4, 4, 1]);
});

test("what one requester gets in time division does not depend on the others", () => {
  const { paths, name } = slotArbiter("slots_01", 2, { slots: [0, 1], slot_cycles: 1 });
  assert.is(name, "slots_01");
  assert.equal([...(paths.get("grants") ?? [])], ["requests"]);
  const design = slotArbiter("slots_012", 3, { slots: [0, 1, 2], slot_cycles: 1 });
  for (const others of [0, 0b010, 0b100, 0b110]) {
    assert.equal(grants(design, times(7, 0b001 | others)).map((g) => g & 1), [1, 0, 0, 1, 0, 0, 1]);
  }
});

test("a slot of nobody's is refused", () => {
  assert.throws(
    () => slotArbiter("slots_03", 3, { slots: [0, 3], slot_cycles: 1 }),
    (error: unknown) => error instanceof HdlError && error.code === "library-parameter",
  );
});

test("fixed priority is proved", async () => {
  await requireProof(fixedArbiter(6));
});
test("round robin is proved to pass nobody by more than once", async () => {
  await requireProof(roundRobinArbiter(5), { depth: 4 });
});
test("time division is proved", async () => {
  await requireProof(slotArbiter("slots_0", 3, { slots: [0, 1, 2, 0], slot_cycles: 2 }), { depth: 10 });
});

test("a round robin that forgets who went last is found out", async () => {
  const failed = await refuted(withFault(roundRobinArbiter(4), "after_last", () => constant(0, 4)), { depth: 6 });
  assert.ok(failed.some((name) => /passe[sd]_by/.test(name)), failed.join());
});

test("a fixed arbiter that grants two at once is found out", async () => {
  assert.ok((await refuted(withFault(fixedArbiter(4), "grants", (value) => value.or(1)), {})).length > 0);
});

test("a slot without its owner is found out", async () => {
  const slots = slotArbiter("slots_lost", 3, { slots: [0, 1, 2], slot_cycles: 1 });
  assert.equal(await refuted(withFault(slots, "owner", (value) => value.shl(1)), { depth: 4 }), ["each_slot_has_one_owner"]);
});

test.run();
