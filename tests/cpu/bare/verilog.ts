// The Verilog of the CPU alone, for the memory that the machine has.
import { verilog, type Bit, type Bits } from "#hdl-gen";

import { cpu } from "../../../soc/cpu/cpu.ts";
import { memoryMap, type Region } from "../../../soc/memory-map.ts";

/** For a region that starts at a multiple of its size. */
const within = ({ base, size }: Region, address: Bits<32>): Bit => address.slice(31, Math.log2(size)).eq(base / size);

/**
 * `ram_bytes`: how much of RAM is behind the data port, a power of two. What lies above is then reached through the
 * device port, and a test of memory becomes a test of devices.
 */
export function cpuVerilog({ ram_bytes }: { ram_bytes?: number } = {}): string {
  const ram: Region = { ...memoryMap.ram, size: ram_bytes ?? memoryMap.ram.size };
  return verilog(cpu({ onChip: (address) => within(ram, address).or(within(memoryMap.bootRom, address)) }));
}
