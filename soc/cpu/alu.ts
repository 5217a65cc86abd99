// The arithmetic and logic unit: one clock, no state. Shifting, bit scanning, multiplication and division have
// files of their own.
import { cat, constant, input, module, mux, output, type Bit, type Bits } from "#hdl-gen";
import { Width, statusIn, statusOut } from "./flags.ts";
import { Alu } from "./microop.ts";

/** The bit of a named value that is its sign in the given width. */
export function signBit(width: { is(name: "byte" | "word"): Bit }, value: Bits<32>): Bit {
  return mux(width.is("byte"), value.bit(7), mux(width.is("word"), value.bit(15), value.bit(31)));
}

/** Whether the bits of a named value that count in the given width are all zero. */
export function isZero(width: { is(name: "byte" | "word"): Bit }, value: Bits<32>): Bit {
  return value.slice(7, 0).any()
    .or(value.slice(15, 8).any().and(width.is("byte").not()))
    .or(value.slice(31, 16).any().and(width.is("byte").or(width.is("word")).not()))
    .not();
}

/** PF looks at the lowest byte only (Intel SDM 1, 3.4.3.1). */
export const evenParity = (value: Bits<32>): Bit => value.slice(7, 0).parity().not();

export const alu = module("alu", "Addition, logic and the small operations of a micro-operation.", {
  operation: input(Alu),
  width: input(Width, "of the result"),
  source: input(Width, "of b, where it is extended"),
  a: input(32),
  b: input(32),
  step: input(32, "what a string instruction adds to its index"),
  condition: input(1, "whether the instruction's condition holds"),
  flags: statusIn,
  result: output(32),
  status: statusOut,
}, (m, io) => {
  const op = io.operation;
  const subtracts = op.is("sub", "cmp", "sbb", "neg", "frame_down", "count_down", "das", "aas");
  const { minuend, addend, borrow_or_carry } = m.nets({ minuend: 32, addend: 32, borrow_or_carry: 1 });
  minuend.value = io.a;
  addend.value = mux(subtracts, io.b.not(), io.b);
  borrow_or_carry.value = mux(op.is("adc"), io.flags.carry, mux(op.is("sbb"), io.flags.carry.not(), subtracts));
  m.match(op, [
    ["neg", () => {
      minuend.value = 0;
      addend.value = io.a.not();
    }],
    ["advance", () => { addend.value = io.step; }],
    ["count_down", () => { addend.value = constant(1, 32).not(); }],
    ["frame_down", () => { addend.value = mux(io.width.is("word"), constant(2, 32), 4).not(); }],
  ], () => {});

  // Decimal adjustment of AL (Intel SDM 2, DAA to AAS): 6 for the lower digit, 60h for the upper, 1 to AH.
  const al = io.a.slice(7, 0);
  const { low_digit, high_digit } = m.nets({
    low_digit: io.a.slice(3, 0).gt(9).or(io.flags.adjust),
    high_digit: al.gt(0x99).or(io.flags.carry),
  });
  const packed = cat(constant(0, 25), high_digit, high_digit, constant(0, 2), low_digit, low_digit, constant(0, 1));
  const unpacked = cat(constant(0, 23), low_digit, constant(0, 5), low_digit, low_digit, constant(0, 1));
  m.match(op, [
    ["daa", () => { addend.value = packed; }],
    ["das", () => { addend.value = packed.not(); }],
    ["aaa", () => { addend.value = unpacked; }],
    ["aas", () => { addend.value = unpacked.not(); }],
  ], () => {});
  const { total } = m.nets({
    total: cat(constant(0, 1), minuend).add(cat(constant(0, 1), addend)).add(borrow_or_carry.zext(33)),
  });
  const { sum } = m.nets({ sum: total.slice(31, 0) });
  // What went into each bit from the right is what its three others do not explain.
  const { carries } = m.nets({ carries: minuend.xor(addend, sum) });
  m.unused(carries);
  const { carry_out } = m.nets({
    carry_out: mux(io.width.is("byte"), carries.bit(8), mux(io.width.is("word"), carries.bit(16), total.bit(32))),
  });
  const carry_in_sign = signBit(io.width, carries);

  const b_sign = signBit(io.width, io.b);
  const f = io.flags;
  const ahImage = cat(f.sign, f.zero, constant(0, 1), f.adjust, constant(0, 1), f.parity, constant(1, 1), f.carry);
  // BT with a bit number beyond the operand: the distance in bytes of the operand-sized piece that has the bit.
  const bitWord = mux(io.width.is("word"),
    cat(io.b.bit(15).replicate(19), io.b.slice(15, 4), constant(0, 1)),
    cat(io.b.bit(31).replicate(3), io.b.slice(31, 5), constant(0, 2)));
  const zeroExtended = mux(io.source.is("byte"), io.b.slice(7, 0).zext(32), io.b.slice(15, 0).zext(32));
  const signExtended = mux(io.source.is("byte"),
    cat(io.b.bit(7).replicate(24), io.b.slice(7, 0)),
    cat(io.b.bit(15).replicate(16), io.b.slice(15, 0)));
  const adjusted = cat(constant(0, 16), sum.slice(15, 8), constant(0, 4), sum.slice(3, 0));
  const swapped = cat(al, io.a.slice(15, 8), io.a.slice(23, 16), io.a.slice(31, 24));
  // ARPL: RPL becomes at least that of the other selector.
  const raises = io.a.slice(1, 0).lt(io.b.slice(1, 0));
  const result = io.result;
  result.value = sum;
  m.match(op, [
    ["and", () => { result.value = io.a.and(io.b); }],
    ["or", () => { result.value = io.a.or(io.b); }],
    ["xor", () => { result.value = io.a.xor(io.b); }],
    ["not", () => { result.value = io.a.not(); }],
    ["move", () => { result.value = io.b; }],
    ["zero_extend", () => { result.value = zeroExtended; }],
    ["sign_extend", () => { result.value = signExtended; }],
    ["sign_fill", () => { result.value = b_sign.replicate(32); }],
    ["set_condition", () => { result.value = io.condition.zext(32); }],
    ["load_flags", () => { result.value = ahImage.zext(32); }],
    ["selector_index", () => { result.value = cat(io.b.slice(15, 3), constant(0, 3)).zext(32); }],
    ["gate_offset", () => { result.value = cat(io.a.slice(31, 16), io.b.slice(15, 0)); }],
    ["slots", () => { result.value = mux(io.width.is("word"), io.b.shl(1), io.b.shl(2)); }],
    ["fill_upper", () => { result.value = cat(constant(0xffff, 16), io.b.slice(15, 0)); }],
    ["segment_base", () => { result.value = cat(io.a.slice(31, 24), io.a.slice(7, 0), io.b.slice(31, 16)); }],
    ["segment_limit", () => {
      const limit = cat(io.a.slice(19, 16), io.b.slice(15, 0));
      result.value = mux(io.a.bit(23), cat(limit, constant(0xfff, 12)), limit.zext(32));
    }],
    ["segment_rights", () => { result.value = io.b.and(0x00ffff00); }],
    ["adjust_privilege", () => {
      result.value = cat(io.a.slice(31, 2), mux(raises, io.b.slice(1, 0), io.a.slice(1, 0)));
    }],
    ["byte_swap", () => { result.value = swapped; }],
    ["select", () => { result.value = mux(io.condition, io.b, io.a); }],
    [["aaa", "aas"], () => { result.value = adjusted; }],
    ["bit_word", () => { result.value = bitWord; }],
  ], () => {});

  const arithmetic = op.is("add", "adc", "sub", "sbb", "cmp", "neg");
  io.status.carry.value = mux(op.is("sub", "sbb", "cmp", "neg"), carry_out.not(), carry_out.and(arithmetic));
  io.status.parity.value = evenParity(result);
  io.status.adjust.value = mux(op.is("sub", "sbb", "cmp", "neg"), carries.bit(4).not(), carries.bit(4).and(arithmetic));
  io.status.zero.value = isZero(io.width, result);
  io.status.sign.value = signBit(io.width, result);
  io.status.overflow.value = carry_out.xor(carry_in_sign).and(arithmetic);
  m.match(op, [
    ["store_flags", () => {
      io.status.sign.value = io.a.bit(7);
      io.status.zero.value = io.a.bit(6);
      io.status.adjust.value = io.a.bit(4);
      io.status.parity.value = io.a.bit(2);
      io.status.carry.value = io.a.bit(0);
      io.status.overflow.value = f.overflow;
    }],
    [["daa", "das"], () => {
      io.status.carry.value = high_digit.or(op.is("das").and(low_digit, al.lt(6)));
      io.status.adjust.value = low_digit;
    }],
    [["aaa", "aas"], () => {
      io.status.carry.value = low_digit;
      io.status.adjust.value = low_digit;
    }],
    ["adjust_privilege", () => { io.status.zero.value = raises; }],
    ["set_carry", () => { io.status.carry.value = 1; }],
    ["clear_carry", () => { io.status.carry.value = 0; }],
    ["complement_carry", () => { io.status.carry.value = f.carry.not(); }],
  ], () => {});
});
