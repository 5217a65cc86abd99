// Where everything answers. The address decoders, the C header `memory_map.h`, the linker scripts' limits, the
// simulator's loader and docs/registers/memory-map.md all read these objects.

const KIB = 1024;

export interface Region {
  /**
   * ram and rom are reached through the CPU's fetch and data ports, a buffer through the data port alone: what it
   * holds, loads and stores in one cycle, and reading it changes nothing. A device is reached through the device port.
   */
  readonly kind: "ram" | "rom" | "buffer" | "device";
  readonly base: number;
  readonly size: number;
  readonly doc: string;
}

/** Physical memory. Reads outside these regions answer all ones, writes outside them are lost. */
export const memoryMap = {
  ram: { kind: "ram", base: 0, size: 256 * KIB, doc: "program memory, one cycle, all of it on chip" },
  // A page each, so that paging or the MPU can give a task one without the others.
  scheduler: { kind: "device", base: 0xfed0_0000, size: 4 * KIB, doc: "the scheduler, for the kernel" },
  taskScheduler: { kind: "device", base: 0xfed0_1000, size: 4 * KIB, doc: "the scheduler, for the running task" },
  mailbox: { kind: "device", base: 0xfed0_2000, size: 4 * KIB, doc: "channels between tasks" },
  mailboxWindow: { kind: "buffer", base: 0xfed0_3000, size: 4 * KIB, doc: "the running task's message, 16 bytes" },
  interruptRouter: { kind: "device", base: 0xfed0_4000, size: 4 * KIB, doc: "where each interrupt line leads" },
  trace: { kind: "device", base: 0xfed0_5000, size: 4 * KIB, doc: "the trace unit" },
  contextStore: { kind: "device", base: 0xfed0_6000, size: 4 * KIB, doc: "all tasks' contexts, and who runs" },
  memoryProtection: { kind: "device", base: 0xfed0_7000, size: 4 * KIB, doc: "the MPU: who may access what" },
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

/** Interrupt lines, to the router if there is one, else to the local APIC. */
export const interruptLines = {
  uart: 4,
  scheduler: 5,
} as const;

/** Lines from here on come from outside. */
export const firstOutsideLine = 8;

/** Line n requests vector `firstLineVector` + n. */
export const firstLineVector = 0x20;

/** How many lines there are. */
export const interruptLineCount = 16;
