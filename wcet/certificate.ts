// The proof of a bound, in whole numbers.
//
// Give every loop a price p ≥ 0 for each entry of its body, and pay back p × bound for each entry of the loop. A path
// that keeps to the bounds gains by that, or stays even: Σ p × (bound × enter − iter) ≥ 0. So no path costs more than
// the longest path under the changed costs, whatever the prices are. If those make no cycle worth going round, that
// longest path exists, and its length is a bound. The solver's prices, made rational, give the smallest one; wrong
// prices would give a larger bound or none, never a false one.
import { sink, source, type Flow } from "./flow.ts";
import { loopRow } from "./solve.ts";

interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The bound that these prices prove, in clocks; undefined if under them a cycle is worth going round. */
export function provenBound(flow: Flow, prices: readonly number[]): number | undefined {
  for (const denominator_max of denominators_max) {
    const rationals = prices.map((price) => rational(Math.max(0, price), denominator_max));
    const scale = rationals.reduce((common, { denominator }) => leastCommonMultiple(common, denominator), 1n);
    const costs = flow.arcs.map(({ cost }) => BigInt(cost) * scale);
    rationals.forEach(({ numerator, denominator }, index) => {
      const price = numerator * (scale / denominator);
      for (const [arc, times] of loopRow(flow, index)) costs[arc] = (costs[arc] ?? 0n) - price * BigInt(times);
    });
    const longest = longestPath(flow, costs);
    // Clocks are whole: what is behind the point is not possible.
    if (longest !== undefined) return Number(longest / scale);
  }
  return undefined;
}

/** Prices are seldom other than whole: sums of clocks along a loop's body. */
const denominators_max = [1, 2 ** 4, 2 ** 10, 2 ** 20];

/** The fraction nearest to a number among those with a small denominator (its continued fraction, broken off). */
export function rational(value: number, denominator_max: number): Rational {
  let [before, here] = [
    { numerator: 0n, denominator: 1n },
    { numerator: 1n, denominator: 0n },
  ];
  let rest = value;
  for (;;) {
    const whole = BigInt(Math.floor(rest + rounding));
    const next = {
      numerator: whole * here.numerator + before.numerator,
      denominator: whole * here.denominator + before.denominator,
    };
    if (next.denominator > BigInt(denominator_max)) return here;
    [before, here] = [here, next];
    const fraction = rest - Number(whole);
    if (fraction < rounding) return here;
    rest = 1 / fraction;
  }
}

const rounding = 1e-7;

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** From the source to the sink (Bellman and Ford); undefined if a cycle on the way has a positive cost. */
function longestPath({ arcs, vertex_count }: Flow, costs: readonly bigint[]): bigint | undefined {
  const out: number[][] = Array.from({ length: vertex_count }, () => []);
  arcs.forEach(({ from }, arc) => out[from]?.push(arc));
  const best: (bigint | undefined)[] = Array.from({ length: vertex_count }, () => undefined);
  best[source] = 0n;
  let changed = new Set([source]);
  for (let round = 0; changed.size > 0; round++) {
    if (round > vertex_count) return undefined;
    const next = new Set<number>();
    for (const from of changed) {
      for (const arc of out[from] ?? []) {
        const to = arcs[arc]?.to ?? sink;
        const length = (best[from] ?? 0n) + (costs[arc] ?? 0n);
        const known = best[to];
        if (known !== undefined && known >= length) continue;
        best[to] = length;
        next.add(to);
      }
    }
    changed = next;
  }
  return best[sink];
}
