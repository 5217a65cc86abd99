// The device bus: the CPU's accesses to devices, one at a time.
//
//   cycle      0        1        2        3
//   request  ‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾\_____
//   access   _________/‾‾‾‾‾‾‾‾\______________     the device acts at the end of this cycle
//   ready    __________________/‾‾‾‾‾‾‾‾\_____     and its effects are seen from here on
//
// The request is registered first: the address decoders and the devices are on no path of the CPU's. A device answers
// in the cycle in which it is accessed, without exception, so that an access takes `deviceAccess_cycles` from the
// cycle that requests it to the one that is ready, and no state of a device can lengthen it. Where nothing answers,
// the access takes as long and reads all ones. A device of 8-bit registers is accessed byte by byte, lowest address
// first, as a 16- or 32-bit access to an 8-bit device was on a PC's bus; each further byte costs a cycle.
import {
  cat, constant, enumeration, flip, module, mux, reg, regNoReset, type Bit, type Bits, type Design, type Flipped,
} from "#hdl-gen";
import type { PortRange, Region } from "../memory-map.ts";
import { byteDevice, devicePort, wordDevice } from "./ports.ts";

/** From request to ready, for a device of words and for one byte of a device of bytes. */
export const deviceAccess_cycles = 2;
/** For every further byte of one access to a device of bytes. */
export const furtherByte_cycles = 1;

/** The devices' ends, each under its own name: `memory` at memory addresses, `io` at I/O ports. */
type BusPorts<M extends string, P extends string> = {
  readonly cpu: Flipped<typeof devicePort>;
  readonly memory: { readonly [K in M]: Flipped<typeof wordDevice> };
  readonly io: { readonly [K in P]: Flipped<typeof byteDevice> };
};

const wordDevice_bytes = 4096;
const byteDevice_bytes = 8;
const allOnes = 0xffff_ffff;

const BusState = enumeration("bus_state", ["idle", "access", "answer"]);

export function bus<M extends string, P extends string>(
  memory: Readonly<Record<M, Region>>, io: Readonly<Record<P, PortRange>>,
): Design<BusPorts<M, P>> {
  const words = Object.entries<Region>(memory);
  const bytes = Object.entries<PortRange>(io);
  for (const [name, { base, size }] of words) checkPlace(name, base, size, wordDevice_bytes);
  for (const [name, { base, size }] of bytes) checkPlace(name, base, size, byteDevice_bytes);

  const ports = {
    cpu: flip(devicePort),
    memory: Object.fromEntries(words.map(([name]) => [name, flip(wordDevice)])),
    io: Object.fromEntries(bytes.map(([name]) => [name, flip(byteDevice)])),
  };
  const doc = "Device bus: registers the CPU's access, lets the device act on it, then answers.";
  const design = module("device_bus", doc, ports, (m, ends) => {
    const r = m.regs({
      state: reg(BusState, "idle"),
      held: {
        write: regNoReset(1),
        address: regNoReset(12, "the low bits: which device it is, `selects` says"),
        mask: regNoReset(4, "bytes still to be accessed"),
        wdata: regNoReset(32),
        rdata: regNoReset(32, "all ones where nothing answers"),
      },
    });

    const accesses = r.state.is("access");
    const wordEnds = words.map(([name, range]) => {
      const end = of(ends.memory, name);
      const { selects } = m.scope(name, () => m.regs({ selects: regNoReset(1, "the access is to this device") }));
      return { end, selects, here: ends.cpu.io.not().and(within(ends.cpu.address, range, 32)) };
    });
    const byteEnds = bytes.map(([name, range]) => {
      const end = of(ends.io, name);
      const { selects } = m.scope(name, () => m.regs({ selects: regNoReset(1, "the access is to this device") }));
      return { end, selects, here: ends.cpu.io.and(within(ends.cpu.address, range, 16)) };
    });

    const { lane, by_bytes } = m.nets({
      lane: lowestLane(r.held.mask),
      by_bytes: anyOf(byteEnds.map(({ selects }) => selects)),
    });
    const { last } = m.nets({ last: by_bytes.not().or(hasOneByte(r.held.mask)) });

    m.match(r.state, [
      ["idle", () => {
        m.when(ends.cpu.request, () => {
          m.drive(r.held, {
            write: ends.cpu.write,
            address: ends.cpu.address.slice(11, 0),
            mask: ends.cpu.mask,
            wdata: ends.cpu.wdata,
            rdata: allOnes,
          });
          for (const { selects, here } of [...wordEnds, ...byteEnds]) selects.next = here;
          r.state.next = "access";
        });
      }],
      ["access", () => {
        for (const { end, selects } of wordEnds) m.when(selects, () => { r.held.rdata.next = end.rdata; });
        for (const { end, selects } of byteEnds) {
          m.when(selects, () => { r.held.rdata.next = inLane(end.rdata, lane, r.held.rdata); });
        }
        r.held.mask.next = withoutLane(r.held.mask, lane);
        m.when(last, () => { r.state.next = "answer"; });
      }],
      ["answer", () => { r.state.next = "idle"; }],
    ], () => { r.state.next = "idle"; });

    for (const { end, selects } of wordEnds) {
      end.access.value = accesses.and(selects);
      end.write.value = r.held.write;
      end.address.value = r.held.address.slice(11, 2);
      end.mask.value = r.held.mask;
      end.wdata.value = r.held.wdata;
    }
    const { written_byte } = m.nets({ written_byte: byteOf(r.held.wdata, lane) });
    for (const { end, selects } of byteEnds) {
      end.access.value = accesses.and(selects);
      end.write.value = r.held.write;
      end.address.value = cat(r.held.address.bit(2), lane);
      end.wdata.value = written_byte;
    }
    ends.cpu.ready.value = r.state.is("answer");
    ends.cpu.rdata.value = r.held.rdata;
    m.unused(r.held.address.slice(1, 0));
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `ports` has exactly the names of `memory` and `io`
  return design as unknown as Design<BusPorts<M, P>>;
}

/** The number of the lowest byte in a mask. */
const lowestLane = (mask: Bits<4>): Bits<2> =>
  mux(mask.bit(0), constant(0, 2), mux(mask.bit(1), constant(1, 2), cat(constant(1, 1), mask.bit(2).not())));

const hasOneByte = (mask: Bits<4>): Bit => mask.and(mask.sub(1)).eq(0);

const withoutLane = (mask: Bits<4>, lane: Bits<2>): Bits<4> => mask.and(constant(1, 4).shl(lane).not());

function byteOf(word: Bits<32>, lane: Bits<2>): Bits<8> {
  const low = mux(lane.bit(0), word.slice(15, 8), word.slice(7, 0));
  return mux(lane.bit(1), mux(lane.bit(0), word.slice(31, 24), word.slice(23, 16)), low);
}

/** `word` with `byte` in one of its lanes. */
function inLane(byte: Bits<8>, lane: Bits<2>, word: Bits<32>): Bits<32> {
  return cat(
    mux(lane.eq(3), byte, word.slice(31, 24)),
    mux(lane.eq(2), byte, word.slice(23, 16)),
    mux(lane.eq(1), byte, word.slice(15, 8)),
    mux(lane.eq(0), byte, word.slice(7, 0)),
  );
}

/** Memory addresses have 32 bits, I/O ports 16. */
function within(address: Bits<32>, { base, size }: { base: number; size: number }, bits: 16 | 32): Bit {
  return address.slice(bits - 1, Math.log2(size)).eq(Math.floor(base / size));
}

function anyOf(bits: readonly Bit[]): Bit {
  const [first, ...rest] = bits;
  return first === undefined ? constant(0, 1) : first.or(...rest);
}

function of<T>(ends: Readonly<Record<string, T>>, name: string): T {
  const end = ends[name];
  if (end === undefined) throw new Error(`the bus has no device "${name}"`);
  return end;
}

/** The decoders compare the high address bits only. */
function checkPlace(name: string, base: number, size: number, expected: number): void {
  if (size === expected && base % size === 0) return;
  throw new Error(`device "${name}" must have ${expected} addresses, from a multiple of that: change the memory map`);
}
