import { suite } from "uvu";
import * as assert from "uvu/assert";

import { randomFrom, type Random } from "../tests/cpu/random.ts";
import { provenBound, rational } from "./certificate.ts";
import { checkBounded } from "./cycles.ts";
import { sink, source, type Arc, type Flow, type LoopFact } from "./flow.ts";
import { Problem } from "./problem.ts";
import { solve } from "./solve.ts";

const test = suite("the proof of a bound");

const arc = (from: number, to: number, cost: number): Arc => ({ from, to, cost, through: [], resumes: [] });
const fact = (bound: number, enter: number[], iter: number[]): LoopFact => ({
  bound,
  enter,
  iter,
  resuming: [],
  place: 0,
});

/** Entry 2, head 3, body 4 of one loop, then the end: 1 + 2 + n × (5 + 7) + 3. */
const one_loop = (bound: number): Flow => ({
  arcs: [arc(source, 2, 1), arc(2, 3, 2), arc(3, 4, 5), arc(4, 3, 7), arc(3, sink, 3)],
  vertex_count: 5,
  facts: [fact(bound, [2], [4])],
});

test("of a loop is what its bound says, at the price of a round", async () => {
  for (const bound of [0, 1, 10, 1000]) {
    const flow = one_loop(bound);
    const { prices, counts } = await solve(flow, 0);
    assert.is(provenBound(flow, prices), 6 + 12 * bound);
    assert.equal(counts, [1, 1, bound, bound, 1]);
  }
});

test("holds whatever the prices are: a wrong price gives a larger bound or none", () => {
  const flow = one_loop(10);
  assert.is(provenBound(flow, [11]), undefined);
  assert.is(provenBound(flow, [12]), 126);
  assert.is(provenBound(flow, [20]), 206);
});

test("is not found for a loop without a bound", () => {
  const flow = { ...one_loop(10), facts: [] };
  assert.is(provenBound(flow, []), undefined);
  assert.throws(
    () => checkBounded({ ...flow, arcs: flow.arcs.map((each) => ({ ...each, through: [] })) }),
    (error: unknown) => error instanceof Problem && error.kind === "loop without a bound",
  );
});

/** Nested loops with branches: vertices in a row, each loop's entry, head and body among them. */
function randomFlow(random: Random): Flow {
  const arcs: Arc[] = [],
    facts: LoopFact[] = [];
  let vertices = 2;
  const cost = (): number => random.below(20);
  // From a vertex through some code: the vertex behind it.
  const code = (from: number, depth: number): number => {
    let at = from;
    for (let left = 1 + random.below(3); left > 0; left--) {
      if (random.chance(0.4) && depth < 3) {
        const [enter, head, body, behind] = [vertices++, vertices++, vertices++, vertices++];
        arcs.push(arc(at, enter, cost()), arc(enter, head, cost()), arc(head, body, cost()), arc(head, behind, cost()));
        arcs.push(arc(code(body, depth + 1), head, cost()));
        facts.push(fact(random.below(5), [enter], [body]));
        at = behind;
      } else {
        const [one, other, join] = [vertices++, vertices++, vertices++];
        arcs.push(arc(at, one, cost()), arc(at, other, cost()), arc(one, join, cost()), arc(other, join, cost()));
        at = join;
      }
    }
    return at;
  };
  const first = vertices++;
  arcs.push(arc(source, first, cost()));
  arcs.push(arc(code(first, 0), sink, cost()));
  return { arcs, vertex_count: vertices, facts };
}

/** The longest path that keeps to the bounds, by walking: each loop's body at most `bound` times an entry. */
function longestByWalking({ arcs, facts }: Flow): number {
  const out = (vertex: number): Arc[] => arcs.filter(({ from }) => from === vertex);
  // From `vertex` to `until`, not through it.
  const longest = (vertex: number, until: number): number => {
    if (vertex === until) return 0;
    const loop = facts.find(({ enter }) => enter.includes(vertex));
    const [to_head] = out(vertex);
    if (loop === undefined || to_head === undefined) {
      return Math.max(...out(vertex).map(({ to, cost }) => cost + longest(to, until)));
    }
    const head = to_head.to;
    const into_body = out(head).find(({ to }) => loop.iter.includes(to)),
      behind = out(head).find(({ to }) => !loop.iter.includes(to));
    if (into_body === undefined || behind === undefined) throw new Error("a loop without body");
    const round = into_body.cost + longest(into_body.to, head);
    return to_head.cost + loop.bound * round + behind.cost + longest(behind.to, until);
  };
  return longest(source, sink);
}

test("is the longest path by walking, for random loops in one another", async () => {
  const random = randomFrom(1);
  for (let i = 0; i < 40; i++) {
    const flow = randomFlow(random);
    checkBounded(flow);
    const { prices, counts } = await solve(flow, 0);
    const expected = longestByWalking(flow);
    assert.is(
      flow.arcs.reduce((sum, { cost }, index) => sum + cost * (counts[index] ?? 0), 0),
      expected,
    );
    assert.is(provenBound(flow, prices), expected);
    // Other prices prove less.
    const wrong = provenBound(
      flow,
      prices.map((price) => price * (0.5 + random.below(100) / 50)),
    );
    assert.ok(wrong === undefined || wrong >= expected);
  }
});

function text(value: number, denominator_max: number): string {
  const { numerator, denominator } = rational(value, denominator_max);
  return `${numerator}/${denominator}`;
}

test("takes the nearest fraction with a small denominator for a price", () => {
  assert.is(text(0, 16), "0/1");
  assert.is(text(12, 16), "12/1");
  assert.is(text(11.9999999999, 16), "12/1");
  assert.is(text(2.5, 16), "5/2");
  assert.is(text(1 / 3, 16), "1/3");
  assert.is(text(1.4167, 16), "17/12");
  assert.is(text(1e12 + 0.5, 16), "2000000000001/2");
});

test.run();
