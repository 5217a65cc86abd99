// Breakpoints on code and data, single steps, and what the debug registers say about them.

import { type Case, type Group, hex, put, putSegment, putVector, ring, type State } from "../case.ts";
import { task386, type as kind } from "../descriptors.ts";
import { ARENA, place, selector } from "../layout.ts";

const CODE = ARENA + place.code;
const DATA = ARENA + place.data;
const TF = 0x102;
/** Where ring 0's frame has the flags. Under GD the manuals have RF set there, as by every fault; Bochs has not. */
const FLAGS = place.stack0 - 0x24;

/** Watches an address with the debug register of a number. */
function watch(
  index: 0 | 1 | 2 | 3,
  address: number,
  on: "execute" | "write" | "access" | "io",
  bytes: 1 | 2 | 4 = 1,
  enable = 2,
): State {
  const condition = { execute: 0, write: 1, io: 2, access: 3 }[on] | ((bytes - 1) << 2);
  return { [`dr${index}`]: address, dr7: (0x400 | (enable << (2 * index)) | (condition << (16 + 4 * index))) >>> 0 };
}
/** Notes every trap and goes on; a fault by a breakpoint is left with RF. */
const goOn = {
  patches: [putVector(1, { type: kind.interruptGate386, selector: selector.code[0], offset: place.target })],
  more: [
    {
      at: place.target,
      code: `int $0x30; pushl %eax; movl %dr6, %eax; movl %eax, %ss:0xe80; movl $0, %eax; movl %eax, %dr6;
        popl %eax; orl $0x10000, 8(%esp); iretl`,
    },
  ],
} as const;

export const debug: Group = {
  name: "debug",
  claim: "breakpoints and single steps stop where they should, once, and say why",
  debug: true,
  *cases(): Iterable<Case> {
    yield* steps();
    yield* watches();
    yield* breakpoints();
    yield* registers();
  },
};

function* steps(): Iterable<Case> {
  const sequences = [
    "nop; nop",
    "movl $1, %eax; movl $2, %ecx",
    "movl %ss, %eax; movw %ax, %ss; nop; nop",
    "pushw %ss; popw %ss; nop; nop",
    "movl $3, %ecx; rep lodsb; nop",
    "movl $0, %ecx; rep movsb; nop",
    "movl $2, %ecx; repe cmpsb; nop",
    "movl $2, %ecx; 1: loop 1b; nop",
    "jmp 1f; nop; 1: nop",
    "call 1f; 1: popl %eax",
    "pushl 0xe00; popl 0xe04; nop",
    "pushfl; popl %eax; nop",
    "pushfl; andl $0xfffffeff, (%esp); popfl; nop; nop",
    "int $0x30; nop",
    "ud2",
    "int3",
    "cmpxchg8b 0xe00; nop",
    "cli; nop",
    "sti; nop; nop",
    "pushal; popal; nop",
    "lssl 0xe10, %esp; nop; nop",
    "xorl %eax, %eax; divl %eax; nop",
    "enter $8, $2; leave; nop",
    "movw %ax, %es; nop",
    "lar %ax, %ecx; nop",
    "ljmp $0x43, $0xd00",
  ];
  for (const step of sequences) {
    for (const cpl of [0, 3]) {
      const data = (selector.data[cpl] ?? 0) + cpl;
      const state = { ...ring(cpl), eflags: TF, esi: place.data, edi: place.data + 0x40, eax: data };
      const memory = put(
        place.data + 0x10,
        [0xd0, place.stack3 >> 8, 0, 0, data, 0].map((byte, index) => (index === 1 ? (cpl === 0 ? 0x10 : 0x13) : byte)),
      );
      yield { name: `step: ${step}, cpl ${cpl}`, code: step, state, patches: [memory] };
      yield {
        name: `steps: ${step}, cpl ${cpl}`,
        code: step,
        state,
        patches: [memory, ...goOn.patches],
        more: goOn.more,
      };
    }
  }
  for (const cpl of [0, 3]) {
    yield { name: `TF set by POPF, cpl ${cpl}`, code: "pushl $0x102; popfl; nop; nop", state: ring(cpl) };
    yield {
      name: `TF set by POPF and traps noted, cpl ${cpl}`,
      code: "pushl $0x102; popfl; nop; nop; pushl $2; popfl; nop",
      state: ring(cpl),
      ...goOn,
    };
    yield {
      name: `TF set by IRET, cpl ${cpl}`,
      code: `pushl $0x102; pushl %cs; pushl $${place.target}; iretl`,
      more: [{ at: place.target, code: "nop; nop" }],
      state: ring(cpl),
    };
    for (const type of [kind.interruptGate386, kind.trapGate386, kind.interruptGate286]) {
      yield {
        name: `INT under TF through gate type ${hex(type)}, cpl ${cpl}`,
        code: "int $0x20; nop; nop",
        state: { ...ring(cpl), eflags: TF },
        patches: [putVector(0x20, { type, selector: selector.code[0], offset: place.target, dpl: 3 })],
        more: [{ at: place.target, code: `pushfl; popl %ecx; int $0x30; ${type >= 8 ? "iretl" : "iretw"}` }],
      };
    }
    yield {
      name: `a request under TF, cpl ${cpl}`,
      code: "nop; nop",
      state: { ...ring(cpl), eflags: TF | 0x200, interrupt: 0x31 },
    };
    yield {
      name: `a request and STI under TF, cpl ${cpl}`,
      code: "sti; nop; nop",
      state: { ...ring(cpl), eflags: TF | 0x3000, interrupt: 0x31 },
    };
    yield {
      name: `a call gate under TF, cpl ${cpl}`,
      code: `lcall $${selector.probe + cpl}, $0; nop`,
      state: { ...ring(cpl), eflags: TF },
      patches: [put(selector.probe, [place.target & 0xff, place.target >> 8, selector.code[0], 0, 0, 0xec, 0, 0])],
      more: [{ at: place.target, code: "nop; lret" }],
    };
  }
  yield {
    name: "a task whose flags have TF",
    code: `ljmp $${selector.otherTask}, $0`,
    state: ring(0),
    patches: [
      put(
        place.otherTask,
        task386({
          eip: place.target,
          eflags: TF,
          ldt: 0,
          segments: [0x48, 0x28, 0x48, 0x48, 0, 0],
          registers: [1, 2, 3, 4, place.taskStack, 6, 7, 8],
        }),
      ),
    ],
    more: [{ at: place.target, code: "nop; nop" }],
  };
  for (const trap of [true, false]) {
    for (const eflags of [2, TF]) {
      yield {
        name: `a task ${trap ? "with" : "without"} T, flags ${hex(eflags)}`,
        code: `lcall $${selector.otherTask}, $0`,
        state: { ...ring(0), ...watch(0, DATA, "write", 4, 1) },
        patches: [
          put(
            place.otherTask,
            task386({
              eip: place.target,
              eflags,
              ldt: 0,
              trap,
              segments: [0x48, 0x28, 0x48, 0x48, 0, 0],
              registers: [1, 2, 3, 4, place.taskStack, 6, 7, 8],
            }),
          ),
        ],
        more: [{ at: place.target, code: "movl %eax, 0xe00; nop" }],
      };
    }
  }
  const virtual = { ...ring(3), cs: ARENA >> 4, ss: ARENA >> 4, ds: ARENA >> 4, es: 0, fs: 0, gs: 0 };
  for (const step of ["nop; nop", "movw %ax, %ss; nop; nop", "int $0x20; nop", "cli; nop", "pushfw; popw %ax; nop"]) {
    for (const iopl of [0, 0x3000])
      yield {
        name: `step in V86: ${step}, iopl ${hex(iopl)}`,
        code: step,
        bits: 16,
        state: { ...virtual, eax: ARENA >> 4, eflags: 0x20102 | iopl },
      };
  }
}

function* watches(): Iterable<Case> {
  const accesses = [
    ["movb %al, 0xe08", "write"],
    ["movw %ax, 0xe08", "write"],
    ["movl %eax, 0xe08", "write"],
    ["movl %eax, 0xe06", "write"],
    ["movl %eax, 0xe05", "write"],
    ["movl %eax, 0xe04", "write"],
    ["movw %ax, 0xe07", "write"],
    ["movb %al, 0xe07", "write"],
    ["movl 0xe08, %ecx", "read"],
    ["movb 0xe0b, %cl", "read"],
    ["movb 0xe0c, %cl", "read"],
    ["movw 0xe07, %cx", "read"],
    ["addl %eax, 0xe08", "both"],
    ["cmpl %eax, 0xe08", "read"],
    ["xchgl %eax, 0xe08", "both"],
    ["pushl 0xe08", "read"],
    ["popl 0xe08", "write"],
    ["movl $0xe0c, %esp; pushl %eax", "write"],
    ["movl $0xe08, %esp; popl %ecx", "read"],
    ["btsl $3, 0xe08", "both"],
    ["lea 0xe08, %eax", "none"],
    ["cmpxchg8b 0xe04", "both"],
    ["movl $0xe20, %esp; pushal", "write"],
    ["movl $0xe00, %esp; popal", "read"],
    ["movl $0xe08, %edi; stosl", "write"],
    ["movl $0xe08, %esi; lodsb", "read"],
    ["movl $0xe00, %edi; movl $6, %ecx; rep stosl", "write"],
    ["movl $0xe00, %esi; movl $0xe40, %edi; movl $16, %ecx; rep movsb", "read"],
    ["ljmp *0xe08", "read"],
    ["sgdtl 0xe04", "write"],
    ["les 0xe08, %ebx", "read"],
  ] as const;
  for (const [step] of accesses) {
    for (const on of ["write", "access"] as const) {
      for (const bytes of [1, 2, 4] as const) {
        yield {
          name: `${step}: ${on} of ${bytes} at e08`,
          code: `${step}; nop`,
          state: { ...ring(0), ...watch(0, DATA + 8, on, bytes) },
          patches: [put(place.data + 8, [0, 0xd, 0, 0, 0x28, 0])],
        };
      }
    }
  }
  for (const index of [0, 1, 2, 3] as const) {
    for (const enable of [0, 1, 2, 3]) {
      yield {
        name: `DR${index}, enabled ${enable}`,
        code: "movl %eax, 0xe08; nop",
        state: { ...ring(3), ...watch(index, DATA + 8, "write", 4, enable) },
      };
    }
  }
  for (const address of [0, 1, 2, 3]) {
    for (const bytes of [2, 4] as const) {
      yield {
        name: `${bytes} bytes at an odd address, ${address}: a write to e08`,
        code: "movb %al, 0xe08; nop",
        state: { ...ring(3), ...watch(1, DATA + 8 + address, "write", bytes) },
      };
      yield {
        name: `${bytes} bytes at an odd address, ${address}: a write to e0b`,
        code: "movb %al, 0xe0b; nop",
        state: { ...ring(3), ...watch(1, DATA + 8 + address, "write", bytes) },
      };
    }
  }
  yield {
    name: "two watches at once",
    code: "movl %eax, 0xe08; nop",
    state: { ...ring(3), dr0: DATA + 8, dr2: DATA + 10, dr7: 0x400 | 0x22 | (0xd << 16) | (0x5 << 24) },
  };
  yield {
    name: "a watch and a single step at once",
    code: "movl %eax, 0xe08; nop",
    state: { ...ring(3), ...watch(3, DATA + 8, "access", 4), eflags: TF },
  };
  yield {
    name: "a watch that is off, beside one that is on",
    code: "movl %eax, 0xe08; nop",
    state: { ...ring(3), dr0: DATA + 8, dr1: DATA + 8, dr7: 0x400 | 2 | (0xdd << 16) },
  };
  yield {
    name: "DR6 keeps what it has",
    code: "movl %eax, 0xe08; nop",
    state: { ...ring(3), ...watch(1, DATA + 8, "write", 4), dr6: 0xffff0ff1 },
  };
  for (const step of [
    "movl %eax, 0xe08; movl %ss, %ecx; nop",
    "movl %ss, %eax; movw %ax, %ss; movl %eax, 0xe08; nop; nop",
  ]) {
    yield { name: `a watch: ${step}`, code: step, state: { ...ring(3), ...watch(0, DATA + 8, "write", 4) } };
  }
  yield {
    name: "a watched load whose instruction faults",
    code: "movl 0xe08, %eax; movw 0xe08, %ds",
    state: { ...ring(3), ...watch(0, DATA + 8, "access", 4) },
  };
  yield {
    name: "a watch on the stack of a handler",
    code: "int $0x20; nop",
    state: { ...ring(3), ...watch(0, ARENA + place.stack0 - 8, "write", 4) },
  };
  yield {
    name: "a watch and a request",
    code: "movl %eax, 0xe08; nop",
    state: { ...ring(3), ...watch(0, DATA + 8, "write", 4), eflags: 0x202, interrupt: 0x31 },
  };
  for (const bits of [1, 4, 0x10, 0x40, 0x55, 0xaa, 0xff]) {
    yield {
      name: `a task switch with DR7 ${hex(bits)}`,
      code: `ljmp $${selector.otherTask}, $0`,
      state: { ...ring(0), dr7: 0x400 | bits | 0x300, dr0: 0, dr1: 0, dr2: 0, dr3: 0 },
    };
  }
}

function* breakpoints(): Iterable<Case> {
  const second = CODE + 1;
  for (const cpl of [0, 3]) {
    for (const step of [
      "nop; nop; nop",
      "nop; movl $5, %eax; nop",
      "nop; rep lodsb; nop",
      "nop; jmp 1f; 1: nop",
      "nop; int3",
      "nop; ud2",
      "nop; movl %cr0, %ebx",
      "nop; pushfl; popl %eax",
      "nop; int $0x20",
    ]) {
      yield {
        name: `a breakpoint: ${step}, cpl ${cpl}`,
        code: step,
        state: { ...ring(cpl), ...watch(0, second, "execute"), esi: place.data, ecx: 3 },
      };
      yield {
        name: `a breakpoint, passed with RF: ${step}, cpl ${cpl}`,
        code: step,
        state: { ...ring(cpl), ...watch(0, second, "execute"), esi: place.data, ecx: 3 },
        ...goOn,
      };
      yield {
        name: `a breakpoint at the start, RF set: ${step}, cpl ${cpl}`,
        code: step.replace("nop;", ""),
        state: { ...ring(cpl), ...watch(0, CODE, "execute"), esi: place.data, ecx: 3, eflags: 0x10002 },
      };
      yield {
        name: `a breakpoint at the start, and TF: ${step}, cpl ${cpl}`,
        code: step.replace("nop;", ""),
        state: { ...ring(cpl), ...watch(0, CODE, "execute"), esi: place.data, ecx: 3, eflags: TF },
      };
    }
    yield {
      name: `a breakpoint behind MOV SS, cpl ${cpl}`,
      code: "movw %ax, %ss; nop; nop",
      state: { ...ring(cpl), ...watch(0, CODE + 3, "execute"), eax: (selector.data[cpl] ?? 0) + cpl },
    };
    yield {
      name: `a breakpoint in the middle of an instruction, cpl ${cpl}`,
      code: "movl $0, %eax; nop",
      state: { ...ring(cpl), ...watch(0, CODE + 2, "execute") },
    };
    yield {
      name: `a breakpoint on a prefix, cpl ${cpl}`,
      code: ".byte 0x3e; movl $0, %eax; nop",
      state: { ...ring(cpl), ...watch(0, CODE, "execute") },
    };
    yield {
      name: `a breakpoint behind a prefix, cpl ${cpl}`,
      code: ".byte 0x3e; movl $0, %eax; nop",
      state: { ...ring(cpl), ...watch(0, CODE + 1, "execute") },
    };
    yield {
      name: `RF lasts for one instruction, cpl ${cpl}`,
      code: "1: decl %ecx; jnz 1b",
      state: { ...ring(cpl), ...watch(0, CODE, "execute"), ecx: 3, eflags: 0x10002 },
    };
    yield {
      name: `RF lasts over a REP, cpl ${cpl}`,
      code: "rep lodsb; pushfl; popl %ebx",
      state: { ...ring(cpl), ...watch(0, CODE, "execute"), ecx: 3, esi: place.data, eflags: 0x10002 },
    };
    yield {
      name: `RF is not popped, cpl ${cpl}`,
      code: "pushl $0x10002; popfl; nop; pushfl; popl %eax",
      state: { ...ring(cpl), ...watch(0, CODE + 6, "execute") },
    };
    yield {
      name: `a breakpoint at a jump's target, cpl ${cpl}`,
      code: "jmp 1f; .skip 40, 0x90; 1: nop",
      state: { ...ring(cpl), ...watch(3, CODE + 42, "execute") },
    };
    yield {
      name: `two breakpoints at once, cpl ${cpl}`,
      code: "nop; nop",
      state: { ...ring(cpl), dr0: CODE, dr3: CODE, dr7: 0x400 | 0x82 },
    };
    yield {
      name: `a breakpoint that is no code's, cpl ${cpl}`,
      code: "movl 0xe08, %eax",
      state: { ...ring(cpl), ...watch(0, DATA + 8, "execute") },
    };
  }
  yield {
    name: "a breakpoint where the fetch faults",
    code: "nop",
    state: { ...ring(3), ...watch(0, CODE + 1, "execute") },
    patches: [putSegment(selector.code[3], { type: kind.code, dpl: 3, limit: place.code })],
  };
}

function* registers(): Iterable<Case> {
  const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
  for (const number of numbers) {
    for (const value of [0, 0xffffffff, 0x12345678, 0x0000ffff]) {
      if (number === 7 && (value & 0x33) !== 0) continue;
      yield {
        name: `DR${number} becomes ${hex(value)}`,
        code: `.byte 0x0f, 0x23, ${0xc0 + 8 * number}; .byte 0x0f, 0x21, ${0xc1 + 8 * number}; movl $0, %eax;
          .byte 0x0f, 0x23, 0xf8`,
        state: { ...ring(0), eax: value },
      };
    }
    for (const cpl of [1, 3])
      yield { name: `DR${number} in ring ${cpl}`, code: `.byte 0x0f, 0x21, ${0xc1 + 8 * number}`, state: ring(cpl) };
    yield {
      name: `DR${number} read under GD`,
      code: `.byte 0x0f, 0x21, ${0xc1 + 8 * number}; nop`,
      state: { ...ring(0), dr7: 0x2400 },
      leniency: { uncompared: [FLAGS] },
    };
    yield {
      name: `DR${number} written under GD`,
      code: `.byte 0x0f, 0x23, ${0xc1 + 8 * number}; nop`,
      state: { ...ring(0), dr7: 0x2400 },
      leniency: { uncompared: [FLAGS] },
    };
    // Not under GD in an outer ring: Bochs raises #DB, but the level comes first (SDM 3, 25.1.1: it has priority over VM
    // exits, and they over GD). After a #GP the monitor would meet GD itself.
  }
  yield {
    name: "DR7 becomes dc55",
    code: "movl %eax, %dr7; movl %dr7, %ecx; movl $0, %eax; movl %eax, %dr7",
    state: { ...ring(0), eax: 0xffff1c55, dr0: 0, dr1: 0, dr2: 0, dr3: 0 },
  };
}
