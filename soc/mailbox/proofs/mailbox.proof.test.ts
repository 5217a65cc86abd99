// What is proved of the mailbox (see claims.ts), for one with two tasks, two channels and two slots in each, bytes of
// one bit; and that the proof would notice. Ways to every cover point are not asked for here: mailbox.test.ts goes
// them in the simulator.
import { constant, prove, requireProof, type Bits, type Bundle, type Design } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { withFault } from "../../../hdl-gen/library/testing.ts";
import { mailbox } from "../mailbox.ts";
import type { MailboxConfig } from "../shape.ts";

const test = suite("proofs: mailbox");

const small: MailboxConfig = {
  tasks: 2, channels: 2, slots: 2, byteBits: 1, timeBits: 5, doorbells: 2,
};

function withoutCovers<B extends Bundle>(design: Design<B>): Design<B> {
  return {
    ...design,
    properties: design.properties.filter(({ kind }) => kind !== "cover"),
    instances: design.instances.map((instance) => ({ ...instance, of: withoutCovers(instance.of) })),
  };
}

test("no message is lost, doubled, reordered or changed, nobody does what he may not, credit adds up", async () => {
  await requireProof(withoutCovers(mailbox(small)), { depth: 2 });
});

interface Fault {
  readonly what: string;
  /** What drives this signal is changed. */
  readonly signal: string;
  readonly fault: (value: Bits) => Bits;
  readonly depth: number;
  /** Some assertion that fails begins so. */
  readonly noticed: string;
}

const faults: readonly Fault[] = [
  {
    what: "does not see that a channel is full", signal: "full", fault: () => constant(0, 1), depth: 16,
    noticed: "order_",
  },
  {
    what: "lets the router's message be received before it is in its place", signal: "held",
    fault: (value) => value.or(1), depth: 12, noticed: "order_",
  },
  {
    what: "lets everybody send", signal: "may_send", fault: () => constant(1, 1), depth: 12,
    noticed: "law_only_who_may_sends",
  },
  {
    what: "lets everybody receive", signal: "may_receive", fault: () => constant(1, 1), depth: 14,
    noticed: "law_",
  },
  {
    what: "gives credit back to the wrong sender", signal: "sender", fault: (value) => value.not(), depth: 16,
    noticed: "law_",
  },
  {
    what: "puts a message into the other channel", signal: "store_place", fault: (value) => value.xor(2), depth: 12,
    noticed: "order_",
  },
  {
    what: "delivers to the other task", signal: "deliver_task", fault: (value) => value.not(), depth: 16,
    noticed: "delivery_",
  },
  {
    what: "forgets who waits when a message comes", signal: "ends_wait", fault: () => constant(0, 1), depth: 14,
    noticed: "order_nobody_waits_where_there_is_a_message",
  },
];

/** In short tests the proof's step fails; the way there from reset is looked for when all tests are wanted. */
const long = process.env["ATOMICOS_TEST_ALL"] === "1";
/** One for each kind of claim. */
const few = new Set(["held", "may_receive", "sender", "deliver_task", "ends_wait"]);

for (const { what, signal, fault, depth, noticed } of faults.filter(({ signal: of }) => long || few.has(of))) {
  test(`a mailbox that ${what} is found out`, async () => {
    const faulty = withFault(withoutCovers(mailbox(small)), signal, fault);
    const { verdict } = await prove(faulty, {
      depth: long ? depth : 2, induction: !long, timeout_s: 300, folder: `build/formal/mailbox_${signal}`,
    });
    assert.is(verdict.kind, long ? "counterexample" : "not-inductive");
    if (verdict.kind !== "counterexample" && verdict.kind !== "not-inductive") return;
    const failed = verdict.failed.map(({ path }) => path);
    assert.ok(failed.some((name) => name.startsWith(noticed)), failed.join());
  });
}

test.run();
