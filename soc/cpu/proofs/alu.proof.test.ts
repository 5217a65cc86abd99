// The arithmetic unit against arithmetic on whole numbers: sums and differences that are two bits wider than their
// operands, so that nothing can be lost, and flags as Intel's manual words them (Intel SDM 1, 3.4.3.1).
import { constant, input, module, mux, requireProof, type Bits } from "#hdl-gen";
import { suite } from "uvu";
import { alu } from "../alu.ts";
import { Width, statusIn } from "../flags.ts";
import { Alu } from "../microop.ts";

const test = suite("proofs: alu");

const sizes = { byte: 8, word: 16, dword: 32 } as const;
type WidthName = keyof typeof sizes;

const operands = {
  operation: input(Alu), width: input(Width), source: input(Width), a: input(32), b: input(32),
  step: input(32), condition: input(1), flags: statusIn,
} as const;

/** `claims` is told the operation's operands in their width, and gives back what sum and flags have to be. */
function proofOf(width: WidthName) {
  const size = sizes[width];
  return module(`alu_${width}_proof`, `Arithmetic on a ${width}.`, operands, (m, io) => {
    const unit = m.instance("alu", alu, io);
    const op = io.operation;
    const wide = size + 2;
    const { x, y } = m.nets({ x: io.a.slice(size - 1, 0).as(size), y: io.b.slice(size - 1, 0).as(size) });
    const { carry } = m.nets({ carry: io.flags.carry.and(op.is("adc", "sbb")) });
    const { left, right } = m.nets({ left: mux(op.is("neg"), constant(0, size), x), right: mux(op.is("neg"), x, y) });
    const { is_sum, is_difference } = m.nets({ is_sum: op.is("add", "adc"), is_difference: op.is("sub", "sbb", "cmp", "neg") });
    const compute = (l: Bits, r: Bits, c: Bits): Bits => mux(is_difference, l.sub(r).sub(c), l.add(r).add(c));
    const { natural, whole, nibbles } = m.nets({
      natural: compute(left.zext(wide), right.zext(wide), carry.zext(wide)),
      whole: compute(left.sext(wide), right.sext(wide), carry.zext(wide)),
      nibbles: compute(left.slice(3, 0).zext(6), right.slice(3, 0).zext(6), carry.zext(6)),
    });
    const { value } = m.nets({ value: unit.result.slice(size - 1, 0).as(size) });
    const largest = 2n ** BigInt(size - 1) - 1n;
    m.assume("of_this_width", io.width.is(width));
    m.when(is_sum.or(is_difference), () => {
      m.assert("result", value.eq(natural.slice(size - 1, 0).as(size)));
      m.assert("carry_out", unit.status.carry.eq(natural.bit(size)));
      m.assert("adjust", unit.status.adjust.eq(nibbles.bit(4)));
      m.assert("overflow", unit.status.overflow.eq(whole.gtSigned(largest).or(whole.ltSigned(-largest - 1n))));
    });
    m.assert("zero", unit.status.zero.eq(value.eq(0)).or(op.is("store_flags")));
  });
}

for (const width of Object.keys(sizes) as WidthName[]) {
  test(`a ${width}: result and flags of sums and differences`, async () => {
    await requireProof(proofOf(width));
  });
}

test.run();
