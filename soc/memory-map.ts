// Where everything answers. The address decoders, the C header `memory_map.h`, the linker scripts' limits, the
// simulator's loader and docs/registers/memory-map.md all read these objects.

const KIB = 1024;

export interface Region {
  /** ram and rom are reached through the CPU's fetch and data ports, a device through its device port. */
  readonly kind: "ram" | "rom" | "device";
  readonly base: number;
  readonly size: number;
  readonly doc: string;
}

/** Physical memory. Reads outside these regions answer all ones, writes outside them are lost. */
export const memoryMap = {
  ram: { kind: "ram", base: 0, size: 256 * KIB, doc: "program memory, one cycle, all of it on chip" },
  localApic: { kind: "device", base: 0xfee0_0000, size: 4 * KIB, doc: "interrupt priorities and the timer" },
  bootRom: { kind: "rom", base: 0xffff_c000, size: 16 * KIB, doc: "holds the reset vector FFFFFFF0h" },
} as const satisfies Record<string, Region>;

export interface PortRange {
  readonly base: number;
  readonly size: number;
  readonly doc: string;
}

/** I/O ports. Reads elsewhere answer all ones, writes elsewhere are lost. */
export const ioMap = {
  uart: { base: 0x3f8, size: 8, doc: "16550, where a PC has COM1" },
} as const satisfies Record<string, PortRange>;

/** Interrupt lines into the local APIC. */
export const interruptLines = {
  uart: 4,
} as const;

/** Line n requests vector `firstLineVector` + n. */
export const firstLineVector = 0x20;

/** How many lines there are. */
export const interruptLineCount = 16;
