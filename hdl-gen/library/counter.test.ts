// Counters and the LFSR: that they count, stop or go around where they should.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  constant, grayCounter, input, lfsr, lfsrTaps, module, moduloCounter, output, requireProof, saturatingCounter, simulate,
} from "../index.ts";
import { refuted, withFault } from "./testing.ts";

const test = suite("counters and LFSR");

const ports = { up: input(1), down: input(1), level: output(3), hour: output(4), wraps: output(1), gray: output(3) };
const counters = module("counters", "One of each.", ports, (m, io) => {
  const hour = moduloCounter(m, "hours", { modulus: 12, enable: io.up });
  io.level.value = saturatingCounter(m, "levels", { max: 5, up: io.up, down: io.down }).as(3);
  io.hour.value = hour.count.as(4);
  io.wraps.value = hour.wraps;
  io.gray.value = grayCounter(m, "code", 3, io.up).gray;
});

test("a modulo counter goes around, a saturating one stops, a Gray counter changes one bit", () => {
  const sim = simulate(counters);
  sim.reset();
  sim.io.up = 1;
  const seen = Array.from({ length: 14 }, () => {
    const { hour, wraps, level, gray } = sim.io;
    sim.step();
    return { hour, wraps, level, gray };
  });
  assert.equal(seen.map(({ hour }) => hour), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1]);
  assert.equal(seen.flatMap(({ wraps }, i) => (wraps === 1 ? [i] : [])), [11]);
  assert.equal(seen.map(({ level }) => level), [0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5]);
  assert.equal(seen.slice(0, 9).map(({ gray }) => gray), [0, 1, 3, 2, 6, 7, 5, 4, 0]);
  sim.io.down = 1;
  sim.step(3);
  assert.is(sim.io.level, 5, "up and down in one cycle cancel out");
  sim.io.up = 0;
  assert.is(sim.step(9).io.level, 0);
});

test("the counters are proved to stay within their ends", async () => {
  await requireProof(counters, { depth: 3 });
});

test("a counter that misses its end is found out", async () => {
  const failed = await refuted(withFault(counters, "hours", (value) => value.or(12)), { depth: 8 });
  assert.equal(failed, ["hours_stays_below_its_modulus"]);
});

test("a Gray code that is not one is found out", async () => {
  const failed = await refuted(withFault(counters, "code_gray_then", (value) => value.xor(1)), { depth: 4 });
  assert.ok(failed.includes("code_both_count_the_same"), failed.join());
});

const noise = (width: number) =>
  module(`noise_${width}`, "An LFSR.", { value: output(width) }, (m, io) => {
    io.value.value = lfsr(m, "state", width, constant(1, 1));
  });

test("the LFSR visits every value but 0 before it begins again", () => {
  for (const width of [3, 4, 8, 11, 13]) {
    const sim = simulate(noise(width));
    sim.reset();
    const first = sim.io.value;
    let period = 0;
    do {
      sim.step();
      period++;
    } while (sim.io.value !== first);
    assert.is(period, 2 ** width - 1);
  }
});

test("all taps of the table give the longest period", () => {
  for (const [width, taps] of Object.entries(lfsrTaps)) {
    assert.ok(isPrimitive(BigInt(width), taps), `taps of ${width} bits`);
  }
});

test("the LFSR is proved never to get stuck", async () => {
  await requireProof(noise(8), { depth: 2 });
});
test("one that feeds nothing back is found out", async () => {
  assert.equal(await refuted(withFault(noise(8), "state", (value) => value.and(254)), { depth: 10 }), ["state_never_gets_stuck"]);
});

/** x has order 2^width - 1 modulo the polynomial: its power of that is 1, of that divided by any prime is not. */
function isPrimitive(width: bigint, taps: readonly number[]): boolean {
  const polynomial = taps.reduce((sum, tap) => sum ^ (1n << BigInt(tap)), 1n);
  const product = (a: bigint, b: bigint): bigint => {
    let result = 0n;
    for (let left = a, rest = b; rest > 0n; rest >>= 1n) {
      if ((rest & 1n) === 1n) result ^= left;
      left <<= 1n;
      if (left >> width === 1n) left ^= polynomial;
    }
    return result;
  };
  const power = (exponent: bigint): bigint => {
    let result = 1n;
    for (let square = 2n, rest = exponent; rest > 0n; rest >>= 1n, square = product(square, square)) {
      if ((rest & 1n) === 1n) result = product(result, square);
    }
    return result;
  };
  const order = (1n << width) - 1n;
  return power(order) === 1n && [...primeFactors(order)].every((prime) => power(order / prime) !== 1n);
}

/** Trial division, then Pollard's rho for what is left. */
function primeFactors(number: bigint): Set<bigint> {
  const found = new Set<bigint>();
  let rest = number;
  for (let prime = 2n; prime < 2000n; prime++) {
    for (; rest % prime === 0n; rest /= prime) found.add(prime);
  }
  const part = (n: bigint): void => {
    if (n === 1n) return;
    if (isPrime(n)) {
      found.add(n);
      return;
    }
    const divisor = rho(n);
    part(divisor);
    part(n / divisor);
  };
  part(rest);
  return found;
}

function rho(n: bigint): bigint {
  for (let c = 1n; ; c++) {
    const step = (x: bigint): bigint => (x * x + c) % n;
    let slow = 2n;
    let fast = 2n;
    let divisor = 1n;
    while (divisor === 1n) {
      slow = step(slow);
      fast = step(step(fast));
      divisor = gcd(slow > fast ? slow - fast : fast - slow, n);
    }
    if (divisor !== n) return divisor;
  }
}
const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

/** Miller-Rabin with bases that decide every number below 2^64. */
function isPrime(n: bigint): boolean {
  const powerModulo = (base: bigint, exponent: bigint): bigint => {
    let result = 1n;
    for (let square = base % n, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % n) {
      if ((rest & 1n) === 1n) result = (result * square) % n;
    }
    return result;
  };
  let odd = n - 1n;
  let twos = 0;
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  return [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n].every((base) => {
    let x = powerModulo(base, odd);
    if (x === 1n || x === n - 1n) return true;
    for (let i = 1; i < twos; i++) {
      x = (x * x) % n;
      if (x === n - 1n) return true;
    }
    return false;
  });
}

test.run();
