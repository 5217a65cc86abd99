// Where everything is: the monitor, the arena that a case may change, and what the arena contains at first.

export const monitor = {
  address: 0x10000,
  bytes: 0x4000,
  /** Where vector n enters: 16 n behind this */
  stubs: 0x11000,
  data: 0x8000,
  /** What it notes of a case that ends, or goes on */
  captured: 0x8040,
  /** Stack of the task that takes double faults. */
  doubleFaultStack: 0x8e00,
} as const;

/** What a case may change; it is restored before the next one. */
export const ARENA = 0x20000;
/** What the arena had when the case began. */
export const BEFORE = 0x40000;
/** What it has but for a case's own. */
export const DEFAULT = 0x60000;

/** Offsets in the arena, which most of the segments begin with. */
export const place = {
  gdt: 0x0000,
  ldt: 0x0200,
  idt: 0x0400,
  mainTask: 0x0600,
  /** 386 task, 286 task, and the task for double faults */
  otherTask: 0x0800,
  task286: 0x0880,
  doubleFaultTask: 0x0900,
  handlerTask: 0x0980,
  state: 0x0a00,
  code: 0x0b00,
  /** Where far transfers go */
  target: 0x0d00,
  data: 0x0e00,
  /** Ends of the stacks of rings 0 to 3, and of the other tasks' */
  stack0: 0x1100,
  stack1: 0x1200,
  stack2: 0x1300,
  stack3: 0x1400,
  taskStack: 0x1500,
  /** Tasks that take the faults 10 to 13 */
  faultTasks: 0x1500,
  end: 0x1700,
  pageDirectory: 0x2000,
  pageTable: 0x3000,
  /** Eight pages that only a case with paging uses */
  pages: 0x4000,
} as const;

export const GDT_LIMIT = 0x1ff;
export const LDT_LIMIT = 0xff;
export const VECTORS = 64;
export const TSS_LIMIT = 0x67;
/** Main task's: with a bitmap of I/O permissions for 3F8h ports, behind 88h */
export const MAIN_TSS_LIMIT = 0x107;
export const IO_BITMAP = 0x88;

/** Selectors of the GDT, ring 0's: a ring's number is to be added. */
export const selector = {
  monitorCode: 0x08,
  monitorData: 0x10,
  mainTask: 0x18,
  ldt: 0x20,
  code: [0x28, 0x30, 0x38, 0x40],
  data: [0x48, 0x50, 0x58, 0x60],
  code16: [0x68, 0x70, 0x78, 0x80],
  otherTask: 0x88,
  task286: 0x90,
  doubleFaultTask: 0x98,
  handlerTask: 0xa0,
  stack16: [0xa8, 0xb0, 0xb8, 0xc0],
  /** Flat code and data, of ring 0 */
  flatCode: 0xc8,
  flatData: 0xd0,
  conforming: 0xd8,
  /** Free for a case, from here to 0x178 */
  probe: 0x100,
  probes: 16,
  faultTasks: [0x180, 0x188, 0x190, 0x198],
} as const;

/** Of the LDT, with the bit that says so. */
export const local = { code: [0x0c, 0x14, 0x1c, 0x24], data: [0x2c, 0x34, 0x3c, 0x44], probe: 0x84 } as const;

/** The interrupt that notes the state and goes on; anything else ends a case. */
export const LOG_VECTOR = 0x30;

export const caseFlags = { CASE_KEEP_ARENA: 1, CASE_KEEP_TASKS: 2, CASE_END: 0xff } as const;
export const features = { FEATURE_TASKS: 1, FEATURE_PAGING: 2, FEATURE_DEBUG: 4 } as const;

/** The state block, in its order. */
export const stateFields = [
  "eax",
  "ecx",
  "edx",
  "ebx",
  "esp",
  "ebp",
  "esi",
  "edi",
  "eip",
  "eflags",
  "cs",
  "ss",
  "ds",
  "es",
  "fs",
  "gs",
  "gdtLimit",
  "gdtBase",
  "idtLimit",
  "idtBase",
  "ldtr",
  "tr",
  "cr0",
  "cr3",
  "cr4",
  "dr0",
  "dr1",
  "dr2",
  "dr3",
  "dr6",
  "dr7",
  // 0, or a vector that is requested before the case
  "interrupt",
  // CS; 0: none of the three is loaded
  "sysenterCs",
  "sysenterEsp",
  "sysenterEip",
] as const;
export type StateField = (typeof stateFields)[number];

/** What the monitor notes, in its order. */
export const capturedFields = [
  "vector",
  "error",
  "eax",
  "ecx",
  "edx",
  "ebx",
  "esp",
  "ebp",
  "esi",
  "edi",
  "eflags",
  "ss",
  "ds",
  "es",
  "fs",
  "gs",
  "cr0",
  "cr2",
  "cr3",
  "cr4",
  "dr6",
  "dr7",
  "ldtr",
  "tr",
] as const;
export type CapturedField = (typeof capturedFields)[number];
