// The system on a chip, from one configuration object.
import type { Bit, Bits, Design } from "#hdl-gen";
import { allAccelerators, type Accelerators } from "./accelerators.ts";
import { uartTicksPerBit } from "./clock.ts";
import { cpu } from "./cpu/cpu.ts";
import { machine, type SocConfig } from "./machine.ts";
import { interruptLines, ioMap, memoryMap, type Region } from "./memory-map.ts";
import type { BankFiles } from "./memory/memory.ts";

/** `romContents` are the files that `romBanks` (memory/rom-image.ts) makes. */
export const atomicosConfig = (romContents: BankFiles, accelerators: Accelerators = allAccelerators): SocConfig => ({
  memory: { ram: memoryMap.ram, rom: memoryMap.bootRom, romContents },
  localApic: memoryMap.localApic,
  uart: { ports: ioMap.uart, line: interruptLines.uart, ticksPerBit: uartTicksPerBit },
  accelerators,
  window: memoryMap.mailboxWindow,
});

/** Where the simulator's back door finds the words of RAM, even and odd: see memory/memory.ts. */
export const ramBanks = ["atomicos_soc.memory.ram_even", "atomicos_soc.memory.ram_odd"] as const;

export function atomicosSoc(config: SocConfig): Design<ReturnType<typeof machine>["ports"]> {
  const { ram, rom } = config.memory;
  const buffers = config.accelerators.mailbox === undefined ? [] : [config.window];
  const onChip = (address: Bits<32>): Bit =>
    within(ram, address).or(...[rom, ...buffers].map((region) => within(region, address)));
  return machine(config, cpu({ onChip }));
}

/** For a region that starts at a multiple of its size. */
const within = ({ base, size }: Region, address: Bits<32>): Bit =>
  address.slice(31, Math.log2(size)).eq(Math.floor(base / size));
