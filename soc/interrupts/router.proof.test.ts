// What is proved of the interrupt router (see router-claims.ts), for one with two lines and short distances; and that
// the proof would notice. Ways to every cover point are gone in the simulator, by router.test.ts.
import { constant, prove, requireProof, type Bits, type Bundle, type Design } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { withFault } from "../../hdl-gen/library/testing.ts";
import { interruptRouter } from "./router.ts";
import { routerConfig, type RouterConfig } from "./router-shape.ts";

const test = suite("proofs: interrupt router");

const small: RouterConfig = {
  ...routerConfig, lines: 2, partitions: 2, tasks: 2, channels: 2, priorityBits: 1, gapBits: 3, countBits: 4,
  timeBits: 4,
};

const withoutCovers = <B extends Bundle>(design: Design<B>): Design<B> =>
  ({ ...design, properties: design.properties.filter(({ kind }) => kind !== "cover") });

test("no line is delivered too soon or while masked, and no request is lost", async () => {
  await requireProof(withoutCovers(interruptRouter(small)), { depth: 3 });
});

interface Fault {
  readonly what: string;
  /** What drives this signal is changed. */
  readonly signal: string;
  readonly fault: (value: Bits) => Bits;
  /** Some assertion that fails is one of these. */
  readonly noticed: readonly string[];
}

const faults: readonly Fault[] = [
  {
    what: "takes every distance for passed", signal: "passed", fault: () => constant(1, 1),
    noticed: ["distance_is_free_only_after_its_distance"],
  },
  {
    what: "does not hold a line back that is being delivered", signal: "line_0_held", fault: () => constant(0, 1),
    noticed: ["distance_is_held_while_under_way"],
  },
  {
    what: "does not look at the partition", signal: "allowed", fault: (value) => value.or(-1),
    noticed: ["distance_is_not_chosen_while_masked"],
  },
  {
    what: "forgets a message that was refused", signal: "line_0_comes_back", fault: () => constant(0, 1),
    noticed: ["account_every_request_is_accounted_for"],
  },
  {
    what: "does not count what becomes one", signal: "line_0_first_more", fault: () => constant(0, 1),
    noticed: ["account_every_request_is_accounted_for"],
  },
  {
    what: "gives a request twice", signal: "line_0_won", fault: () => constant(0, 1),
    noticed: ["account_every_request_is_accounted_for", "distance_is_held_while_under_way"],
  },
];

/** In short tests the proof's step fails; the way there from reset is looked for when all tests are wanted. */
const long = process.env["ATOMICOS_TEST_ALL"] === "1";
const fromReset_cycles = 14;

for (const { what, signal, fault, noticed } of faults) {
  test(`a router that ${what} is found out`, async () => {
    const faulty = withFault(withoutCovers(interruptRouter(small)), signal, fault);
    const { verdict } = await prove(faulty, {
      depth: long ? fromReset_cycles : 3, induction: !long, timeout_s: 300, folder: `build/formal/router_${signal}`,
    });
    // A way from reset that is short enough is found by either.
    if (verdict.kind !== "counterexample" && (long || verdict.kind !== "not-inductive")) {
      throw new Error(`the fault is not found: ${verdict.kind}`);
    }
    const failed = verdict.failed.map(({ path }) => path);
    assert.ok(failed.some((name) => noticed.includes(name)), failed.join());
  });
}

test.run();
