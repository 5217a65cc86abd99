// Faults while a fault is delivered, what takes precedence, and shutdowns.

import { type Case, type Group, hex, type Patch, put, putSegment, putVector, putWord, ring } from "../case.ts";
import { type as kind } from "../descriptors.ts";
import { place, selector } from "../layout.ts";

const { probe } = selector;

/** What raises an exception in ring 3, with its vector. */
const first: readonly (readonly [code: string, vector: number])[] = [
  ["xorl %ecx, %ecx; divl %ecx", 0],
  [".byte 0xf1", 1],
  ["int3", 3],
  ["boundl %eax, 0xe00", 5],
  ["ud2", 6],
  ["movl $0x108, %eax; movw %ax, %gs", 11],
  ["movl %ss:0x2000, %eax", 12],
  ["hlt", 13],
  ["int $0x20", 0x20],
];
/** What may be wrong with an exception's gate. */
const wrong: readonly (readonly [name: string, make: (vector: number) => readonly Patch[]])[] = [
  [
    "is absent",
    (vector) => [
      putVector(vector, { type: kind.interruptGate386, selector: selector.code[0], dpl: 3, present: false }),
    ],
  ],
  ["is no gate", (vector) => [putVector(vector, { type: kind.ldt, selector: selector.code[0], dpl: 3 })]],
  ["leads to selector 0", (vector) => [putVector(vector, { type: kind.interruptGate386, selector: 0, dpl: 3 })]],
  [
    "leads to an absent segment",
    (vector) => [putVector(vector, { type: kind.interruptGate386, selector: probe, dpl: 3 })],
  ],
  [
    "leads to an outer ring",
    (vector) => [putVector(vector, { type: kind.interruptGate386, selector: selector.data[0], dpl: 3 })],
  ],
  [
    "leads to ring 1, whose SS is 0",
    (vector) => [
      putVector(vector, { type: kind.interruptGate386, selector: selector.code[1], dpl: 3 }),
      putWord(place.mainTask + 0x10, 0),
    ],
  ],
  [
    "leads to ring 1, whose SS is absent",
    (vector) => [
      putVector(vector, { type: kind.interruptGate386, selector: selector.code[1], dpl: 3 }),
      putWord(place.mainTask + 0x10, probe + 9),
    ],
  ],
  [
    "leads to ring 1, whose stack has no room",
    (vector) => [
      putVector(vector, { type: kind.interruptGate386, selector: selector.code[1], dpl: 3 }),
      putWord(place.mainTask + 0xc, 8),
    ],
  ],
  [
    "leads to a task that is busy",
    (vector) => [putVector(vector, { type: kind.taskGate, selector: selector.mainTask, dpl: 3 })],
  ],
  [
    "leads behind the limit",
    (vector) => [
      putVector(vector, { type: kind.interruptGate386, selector: selector.code[0], offset: 0x2000, dpl: 3 }),
    ],
  ],
];
const common: readonly Patch[] = [
  putSegment(probe, { type: kind.data, present: false }),
  putSegment(probe + 8, { type: kind.data, dpl: 1, present: false }),
];

export const faults: Group = {
  name: "faults",
  claim: "faults inside faults double where they should, and three of them shut down",
  *cases(): Iterable<Case> {
    for (const [code, vector] of first) {
      for (const [name, make] of wrong) {
        for (const cpl of [0, 3]) {
          if (cpl === 0 && vector === 13) continue;
          yield {
            name: `${code}: its gate ${name}, cpl ${cpl}`,
            code,
            state: ring(cpl),
            patches: [...common, ...make(vector)],
          };
        }
      }
      // The second fault's own gate is wrong, too
      for (const [name, make] of wrong) {
        for (const second of [10, 11, 12, 13]) {
          yield {
            name: `${code}: its gate is absent, and that of vector ${second} ${name}`,
            code,
            state: ring(3),
            patches: [
              ...common,
              ...(second === vector
                ? []
                : [
                    putVector(vector, {
                      type: kind.interruptGate386,
                      selector: selector.code[0],
                      dpl: 3,
                      present: false,
                    }),
                  ]),
              ...make(second),
            ],
          };
        }
      }
    }
    // The double fault through a gate, and none at all
    for (const type of [kind.interruptGate386, kind.trapGate286, kind.trapGate386]) {
      for (const to of [0, 1] as const) {
        for (const vector of [13, 11]) {
          yield {
            name: `double fault through gate type ${hex(type)} to ring ${to}, from vector ${vector}`,
            code: vector === 13 ? "hlt" : "movl $0x108, %eax; movw %ax, %gs",
            state: ring(3),
            patches: [
              ...common,
              putVector(vector, { type: kind.interruptGate386, selector: 0, present: false }),
              putVector(8, { type, selector: selector.code[to], offset: place.target }),
            ],
            more: [{ at: place.target, code: "int $0x30; ud2" }],
          };
        }
      }
    }
    for (const [name, make] of wrong) {
      yield {
        name: `shutdown: the double fault's gate ${name}`,
        code: "hlt",
        state: ring(3),
        patches: [...common, putVector(13, { type: kind.interruptGate386, selector: 0, present: false }), ...make(8)],
      };
    }
    yield { name: "shutdown: no IDT", code: "ud2", state: { ...ring(3), idtLimit: 0 } };
    yield {
      name: "shutdown: no stack",
      code: "movl $2, %esp; ud2",
      state: ring(0),
      patches: [putVector(8, { type: kind.interruptGate386, selector: selector.code[0], offset: place.target })],
    };
    yield {
      name: "the double fault's task is not there",
      code: "hlt",
      state: ring(3),
      patches: [
        putVector(13, { type: 0, selector: 0 }),
        putSegment(selector.doubleFaultTask, { type: kind.task386, present: false }),
      ],
    };
    for (const limit of [7, 8 * 6 - 1, 8 * 8 - 1, 8 * 9 - 1, 8 * 13 - 1, 8 * 14 - 1]) {
      for (const [code] of first)
        yield { name: `${code}: IDT limit ${hex(limit)}`, code, state: { ...ring(3), idtLimit: limit } };
    }
    // Which of two comes first
    const both: readonly (readonly [code: string, cpl: number])[] = [
      ["movl 0x2000, %eax", 3],
      ["pushl 0x2000", 3],
      ["movl $2, %esp; pushl 0x2000", 3],
      ["movl $2, %esp; call *0x2000", 3],
      ["movl $2, %esp; lcall *0xe00", 3],
      ["lock; movl 0x2000, %eax", 3],
      ["lock; incl 0x2000", 3],
      ["lock; hlt", 3],
      [".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x90", 3],
      [".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x90", 3],
      [".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0xf4", 3],
      [".byte 0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0xf,0xb", 3],
      [".byte 0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0xf,0xb", 3],
      [".byte 0x67,0x66,0x2e,0x2e,0x2e,0x2e,0x2e,0xc7,0x05,0,0x0e,0,0,1,0,0,0", 3],
      [".byte 0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x81,0x05,0,0x0e,0,0,1,0,0,0", 3],
      [".byte 0x26,0x26,0x26,0x26,0x26,0x81,0x05,0,0x0e,0,0,1,0,0,0", 3],
      ["movl $0x108, %eax; lssl 0x2000, %esp", 3],
      ["movl $0x10b, 0xe04; lssl 0xe00, %esp", 3],
      ["divl 0x2000", 3],
      ["xorl %eax, %eax; bound %eax, 0x1ffe", 3],
      ["lcall *0x1ffb", 3],
      ["popl 0x2000; pushl %esp", 3],
      ["movw $0xfff8, %ax; movw %ax, %ss", 3],
      [".byte 0x0f, 0x20, 0xc8", 0],
      [".byte 0x0f, 0x22, 0xc8", 0],
      ["xchgl %eax, 0x2000", 3],
      ["cmpxchg8b 0x1ffc", 3],
      [".byte 0x0f, 0xc7, 0xc8", 3],
      [".byte 0x8d, 0xc0", 3],
      [".byte 0xc4, 0xc0", 3],
      [".byte 0xfe, 0xf8", 3],
      [".byte 0xff, 0xf8", 3],
      [".byte 0xff, 0xd8", 3],
      [".byte 0x8f, 0xc8", 3],
      [".byte 0xc6, 0xc8, 1", 3],
      [".byte 0x0f, 0xba, 0xc0, 1", 3],
      [".byte 0x62, 0xc0", 3],
      [".byte 0x0f, 0xff", 3],
      [".byte 0x0f, 0x04", 3],
      [".byte 0x0f, 0xaa", 3],
    ];
    for (const [code, cpl] of both) {
      yield {
        name: `priority: ${code}`,
        code,
        state: ring(cpl),
        patches: [...common, put(place.data, [0, 0x20, 0, 0, 0xff, 0xff])],
      };
    }
    for (const length of [13, 14, 15, 16]) {
      for (const limit of [0, 1]) {
        yield {
          name: `${length} bytes, the limit ${limit === 0 ? "after 14" : "far away"}`,
          code: `.fill ${length - 1}, 1, 0x3e; nop`,
          state: ring(3),
          patches:
            limit === 0 ? [putSegment(selector.code[3], { type: kind.code, dpl: 3, limit: place.code + 13 })] : [],
        };
      }
    }
    yield* locks();
  },
};

function* locks(): Iterable<Case> {
  for (const step of [
    "addl %eax, 0xe00",
    "addl 0xe00, %eax",
    "cmpl %eax, 0xe00",
    "incb 0xe00",
    "notl 0xe00",
    "negw 0xe00",
    "mull 0xe00",
    "testl $1, 0xe00",
    "xchgl %eax, 0xe00",
    "btl $1, 0xe00",
    "btsl $1, 0xe00",
    "btcl %eax, 0xe08",
    "cmpxchgl %eax, 0xe00",
    "xaddl %eax, 0xe00",
    "cmpxchg8b 0xe00",
    "shll $1, 0xe00",
    "movl %eax, 0xe00",
    "pushl 0xe00",
    "popl 0xe00",
    "call *0xe00",
    "adcl $1, 0xe00",
    "sbbb $1, 0xe00",
    "xorl $1, 0xe00",
    "cmpb $1, 0xe00",
  ]) {
    yield { name: `lock ${step}`, code: `.byte 0xf0; ${step}; xorl %eax, %eax; pushl $2; popfl`, state: ring(3) };
  }
  for (const step of [
    "addl %eax, %eax",
    "incl %eax",
    ".byte 0xfe, 0xc0",
    "xchgl %eax, %ecx",
    "btsl $1, %eax",
    "nop",
    "cpuid",
    "movsb",
    "stosl",
    "int3",
    "ret",
    "jmp .+2",
    "lgdtl 0xe00",
    "cli",
  ]) {
    yield { name: `lock ${step}`, code: `.byte 0xf0; ${step}`, state: ring(0) };
  }
}
