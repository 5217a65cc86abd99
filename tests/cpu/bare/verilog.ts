// The Verilog of the CPU alone, for the memory that the machine has.
import { verilog, type Bit, type Bits } from "#hdl-gen";

import { cpu } from "../../../soc/cpu/cpu.ts";
import { memoryMap, type Region } from "../../../soc/memory-map.ts";

/** For a region that starts at a multiple of its size. */
const within = ({ base, size }: Region, address: Bits<32>): Bit => address.slice(31, Math.log2(size)).eq(base / size);

export function cpuVerilog(): string {
  const { ram, bootRom } = memoryMap;
  return verilog(cpu({ onChip: (address) => within(ram, address).or(within(bootRom, address)) }));
}
