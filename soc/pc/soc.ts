// The PC with the project's core in it.
import type { Bit, Bits, Design } from "#hdl-gen";
import { cpu } from "../cpu/cpu.ts";
import type { Place } from "../memory/memory.ts";
import { pcMachine } from "./machine.ts";
import { pcMemoryMap } from "./memory-map.ts";

export function pcSoc(ramBytes: number): Design<ReturnType<typeof pcMachine>["ports"]> {
  const { ram, rom } = pcMemoryMap(ramBytes);
  const onChip = (address: Bits<32>): Bit => within(ram, address).or(within(rom, address));
  return pcMachine(ramBytes, cpu({ onChip }));
}

/** For a place that starts at a multiple of its size. */
const within = ({ base, size }: Place, address: Bits<32>): Bit =>
  address.slice(31, Math.log2(size)).eq(Math.floor(base / size));
