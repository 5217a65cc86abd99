// Division of 16 by 8 bits against division as it is done on paper: digits are brought down one by one, and the divisor is
// taken away wherever it can be; signs are put aside first and put back after (Intel SDM 2, DIV and IDIV). The first
// division after reset stands for all: the start of a division sets every register that matters to it. Every dividend is
// divided by every divisor of up to four bits and by the ones at the edges; all divisors at once are beyond the solver.
import { cat, constant, input, module, mux, output, reg, requireProof, type Bit, type Bits, type Builder } from "#hdl-gen";
import { suite } from "uvu";
import { divider } from "../divide.ts";

const test = suite("proofs: divider");

interface Division {
  readonly quotient: Bits<8>;
  readonly remainder: Bits<8>;
  /** The quotient has no place in 8 bits, or there is none. */
  readonly tooLarge: Bit;
}

/** Of magnitudes; both have names. */
function onPaper(m: Builder, dividend: Bits<16>, divisor: Bits<8>): Division {
  const digits: Bit[] = [];
  let rest = dividend.slice(15, 8);
  for (const place of [7, 6, 5, 4, 3, 2, 1, 0]) {
    const step = m.scope(`place_${place}`, () => {
      const { brought_down } = m.nets({ brought_down: cat(rest, dividend.bit(place)) });
      const { digit } = m.nets({ digit: brought_down.ge(divisor.zext(9)) });
      const { left } = m.nets({ left: mux(digit, brought_down.sub(divisor.zext(9)), brought_down) });
      m.unused(left.bit(8));
      return { digit, left };
    });
    digits.push(step.digit);
    rest = step.left.slice(7, 0);
  }
  const tooLarge = dividend.slice(15, 8).ge(divisor);
  return { quotient: cat(...digits) as Bits as Bits<8>, remainder: rest, tooLarge };
}

/** Clocks from the one that sees the start to the one that is done. */
const latency_clocks = 8 + 2;

function proofOf(isSigned: boolean) {
  const name = isSigned ? "idiv_byte_proof" : "div_byte_proof";
  return module(name, "Division of 16 by 8 bits.", { dividend: input(16), divisor: input(8), done: output(1) }, (m, io) => {
    m.assume("operands_stay", m.stable(io.dividend).and(m.stable(io.divisor)));
    const unit = m.instance("unit", divider, {
      start: 1, is_signed: isSigned, width: "byte", high: 0, low: io.dividend.zext(32), divisor: io.divisor.zext(32),
    });
    io.done.value = unit.done;
    const { clocks } = m.regs({ clocks: reg(4, 0, "since the start") });
    clocks.next = clocks.add(1);
    m.assert("always_takes_as_long", unit.done.eq(clocks.eq(latency_clocks)));

    const sign = isSigned ? { dividend: io.dividend.msb(), divisor: io.divisor.msb() } : { dividend: constant(0, 1), divisor: constant(0, 1) };
    const { size } = m.nets({
      size: {
        dividend: mux(sign.dividend, constant(0, 16).sub(io.dividend), io.dividend),
        divisor: mux(sign.divisor, constant(0, 8).sub(io.divisor), io.divisor),
      },
    });
    m.assume("divisor_in_question", size.divisor.lt(16).or(size.divisor.eq(0x7f), size.divisor.eq(0x80), size.divisor.eq(0xff)));
    const paper = onPaper(m, size.dividend, size.divisor);
    const { quotient_size } = m.nets({ quotient_size: paper.quotient });
    const { negative } = m.nets({ negative: sign.dividend.xor(sign.divisor) });
    const beyondSign = isSigned ? quotient_size.gt(mux(negative, constant(128, 8), 127)) : constant(0, 1);
    const { overflow } = m.nets({ overflow: paper.tooLarge.or(beyondSign) });
    const signed = (value: Bits<8>, isNegative: Bit): Bits<8> => mux(isNegative, constant(0, 8).sub(value), value);
    m.when(unit.done, () => {
      m.assert("overflows_as_it_should", unit.overflow.eq(overflow));
      m.when(overflow.not(), () => {
        m.assert("right_quotient", unit.quotient.slice(7, 0).eq(signed(quotient_size, negative)));
        m.assert("right_remainder", unit.remainder.slice(7, 0).eq(signed(paper.remainder, sign.dividend)));
      });
    });
    m.cover("gives_a_result", unit.done.and(unit.overflow.not()));
    m.cover("overflows", unit.done.and(unit.overflow));
  });
}

for (const isSigned of [false, true]) {
  test(`${isSigned ? "signed" : "unsigned"} division of 16 by 8 bits`, async () => {
    await requireProof(proofOf(isSigned), { depth: latency_clocks + 2, induction: false });
  });
}

test.run();
