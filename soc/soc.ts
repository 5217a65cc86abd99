// The system on a chip, from one configuration object.
import type { Design } from "#hdl-gen";
import { allAccelerators, type Accelerators } from "./accelerators.ts";
import { clock_hz, uartTicksPerBit } from "./clock.ts";
import { cpu } from "./cpu/cpu.ts";
import { machine, onChipOf, type SocConfig } from "./machine.ts";
import { interruptLines, ioMap, memoryMap } from "./memory-map.ts";
import type { BankFiles } from "./memory/memory.ts";

/** `romContents` are the files that `romBanks` (memory/rom-image.ts) makes. */
export const atomicosConfig = (romContents: BankFiles, accelerators: Accelerators = allAccelerators): SocConfig => ({
  clock_hz,
  memory: { ram: memoryMap.ram, rom: memoryMap.bootRom, romContents },
  localApic: memoryMap.localApic,
  uart: { ports: ioMap.uart, line: interruptLines.uart, ticksPerBit: uartTicksPerBit },
  accelerators,
  window: memoryMap.mailboxWindow,
});

/** Where the simulator's back door finds the words of RAM, even and odd: see memory/memory.ts. */
export const ramBanks = ["atomicos_soc.memory.ram_even", "atomicos_soc.memory.ram_odd"] as const;

export const atomicosSoc = (config: SocConfig): Design<ReturnType<typeof machine>["ports"]> =>
  machine(config, cpu({ onChip: onChipOf(config) }));
