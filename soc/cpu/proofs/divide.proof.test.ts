// Division of 16 by 8 bits against division as it is done on paper: digits are brought down one by one, and the divisor is
// taken away wherever it can be; signs are put aside first and put back after (Intel SDM 2, DIV and IDIV). The first
// division after reset stands for all: the start of a division sets every register that matters to it. Every dividend is
// divided by every divisor of up to four bits and by the ones at the edges; all divisors at once are beyond the solver.
import { cat, constant, input, module, mux, output, prove, reg, requireProof, type Bit, type Bits, type Builder } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
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
  let quotient: Bits<8> = constant(0, 8);
  let rest = dividend.slice(15, 8);
  for (const place of [7, 6, 5, 4, 3, 2, 1, 0]) {
    const step = m.scope(`place_${place}`, () => {
      const { brought_down } = m.nets({ brought_down: cat(rest, dividend.bit(place)) });
      const { digit } = m.nets({ digit: brought_down.ge(divisor.zext(9)) });
      const { left } = m.nets({ left: mux(digit, brought_down.sub(divisor.zext(9)), brought_down) });
      m.unused(left.bit(8));
      return { digit, left };
    });
    quotient = quotient.or(step.digit.zext(8).shl(place));
    rest = step.left.slice(7, 0);
  }
  const tooLarge = dividend.slice(15, 8).ge(divisor);
  return { quotient, remainder: rest, tooLarge };
}

const signed = (value: Bits<8>, isNegative: Bit): Bits<8> => mux(isNegative, constant(0, 8).sub(value), value);

/** Clocks from the one that sees the start to the one that is done. */
const latency_clocks = 8 + 2;

/** With a planted fault, the unit takes the dividend for an even number. */
function proofOf(isSigned: boolean, fault = false) {
  const name = `${isSigned ? "idiv" : "div"}_byte_${fault ? "fault" : "proof"}`;
  return module(name, "Division of 16 by 8 bits.", { dividend: input(16), divisor: input(8), done: output(1) }, (m, io) => {
    m.assume("operands_stay", m.stable(io.dividend).and(m.stable(io.divisor)));
    const low = fault ? io.dividend.and(0xfffe) : io.dividend;
    const unit = m.instance("unit", divider, {
      start: 1, is_signed: isSigned, width: "byte", high: 0, low: low.zext(32), divisor: io.divisor.zext(32),
    });
    io.done.value = unit.done;
    const { clocks } = m.regs({ clocks: reg(4, 0, "since the start") });
    clocks.next = clocks.add(1);
    m.assert("always_takes_as_long", unit.done.eq(clocks.eq(latency_clocks)));

    const signOf = (value: Bits): Bit => (isSigned ? value.msb() : constant(0, 1));
    const sign = { dividend: signOf(io.dividend), divisor: signOf(io.divisor) };
    const { size } = m.nets({
      size: {
        dividend: mux(sign.dividend, constant(0, 16).sub(io.dividend), io.dividend),
        divisor: mux(sign.divisor, constant(0, 8).sub(io.divisor), io.divisor),
      },
    });
    const edges = [0x7f, 0x80, 0xff].map((edge) => size.divisor.eq(edge));
    m.assume("divisor_in_question", size.divisor.lt(16).or(...edges));
    const paper = onPaper(m, size.dividend, size.divisor);
    const { quotient_size } = m.nets({ quotient_size: paper.quotient });
    const { negative } = m.nets({ negative: sign.dividend.xor(sign.divisor) });
    const beyondSign = isSigned ? quotient_size.gt(mux(negative, constant(128, 8), 127)) : constant(0, 1);
    const { overflow } = m.nets({ overflow: paper.tooLarge.or(beyondSign) });
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

test("a unit that overlooks the dividend's lowest bit is found out", async () => {
  const { verdict } = await prove(proofOf(false, true), { depth: latency_clocks + 2 });
  assert.is(verdict.kind, "counterexample");
  if (verdict.kind !== "counterexample") return;
  assert.is(verdict.witness.cycle, latency_clocks + 1);
  assert.ok(verdict.failed.every(({ path }) => path.startsWith("right_")));
});

test.run();
