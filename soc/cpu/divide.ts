// Division: one bit of the quotient each clock, as many clocks as the quotient has bits, and three around them.
import { cat, constant, input, module, mux, output, reg, regNoReset, type Bits } from "#hdl-gen";
import { signBit } from "./alu.ts";
import { Width } from "./flags.ts";

export const divider = module("divider", "Restoring division of 64 by 32, 32 by 16 and 16 by 8 bits.", {
  start: input(1, "operands are there; held until done, or the division is given up"),
  is_signed: input(1),
  width: input(Width, "of divisor, quotient and remainder"),
  high: input(32, "the dividend's upper half (words and doublewords)"),
  low: input(32, "its lower half; for bytes, all of it"),
  divisor: input(32),
  done: output(1, "the results are valid in this clock"),
  overflow: output(1, "with done: the divisor is 0, or the quotient does not fit"),
  quotient: output(32),
  remainder: output(32, "valid until the next division starts"),
}, (m, io) => {
  const byte = io.width.is("byte");
  const word = io.width.is("word");
  const r = m.regs({
    left: reg(6, 0, "quotient bits to go"),
    partial: regNoReset(32, "remainder so far"),
    bits: regNoReset(32, "dividend bits to come above, quotient bits below"),
    divisor_size: regNoReset(32, "the divisor's magnitude"),
    negative_quotient: regNoReset(1),
    negative_remainder: regNoReset(1),
    too_large: regNoReset(1, "the quotient does not fit: by the magnitudes at first, in the end by the signs too"),
    rest: regNoReset(32, "the remainder with its sign"),
  });

  // Bring all widths to the top: the dividend is `upper:lower`, each of the width's bits, upper right-aligned,
  // lower left-aligned.
  const { upper, lower, by } = m.nets({
    upper: mux(byte, io.low.slice(15, 8).zext(32), mux(word, io.high.slice(15, 0).zext(32), io.high)),
    lower: mux(byte, io.low.slice(7, 0).zext(32), mux(word, io.low.slice(15, 0).zext(32), io.low)),
    by: mux(byte, io.divisor.slice(7, 0).zext(32), mux(word, io.divisor.slice(15, 0).zext(32), io.divisor)),
  });
  const inWidth = (v: Bits<32>): Bits<32> =>
    v.and(mux(byte, constant(0xff, 32), mux(word, constant(0xffff, 32), 0xffffffff)));
  const { dividend_negative, divisor_negative } = m.nets({
    dividend_negative: signBit(io.width, upper).and(io.is_signed),
    divisor_negative: signBit(io.width, by).and(io.is_signed),
  });
  const { lower_zero } = m.nets({ lower_zero: lower.any().not() });
  const { upper_magnitude, lower_magnitude, divisor_magnitude } = m.nets({
    upper_magnitude: inWidth(mux(dividend_negative, upper.not().add(lower_zero.zext(32)), upper)),
    lower_magnitude: inWidth(mux(dividend_negative, constant(0, 32).sub(lower), lower)),
    divisor_magnitude: inWidth(mux(divisor_negative, constant(0, 32).sub(by), by)),
  });

  const { shifted } = m.nets({ shifted: cat(r.partial, r.bits.bit(31)) });
  const { difference } = m.nets({ difference: shifted.sub(r.divisor_size.zext(33)) });
  m.unused(difference.bit(32));
  const { fits } = m.nets({ fits: shifted.ge(r.divisor_size.zext(33)) });
  // A magnitude of half the range fits only as the most negative number.
  const below_sign = mux(byte, r.bits.slice(6, 0).any(),
    mux(word, r.bits.slice(14, 0).any(), r.bits.slice(30, 0).any()));
  const { signed_overflow } = m.nets({
    signed_overflow: io.is_signed.and(signBit(io.width, r.bits), r.negative_quotient.not().or(below_sign)),
  });

  const state = m.fsm("state", {
    idle: (go) => {
      m.when(io.start, () => {
        r.partial.next = upper_magnitude;
        r.bits.next = mux(byte, cat(lower_magnitude.slice(7, 0), constant(0, 24)),
          mux(word, cat(lower_magnitude.slice(15, 0), constant(0, 16)), lower_magnitude));
        r.divisor_size.next = divisor_magnitude;
        r.negative_quotient.next = dividend_negative.xor(divisor_negative);
        r.negative_remainder.next = dividend_negative;
        r.too_large.next = upper_magnitude.ge(divisor_magnitude);
        r.left.next = mux(byte, constant(8, 6), mux(word, constant(16, 6), 32));
        go("step");
      });
    },
    step: (go) => {
      r.partial.next = mux(fits, difference.slice(31, 0), shifted.slice(31, 0));
      r.bits.next = cat(r.bits.slice(30, 0), fits);
      r.left.next = r.left.sub(1);
      m.when(r.left.eq(1), () => go("sign"));
      m.when(io.start.not(), () => go("idle"));
    },
    sign: (go) => {
      r.bits.next = mux(r.negative_quotient, constant(0, 32).sub(r.bits), r.bits);
      r.rest.next = mux(r.negative_remainder, constant(0, 32).sub(r.partial), r.partial);
      r.too_large.next = r.too_large.or(signed_overflow);
      go("done");
      m.when(io.start.not(), () => go("idle"));
    },
    done: (go) => { go("idle"); },
  });
  io.done.value = state.done;
  io.overflow.value = r.too_large;
  io.quotient.value = r.bits;
  io.remainder.value = r.rest;
});
