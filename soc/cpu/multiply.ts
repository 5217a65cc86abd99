// Multiplication: 33 by 33 bits signed, which holds both kinds; the product is ready one clock after its operands.
import { cat, input, module, mux, output, regNoReset, type Bits } from "#hdl-gen";
import { Width } from "./flags.ts";

export const multiplier = module("multiplier", "Signed and unsigned products of 8, 16 and 32 bits.", {
  enable: input(1, "take these operands; else the product stays"),
  is_signed: input(1),
  source: input(Width, "of both factors"),
  a: input(32),
  b: input(32),
  low: output(32, "the product's lower half, for bytes the whole of it; one clock late"),
  high: output(32, "the product's upper half; one clock late"),
  exceeds: output(1, "the upper half is more than the lower's extension; one clock late"),
}, (m, io) => {
  const extended = (v: Bits<32>): Bits<32> =>
    mux(io.source.is("byte"), cat(v.bit(7).and(io.is_signed).replicate(24), v.slice(7, 0)),
      mux(io.source.is("word"), cat(v.bit(15).and(io.is_signed).replicate(16), v.slice(15, 0)), v));
  const { left, right } = m.nets({ left: extended(io.a), right: extended(io.b) });
  const { left33, right33 } = m.nets({
    left33: cat(left.bit(31).and(io.is_signed), left),
    right33: cat(right.bit(31).and(io.is_signed), right),
  });
  const { whole } = m.nets({ whole: left33.mulSigned(right33) });
  const r = m.regs({ product: regNoReset(64) });
  m.when(io.enable, () => { r.product.next = whole.slice(63, 0); });
  m.unused(whole.slice(65, 64));

  const p = r.product;
  io.low.value = p.slice(31, 0);
  io.high.value = mux(io.source.is("word"), p.slice(31, 16).zext(32), p.slice(63, 32));
  const byteFits = mux(io.is_signed, p.slice(15, 8).eq(p.bit(7).replicate(8)), p.slice(15, 8).any().not());
  const wordFits = mux(io.is_signed, p.slice(31, 16).eq(p.bit(15).replicate(16)), p.slice(31, 16).any().not());
  const dwordFits = mux(io.is_signed, p.slice(63, 32).eq(p.bit(31).replicate(32)), p.slice(63, 32).any().not());
  io.exceeds.value = mux(io.source.is("byte"), byteFits, mux(io.source.is("word"), wordFits, dwordFits)).not();
});
