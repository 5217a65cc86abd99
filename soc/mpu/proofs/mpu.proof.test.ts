// What is proved of the MPU (see claims.ts), for one with two tasks, two regions each and one in common, and eight
// granules; and that the proof would notice. Ways to the cover points are gone in the simulator, by mpu.test.ts.
import { constant, prove, requireProof, type Bits, type Bundle, type Design } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { withFault } from "../../../hdl-gen/library/testing.ts";
import { mpu } from "../mpu.ts";
import type { MpuConfig } from "../shape.ts";

const test = suite("proofs: MPU");

const small: MpuConfig = { tasks: 2, own: 2, common: 1, granuleBits: 3 };
/** With more than one region in a row. */
const wide: MpuConfig = { ...small, own: 4, granuleBits: 2 };

const withoutCovers = <B extends Bundle>(design: Design<B>): Design<B> =>
  ({ ...design, properties: design.properties.filter(({ kind }) => kind !== "cover") });

test("nothing outside a task's regions gets through, its regions are what was written, and locks stay", async () => {
  await requireProof(withoutCovers(mpu(small)), { depth: 3, timeout_s: 240 });
});

interface Fault {
  readonly what: string;
  /** What drives this signal is changed. */
  readonly signal: string;
  readonly fault: (value: Bits) => Bits;
  readonly config?: MpuConfig;
  /** Cannot be reached from reset: only the proof's step fails. */
  readonly unreachable?: true;
  /** An assertion that fails has this in its name. */
  readonly noticed: string;
}

const no = (): Bits => constant(0, 1);

/** From reset, the way to a region that is written and active takes so many clocks. */
const depth = 14;

const faults: readonly Fault[] = [
  {
    what: "does not see that an access goes on beyond a region", signal: "data_goes_on", fault: no,
    noticed: "load_or_store_",
  },
  {
    what: "lets everything be read once it is enabled", signal: "data_may_read", fault: () => constant(1, 1),
    noticed: "load_or_store_",
  },
  {
    what: "lets whoever may read write", signal: "other_may_write", fault: () => constant(1, 1),
    noticed: "walk_",
  },
  {
    what: "does not see that a region is written by somebody else", signal: "first_written_by_less", fault: no,
    noticed: "claim_first_",
  },
  {
    what: "forgets the W^X lock when CONTROL is written", signal: "wx_locked", fault: no,
    noticed: "the_lock_stays", unreachable: true,
  },
  {
    what: "writes a locked region", signal: "is_locked", fault: no, noticed: "locked_0_",
  },
  {
    what: "takes a region that is writable and executable", signal: "is_writable_and_executable", fault: no,
    noticed: "no_region_becomes_writable_and_executable",
  },
  {
    what: "does not change the task at an exchange", signal: "task_then", fault: no,
    noticed: "the_next_task_begins",
  },
  {
    what: "takes a load for done when one row is there", signal: "waiting_complete", fault: () => constant(1, 1),
    noticed: "a_load_is_done_or_on_its_way",
  },
  {
    what: "writes all regions of a row", config: wide, signal: "lanes", fault: (value) => value.or(-1),
    noticed: "block_ram_is_the_record",
  },
  {
    what: "lets a row overtake a region that was written after it", signal: "waiting_0_is_newer", fault: no,
    noticed: "what_waits_is_the_record",
  },
  {
    what: "does not put a written region in force", signal: "active_1_is_newer", fault: no,
    noticed: "what_counts_is_the_record",
  },
];

/** In short tests the proof's step fails; the way there from reset is looked for when all tests are wanted. */
const long = process.env["ATOMICOS_TEST_ALL"] === "1";
/** One for each kind of claim. */
const few = new Set(["data_goes_on", "first_written_by_less", "wx_locked", "task_then", "lanes", "waiting_0_is_newer"]);

for (const { what, config = small, signal, fault, noticed, unreachable } of faults.filter(({ signal: of }) => long || few.has(of))) {
  test(`an MPU that ${what} is found out`, async () => {
    const faulty = withFault(withoutCovers(mpu(config)), signal, fault);
    const from_reset = long && unreachable !== true;
    const { verdict } = await prove(faulty, {
      depth: from_reset ? depth : 3, induction: !from_reset, timeout_s: 300, folder: `build/formal/mpu_${signal}`,
    });
    assert.ok(verdict.kind === "counterexample" || (!from_reset && verdict.kind === "not-inductive"), verdict.kind);
    if (verdict.kind !== "counterexample" && verdict.kind !== "not-inductive") return;
    const failed = verdict.failed.map(({ path }) => path);
    assert.ok(failed.some((name) => name.includes(noticed)), failed.join());
  });
}

test.run();
