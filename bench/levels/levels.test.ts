import { suite } from "uvu";
import * as assert from "uvu/assert";

import { clocksBetween, clocksSpoiled, decodeAt, deliveryBubbles, ownClocks, waysOfInstruction } from "../../soc/cpu/timing.ts";
import { delivery } from "./delivery.ts";
import { countOf, distribution, extent } from "./distribution.ts";
import { image_first } from "./image.ts";
import { handler_address, measureInterrupts } from "./interrupts.ts";
import { measureSyscall } from "./syscall.ts";

const test = suite("calls and interrupts between rings");

const executed = (code: readonly number[]) => {
  const decoded = decodeAt(Uint8Array.from(code), 0);
  // A jump is forward and not taken.
  const ways = waysOfInstruction(decoded).filter(({ predicted }) => predicted !== true);
  const way = ways.find(({ outcomes }) => outcomes.every(({ holds }) => !holds));
  if (way === undefined) throw new Error("an instruction that does not go straight on");
  return { decoded, way, rounds: 1, device_clocks: 0 };
};

test("an empty distribution has no extent, and the median is of all samples", () => {
  assert.throws(() => extent(distribution([])), /nothing was measured/);
  assert.equal(extent(distribution([9, 1, 1, 1, 5])), { min: 1, median: 1, max: 9 });
  assert.is(countOf(distribution([1, 1, 2])), 3);
});

test("a null call takes what the timing table says, and one more if it returns unaligned", async () => {
  const { call, prepared_call } = await measureSyscall();
  const path = [[0x0f, 0x34], [0x83, 0xf8, 1], [0x73, 3], [0xfb], [0x0f, 0x35], [0x90]].map(executed);
  // All begin at a multiple of four: the shortest there is.
  const clocks = path.slice(1).reduce((sum, later, i) => {
    const earlier = path[i];
    return earlier === undefined ? sum : sum + clocksBetween(earlier, later, 0);
  }, ownClocks(path[0] ?? executed([0x90])));
  assert.equal([...call.keys()].toSorted((a, b) => a - b), [clocks, clocks + 1]);
  assert.equal([...prepared_call.keys()].toSorted((a, b) => a - b), [clocks + 2, clocks + 3]);
});

test("an interrupt that waits for nothing takes its delivery, the handler's instruction, and a clock but in a division", async () => {
  const { of, image } = await measureInterrupts({ interrupts: 1500 });
  const handler = decodeAt(image, handler_address - image_first);
  const rings = [[false, [of.compiled_0, of.rare_0]], [true, [of.compiled_3, of.rare_3]]] as const;
  for (const [inner, parts] of rings) {
    const usual = { in_protected_mode: true, error_code: false, unusual: { inner } };
    const bubbles = deliveryBubbles(usual, handler, handler_address);
    assert.is(delivery({ inner }).clocks, bubbles);
    for (const { clocks, longest } of parts) {
      assert.is(extent(clocks).min, bubbles + 1);
      assert.ok((clocks.get(1 + bubbles + 1) ?? 0) > (clocks.get(bubbles + 1) ?? 0));
      assert.is(extent(clocks).max, longest.clocks);
    }
  }
});

/** Until a step is in execute, with its clock: three bubbles behind a far transfer, one for a long instruction. */
const step_waits_max = 5;

test("no interrupt waits longer than the timing table says that the instruction goes on", async () => {
  const { samples, image } = await measureInterrupts({ interrupts: 4000, seed: 3 });
  const handler = decodeAt(image, handler_address - image_first);
  const goes_on = (eip: number): number =>
    Math.max(1, ...waysOfInstruction(decodeAt(image, eip - image_first)).map(clocksSpoiled));
  const behind = (eip: number): number => eip + decodeAt(image, eip - image_first).bytes;
  const nameAt = (eip: number): string => decodeAt(image, eip - image_first).row?.name ?? "";
  // An interrupt before INT, or in its delivery, is not told from one in the ring that INT leads to.
  const told = samples.filter(({ before, waited_for }) => !nameAt(behind(waited_for.at(-1) ?? before)).startsWith("INT"));
  for (const { clocks, inner, before, waited_for } of told) {
    const usual = { in_protected_mode: true, error_code: false, unusual: { inner } };
    const waits = clocks - (deliveryBubbles(usual, handler, handler_address) + 1);
    // Between two rounds of REP nothing has been completed.
    const next = behind(before);
    const under_way = waited_for.length === 0 && nameAt(next).startsWith("REP") ? [next] : waited_for;
    const waits_max = under_way.reduce((sum, eip) => sum + goes_on(eip), step_waits_max);
    assert.ok(waits >= 0 && waits <= waits_max, `${waits} clocks behind ${before.toString(16)}, at most ${waits_max}`);
  }
  assert.ok(told.some(({ waited_for }) => waited_for.some((eip) => goes_on(eip) > step_waits_max)));
});

test("what interrupts is the same in every run of a seed, and another of another seed", async () => {
  const first = await measureInterrupts({ interrupts: 300, seed: 1 });
  assert.equal(await measureInterrupts({ interrupts: 300, seed: 1 }), first);
  assert.not.equal((await measureInterrupts({ interrupts: 300, seed: 2 })).of, first.of);
});

test.run();
