// CRCs against the catalogue's check values, in every data width that divides the message.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { crc, crcAlgorithms, HdlError, requireProof, simulate } from "../index.ts";
import { refuted, withFault } from "./testing.ts";

const test = suite("CRC");

/** The CRC of the nine characters "123456789". Source: Cook's catalogue. */
const checkValues = {
  "CRC-5/USB": 0x19n,
  "CRC-8/SMBUS": 0xf4n,
  "CRC-16/ARC": 0xbb3dn,
  "CRC-16/IBM-3740": 0x29b1n,
  "CRC-16/MODBUS": 0x4b37n,
  "CRC-16/XMODEM": 0x31c3n,
  "CRC-32/ISCSI": 0xe3069283n,
  "CRC-32/ISO-HDLC": 0xcbf43926n,
  "CRC-64/XZ": 0x995dc9bbdf1939fan,
} as const;
const message = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => 0x30 + digit);

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object's own keys
const namesOf = <T extends object>(of: T): readonly (keyof T)[] => Object.keys(of) as (keyof T)[];

/** The message in pieces of so many bits, first piece first. */
function pieces(bits: number, lowestFirst: boolean): number[] {
  const stream = message.flatMap((byte) => {
    const inOrder = Array.from({ length: 8 }, (_, i) => (byte >> (7 - i)) & 1);
    return lowestFirst ? inOrder.toReversed() : inOrder;
  });
  return Array.from({ length: stream.length / bits }, (_, i) => {
    const piece = stream.slice(i * bits, (i + 1) * bits);
    return (lowestFirst ? piece.toReversed() : piece).reduce((value, bit) => 2 * value + bit, 0);
  });
}

for (const name of namesOf(checkValues)) {
  const check: bigint = checkValues[name];
  test(`${name} of "123456789" is 0x${check.toString(16)}, by bits, nibbles, bytes or 24 bits at a time`, () => {
    for (const bits of [1, 4, 8, 24]) {
      const sim = simulate(crc("crc", crcAlgorithms[name], bits));
      sim.reset();
      sim.io.valid = 1;
      for (const data of pieces(bits, crcAlgorithms[name].refin)) {
        sim.io.data = data;
        sim.step();
      }
      assert.is(BigInt(sim.io.crc), check);
      sim.io.valid = 0;
      assert.is(BigInt(sim.step(2).io.crc), check);
      sim.io.clear = 1;
      sim.step();
      sim.io.clear = 0;
      sim.io.valid = 1;
      for (const data of pieces(bits, crcAlgorithms[name].refin)) {
        sim.io.data = data;
        sim.step();
      }
      assert.is(BigInt(sim.io.crc), check, "after clear");
    }
  });
}

test("the parallel equations are proved to be the bitwise division", async () => {
  await requireProof(crc("crc_8", crcAlgorithms["CRC-8/SMBUS"], 8), { depth: 1 });
});

test("a wrong term in an equation is found out", async () => {
  const faulty = withFault(crc("crc_8", crcAlgorithms["CRC-8/SMBUS"], 8), "remainder_then", (value) => value.xor(4));
  assert.equal(await refuted(faulty, { depth: 1 }), ["the_equations_are_the_division"]);
});

test("a polynomial without a constant term is refused", () => {
  assert.throws(
    () => crc("crc_even", { ...crcAlgorithms["CRC-8/SMBUS"], poly: 6n }, 8),
    (error: unknown) => error instanceof HdlError && error.code === "library-parameter",
  );
});

test.run();
