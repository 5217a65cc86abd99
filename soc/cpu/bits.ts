// Bit tests and bit scans.
import { constant, input, module, mux, output, type Bit, type Bits } from "#hdl-gen";
import { Width } from "./flags.ts";
import { Alu } from "./microop.ts";

/** The number of the first set bit in the order given, by halves. */
function firstSet(order: readonly number[], of: Bits<32>): Bits<32> {
  const find = (part: readonly number[]): { any: Bit; number: Bits<32> } => {
    const [only] = part;
    if (only !== undefined && part.length === 1) return { any: of.bit(only), number: constant(only, 32) };
    const early = find(part.slice(0, part.length / 2));
    const late = find(part.slice(part.length / 2));
    return { any: early.any.or(late.any), number: mux(early.any, early.number, late.number) };
  };
  return find(order).number;
}

export const bitUnit = module("bit_unit", "BT, BTS, BTR, BTC, BSF and BSR.", {
  operation: input(Alu),
  width: input(Width, "of the operands: a word's bits are numbered modulo 16"),
  a: input(32, "the bit string; for a scan, what the result is if there is no bit"),
  b: input(32, "the bit's number; for a scan, what is scanned"),
  result: output(32),
  carry: output(1, "the tested bit"),
  zero: output(1, "a scan found no bit"),
}, (m, io) => {
  const op = io.operation;
  const word = io.width.is("word");
  const { index } = m.nets({ index: mux(word, io.b.slice(3, 0).zext(5), io.b.slice(4, 0)) });
  const { mask } = m.nets({ mask: constant(1, 32).shl(index) });
  io.carry.value = io.a.and(mask).any();

  const { scanned } = m.nets({ scanned: mux(word, io.b.slice(15, 0).zext(32), io.b) });
  io.zero.value = scanned.any().not();
  const lowest = firstSet(Array.from({ length: 32 }, (_, i) => i), scanned);
  const highest = firstSet(Array.from({ length: 32 }, (_, i) => 31 - i), scanned);

  io.result.value = io.a;
  m.match(op, [
    ["bts", () => { io.result.value = io.a.or(mask); }],
    ["btr", () => { io.result.value = io.a.and(mask.not()); }],
    ["btc", () => { io.result.value = io.a.xor(mask); }],
    [["bsf", "bsr"], () => {
      io.result.value = mux(io.zero, io.a, mux(op.is("bsf"), lowest, highest));
    }],
  ], () => {});
});
