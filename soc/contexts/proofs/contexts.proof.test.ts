// What is proved of the switcher (see claims.ts), by induction: in every state that can be reached, whatever the
// scheduler, the core and software do. It is one with four contexts, and rows of one bit in the bank and one in the
// shadow: the switcher looks at no bit of them. And that the proof would notice a fault.
import { array, Bits, constant, module, requireProof, type Bundle, type Design } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { refuted, withFault } from "../../../hdl-gen/library/testing.ts";
import { contextSegments, segmentShape, stateShape } from "../../cpu/context.ts";
import { inputsOf } from "../../cpu/shape.ts";
import { contextOf, levelLsb, rowsOf, shadowBits } from "../layout.ts";
import type { SwitcherConfig } from "../shape.ts";
import { switcher } from "../switcher.ts";

const test = suite("proofs: contexts");

const small: SwitcherConfig = { tasks: 4, exchange_cycles: 6, bankBits: 1, shadowBits: 1, lateBits: 4 };

const long = process.env["ATOMICOS_TEST_ALL"] === "1";

for (const exchange_cycles of long ? [5, 6, 11] : [6]) {
  test(`every context is preserved, and exchanged in time, in ${exchange_cycles} cycles`, async () => {
    await requireProof(switcher({ ...small, exchange_cycles }), { depth: exchange_cycles + 3, timeout_s: 240 });
  });
}

type Tree = Bits | readonly Tree[] | { readonly [name: string]: Tree };

/** Every part of it, by its path. */
const leaves = (tree: Tree, path: string): readonly (readonly [string, Bits])[] =>
  tree instanceof Bits ? [[path, tree]]
    : Object.entries<Tree>(tree).flatMap(([name, branch]) => leaves(branch, `${path}_${name}`));

/** From the core's state to rows and back. */
const layout = module("context_layout", "", {
  state: { ...inputsOf(stateShape), segments: array(contextSegments.length, inputsOf(segmentShape)) },
}, (m, { state }) => {
  const { row } = m.nets({ row: rowsOf(state) });
  const before = new Map(leaves(state, "keeps"));
  for (const [path, value] of leaves(contextOf(row, state.esp), "keeps")) {
    m.assert(path, value.eq(before.get(path) ?? constant(0, value.width)));
  }
  m.unused(...row.slice(1).map((bits) => bits.slice(shadowBits - 1, levelLsb)));
});

test("nothing of the core's state is lost in the rows", async () => {
  await requireProof(layout);
});

test("a row that has a segment's bit wrong is found out", async () => {
  const failed = await refuted(withFault(layout, "row_1", (value) => value.xor(1)), {});
  assert.equal(failed, ["keeps_segments_2_base"]);
});

interface Fault {
  readonly what: string;
  /** What drives this signal is changed. */
  readonly signal: string;
  readonly fault: (value: Bits) => Bits;
  /** This assertion fails. */
  readonly noticed: string;
  /** Cycles from reset until it does, or more. */
  readonly depth: number;
}

const faults: readonly Fault[] = [
  {
    what: "loads the wrong row", signal: "next_turn", fault: (value) => value.add(1), depth: 5,
    noticed: "contents_what_comes_from_the_ram_is_the_context",
  },
  {
    what: "saves what is not in the shadow", signal: "saved_row", fault: (value) => value.not(), depth: 13,
    noticed: "contents_the_ram_holds_every_context_that_does_not_run",
  },
  {
    what: "saves at the wrong place", signal: "saving", fault: () => constant(0, 1), depth: 13,
    noticed: "contents_the_ram_holds_every_context_that_does_not_run",
  },
  {
    what: "exchanges what is not loaded", signal: "loaded", fault: () => constant(1, 1), depth: 10,
    noticed: "contents_the_core_is_given_the_context_as_it_was_left",
  },
  {
    what: "lets software write when nobody wants it", signal: "writes", fault: () => constant(1, 1), depth: 4,
    noticed: "contents_the_ram_holds_every_context_that_does_not_run",
  },
  {
    what: "does not see that software changes what is loaded", signal: "holder", fault: (value) => value.not(), depth: 12,
    noticed: "contents_the_core_is_given_the_context_as_it_was_left",
  },
  {
    what: "does not wait for the core", signal: "swaps", fault: () => constant(1, 1), depth: 3,
    noticed: "time_exchanges_only_while_the_core_is_held",
  },
  {
    what: "exchanges too early", signal: "age", fault: (value) => value.or(8), depth: 9,
    noticed: "time_never_exchanges_too_early",
  },
  {
    what: "loads a row too late", signal: "fetches", fault: () => constant(0, 1), depth: 10,
    noticed: "time_exchanges_in_time_if_the_core_is_held_in_time",
  },
  {
    what: "does not keep the distance", signal: "rested", fault: () => constant(1, 1), depth: 16,
    noticed: "time_exchanges_keep_their_distance",
  },
];

/** Without the invariants that only help the proof. */
function claiming<B extends Bundle>(design: Design<B>, claim: string): Design<B> {
  const properties = design.properties.filter(({ kind, name }) => kind === "assume" || name === claim);
  if (!properties.some(({ kind }) => kind === "assert")) throw new Error(`nothing claims "${claim}"`);
  return { ...design, properties };
}

for (const { what, signal, fault, noticed, depth } of faults) {
  test(`a switcher that ${what} is found out`, async () => {
    const failed = await refuted(claiming(withFault(switcher(small), signal, fault), noticed), {
      depth, timeout_s: 240, folder: `build/formal/context_switcher_${signal}`,
    });
    assert.equal(failed, [noticed]);
  });
}

test.run();
