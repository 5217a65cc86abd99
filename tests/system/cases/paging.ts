// Paging: what a page's bits allow, what a walk writes, and faults in the middle of instructions.

import { type Case, type Group, hex, type Patch, put, putGate, putSegment, putVector, putWord, ring } from "../case.ts";
import { doubleWord, task386, type as kind } from "../descriptors.ts";
import { ARENA, place, selector } from "../layout.ts";

const PG = 0x80000011;
const WP = 0x80010011;
const CR3 = ARENA + place.pageDirectory;
const PAGE = (ARENA + place.pages) >>> 12; // number of the first free page
const on = { cr0: PG, cr3: CR3 } as const;
const { probe } = selector;

const table = (index: number, value: number): Patch => put(place.pageTable + 4 * (PAGE + index), doubleWord(value));
const map = (index: number, to: number, flags: number): Patch => table(index, ((PAGE + to) << 12) | flags);
const directory = (index: number, value: number): Patch => put(place.pageDirectory + 4 * index, doubleWord(value));

/** Offset in the arena's segments of a free page's byte. */
const inPage = (index: number, offset = 0): number => place.pages + 0x1000 * index + offset;
/** The segments have to reach the pages. */
const wide: readonly Patch[] = [0, 1, 2, 3].flatMap((dpl) => [
  putSegment(selector.data[dpl] ?? 0, { type: kind.data, dpl, limit: 0xffff }),
  putSegment(selector.code[dpl] ?? 0, { type: kind.code, dpl, limit: 0xffff }),
]);

export const paging: Group = {
  name: "paging",
  claim: "pages allow, mark and fault as their entries say",
  paging: true,
  *cases(): Iterable<Case> {
    yield* rights();
    yield* entries();
    yield* translation();
    yield* middle();
  },
};

function* rights(): Iterable<Case> {
  const steps = {
    read: "movl 0x4010, %ecx",
    write: "movl %eax, 0x4010",
    "read and write": "addl %eax, 0x4010",
    locked: "lock; xchgl %eax, 0x4010",
    push: "movl %es, %ecx; movw %cx, %ss; movl $0x44, %esp; pushl %eax",
    "compare that fails": "cmpxchgl %edx, 0x4010",
    jump: "jmp *%ebx",
    "bit test": "btsl $3, 0x4010",
    "bit looked at": "btl $3, 0x4010",
  };
  for (const [name, step] of Object.entries(steps)) {
    for (const cpl of [0, 1, 3]) {
      for (const cr0 of [PG, WP]) {
        for (let flags = 0; flags < 8; flags++) {
          for (const upper of [7, 5, 3, 1, 0, 6]) {
            if (upper !== 7 && (flags & 1) === 0) continue;
            // The directory's bits decide for the whole 4 MB: only what the monitor needs itself stays as it is.
            yield {
              name: `${name}: page ${hex(flags)}, directory ${hex(upper)}, cpl ${cpl}, CR0 ${hex(cr0)}`,
              code: step.replaceAll("0x4010", "%es:0x10"),
              state: { ...ring(cpl), ...on, cr0, es: probe + cpl, ebx: 0x400010 - ARENA },
              patches: [
                ...wide,
                putSegment(probe, { type: kind.data, dpl: cpl, base: 0x400000, limit: 0xffff }),
                directory(1, (ARENA + place.pages) | upper),
                put(inPage(0), doubleWord(((PAGE + 1) << 12) | flags)),
                ...(name === "jump"
                  ? [
                      put(inPage(1, 0x10), [0xcc]),
                      ...[0, 1, 2, 3].map((dpl) =>
                        putSegment(selector.code[dpl] ?? 0, {
                          type: kind.code,
                          dpl,
                          limit: 0xfffff,
                          pages: true,
                          base: ARENA,
                        }),
                      ),
                    ]
                  : []),
              ],
            };
          }
        }
      }
    }
  }
  for (const cr0 of [PG, WP]) {
    for (const cpl of [0, 3]) {
      for (const flags of [7, 5, 3, 1, 0, 0x27, 0x67, 0x47, 0x87, 0x107, 0xe07, 0x1f]) {
        for (const step of [
          "movl 0x4010, %ecx",
          "movl %eax, 0x4010",
          "pushl 0x4010",
          "popl 0x4010",
          "movl $0x4010, %esp; popl %ecx",
          "movl $0x4014, %esp; pushl %ecx",
          "movb $1, 0x4fff; incl 0x4ffc",
          "xchgb %al, 0x4010",
          "xaddl %eax, 0x4010",
          "sgdtl 0x4010",
          "lgdtl 0x4010; nop",
        ]) {
          if (step.startsWith("lgdt") && (flags & 1) !== 0) continue;
          yield {
            name: `${step}: page ${hex(flags)}, cpl ${cpl}, CR0 ${hex(cr0)}`,
            code: step,
            state: { ...ring(cpl), ...on, cr0 },
            patches: [...wide, map(0, 0, flags)],
          };
        }
      }
    }
  }
}

function* entries(): Iterable<Case> {
  // Pages of 4 MB
  for (const cr4 of [0, 0x10, 0x90]) {
    for (const flags of [0x87, 0x83, 0x85, 0x81, 0xe7, 0x187, 0x80]) {
      for (const [name, step] of [
        ["read", "movl %es:0x20010, %ecx"],
        ["write", "movl %eax, %es:0x20e10"],
      ] as const) {
        for (const cpl of [0, 3]) {
          yield {
            name: `${name} in a page of 4 MB, ${hex(flags)}, CR4 ${hex(cr4)}, cpl ${cpl}`,
            code: step,
            state: { ...ring(cpl), ...on, cr4, es: probe + 3 },
            // Without page size extension the entry names a table: page 0, whose entries are what is in low memory.
            patches: [
              ...wide,
              putSegment(probe, { type: kind.data, dpl: 3, base: 0x400000, limit: 0xfffff, pages: true }),
              directory(1, cr4 === 0 ? (ARENA + place.pages) | flags : flags),
              put(inPage(0, 4 * 0x20), doubleWord(((PAGE + 1) << 12) | 7)),
            ],
          };
        }
      }
    }
  }
  yield {
    name: "reserved bits in the entry of a page of 4 MB",
    code: "movl %es:0x10, %ecx",
    state: { ...ring(3), ...on, cr4: 0x10, es: probe + 3 },
    patches: [
      ...wide,
      putSegment(probe, { type: kind.data, dpl: 3, base: 0x400000, limit: 0xfffff, pages: true }),
      directory(1, 0x00200087),
    ],
  };
  for (const value of [0, 1, 6, 0x7, 0xfffff000]) {
    yield {
      name: `no table: directory entry ${hex(value & ~1)}`,
      code: "movl %es:0x1234, %ecx",
      state: { ...ring(3), ...on, es: probe + 3 },
      patches: [
        ...wide,
        putSegment(probe, { type: kind.data, dpl: 3, base: 0x800000, limit: 0xfffff, pages: true }),
        directory(2, value & ~1),
      ],
    };
  }
}

function* translation(): Iterable<Case> {
  // Across the boundary of two pages, in whatever order they are
  for (const cpl of [0, 3]) {
    for (const cr0 of [PG, WP]) {
      for (const [first, second] of [
        [7, 7],
        [7, 6],
        [6, 7],
        [7, 5],
        [5, 7],
        [7, 3],
        [3, 7],
        [6, 6],
        [7, 1],
        [0, 7],
      ] as const) {
        for (const step of [
          "movl 0x4ffe, %ecx",
          "movl %eax, 0x4ffd",
          "movw %ax, 0x4fff",
          "addl %eax, 0x4ffe",
          "movl $0x5002, %esp; pushl %eax",
          "movl $0x4ffe, %esp; popl %ecx",
          "movl $0x5008, %esp; pushal",
          "movl $0x4ff0, %esp; popal",
          "lesl 0x4ffd, %ebx",
          "cmpxchg8b 0x4ffb",
        ]) {
          const isMany = /les|popal/.test(step);
          if (isMany && first === 6 && second === 6) continue;
          yield {
            name: `${step}: pages ${first} and ${second}, cpl ${cpl}, CR0 ${hex(cr0)}`,
            code: step,
            state: { ...ring(cpl), ...on, cr0 },
            leniency: { anyOrder: isMany },
            patches: [
              ...wide,
              map(0, 2, first),
              map(1, 0, second),
              put(inPage(2, 0xffc), [1, 2, 3, 4]),
              put(inPage(0, 0), [selector.data[3] + 3, 0, 0, 0]),
            ],
          };
        }
      }
    }
  }
  // Code across pages
  for (const [first, second] of [
    [7, 7],
    [7, 6],
    [6, 7],
    [7, 3],
    [3, 7],
    [0x27, 0x27],
  ] as const) {
    for (let back = 0; back <= 6; back++) {
      yield {
        name: `an instruction ${back} bytes before a boundary: pages ${first} and ${second}`,
        code: "movl $0x12345678, 0xe00",
        at: inPage(1, -back),
        state: { ...ring(3), ...on },
        patches: [...wide, map(0, 0, first), map(1, 1, second)],
      };
    }
    yield {
      name: `a jump to the last byte of a page: pages ${first} and ${second}`,
      code: "jmp *%eax",
      state: { ...ring(3), ...on, eax: inPage(1, -1) },
      patches: [...wide, map(0, 0, first), map(1, 1, second), put(inPage(1, -1), [0x90, 0xcc])],
    };
    for (const step of ["hlt", "jmp 1f; 1:", "int3", "ret", "cli"]) {
      const length = step.startsWith("jmp") ? 2 : 1;
      yield {
        name: `${step} at the very end of a page: pages ${first} and ${second}`,
        code: step,
        at: inPage(1, -length),
        state: { ...ring(3), ...on },
        patches: [...wide, map(0, 0, first), map(1, 1, second)],
      };
    }
  }
  // What a changed entry means: after INVLPG, a write to CR3, a switch of paging or of CR4
  const change = `movl $${((PAGE + 2) << 12) | 7}, 0x${(place.pageTable + 4 * PAGE).toString(16)}`;
  for (const [name, flush] of [
    ["INVLPG", "invlpg 0x4123"],
    ["CR3", "movl %cr3, %eax; movl %eax, %cr3"],
    ["CR0", "movl %cr0, %eax; andl $0x7fffffff, %eax; movl %eax, %cr0; orl $0x80000000, %eax; movl %eax, %cr0"],
    ["CR4's PGE", "movl %cr4, %eax; xorl $0x80, %eax; movl %eax, %cr4"],
    ["CR4's PSE", "movl %cr4, %eax; xorl $0x10, %eax; movl %eax, %cr4"],
  ] as const) {
    for (const global of [0, 0x100]) {
      for (const cr4 of [0, 0x80]) {
        if (name === "CR3" && global !== 0 && cr4 !== 0) continue; // it may stay, and need not
        if (name === "CR4's PSE" && global !== 0 && cr4 !== 0) continue;
        yield {
          name: `a changed entry after ${name}, ${global === 0 ? "" : "global, "}CR4 ${hex(cr4)}`,
          code: `movl 0x4010, %ecx; ${change}; ${flush}; movl 0x4010, %edx`,
          state: { ...ring(0), ...on, cr4 },
          patches: [...wide, map(0, 0, 7 | global), map(2, 2, 7)],
        };
      }
    }
  }
  yield {
    name: "rights are taken from the entry that is there when a fault is found",
    code: `movl 0x4010, %ecx; movl $${(PAGE << 12) | 7}, 0x${(place.pageTable + 4 * PAGE).toString(16)};
      invlpg 0x4000; movl %ecx, 0x4014`,
    state: { ...ring(0), ...on, cr0: WP },
    patches: [...wide, map(0, 0, 5)],
  };
  yield {
    name: "an entry becomes present without a flush",
    code: `movl $${(PAGE << 12) | 7}, 0x${(place.pageTable + 4 * PAGE).toString(16)}; movl 0x4010, %ecx`,
    state: { ...ring(0), ...on },
    patches: [...wide, map(0, 0, 0)],
  };
  yield {
    name: "a dirty page, written again",
    code: "movl %eax, 0x4010; movl %eax, 0x4014",
    state: { ...ring(3), ...on },
    patches: wide,
  };
  yield {
    name: "read, then written",
    code: "movl 0x4010, %ecx; movl %ecx, 0x4014",
    state: { ...ring(3), ...on },
    patches: wide,
  };
  for (const cr0 of [
    0x80000010,
    0x20000011,
    0x40000011,
    0x60000011,
    0xa0000011,
    0x11 | 0x80040000,
    0x12345611 & ~0x2000000c,
  ]) {
    yield {
      name: `CR0 becomes ${hex(cr0)}`,
      code: "movl %eax, %cr0; movl %cr0, %ecx",
      state: { ...ring(0), eax: cr0, cr3: CR3 },
      patches: wide,
    };
  }
  for (const cr3 of [CR3, CR3 | 0x18, CR3 | 0xfe7]) {
    yield {
      name: `CR3 becomes ${hex(cr3)}`,
      code: "movl %eax, %cr3; movl %cr3, %ecx; movl 0x4010, %edx",
      state: { ...ring(0), ...on, eax: cr3 },
      patches: wide,
    };
  }
  for (const cr4 of [4, 0x10, 0x80, 0x100, 0x94, 0x194, 0x800, 0xffff0000, 0x80000000]) {
    yield {
      name: `CR4 becomes ${hex(cr4)}`,
      code: "movl %eax, %cr4; movl %cr4, %ecx",
      state: { ...ring(0), ...on, eax: cr4 },
      patches: wide,
    };
  }
  // The segment's base moves linear addresses, and 2^32 is followed by 0.
  yield {
    name: "a linear address beyond 4 GB comes round",
    code: "movw %ax, %es; movl %es:0x25010, %ecx; movl %es:0x24fff, %edx",
    state: { ...ring(3), ...on, eax: probe + 3 },
    patches: [...wide, putSegment(probe, { type: kind.data, dpl: 3, base: 0xfffff000, limit: 0xfffff, pages: true })],
  };
}

const stackAt = (esp: number): string => `movl $${esp}, %esp;`;

/** An absent page below, at or behind where an instruction does its second access. */
function* middle(): Iterable<Case> {
  const absent = map(1, 1, 6);
  const boundary = inPage(2); // the pages 0 and 2 are there, 1 is not: stacks grow down into the gap
  for (const cpl of [0, 3]) {
    for (let above = 0; above <= 36; above += above < 12 ? 2 : 4) {
      for (const step of [
        "pushal",
        "pushl 0xe00",
        "call 1f; 1:",
        "enter $0, $3",
        "pushfl",
        "pushw $1; pushl $2",
        `lcall $${selector.code[0]}, $${place.target}`,
      ]) {
        if (step.startsWith("lcall") && cpl === 3) continue;
        yield {
          name: `${step}: ${above} bytes above an absent page, cpl ${cpl}`,
          code: `${stackAt(boundary + above)} ${step}`,
          state: { ...ring(cpl), ...on, ebp: place.stack3 },
          leniency: { anyOrder: true },
          patches: [...wide, absent],
        };
      }
      for (const step of ["popal", "popl 0xe00", "ret", "leave", "popfl", "lret", "iretl", "popl %ds", "popw %es"]) {
        // How much of its doubleword POP DS reads is the model's.
        if (step.startsWith("pop") && step.endsWith("s") && above % 4 !== 0) continue;
        const esp = inPage(1) - above;
        yield {
          name: `${step}: ${above} bytes below an absent page, cpl ${cpl}`,
          code: `${stackAt(esp)} ${step}`,
          state: { ...ring(cpl), ...on, ebp: esp },
          leniency: { anyOrder: true },
          patches: [
            ...wide,
            absent,
            put(
              inPage(1, -36),
              [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((slot) =>
                doubleWord(slot % 2 === 0 ? selector.code[cpl === 0 ? 0 : 3] + cpl : place.target),
              ),
            ),
          ],
        };
      }
    }
    for (const step of ["rep movsb", "rep movsl", "rep stosl", "rep lodsl", "repe cmpsw", "repne scasw"]) {
      for (const side of ["esi", "edi"]) {
        for (const down of [false, true]) {
          yield {
            name: `${step}${down ? " down" : ""}: into an absent page by ${side}, cpl ${cpl}`,
            code: `${down ? "std; " : ""}${step}`,
            state: {
              ...ring(cpl),
              ...on,
              ecx: 12,
              esi: place.data + 0x60,
              edi: place.data + 0xa0,
              [side]: down ? boundary + 14 : inPage(1, -18),
            },
            // A fault gives CMPS and SCAS the flags from before back; not on Bochs.
            leniency: /cmps|scas/.test(step)
              ? { uncompared: [cpl === 0 ? place.stack0 - 0x24 : place.stack0 - 0xc] }
              : {},
            patches: [
              ...wide,
              absent,
              put(
                place.data + 0x20,
                Array.from({ length: 0xc0 }, () => 0xa5),
              ),
              put(
                inPage(1, -32),
                Array.from({ length: 32 }, () => 0xa5),
              ),
              put(
                boundary,
                Array.from({ length: 32 }, () => 0xa5),
              ),
            ],
          };
        }
      }
    }
  }
  // Delivery
  for (const above of [0, 2, 4, 8, 12, 16, 20, 24]) {
    for (const [name, step, vector] of [
      ["int", "int $0x20", 0x20],
      ["exception", "hlt", 13],
      ["page fault", "movl 0x5000, %eax", 14],
    ] as const) {
      for (const type of [kind.interruptGate386, kind.interruptGate286]) {
        yield {
          name: `${name} through gate type ${hex(type)}: the stack of ring 1 ends ${above} bytes above an absent page`,
          code: step,
          state: { ...ring(3), ...on },
          patches: [
            ...wide,
            absent,
            putWord(place.mainTask + 0xc, boundary + above),
            putVector(vector, { type, selector: selector.code[1], offset: place.target, dpl: 3 }),
          ],
        };
      }
    }
    yield {
      name: `call gate: the stack of ring 1 ends ${above} bytes above an absent page`,
      code: `lcall $${probe + 3}, $0`,
      state: { ...ring(3), ...on },
      patches: [
        ...wide,
        absent,
        putWord(place.mainTask + 0xc, boundary + above),
        putGate(probe, { type: kind.callGate386, selector: selector.code[1], offset: place.target, dpl: 3, count: 2 }),
      ],
    };
    yield {
      name: `call gate: its parameters are ${above} bytes below an absent page`,
      code: `${stackAt(inPage(1) - above)} lcall $${probe + 3}, $0`,
      state: { ...ring(3), ...on },
      patches: [
        ...wide,
        absent,
        putGate(probe, { type: kind.callGate386, selector: selector.code[1], offset: place.target, dpl: 3, count: 4 }),
      ],
    };
  }
  // The tables themselves
  for (const step of [
    "movl $0x108, %eax; movw %ax, %es",
    `ljmp $0x108, $${place.target}`,
    "movl $0x108, %eax; larl %eax, %ecx",
    "movl $0x108, %eax; verr %ax",
    "movl $0x108, %eax; lldt %ax",
    "movl $0x108, %eax; ltr %ax",
  ]) {
    for (const flags of [6, 7, 5, 3, 1]) {
      for (const cr0 of [PG, WP]) {
        const cpl = /lldt|ltr/.test(step) ? 0 : 3;
        // An LDT or GDT reaches into the free pages: the descriptor 108h is in the first of them.
        yield {
          name: `${step}: its descriptor is in a page ${flags}, CR0 ${hex(cr0)}`,
          code: step.replaceAll("0x108", "0x10c"),
          state: { ...ring(cpl), ...on, cr0 },
          leniency: { anyOrder: true },
          patches: [
            ...wide,
            map(0, 0, flags),
            putSegment(selector.ldt, { type: kind.ldt, base: ARENA + inPage(0) - 0x100, limit: 0x1ff, big: false }),
            put(inPage(0, 8), [
              0xff,
              0xff,
              0,
              0,
              2,
              (step.startsWith("ljmp") ? 0x1a : 0x12) | 0x80 | (cpl << 5),
              0x4f,
              0,
            ]),
          ],
        };
      }
    }
  }
  for (const flags of [6, 1, 3, 7]) {
    yield {
      name: `int: its gate is in a page ${flags}`,
      code: "int $0x20",
      state: { ...ring(3), ...on, idtBase: ARENA + inPage(0) - 0x100 },
      patches: [...wide, map(0, 0, flags)],
    };
  }
  // Task switches
  for (const flags of [6, 5, 1, 3, 7]) {
    for (const cr0 of [PG, WP]) {
      for (const edge of [0, 4, 0x20, 0x40, 0x4c, 0x5c, 0x60, 0x68]) {
        const at = inPage(1) - edge;
        const data = selector.data[0];
        for (const step of [`ljmp $${probe}, $0`, `lcall $${probe}, $0`]) {
          yield {
            name: `${step}: ${edge} bytes of the new TSS before a page ${flags}, CR0 ${hex(cr0)}`,
            code: step,
            state: { ...ring(0), ...on, cr0 },
            // Whether the old task has been saved when the new one's TSS faults makes no difference to it.
            leniency: {
              anyOrder: true,
              uncompared: Array.from({ length: 0x10 }, (_, index) => place.mainTask + 0x20 + 4 * index),
            },
            patches: [
              ...wide,
              map(0, 0, 7),
              map(1, 1, flags),
              putSegment(probe, { type: kind.task386, base: ARENA + at, limit: 0x67, big: false }),
              put(
                at,
                task386({
                  eip: place.target,
                  cr3: CR3,
                  ldt: selector.ldt,
                  segments: [data, selector.code[0], data, data, 0, 0],
                  registers: [1, 2, 3, 4, place.taskStack, 6, 7, 8],
                }),
              ),
            ],
          };
        }
        yield {
          name: `ljmp: ${edge} bytes of the old TSS before a page ${flags}, CR0 ${hex(cr0)}`,
          code: `ljmp $${selector.otherTask}, $0`,
          state: { ...ring(0), ...on, cr0, tr: probe },
          // Bochs looks at the whole TSS before it writes, and then leaves the task that it could not save not busy.
          leniency: {
            anyOrder: true,
            uncompared:
              (flags & 3) === 3 || ((flags & 1) === 1 && cr0 === PG)
                ? []
                : [probe + 4, ...Array.from({ length: 0x1a }, (_, index) => at + 4 * index)],
          },
          patches: [
            ...wide,
            map(0, 0, 7),
            map(1, 1, flags),
            putSegment(probe, { type: kind.task386, base: ARENA + at, limit: 0x67, big: false }),
          ],
        };
      }
    }
  }
  yield {
    name: "a task with another page directory",
    code: `ljmp $${selector.otherTask}, $0`,
    state: { ...ring(0), ...on },
    patches: [
      ...wide,
      map(0, 0, 7),
      put(inPage(3), doubleWord((ARENA + place.pageTable) | 0x67)),
      put(
        place.otherTask,
        task386({
          eip: place.target,
          cr3: ARENA + inPage(3),
          ldt: 0,
          segments: [0x48, 0x28, 0x48, 0x48, 0, 0],
          registers: [1, 2, 3, 4, place.taskStack, 6, 7, 8],
        }),
      ),
    ],
    more: [{ at: place.target, code: "movl %cr3, %eax; movl 0x4010, %ecx" }],
  };
}
