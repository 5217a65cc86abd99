// The shifter: every shift and rotation is the low half of a 64-bit pair moved right.
import { cat, constant, input, module, mux, output, select, type Bit, type Bits, type Choice } from "#hdl-gen";
import { evenParity, isZero, signBit } from "./alu.ts";
import { Width, statusIn, statusOut } from "./flags.ts";
import { Alu } from "./microop.ts";
import { inputsOf, outputsOf } from "./shape.ts";

/** `count mod period` for each count of five bits. */
const modulo = (count: Bits<5>, period: number): Bits<5> =>
  select(count, Array.from({ length: 32 }, (_, n) => constant(n % period, 5)));

const zeros = <N extends number>(n: N): Bits<N> => constant(0, n);

/** How far an operation moves its pair. */
export const distanceShape = {
  /** No places: nothing changes. */
  none: 1,
  /** No places are left of a rotation's. */
  whole: 1,
  /** Places to the right. */
  right: 6,
  /** Place of the last bit to leave. */
  leaving: 6,
} as const;

const isLeft = (op: Choice<(typeof Alu)["names"][number]>): Bit => op.is("rol", "rcl", "shl", "sal", "shld");
const isThroughCarry = (op: Choice<(typeof Alu)["names"][number]>): Bit => op.is("rcl", "rcr");

function byWidthOf(width: Choice<(typeof Width)["names"][number]>) {
  return <N extends number>(ofByte: Bits<N>, ofWord: Bits<NoInfer<N>>, ofDword: Bits<NoInfer<N>>): Bits<N> =>
    mux(width.is("byte"), ofByte, mux(width.is("word"), ofWord, ofDword));
}

/** A stage before the shifter, which has no time to find its distance first. */
export const shiftDistance = module("shift_distance", "How far a shift or rotation moves its pair.", {
  operation: input(Alu),
  width: input(Width),
  count: input(5, "places, already masked to 5 bits"),
  distance: outputsOf(distanceShape),
}, (m, io) => {
  const op = io.operation;
  const byWidth = byWidthOf(io.width);
  const { left, through_carry } = m.nets({ left: isLeft(op), through_carry: isThroughCarry(op) });

  // A rotation by its width changes nothing but CF; through carry there is one place more.
  const rotate_places = byWidth(io.count.slice(2, 0).zext(5), io.count.slice(3, 0).zext(5), io.count);
  const carry_places = byWidth(modulo(io.count, 9), modulo(io.count, 17), io.count);
  const { places } = m.nets({
    places: mux(through_carry, carry_places, mux(op.is("rol", "ror"), rotate_places, io.count)),
  });
  const { size } = m.nets({ size: byWidth(constant(8, 6), constant(16, 6), constant(32, 6)) });
  const { left_by } = m.nets({ left_by: size.sub(places.zext(6)) });
  m.drive(io.distance, {
    none: io.count.eq(0),
    whole: places.eq(0),
    right: mux(left, left_by, places.zext(6)),
    leaving: mux(left, left_by, places.zext(6).sub(1)),
  });
});

export const shifter = module("shifter", "Shifts and rotations by 0 to 31 places in one clock.", {
  operation: input(Alu),
  width: input(Width),
  a: input(32, "what is shifted"),
  b: input(32, "what SHLD and SHRD shift in"),
  distance: inputsOf(distanceShape),
  flags: statusIn,
  result: output(32),
  status: statusOut,
}, (m, io) => {
  const op = io.operation;
  const word = io.width.is("word");
  const { left, rotates, through_carry } = m.nets({
    left: isLeft(op),
    rotates: op.is("rol", "ror", "rcl", "rcr"),
    through_carry: isThroughCarry(op),
  });
  const byWidth = byWidthOf(io.width);

  const a8 = io.a.slice(7, 0);
  const a16 = io.a.slice(15, 0);
  const c = io.flags.carry;
  const { a_in_width, sign } = m.nets({
    a_in_width: byWidth(a8.zext(32), a16.zext(32), io.a),
    sign: signBit(io.width, io.a),
  });
  const { pair } = m.nets({ pair: 64 });
  pair.value = a_in_width.zext(64);
  m.match(op, [
    [["shl", "sal"], () => {
      pair.value = byWidth(cat(zeros(48), a8, zeros(8)), cat(zeros(32), a16, zeros(16)), cat(io.a, zeros(32)));
    }],
    ["sar", () => {
      pair.value = byWidth(cat(sign.replicate(56), a8), cat(sign.replicate(48), a16), cat(sign.replicate(32), io.a));
    }],
    [["rol", "ror"], () => {
      pair.value = byWidth(cat(zeros(48), a8, a8), cat(zeros(32), a16, a16), cat(io.a, io.a));
    }],
    ["rcl", () => {
      pair.value = byWidth(
        cat(zeros(48), a8, c, io.a.slice(7, 1)),
        cat(zeros(32), a16, c, io.a.slice(15, 1)),
        cat(io.a, c, io.a.slice(31, 1)));
    }],
    ["rcr", () => {
      pair.value = byWidth(
        cat(zeros(48), io.a.slice(6, 0), c, a8),
        cat(zeros(32), io.a.slice(14, 0), c, a16),
        cat(io.a.slice(30, 0), c, io.a));
    }],
    ["shld", () => { pair.value = mux(word, cat(zeros(32), a16, io.b.slice(15, 0)), cat(io.a, io.b)); }],
    ["shrd", () => { pair.value = mux(word, cat(zeros(32), io.b.slice(15, 0), a16), cat(io.b, io.a)); }],
  ], () => {});
  const { moved } = m.nets({ moved: pair.shr(io.distance.right) });
  const { moved_low } = m.nets({ moved_low: moved.slice(31, 0) });
  m.unused(moved.slice(63, 32));
  const { none } = io.distance;
  io.result.value = mux(none, io.a, moved_low);

  // The last bit to leave.
  const { leaving } = m.nets({ leaving: mux(op.is("sar"), pair.slice(31, 0), a_in_width).zext(64).shr(io.distance.leaving) });
  m.unused(leaving.slice(63, 1));
  const { carry } = m.nets({ carry: 1 });
  carry.value = mux(through_carry.and(io.distance.whole), c, leaving.bit(0));
  m.when(op.is("rol"), () => { carry.value = moved_low.bit(0); });
  m.when(op.is("ror"), () => { carry.value = signBit(io.width, moved_low); });
  const { top, below_top } = m.nets({
    top: signBit(io.width, moved_low),
    below_top: byWidth(moved_low.bit(6), moved_low.bit(14), moved_low.bit(30)),
  });

  // No places, no flags; rotations leave all but CF and OF alone.
  const f = io.flags;
  const keep_value = none.or(rotates);
  io.status.carry.value = mux(none, f.carry, carry);
  io.status.overflow.value = mux(none, f.overflow, mux(left, top.xor(carry), top.xor(below_top)));
  io.status.parity.value = mux(keep_value, f.parity, evenParity(moved_low));
  io.status.adjust.value = f.adjust;
  io.status.zero.value = mux(keep_value, f.zero, isZero(io.width, moved_low));
  io.status.sign.value = mux(keep_value, f.sign, top);
});
