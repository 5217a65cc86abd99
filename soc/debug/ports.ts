// Between the debug unit and the core, as the unit sees it.
//
// An instruction boundary is where nothing of the next instruction has happened and everything before it is complete.
// At a boundary the core asks with `reached`, and `stop` answers in the same clock: it then begins the instruction or
// not. While `stop` is set it stays at the boundary, and once nothing is under way, says so with `stopped`; interrupts
// are not taken there. Whether an instruction has a breakpoint is found when it is decoded and travels with it, so that
// no comparison of addresses lies in the way of execution:
//
//   clock            0         1         2         3         4
//   fetched.address  ‹  A    ›‹  B    ›                            decode
//   fetched.breaks   ________/‾‾‾‾‾‾‾‾‾\____________________       B has one: the core keeps the bit with B
//   boundary.reached ___________________/‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾       B is next
//   boundary.breaks  ___________________/‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾       with its bit
//   stop             ___________________/‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾       it does not begin
//   stopped          _____________________________/‾‾‾‾‾‾‾‾‾       registers and memory may be looked at
//
// A watchpoint is seen when the access is done, and stops the core at the next boundary from the clock after on: an
// instruction that begins in the very clock in which the access is done still runs.
import { input, output, type Bit, type Bits } from "#hdl-gen";

export const debugCorePort = {
  fetched: {
    address: input(32, "linear, of the instruction being decoded"),
    breaks: output(1, "it has a breakpoint; to be kept with it"),
  },
  boundary: {
    reached: input(1, "the next instruction would begin in this clock"),
    breaks: input(1, "the bit that was kept with it"),
  },
  stop: output(1, "it must not"),
  stopped: input(1, "at a boundary, with nothing under way"),
  access: {
    valid: input(1, "a load or a store is done"),
    write: input(1),
    first: input(32, "linear address of its first byte"),
    last: input(32, "and of its last"),
  },
  // Held until ready; only while stopped.
  registers: {
    request: output(1),
    write: output(1),
    number: output(8, "as in debug/requests.ts"),
    wdata: output(32),
    ready: input(1, "done in this clock; rdata is there"),
    rdata: input(32),
  },
};

/** The unit's own way to memory and devices, by physical address, held until ready; only while the core is stopped. */
export const debugMemoryPort = {
  request: output(1),
  write: output(1),
  address: output(32, "of a word: a multiple of 4"),
  mask: output(4, "bytes of the word"),
  wdata: output(32),
  ready: input(1, "done in this clock; rdata is there"),
  rdata: input(32),
};

/** What goes into the core's port of a machine without a debug unit. */
export const noDebug = {
  fetched: { breaks: 0 }, stop: 0, registers: { request: 0, write: 0, number: 0, wdata: 0 },
} as const;

interface Told {
  readonly fetched: { readonly address: Bits };
  readonly boundary: { readonly reached: Bit; readonly breaks: Bit };
  readonly stopped: Bit;
  readonly access: { readonly valid: Bit; readonly write: Bit; readonly first: Bits; readonly last: Bits };
  readonly registers: { readonly ready: Bit; readonly rdata: Bits };
}

/** What comes out of that port, and a machine without a debug unit has no use for. */
export const leavesOfDebug = (
  { fetched, boundary, stopped, access, registers }: Told,
): readonly [Bits, ...Bits[]] => [
  stopped, fetched.address, ...Object.values(boundary), ...Object.values(access), ...Object.values(registers),
];
