// Cyclic redundancy check, any polynomial, any number of data bits in one cycle.
//
//   latency    the register holds the CRC of all data up to the cycle before
//   price      `width` flip-flops and an XOR for each, of up to all data bits and as many of the remainder: on ECP5,
//              17 LUTs for 8 bits into CRC-5/USB, 111 for 8 bits into CRC-32, clear and enable included
//
// Parameters have the names and meanings of the Rocksoft model, as catalogued with check values in G. Cook, "Catalogue of
// parametrised CRC algorithms" (reveng.sourceforge.io/crc-catalogue). Source of both: R. Williams, "A Painless Guide to
// CRC Error Detection Algorithms", 1993.
import { constant, type Bit, type Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { cat, mux, xor } from "../language/combine.ts";
import { reg } from "../language/declare.ts";
import type { Design } from "../language/design.ts";
import { module } from "../language/module.ts";
import { input, output, type Port } from "../language/ports.ts";
import { bitsOf, fromBits } from "./one-hot.ts";
import { requireParameter, requireWhole } from "./parameter.ts";

export interface CrcAlgorithm {
  readonly width: number;
  /** Without the leading 1; the highest power is the highest bit. */
  readonly poly: bigint;
  readonly init: bigint;
  /** Data comes lowest bit first. */
  readonly refin: boolean;
  /** The result is given lowest power first. */
  readonly refout: boolean;
  readonly xorout: bigint;
}

/** Some that are in use, under their names in the catalogue. */
export const crcAlgorithms = {
  "CRC-5/USB": { width: 5, poly: 0x05n, init: 0x1fn, refin: true, refout: true, xorout: 0x1fn },
  "CRC-8/SMBUS": { width: 8, poly: 0x07n, init: 0n, refin: false, refout: false, xorout: 0n },
  "CRC-16/ARC": { width: 16, poly: 0x8005n, init: 0n, refin: true, refout: true, xorout: 0n },
  "CRC-16/IBM-3740": { width: 16, poly: 0x1021n, init: 0xffffn, refin: false, refout: false, xorout: 0n },
  "CRC-16/MODBUS": { width: 16, poly: 0x8005n, init: 0xffffn, refin: true, refout: true, xorout: 0n },
  "CRC-16/XMODEM": { width: 16, poly: 0x1021n, init: 0n, refin: false, refout: false, xorout: 0n },
  "CRC-32/ISCSI": { width: 32, poly: 0x1edc6f41n, init: 0xffffffffn, refin: true, refout: true, xorout: 0xffffffffn },
  "CRC-32/ISO-HDLC": { width: 32, poly: 0x04c11db7n, init: 0xffffffffn, refin: true, refout: true, xorout: 0xffffffffn },
  "CRC-64/XZ": {
    width: 64, poly: 0x42f0e1eba9ea3693n, init: 2n ** 64n - 1n, refin: true, refout: true, xorout: 2n ** 64n - 1n,
  },
} as const satisfies Record<string, CrcAlgorithm>;

export type CrcPorts<D extends number = number> = {
  readonly clear: Port<"in", 1>;
  readonly valid: Port<"in", 1>;
  readonly data: Port<"in", D>;
  readonly crc: Port<"out">;
};

/** Takes `dataBits` in each cycle in which `valid` is set. */
export function crc<const D extends number>(name: string, algorithm: CrcAlgorithm, dataBits: D): Design<CrcPorts<D>>;
export function crc(name: string, algorithm: CrcAlgorithm, dataBits: number): Design<CrcPorts> {
  const { width, poly, init, refin, refout, xorout } = algorithm;
  requireWhole(width, 2, "the width of a CRC");
  requireWhole(dataBits, 1, "the data width of a CRC");
  requireParameter(
    poly > 0n && poly < 2n ** BigInt(width) && poly % 2n === 1n,
    `0x${poly.toString(16)} is no polynomial of degree ${width}`,
    "leave the leading 1 out; the constant term is always 1",
  );
  const ports: CrcPorts = {
    clear: input(1, "begin anew; data of the same cycle counts for nothing"),
    valid: input(1),
    data: input(dataBits, refin ? "lowest bit first" : "highest bit first"),
    crc: output(width, "of the data since the last clear"),
  };
  const doc = `CRC of ${width} bits, polynomial 0x${poly.toString(16)}, ${dataBits} data bits per cycle.`;
  return module(name, doc, ports, (m, io) => {
    const { remainder } = m.regs({ remainder: reg(width, init, "of the division, highest power first") });
    const { remainder_then } = m.nets({ remainder_then: crcStep(remainder, io.data, algorithm) });
    m.when(io.clear, () => { remainder.next = init; })
      .elsewhen(io.valid, () => { remainder.next = remainder_then; });
    io.crc.value = (refout ? reversed(remainder) : remainder).xor(xorout);

    m.ghost(() => {
      m.assert("the_equations_are_the_division", remainder_then.eq(divided(m, remainder, io.data, algorithm)));
    });
  });
}

/** The remainder after more data, as one equation for each bit. Both operands must have names. */
export function crcStep<N extends number>(remainder: Bits<N>, data: Bits, algorithm: CrcAlgorithm): Bits<N> {
  const { width, poly, refin } = algorithm;
  const all = [...bitsOf(remainder), ...bitsOf(data)];
  // Each bit of the remainder as the set of those bits that its XOR consists of.
  let state = Array.from({ length: width }, (_, i) => 1n << BigInt(i));
  for (let i = 0; i < data.width; i++) {
    const next = refin ? i : data.width - 1 - i;
    const out = (state[width - 1] ?? 0n) ^ (1n << BigInt(width + next));
    state = state.map((_, power) => (state[power - 1] ?? 0n) ^ (((poly >> BigInt(power)) & 1n) === 1n ? out : 0n));
  }
  const bits = state.map((members): Bit => {
    const [first, ...rest] = all.filter((_, i) => ((members >> BigInt(i)) & 1n) === 1n);
    return first === undefined ? constant(0, 1) : xor(first, ...rest);
  });
  return fromBits(bits).as(remainder.width);
}

/** The same by division, bit after bit, as the definition has it. */
function divided(m: Builder, remainder: Bits, data: Bits, { poly, refin }: CrcAlgorithm): Bits {
  const bits = refin ? bitsOf(data) : bitsOf(data).toReversed();
  const zero = constant(0, remainder.width);
  return bits.reduce<Bits>((rest, bit, i) => {
    const subtrahend = mux(rest.msb().xor(bit), constant(poly, remainder.width), zero);
    const { after } = m.scope(`bit_${i}`, () => m.nets({ after: rest.shl(1).xor(subtrahend) }));
    return after;
  }, remainder);
}

const reversed = <N extends number>(value: Bits<N>): Bits<N> => cat(...bitsOf(value)).as(value.width);
