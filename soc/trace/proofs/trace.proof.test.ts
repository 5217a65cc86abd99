// What is proved of the trace unit's parts, and that the proofs would notice.
import { constant, requireProof } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { refuted, withFault } from "../../../hdl-gen/library/testing.ts";
import { framer } from "../framer.ts";
import { lineMux } from "../line-mux.ts";
import { eventMerger } from "../merger.ts";
import { recordPacker } from "../packer.ts";

const test = suite("proofs: trace unit");

/** Every event has its way through, whatever its bits: few do. */
const small = {
  inputs: 2, rows: 2, kind_bits: 1, task_bits: 1, argument_bits: 2, now_bits: 4, time_bits: 3, sync_cycles: 4,
};

test("the merger loses no event unless it says so, and changes and overtakes none", async () => {
  await requireProof(eventMerger(small), { depth: 6 });
});

for (const [what, label, fault] of [
  ["forgets to count one of two events that find no room", "missed", "half"],
  ["forgets what was lost when a row enters without saying it", "mask_in", "silent"],
  ["gives the lower of two events twice", "gone", "stuck"],
] as const) {
  test(`a merger that ${what} is found out`, async () => {
    const faulty = withFault(eventMerger(small), label, (value) =>
      fault === "half" ? value.and(1) : fault === "silent" ? value.and(0b1110) : value.and(0));
    const failed = await refuted(faulty, { depth: 8 });
    assert.ok(failed.length > 0);
  });
}

test("the packer sends every record it takes, in bodies that are not too long", async () => {
  await requireProof(recordPacker({ clock_hz: 25_000_000 }), { depth: 9 });
});

test("a packer that takes a record it has no room for is found out", async () => {
  const faulty = withFault(recordPacker({ clock_hz: 25_000_000 }), "takes", () => constant(1, 1));
  assert.ok((await refuted(faulty, { depth: 9 })).includes("what_is_taken_is_sent"));
});

test("between the borders of a frame there is no zero, for all time", async () => {
  await requireProof(framer({ rows: 2 }), { depth: 12, timeout_s: 300 });
});

test("who decodes a frame finds the body, whatever the body", async () => {
  // A frame of such a body is over after 16 clocks, and one more lets it wait once.
  await requireProof(framer({ rows: 1, body_bytes_max: 3 }), { depth: 17, induction: false, timeout_s: 300 });
});

test("a framer that forgets to close the last distance is found out", async () => {
  const faulty = withFault(framer({ rows: 1, body_bytes_max: 3 }), "write_closes", () => constant(0, 1));
  const failed = await refuted(faulty, { depth: 16 });
  assert.ok(failed.length > 0);
});

test("text is never inside a frame, has no zero, and waits as little as frames do", async () => {
  await requireProof(lineMux(3), { depth: 6 });
});

test("a line that lets text go first within a frame is found out", async () => {
  const faulty = withFault(lineMux(3), "in_frame", () => constant(0, 1));
  assert.ok((await refuted(faulty, { depth: 6 })).includes("no_text_inside_a_frame"));
});

test.run();
