// The arithmetic unit against arithmetic on whole numbers: sums and differences that are two bits wider than their
// operands, so that nothing can be lost, and flags as Intel's manual words them (Intel SDM 1, 3.4.3.1). Decimal adjustment
// against the manual's own steps (Intel SDM 2, DAA to AAS).
import { cat, constant, input, module, mux, prove, requireProof, type Bits } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { alu } from "../alu.ts";
import { Width, statusIn } from "../flags.ts";
import { Alu } from "../microop.ts";

const test = suite("proofs: alu");

const operands = {
  operation: input(Alu), width: input(Width), source: input(Width), a: input(32), b: input(32),
  step: input(32), condition: input(1), flags: statusIn,
} as const;

const widths = [["byte", 8], ["word", 16], ["dword", 32]] as const;
type WidthName = (typeof widths)[number][0];

/** With a planted fault, the unit does not see the carry flag. */
function arithmetic(width: WidthName, size: number, fault = false) {
  return module(`alu_${width}_${fault ? "fault" : "proof"}`, `Arithmetic and logic on a ${width}.`, operands, (m, io) => {
    m.assume("of_this_width", io.width.is(width));
    const unit = m.instance("unit", alu, fault ? { ...io, flags: { ...io.flags, carry: 0 } } : io);
    const op = io.operation;
    const wide = size + 2;
    const inWidth = (value: Bits): Bits => value.slice<number, number>(size - 1, 0);
    const { x, y, found } = m.nets({ x: inWidth(io.a), y: inWidth(io.b), found: inWidth(unit.result) });
    const { carry } = m.nets({ carry: io.flags.carry.and(op.is("adc", "sbb")) });
    const { left, right } = m.nets({ left: mux(op.is("neg"), constant(0, size), x), right: mux(op.is("neg"), x, y) });
    const { is_sum, is_difference } = m.nets({
      is_sum: op.is("add", "adc"),
      is_difference: op.is("sub", "sbb", "cmp", "neg"),
    });
    const compute = (l: Bits, r: Bits): Bits => {
      const c = carry.zext(l.width);
      return mux(is_difference, l.sub(r).sub(c), l.add(r).add(c));
    };
    const { natural, whole, digits } = m.nets({
      natural: compute(left.zext(wide), right.zext(wide)),
      whole: compute(left.sext(wide), right.sext(wide)),
      digits: compute(left.slice(3, 0).zext(6), right.slice(3, 0).zext(6)),
    });
    const largest = 2n ** BigInt(size - 1) - 1n;
    m.when(is_sum.or(is_difference), () => {
      m.assert("result", found.eq(natural.slice<number, number>(size - 1, 0)));
      m.assert("carry_out", unit.status.carry.eq(natural.bit(size)));
      m.assert("adjust", unit.status.adjust.eq(digits.bit(4)));
      m.assert("overflow", unit.status.overflow.eq(whole.gtSigned(largest).or(whole.ltSigned(-largest - 1n))));
    });
    m.match(op, [
      ["and", () => { m.assert("conjunction", found.eq(x.and(y))); }],
      ["or", () => { m.assert("disjunction", found.eq(x.or(y))); }],
      ["xor", () => { m.assert("difference_of_bits", found.eq(x.xor(y))); }],
      ["not", () => { m.assert("complement", found.eq(x.not())); }],
    ], () => {});
    m.when(op.is("and", "or", "xor"), () => {
      m.assert("logic_clears_carry_and_overflow", unit.status.carry.or(unit.status.overflow).not());
    });
    // ARPL: RPL becomes the greater of the two, and ZF says whether it was not (Intel SDM 2, ARPL).
    const { own, other } = m.nets({ own: io.a.slice(1, 0), other: io.b.slice(1, 0) });
    m.when(op.is("adjust_privilege"), () => {
      m.assert("privilege_level", unit.result.slice(1, 0).eq(mux(own.lt(other), other, own)));
      m.assert("rest_of_selector", unit.result.slice(31, 2).eq(io.a.slice(31, 2)));
      m.assert("level_was_raised", unit.status.zero.eq(own.lt(other)));
    }).elsewhen(op.is("store_flags").not(), () => { m.assert("zero", unit.status.zero.eq(found.eq(0))); });
    m.when(op.is("store_flags").not(), () => {
      m.assert("sign", unit.status.sign.eq(found.negative()));
      m.assert("parity", unit.status.parity.eq(found.slice(7, 0).parity().not()));
    });
  });
}

const decimal = module("decimal_proof", "Decimal adjustment of AL and AX.", operands, (m, io) => {
  const unit = m.instance("unit", alu, io);
  const op = io.operation;
  const { al, ah } = m.nets({ al: io.a.slice(7, 0), ah: io.a.slice(15, 8) });
  const { low, high } = m.nets({
    low: al.slice(3, 0).gt(9).or(io.flags.adjust),
    high: al.gt(0x99).or(io.flags.carry),
  });
  const al_found = unit.result.slice(7, 0);
  m.assume("as_the_instructions_ask", io.width.is("byte"));
  const adjusted = (sign: "add" | "sub"): Bits<8> => {
    const units = mux(low, al[sign](6), al);
    return mux(high, units[sign](0x60), units);
  };
  m.match(op, [
    ["daa", () => {
      m.assert("daa_result", al_found.eq(adjusted("add")));
      m.assert("daa_carry", unit.status.carry.eq(high));
      m.assert("daa_adjust", unit.status.adjust.eq(low));
    }],
    ["das", () => {
      m.assert("das_result", al_found.eq(adjusted("sub")));
      m.assert("das_carry", unit.status.carry.eq(high.or(low.and(al.lt(6)))));
      m.assert("das_adjust", unit.status.adjust.eq(low));
    }],
  ], () => {});
  const ax = cat(ah, al);
  const { ax_after } = m.nets({
    ax_after: mux(low, mux(op.is("aaa"), ax.add(0x106), ax.sub(6).sub(0x100)), ax),
  });
  m.when(op.is("aaa", "aas"), () => {
    const expected = cat(ax_after.slice(15, 8), constant(0, 4), ax_after.slice(3, 0));
    m.assert("unpacked_result", unit.result.slice(15, 0).eq(expected));
    m.assert("unpacked_flags", unit.status.carry.eq(low).and(unit.status.adjust.eq(low)));
  });
});

for (const [width, size] of widths) {
  test(`a ${width}: results and flags of arithmetic and logic`, async () => {
    await requireProof(arithmetic(width, size));
  });
}

test("decimal adjustment", async () => {
  await requireProof(decimal);
});

test("a unit that overlooks the carry is found out", async () => {
  const { verdict } = await prove(arithmetic("word", 16, true));
  assert.is(verdict.kind, "counterexample");
  if (verdict.kind !== "counterexample") return;
  const operation = verdict.witness.trace.rows.find(({ path }) => path === "operation");
  assert.ok(["adc", "sbb"].includes(operation?.texts[0] ?? ""));
});

test.run();
