// Bit tests and scans against looking at one bit after the other (Intel SDM 2, BT and BSF).
import { constant, input, module, mux, prove, requireProof, type Bit, type Bits } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bitUnit } from "../bits.ts";
import { Width } from "../flags.ts";
import { Alu } from "../microop.ts";

const test = suite("proofs: bit unit");

const operands = { operation: input(Alu), width: input(Width), a: input(32), b: input(32) } as const;

/** The number of the first set bit among `order`, or `none`. */
function firstOf(order: readonly number[], of: Bits, none: Bits<32>): Bits<32> {
  return order.reduceRight<Bits<32>>((later, i) => mux(of.bit(i), constant(i, 32), later), none);
}

/** With a planted fault, the unit does not see the bit that counts 8. */
function proofOf(width: "word" | "dword", size: number, indexBits: number, fault = false) {
  const places = Array.from({ length: size }, (_, i) => i);
  return module(`bits_${width}_${fault ? "fault" : "proof"}`, `Bit operations on a ${width}.`, operands, (m, io) => {
    m.assume("of_this_width", io.width.is(width));
    const unit = m.instance("unit", bitUnit, fault ? { ...io, b: io.b.and(~8) } : io);
    const op = io.operation;
    const { index } = m.nets({ index: io.b.slice<number, number>(indexBits - 1, 0) });
    const tested = places.map((i): Bit => index.eq(i).and(io.a.bit(i)));
    m.assert("tested_bit", unit.carry.eq(tested.reduce((a, b) => a.or(b))));
    for (const i of places) {
      const here = index.eq(i);
      const changed = mux(op.is("bts"), constant(1, 1), mux(op.is("btr"), constant(0, 1), io.a.bit(i).not()));
      m.when(op.is("bts", "btr", "btc"), () => {
        m.assert(`bit_${i}`, unit.result.bit(i).eq(mux(here, changed, io.a.bit(i))));
      });
    }
    const { scanned } = m.nets({ scanned: io.b.slice<number, number>(size - 1, 0) });
    m.assert("nothing_found", unit.zero.eq(scanned.eq(0)));
    m.when(op.is("bsf"), () => { m.assert("lowest", unit.result.eq(firstOf(places, scanned, io.a))); });
    m.when(op.is("bsr"), () => { m.assert("highest", unit.result.eq(firstOf(places.toReversed(), scanned, io.a))); });
  });
}

test("bit tests and scans of a word", async () => {
  await requireProof(proofOf("word", 16, 4));
});
test("bit tests and scans of a dword", async () => {
  await requireProof(proofOf("dword", 32, 5));
});

test("a unit that overlooks part of the index is found out", async () => {
  const { verdict } = await prove(proofOf("dword", 32, 5, true));
  assert.is(verdict.kind, "counterexample");
});

test.run();
