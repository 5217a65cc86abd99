// Values: what an expression is worth, and what becomes of widths and names.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { and, Bits, cat, constant, enumeration, HdlError, input, module, mux, oneHotMux, or, output, select, simulate, xor, type Design } from "../index.ts";

const test = suite("values");

/** A module that computes one value from two bytes. */
function unit(width: number, f: (a: Bits<8>, b: Bits<8>) => Bits): (a: number, b: number) => number | bigint {
  const design = module("unit", "", { a: input(8), b: input(8), y: output(width) }, (_m, io) => {
    io.y.value = f(io.a, io.b);
  });
  const simulation = simulate(design);
  return (a, b) => {
    simulation.io.a = a;
    simulation.io.b = b;
    return simulation.io.y;
  };
}

function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    if (error instanceof HdlError) return error.code;
    throw error;
  }
  return "no error";
}

/** One line a case: what is computed, the width, a, b, the result. */
const CASES: readonly (readonly [string, number, (a: Bits<8>, b: Bits<8>) => Bits, number, number, number | bigint])[] = [
  ["add loses the carry", 8, (a, b) => a.add(b), 200, 100, 44],
  ["add of extended values keeps it", 9, (a, b) => a.zext(9).add(b.zext(9)), 200, 100, 300],
  ["sub wraps below 0", 8, (a, b) => a.sub(b), 1, 2, 255],
  ["mul has the sum of the widths", 16, (a, b) => a.mul(b), 255, 255, 65025],
  ["mulSigned takes both as two's complement", 16, (a, b) => a.mulSigned(b), 255, 2, 0xfffe],
  ["and takes several", 8, (a, b) => a.and(b, 0x0f), 0xff, 0x35, 5],
  ["or takes several", 8, (a, b) => or(a, b, 1), 0x10, 0x20, 0x31],
  ["xor takes several", 8, (a, b) => xor(a, b, a), 0x12, 0x34, 0x34],
  ["and is a function too", 8, (a, b) => and(a, b), 6, 3, 2],
  ["not inverts every bit", 8, (a) => a.not(), 0x0f, 0, 0xf0],
  ["lt is unsigned", 1, (a, b) => a.lt(b), 1, 255, 1],
  ["ltSigned is signed", 1, (a, b) => a.ltSigned(b), 1, 255, 0],
  ["leSigned holds for equal values", 1, (a, b) => a.leSigned(b), 255, 255, 1],
  ["gt is unsigned", 1, (a, b) => a.gt(b), 255, 1, 1],
  ["gtSigned is signed", 1, (a, b) => a.gtSigned(b), 255, 1, 0],
  ["geSigned holds for equal values", 1, (a, b) => a.geSigned(b), 128, 128, 1],
  ["negative is the sign", 1, (a) => a.negative(), 128, 0, 1],
  ["shl by a value", 8, (a, b) => a.shl(b), 3, 2, 12],
  ["shl by the width leaves nothing", 8, (a) => a.shl(8), 255, 0, 0],
  ["shr by more than the width leaves nothing", 8, (a, b) => a.shr(b), 255, 200, 0],
  ["sar copies the sign", 8, (a) => a.sar(2), 0x84, 0, 0xe1],
  ["sar by more than the width leaves the sign", 8, (a, b) => a.sar(b), 0x80, 99, 255],
  ["any", 1, (a) => a.any(), 16, 0, 1],
  ["all", 1, (a) => a.all(), 254, 0, 0],
  ["parity is odd", 1, (a) => a.parity(), 7, 0, 1],
  ["bit counts from the least significant", 1, (a) => a.bit(2), 4, 0, 1],
  ["slice includes both ends", 3, (a) => a.slice(4, 2), 0b10100, 0, 5],
  ["a slice of a slice", 2, (a) => a.slice(6, 2).slice(2, 1), 0b11000, 0, 3],
  ["a slice of cat reaches into its parts", 4, (a, b) => cat(a, b).slice(9, 6), 0b01, 0b11000000, 0b0111],
  ["a slice of an extension", 12, (a) => a.sext(24).slice(15, 4), 0x80, 0, 0xff8],
  ["cat has the first part highest", 16, (a, b) => cat(a, b), 1, 2, 258],
  ["zext fills with 0", 16, (a) => a.zext(16), 200, 0, 200],
  ["sext fills with the sign", 16, (a) => a.sext(16), 200, 0, 0xffc8],
  ["replicate repeats", 24, (a) => a.replicate(3), 0xab, 0, 0xababab],
  ["mux takes a constant on either side", 8, (a, b) => mux(a.eq(b), 1, a), 5, 6, 5],
  ["oneHotMux gives 0 when nothing holds", 8, (a, b) => oneHotMux([[a.eq(1), b], [a.eq(2), a]]), 3, 9, 0],
  ["oneHotMux gives the value whose condition holds", 8, (a, b) => oneHotMux([[a.eq(1), b], [a.eq(2), a]]), 1, 9, 9],
  ["select counts from 0", 8, (a) => select(a.slice(1, 0), [constant(7, 8), 8, 9, 10]), 2, 0, 9],
  ["select's last value repeats", 8, (a) => select(a.slice(1, 0), [constant(7, 8), 8]), 3, 0, 8],
  ["wide values are exact", 64, (a, b) => cat(a, b, a, b, a, b, a, b).add(1), 255, 255, 0n],
  ["wide shifts move whole words", 64, (a, b) => a.zext(64).shl(b), 1, 63, 1n << 63n],
  ["wide comparisons look at every word", 1, (a, b) => a.zext(64).shl(40).gt(b.zext(64).shl(39)), 1, 1, 1],
];
for (const [name, width, f, a, b, y] of CASES) test(name, () => assert.is(unit(width, f)(a, b), y));

test("negative constants are two's complement", () => {
  assert.is(unit(8, (a) => a.add(-1))(5, 0), 4);
});

test("a constant too large is refused", () => {
  assert.is(codeOf(() => unit(8, (a) => a.add(256))), "constant-range");
  assert.is(codeOf(() => unit(8, (a) => a.add(-129))), "constant-range");
});

test("an unnamed expression cannot be sliced, nor sign-extended", () => {
  assert.is(codeOf(() => unit(1, (a, b) => a.add(b).bit(0))), "slice-unnamed");
  assert.is(codeOf(() => unit(16, (a, b) => a.add(b).sext(16))), "slice-unnamed");
});

test("a single bit can be sign-extended without a name", () => {
  assert.is(unit(4, (a, b) => a.eq(b).sext(4))(3, 3), 15);
});

test("as sheds an enumeration", () => {
  const Op = enumeration("op", ["add", "sub", "mul"]);
  const plain = Op("mul").as(2);
  assert.is(plain.width, 2);
  assert.is(plain.enumeration, undefined);
  assert.is(Op.encode("mul"), 2);
  assert.is(Op.from(plain).enumeration, Op);
});

test("mux and select of choices are choices", () => {
  const Op = enumeration("op", ["add", "sub", "mul"]);
  const design: Design = module("chooser", "", { s: input(1), y: output(Op), z: output(Op) }, (_m, io) => {
    io.y.value = mux(io.s, Op("sub"), "mul");
    io.z.value = select(io.s, [Op("add"), Op("mul")]);
  });
  const simulation = simulate(design);
  simulation.poke("s", 1);
  assert.equal([simulation.peekName("y"), simulation.peekName("z")], ["sub", "mul"]);
});

test.run();
