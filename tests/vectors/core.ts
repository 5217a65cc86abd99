// The core runs one instruction from a given state: the CPU alone in hdl-gen's simulator, on a flat memory.
import { constant, simulate } from "#hdl-gen";

import { architecture, generalRegisters, segmentRegisters, watched, type Architecture } from "../../sim/architecture.ts";
import { cpu } from "../../soc/cpu/cpu.ts";
import { physical, type Case, type Registers } from "./states.ts";

export interface Outcome {
  /** The HLT behind the instruction, or at the target of a jump, was reached. */
  readonly halted: boolean;
  readonly registers: Registers;
  /** Upper halves of the eight registers. The 80286 has none. */
  readonly upper: readonly number[];
  /** What has been written, and what is there now. */
  readonly memory: ReadonlyMap<number, number>;
}

/** A program for an 80286 must not touch the upper halves of registers: this is what they hold. */
export const upper_half = 0x5aa5;

/** Memory that the case does not use: HLT, so that a jump to nowhere ends. */
export const unused_byte = 0xf4;

const memory_bytes = 0x110000; // FFFF:FFFF and a little more
const clocks_max = 20_000;
// The core starts at F000:FFF0 with the base FFFF0000h; what puts the state into it is seen by fetches alone.
const reset_address = 0xfffffff0;
const setup_address = 0xffff0000;
const jmp_setup = [0xe9, 0x0d, 0x00]; // from FFF0 to 0
// Bits of FLAGS that real mode cannot set on the 80286, and the states before an instruction have by chance.
const settable_flags = 0x0fff;

type Simulated = ReturnType<typeof simulateCore>;
const simulateCore = () => simulate(cpu({ onChip: () => constant(1, 1) }));

export function createCore(): (test: Case) => Outcome {
  const core = simulateCore();
  const memory = new DataView(new Uint8Array(memory_bytes + 8).fill(unused_byte).buffer);
  return (test) => {
    const touched = new Set<number>(test.before.memory.keys());
    for (const [address, byte] of test.before.memory) memory.setUint8(address, byte);
    const flags_address = freeWord(test);
    memory.setUint16(flags_address, test.before.registers.flags & settable_flags, true);
    touched.add(flags_address).add(flags_address + 1);

    const written = new Set<number>();
    const { halted, eip } = runToHalt(core, memory, setup(test.before.registers, flags_address), written);
    const outcome: Outcome = {
      halted,
      ...registersOf(architecture(readWatched(core)), eip),
      memory: new Map([...written].map((address) => [address, memory.getUint8(address)])),
    };
    for (const address of [...touched, ...written]) memory.setUint8(address, unused_byte);
    return outcome;
  };
}

/** Two bytes that the case does not use, where FLAGS are popped from. */
function freeWord({ before, after }: Case): number {
  const used = (address: number): boolean => before.memory.has(address) || after.memory.has(address);
  let address = 0x1000;
  while (used(address) || used(address + 1)) address += 16;
  return address;
}

const word = (value: number): number[] => [value & 0xff, value >> 8];

/** Code that brings the core into a state, and jumps there. */
function setup(r: Registers, flags_address: number): Uint8Array {
  const mov = (number: number, value: number): number[] => [0xb8 + number, ...word(value)];
  const movLong = (number: number, value: number): number[] => [0x66, 0xb8 + number, ...word(value), ...word(upper_half)];
  const movSegment = (number: number, value: number): number[] => [...mov(0, value), 0x8e, 0xc0 + 8 * number];
  const [es, ss, ds] = [0, 2, 3];
  const general = [r.ax, r.cx, r.dx, r.bx, r.sp, r.bp, r.si, r.di];
  return Uint8Array.from([
    ...movSegment(ss, flags_address >> 4), ...mov(4, flags_address & 15), 0x9d, // POPF
    ...movSegment(es, r.es), ...movSegment(ss, r.ss), ...movSegment(ds, r.ds),
    ...general.flatMap((value, number) => movLong(number, value)),
    0xea, ...word(r.ip), ...word(r.cs),
  ]);
}

/** `eip` is the linear address of the last instruction. */
function runToHalt(
  core: Simulated, memory: DataView, code: Uint8Array, written: Set<number>,
): { readonly halted: boolean; readonly eip: number } {
  const { io } = core;
  const fetched = (address: number): number => {
    if (address >= reset_address) return jmp_setup[address - reset_address] ?? 0;
    if (address >= setup_address) return code[address - setup_address] ?? 0;
    return address < memory_bytes ? memory.getUint8(address) : 0;
  };
  const fetchWindow = (address: number): bigint => {
    if (address + 8 <= memory_bytes) return memory.getBigUint64(address, true);
    let window = 0n;
    for (let i = 7; i >= 0; i--) window = (window << 8n) | BigInt(fetched(address + i));
    return window;
  };
  core.reset();
  let eip = 0;
  let waited = false;
  io.device.rdata = 0xffffffff; // no device anywhere
  for (let clocks = 0; clocks < clocks_max; clocks++) {
    if (io.probe.retired === 1) eip = io.probe.eip;
    if (io.probe.halted === 1) return { halted: true, eip };
    io.device.ready = io.device.request === 1 && waited ? 1 : 0;
    waited = io.device.request === 1 && !waited;
    const fetch_address = io.fetch.enable === 1 ? io.fetch.address * 4 : undefined;
    const data_address = io.data.enable === 1 ? io.data.address * 4 : undefined;
    if (data_address !== undefined && io.data.write === 1) store(memory, data_address, io.data.mask, io.data.wdata, written);
    core.step();
    if (fetch_address !== undefined) io.fetch.data = fetchWindow(fetch_address);
    if (data_address !== undefined) {
      io.data.rdata = data_address + 8 <= memory_bytes ? memory.getBigUint64(data_address, true) : 0n;
    }
  }
  return { halted: false, eip };
}

function store(memory: DataView, address: number, mask: number, value: bigint, written: Set<number>): void {
  for (let i = 0; i < 8; i++) {
    if (((mask >> i) & 1) === 0 || address + i >= memory_bytes) continue;
    memory.setUint8(address + i, Number((value >> BigInt(8 * i)) & 0xffn));
    written.add(address + i);
  }
}

function readWatched(core: Simulated): number[] {
  return watched.flatMap(({ path, words }) =>
    words === 1
      ? Number(core.peek(path))
      : Array.from({ length: words }, (_, i) => Number(core.memory(path).read(i))),
  );
}

function registersOf(state: Architecture, eip: number): Pick<Outcome, "registers" | "upper"> {
  const general = (name: (typeof generalRegisters)[number]): number => state.general[generalRegisters.indexOf(name)] ?? 0;
  const low = (name: (typeof generalRegisters)[number]): number => general(name) & 0xffff;
  const selector = (name: (typeof segmentRegisters)[number]): number => state.selectors[segmentRegisters.indexOf(name)] ?? 0;
  const cs = selector("cs");
  return {
    registers: {
      ax: low("eax"), bx: low("ebx"), cx: low("ecx"), dx: low("edx"),
      cs, ss: selector("ss"), ds: selector("ds"), es: selector("es"),
      sp: low("esp"), bp: low("ebp"), si: low("esi"), di: low("edi"),
      ip: (eip + 1 - physical(cs, 0)) & 0xffff, // behind the HLT
      flags: state.flags & 0xffff,
    },
    upper: state.general.map((value) => value >>> 16),
  };
}
