// Where a PC has what this configuration has of it. Ports are shared out in blocks of eight, as the device bus decodes
// them; what a block's device does not know reads FFh, like everything that is in no block.
import type { PortRange, Region } from "../memory-map.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

export const pcRamBytes = { min: 1 * MIB, max: 64 * MIB, usual: 16 * MIB } as const;
/** Everything from the end of the VGA's addresses to 1 MB; a smaller image ends at the same address. */
export const pcRomBytes = { min: 64 * KIB, max: 256 * KIB } as const;

/** `ramBytes` is a power of two. */
export const pcMemoryMap = (ramBytes: number) => ({
  ram: { kind: "ram", base: 0, size: ramBytes, doc: "one cycle; with a hole from 640 KB to 1 MB" },
  ioApic: { kind: "device", base: 0xfec0_0000, size: 4 * KIB, doc: "24 lines to the local APIC" },
  localApic: { kind: "device", base: 0xfee0_0000, size: 4 * KIB, doc: "all vectors; the 8259's through LINT0" },
  rom: { kind: "rom", base: 2 ** 32 - pcRomBytes.max, size: pcRomBytes.max, doc: "the image ends where it ends" },
} as const satisfies Record<string, Region>);

/** Where a PC has its display's memory, and here is nothing. */
export const vgaHole = { base: 640 * KIB, size: 128 * KIB } as const;
/** The ROM once more, for code in real mode. */
export const lowRom = { base: MIB - pcRomBytes.max, size: pcRomBytes.max } as const;

export const pcIoMap = {
  masterPic: { base: 0x20, size: 8, doc: "8259 of lines 0 to 7" },
  pit: { base: 0x40, size: 8, doc: "8254" },
  keyboard: { base: 0x60, size: 8, doc: "port 61h, and a keyboard controller without keyboard" },
  cmos: { base: 0x70, size: 8, doc: "clock that stands still, and sizes of memory" },
  post: { base: 0x80, size: 8, doc: "80h: codes of how far a program has come" },
  port92: { base: 0x90, size: 8, doc: "92h: reset; A20 is always on" },
  slavePic: { base: 0xa0, size: 8, doc: "8259 of lines 8 to 15" },
  text: { base: 0xe8, size: 8, doc: "E9h: text for the simulator's user" },
  exit: { base: 0xf0, size: 8, doc: "F4h: ends the simulation, as QEMU's isa-debug-exit" },
  com1: { base: 0x3f8, size: 8, doc: "16550" },
  edgeLevel: { base: 0x4d0, size: 8, doc: "which of the 8259s' lines are levels" },
} as const satisfies Record<string, PortRange>;

/** Lines of the 8259s. The I/O APIC has them under the same numbers, but the timer's at 2, where a PC has it. */
export const pcLines = { timer: 0, slave: 2, com1: 4 } as const;
export const ioApicTimerLine = 2;
