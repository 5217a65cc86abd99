// What a step computes: the units of the execute stage, and the choice among them.
import { constant, mux, type Bit, type Bits } from "#hdl-gen";
import { alu } from "./alu.ts";
import { bitUnit } from "./bits.ts";
import { divider } from "./divide.ts";
import type { Execute } from "./execute-registers.ts";
import { holds, statusShape, type Status } from "./flags.ts";
import { multiplier } from "./multiply.ts";
import { muxed } from "./shape.ts";
import { distanceShape, shiftDistance, shifter } from "./shifter.ts";

interface Given {
  readonly a: Bits<32>;
  readonly b: Bits<32>;
  readonly status: Status;
  /** EFLAGS.DF: string instructions go down. */
  readonly direction: Bit;
  /** The step is executed: a division may begin. */
  readonly computes: Bit;
}

/** Its result, and the flags after it, of which the step says which are kept. */
export function calculate({ m, r, x, valid }: Execute, { a, b, status, direction, computes }: Given) {
  const op = x.operation;
  const { condition } = m.nets({ condition: x.condition });
  const { element } = m.nets({
    element: mux(x.source.is("byte"), constant(1, 32), mux(x.source.is("word"), constant(2, 32), 4)),
  });
  const step = mux(direction, constant(0, 32).sub(element), element);
  const arithmetic = m.instance("alu", alu, {
    operation: op,
    width: x.width,
    source: x.source,
    a,
    b,
    step,
    condition: holds(condition, status),
    flags: status,
  });
  // Of a double shift operand b is what comes in, and the places are CL's or the immediate's.
  const { distance: double_distance } = m.instance("shift_distance", shiftDistance, {
    operation: op, width: x.width, count: mux(x.special.is("count"), r.count, x.count),
  });
  const { distance } = m.nets({
    distance: muxed(distanceShape, op.is("shld", "shrd"), double_distance, {
      none: x.shift_none, whole: x.shift_whole, right: x.shift_right, leaving: x.shift_leaving,
    }),
  });
  const shifted = m.instance("shifter", shifter, {
    operation: op,
    width: x.width,
    a,
    b,
    distance,
    flags: status,
  });
  const tested = m.instance("bit_unit", bitUnit, { operation: op, width: x.width, a, b });
  const { multiplies, divides } = m.nets({
    multiplies: valid.and(op.is("mul", "imul")),
    divides: valid.and(op.is("div", "idiv")),
  });
  const product = m.instance("multiplier", multiplier, {
    enable: multiplies,
    is_signed: op.is("imul"),
    source: x.source,
    a,
    b,
  });
  const quotient = m.instance("divider", divider, {
    start: divides.and(computes),
    is_signed: op.is("idiv"),
    width: x.width,
    high: r.high,
    low: a,
    divisor: b,
  });

  const { result } = m.nets({ result: 32 });
  const { after } = m.nets({ after: statusShape });
  result.value = arithmetic.result;
  m.drive(after, arithmetic.status);
  m.match(op, [
    [["rol", "ror", "rcl", "rcr", "shl", "shr", "sal", "sar", "shld", "shrd"], () => {
      result.value = shifted.result;
      m.drive(after, shifted.status);
    }],
    [["bt", "bts", "btr", "btc", "bsf", "bsr"], () => {
      result.value = tested.result;
      after.carry.value = tested.carry;
      after.zero.value = tested.zero;
    }],
    [["mul", "imul"], () => {
      result.value = product.low;
      m.drive(after, { ...status, carry: product.exceeds, overflow: product.exceeds });
    }],
    ["high_half", () => { result.value = product.high; }],
    [["div", "idiv"], () => { result.value = quotient.quotient; }],
    ["remainder", () => { result.value = quotient.remainder; }],
  ], () => {});
  return { result, after, multiplies, divides, quotient };
}
