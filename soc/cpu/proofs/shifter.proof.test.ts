// The shifter against shifting by one place at a time, as Intel's manual describes each instruction (Intel SDM 2, RCL,
// SAL and SHLD). What the manual leaves undefined is left open here: OF for more than one place, and SHLD and SHRD by
// more than the width.
import { cat, constant, input, module, mux, prove, requireProof, type Bit, type Bits, type Builder } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { evenParity } from "../alu.ts";
import { Width, statusIn } from "../flags.ts";
import { Alu } from "../microop.ts";
import { shiftDistance, shifter } from "../shifter.ts";

const test = suite("proofs: shifter");

const operands = {
  operation: input(Alu), width: input(Width), a: input(32), b: input(32), count: input(5), flags: statusIn,
} as const;

const counts = 32;
type Operation = Parameters<typeof Alu>[0];

interface State {
  readonly value: Bits;
  readonly carry: Bit;
  /** What SHLD and SHRD have left to shift in. */
  readonly other: Bits;
}

/** One place further. All parts of `from` have names. */
function step(op: Operation, { value, carry, other }: State): State {
  const size = value.width;
  const msb = value.msb();
  const lsb = value.bit(0);
  const left = (into: Bit): Bits => cat(value.slice<number, number>(size - 2, 0), into);
  const right = (into: Bit): Bits => cat(into, value.slice<number, number>(size - 1, 1));
  switch (op) {
    case "shl":
    case "sal":
      return { value: value.shl(1), carry: msb, other };
    case "shr":
      return { value: value.shr(1), carry: lsb, other };
    case "sar":
      return { value: right(msb), carry: lsb, other };
    case "rol":
      return { value: left(msb), carry: msb, other };
    case "ror":
      return { value: right(lsb), carry: lsb, other };
    case "rcl":
      return { value: left(carry), carry: msb, other };
    case "rcr":
      return { value: right(carry), carry: lsb, other };
    case "shld":
      return { value: left(other.msb()), carry: msb, other: other.shl(1) };
    case "shrd":
      return { value: right(other.bit(0)), carry: lsb, other: other.shr(1) };
    default:
      throw new Error(`${op} does not shift`);
  }
}

/** The state after `count` places, and after each number of places on the way, named. */
function afterCount(m: Builder, op: Operation, count: Bits, start: State): State {
  let state = start;
  for (let i = 1; i < counts; i++) {
    const next = step(op, state);
    const moves = count.ge(i);
    state = m.scope(`place_${i}`, () => m.nets({
      value: mux(moves, next.value, state.value),
      carry: mux(moves, next.carry, state.carry),
      other: mux(moves, next.other, state.other),
    }));
  }
  return state;
}

/** With a planted fault, the unit sees only four bits of the count. */
function proofOf(op: Operation, width: "byte" | "word" | "dword", size: number, fault = false) {
  const isDouble = op === "shld" || op === "shrd";
  const isRotation = op.startsWith("r");
  return module(`${op}_${width}_${fault ? "fault" : "proof"}`, `${op} of a ${width}.`, operands, (m, io) => {
    m.assume("this_operation", io.operation.is(op));
    m.assume("of_this_width", io.width.is(width));
    if (isDouble) m.assume("within_the_width", io.count.zext(6).le(size));
    const { operation, width: of_width, count } = io;
    const { distance } = m.instance("distance", shiftDistance, {
      operation, width: of_width, count: fault ? count.and(0b01111) : count,
    });
    const unit = m.instance("unit", shifter, { operation, width: of_width, a: io.a, b: io.b, flags: io.flags, distance });
    const inWidth = (value: Bits): Bits => value.slice<number, number>(size - 1, 0);
    const { start } = m.nets({ start: { value: inWidth(io.a), other: inWidth(io.b) } });
    const { value, carry } = afterCount(m, op, io.count, { ...start, carry: io.flags.carry });
    const { found } = m.nets({ found: inWidth(unit.result) });
    const { moves } = m.nets({ moves: io.count.ne(0) });
    m.assert("result", found.eq(value));
    m.assert("last_bit_out", unit.status.carry.eq(carry));
    m.assert("adjust_stays", unit.status.adjust.eq(io.flags.adjust));
    m.when(io.count.eq(1), () => {
      m.assert("overflow_is_change_of_sign", unit.status.overflow.eq(value.msb().xor(start.value.msb())));
    });
    m.when(moves.not(), () => { m.assert("overflow_stays", unit.status.overflow.eq(io.flags.overflow)); });
    const follows = isRotation ? constant(0, 1) : moves;
    m.assert("sign", unit.status.sign.eq(mux(follows, value.msb(), io.flags.sign)));
    m.assert("zero", unit.status.zero.eq(mux(follows, value.eq(0), io.flags.zero)));
    const { low } = m.nets({ low: value.slice(7, 0).zext(32) });
    m.assert("parity", unit.status.parity.eq(mux(follows, evenParity(low), io.flags.parity)));
  });
}

const widths = [["byte", 8], ["word", 16], ["dword", 32]] as const;
const operations = ["shl", "sal", "shr", "sar", "rol", "ror", "rcl", "rcr", "shld", "shrd"] as const;

for (const op of operations) {
  for (const [width, size] of widths) {
    if (width === "byte" && (op === "shld" || op === "shrd")) continue;
    test(`${op} of a ${width} is that many steps of one place`, async () => {
      await requireProof(proofOf(op, width, size));
    });
  }
}

test("a unit that overlooks part of the count is found out", async () => {
  const { verdict } = await prove(proofOf("shr", "dword", 32, true));
  assert.is(verdict.kind, "counterexample");
  if (verdict.kind === "counterexample") assert.ok(verdict.failed.some(({ path }) => path === "result" || path === "last_bit_out"));
});

test.run();
