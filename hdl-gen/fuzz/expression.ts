// Random expressions over the signals at hand.
import { Bits, and, cat, constant, mux, oneHotMux, or, select, xor, type Bit, type Choice } from "../index.ts";
import type { MemoryHandle } from "../index.ts";
import type { Random } from "./random.ts";

export const WIDTHS = [1, 1, 1, 2, 3, 4, 5, 8, 11, 16, 24, 31, 32, 32, 33, 40, 63, 64, 65, 72, 96, 100] as const;

export interface Pool {
  readonly named: Bits[];
  readonly choices: Choice<string>[];
  readonly memories: MemoryHandle<number>[];
}

/** An expression of `width` bits, nested up to `depth` operators. */
export function expression(r: Random, pool: Pool, width: number, depth: number): Bits {
  if (depth === 0 || r.oneIn(6)) return leaf(r, pool, width);
  const inner = (w = width): Bits => expression(r, pool, w, depth - 1);
  const makers: (() => Bits)[] = [
    () => inner().add(inner()),
    () => inner().sub(inner()),
    () => (r.oneIn(3) ? and(inner(), inner(), inner()) : inner().and(inner())),
    () => (r.oneIn(3) ? or(inner(), inner(), inner()) : inner().or(r.bits(width))),
    () => (r.oneIn(3) ? xor(inner(), inner(), inner()) : inner().xor(inner())),
    () => inner().not(),
    () => mux(condition(r, pool, depth - 1), inner(), inner()),
    () => oneHotMux([[condition(r, pool, depth - 1), inner()], [condition(r, pool, depth - 1), inner()]]),
    () => shift(r, pool, inner(), depth),
    () => selection(r, pool, width, depth),
    () => extension(r, pool, width, depth),
    () => narrowing(r, pool, width),
    () => joined(r, pool, width, depth),
    () => productOf(r, pool, width, depth),
  ];
  if (width === 1) makers.push(() => condition(r, pool, depth), () => condition(r, pool, depth));
  return r.pick(makers)();
}

/** A single bit that says something about wider values. */
export function condition(r: Random, pool: Pool, depth: number): Bit {
  if (depth === 0) return leaf(r, pool, 1).as(1);
  if (pool.choices.length > 0 && r.oneIn(6)) {
    const choice = r.pick(pool.choices);
    return choice.is(...choice.enumeration.names.filter(() => r.oneIn(2)));
  }
  const width = r.pick(WIDTHS);
  const a = expression(r, pool, width, depth - 1);
  const b = r.oneIn(4) ? constant(r.bits(width), width) : expression(r, pool, width, depth - 1);
  return r.pick([
    () => a.eq(b), () => a.ne(b), () => a.lt(b), () => a.le(b), () => a.gt(b), () => a.ge(b),
    () => a.ltSigned(b), () => a.leSigned(b), () => a.gtSigned(b), () => a.geSigned(b),
    () => a.any(), () => a.all(), () => a.parity(), () => a.negative(),
  ])();
}

/** Something that can be sliced: a signal or a memory word. */
function sliceable(r: Random, pool: Pool): Bits {
  if (pool.memories.length === 0 || !r.oneIn(8)) return r.pick(pool.named);
  const memory = r.pick(pool.memories);
  return memory.readAsync(leaf(r, pool, Math.log2(memory.depth)));
}

function leaf(r: Random, pool: Pool, width: number): Bits {
  const fitting = pool.named.filter((s) => s.width === width);
  if (fitting.length > 0 && !r.oneIn(6)) return r.pick(fitting).as(width);
  return r.oneIn(5) ? constant(r.bits(width), width) : adapted(r, r.pick(pool.named), width);
}

function adapted(r: Random, from: Bits, width: number): Bits {
  const plain = from.as(from.width);
  if (from.width === width) return plain;
  if (from.width < width) return r.oneIn(2) ? plain.zext(width) : plain.sext(width);
  const lo = r.below(from.width - width + 1);
  return plain.slice(lo + width - 1, lo);
}

function shift(r: Random, pool: Pool, value: Bits, depth: number): Bits {
  const amount = r.oneIn(2) ? r.below(value.width + 3) : expression(r, pool, r.pick([1, 3, 5, 6, 8, 32]), depth - 1);
  return r.pick([() => value.shl(amount), () => value.shr(amount), () => value.sar(amount)])();
}

function selection(r: Random, pool: Pool, width: number, depth: number): Bits {
  const indices = pool.named.filter((s) => s.width <= 4);
  if (indices.length === 0) return leaf(r, pool, width);
  const index = r.pick(indices);
  const count = 1 + r.below(2 ** index.width);
  const constants = r.oneIn(4);
  return select(
    index,
    Array.from({ length: count }, () => (constants ? constant(r.bits(width), width) : expression(r, pool, width, Math.max(0, depth - 2)))),
  );
}

function extension(r: Random, pool: Pool, width: number, depth: number): Bits {
  const narrower = WIDTHS.filter((w) => w < width);
  if (narrower.length === 0) return leaf(r, pool, width);
  const from = r.pick(narrower);
  return r.oneIn(2) ? expression(r, pool, from, depth - 1).zext(width) : leaf(r, pool, from).sext(width);
}

function narrowing(r: Random, pool: Pool, width: number): Bits {
  const source = sliceable(r, pool);
  const wide: Bits = r.oneIn(3) ? cat(source, r.pick(pool.named)) : r.oneIn(3) ? source.sext(source.width + 9) : source;
  return adapted(r, wide, width);
}

function joined(r: Random, pool: Pool, width: number, depth: number): Bits {
  if (width < 2) return leaf(r, pool, width);
  if (r.oneIn(4)) {
    const times = [2, 3, 4, 8].filter((n) => width % n === 0);
    if (times.length > 0) {
      const n = r.pick(times);
      return expression(r, pool, width / n, depth - 1).replicate(n);
    }
  }
  const high = 1 + r.below(width - 1);
  return cat(expression(r, pool, high, depth - 1), expression(r, pool, width - high, depth - 1));
}

function productOf(r: Random, pool: Pool, width: number, depth: number): Bits {
  if (width < 2) return leaf(r, pool, width);
  const high = 1 + r.below(width - 1);
  if (r.oneIn(2)) return leaf(r, pool, high).mulSigned(leaf(r, pool, width - high));
  return expression(r, pool, high, depth - 1).mul(expression(r, pool, width - high, depth - 1));
}
