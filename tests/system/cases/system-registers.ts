// Control registers, model-specific registers, SYSENTER, what a missing FPU means, alignment, and real mode.

import { type Case, type Group, hex, put, putSegment, ring } from "../case.ts";
import { doubleWord, type as kind, word } from "../descriptors.ts";
import { ARENA, place, selector } from "../layout.ts";

const rings = [0, 1, 2, 3] as const;
const { probe } = selector;
const EM = 4;
const TS = 8;
const MP = 2;
const AC = 0x40002;
const AM = 0x40011;

export const systemRegisters: Group = {
  name: "system-registers",
  claim: "control and model-specific registers, and the modes that they choose, are the P6's",
  *cases(): Iterable<Case> {
    for (const flags of [0, MP, EM, TS, EM | MP, TS | MP, TS | EM, TS | EM | MP]) {
      for (const cpl of [0, 3]) {
        for (const step of [
          "fwait",
          "fnop",
          "fninit",
          "flds 0xe00",
          "flds 0x2000",
          "fstps 0xe00",
          ".byte 0xdf, 0xe0",
          "fnstcw 0xe00",
        ]) {
          // Without EM and TS the coprocessor itself would be asked.
          if (step !== "fwait" && (flags & (EM | TS)) === 0) continue;
          yield {
            name: `${step}: CR0 ${hex(0x11 | flags)}, cpl ${cpl}`,
            code: step,
            state: { ...ring(cpl), cr0: 0x11 | flags },
          };
        }
      }
      yield {
        name: `clts: CR0 ${hex(0x11 | flags)}`,
        code: "clts; movl %cr0, %eax; smsw %ecx",
        state: { ...ring(0), cr0: 0x11 | flags },
      };
    }
    for (const value of [
      0x10,
      0,
      0x11,
      0x1f,
      0x50033 & ~0x20,
      0xe0050031,
      0x20000011,
      0xa0000010,
      0x80000010,
      0x10001,
      0x40001,
    ]) {
      if ((value & 1) === 0 && (value & 0xa0000000) === 0) continue;
      if ((value & 0x80000000) !== 0 && (value & 1) !== 0) continue;
      yield {
        name: `CR0 becomes ${hex(value)}`,
        code: "movl %eax, %cr0; movl %cr0, %ecx; smsw %edx",
        state: { ...ring(0), eax: value },
      };
    }
    for (const value of [0, 0xffffffff, 0x12345678]) {
      yield {
        name: `CR2 becomes ${hex(value)}`,
        code: "movl %eax, %cr2; movl %cr2, %ecx",
        state: { ...ring(0), eax: value },
      };
    }
    for (const step of [
      ".byte 0x0f, 0x20, 0x00",
      ".byte 0x0f, 0x22, 0x48",
      ".byte 0x66, 0x0f, 0x20, 0xc1",
      ".byte 0x0f, 0x20, 0x3f",
      ".byte 0x0f, 0x21, 0x07",
    ]) {
      yield { name: `a move of a control register without register operand: ${step}`, code: step, state: ring(0) };
    }
    yield* timeStamp();
    yield* sysenter();
    yield* alignment();
    yield* realMode();
  },
};

function* timeStamp(): Iterable<Case> {
  for (const cpl of rings) {
    for (const cr4 of [0, 4]) {
      yield {
        name: `rdtsc: cpl ${cpl}, CR4 ${cr4}`,
        code: `movl $${cr4}, %eax; rdtsc; xorl %eax, %eax; xorl %edx, %edx; nop`,
        state: { ...ring(cpl), cr4 },
      };
    }
    for (const cr4 of [0, 0x100]) {
      // Ring 3 may read counters if PCE is set; which there are is the model's.
      if (cpl > 0 && cr4 === 0)
        yield { name: `rdpmc: cpl ${cpl}`, code: "movl $0, %ecx; rdpmc", state: { ...ring(cpl), cr4 } };
    }
  }
  yield {
    name: "rdtsc goes on",
    code: `rdtsc; movl %eax, %ebx; movl %edx, %ecx; rdtsc; subl %ebx, %eax; sbbl %ecx, %edx; movl %edx, %ecx;
      movl $0, %edx; movl $0, %eax; movl $0, %ebx; pushl $2; popfl`,
    state: ring(3),
  };
  yield {
    name: "wrmsr of the time stamp",
    code: "movl $0x10, %ecx; movl $0x70000000, %eax; xorl %edx, %edx; wrmsr; rdtsc; shrl $28, %eax; pushl $2; popfl",
    state: ring(0),
  };
  for (const msr of [0x174, 0x175, 0x176]) {
    for (const value of [0, 8, 0xfff8, 0x12345678, 0xffffffff]) {
      // Of SYSENTER_CS, only the selector is defined.
      if (msr === 0x174 && value > 0xffff) continue;
      yield {
        name: `msr ${hex(msr)} becomes ${hex(value)}`,
        code: "wrmsr; movl $1, %eax; movl $1, %edx; rdmsr",
        state: { ...ring(0), ecx: msr, eax: value, edx: 0 },
      };
    }
  }
  for (const msr of [0x173, 0x177, 0x40000000, 0xc0000080, 0xffffffff]) {
    yield { name: `rdmsr ${hex(msr)}`, code: "rdmsr", state: { ...ring(0), ecx: msr } };
    yield { name: `wrmsr ${hex(msr)}`, code: "wrmsr", state: { ...ring(0), ecx: msr } };
  }
  yield {
    name: "cpuid does not change flags or memory, and has leaf 1",
    code: `xorl %eax, %eax; cpuid; cmpl $1, %eax; setae %al; movzbl %al, %eax; xorl %ebx, %ebx; xorl %ecx, %ecx;
      xorl %edx, %edx; pushl $2; popfl`,
    state: ring(3),
  };
  yield {
    name: "cpuid: TSC, MSR, CMPXCHG8B, PGE and CMOV are there",
    code: `movl $1, %eax; cpuid; andl $0xa130, %edx; xorl %eax, %eax; xorl %ebx, %ebx; xorl %ecx, %ecx; pushl $2;
      popfl`,
    state: ring(3),
  };
  yield {
    name: "EFLAGS.ID can be changed",
    code: "pushl $0x200002; popfl; pushfl; popl %eax; pushl $2; popfl; pushfl; popl %ebx",
    state: ring(3),
  };
}

function* sysenter(): Iterable<Case> {
  for (const cpl of rings) {
    for (const cs of [0, 3, selector.flatCode, selector.flatCode + 3, 0x100, 0xfff8, 0x1ffff]) {
      for (const flags of [2, 0x3202, 0x10ad7 & ~0x10000]) {
        yield {
          name: `sysenter: cpl ${cpl}, CS ${hex(cs)}, flags ${hex(flags)}`,
          code: "sysenter",
          state: {
            ...ring(cpl),
            eflags: flags,
            sysenterCs: cs,
            sysenterEsp: ARENA + place.stack0 - 0x40,
            sysenterEip: ARENA + place.target,
          },
        };
      }
    }
  }
  yield {
    name: "sysenter leaves V86",
    code: "sysenter",
    bits: 16,
    state: {
      ...ring(3),
      eflags: 0x20002,
      cs: ARENA >>> 4,
      ss: ARENA >>> 4,
      ds: 0,
      es: 0,
      sysenterCs: selector.flatCode,
      sysenterEsp: ARENA + place.stack0 - 0x40,
      sysenterEip: ARENA + place.target,
    },
  };
  // SYSEXIT wants flat code and data for ring 3 at 16 and 24 bytes behind SYSENTER's: probes here.
  const flat = { base: 0, limit: 0xfffff, pages: true };
  const patches = [
    putSegment(probe, { ...flat, type: kind.code }),
    putSegment(probe + 8, { ...flat, type: kind.data }),
    putSegment(probe + 16, { ...flat, type: kind.code, dpl: 3 }),
    putSegment(probe + 24, { ...flat, type: kind.data, dpl: 3 }),
  ];
  for (const cpl of rings) {
    for (const cs of [probe, probe + 3, 0xfff0, 2]) {
      yield {
        name: `sysexit: cpl ${cpl}, CS ${hex(cs)}`,
        code: "sysexit",
        patches,
        state: {
          ...ring(cpl),
          sysenterCs: cs,
          sysenterEsp: 1,
          ecx: ARENA + place.stack3 - 0x40,
          edx: ARENA + place.target,
        },
      };
    }
  }
  yield {
    name: "sysexit without SYSENTER_CS",
    code: "movl $0x174, %ecx; xorl %eax, %eax; xorl %edx, %edx; wrmsr; sysexit",
    state: ring(0),
  };
  yield {
    name: "sysexit, then sysenter",
    code: "sysexit",
    patches,
    more: [
      { at: place.target, code: "int $0x30; sysenter" },
      { at: place.target + 0x40, code: "movl %cs, %eax; movl %ss, %ecx" },
    ],
    state: {
      ...ring(0),
      sysenterCs: probe,
      sysenterEsp: ARENA + place.stack0 - 0x40,
      sysenterEip: ARENA + place.target + 0x40,
      ecx: ARENA + place.stack3 - 0x40,
      edx: ARENA + place.target,
    },
  };
}

function* alignment(): Iterable<Case> {
  const steps = [
    "movl 0xe01, %ecx",
    "movl 0xe02, %ecx",
    "movl 0xe04, %ecx",
    "movw 0xe01, %cx",
    "movw 0xe02, %cx",
    "movb 0xe01, %cl",
    "movl %eax, 0xe03",
    "movw %ax, 0xe03",
    "addl %eax, 0xe02",
    "movl $0x13d1, %esp; pushl %eax",
    "movl $0x13d2, %esp; pushw %ax",
    "movl $0x13d2, %esp; pushl %eax",
    "movl $0x13d1, %esp; popl %eax",
    "movl $0x13d2, %esp; call 1f; 1:",
    "movl $0x13d2, %esp; int $0x20",
    "cmpxchg8b 0xe04",
    "cmpxchg8b 0xe01",
    "movl $0xe01, %esi; lodsl",
    "movl $0xe01, %edi; movl $2, %ecx; rep stosl",
    "movl $0x13d1, %esp; pushal",
    "sgdtl 0xe01",
    "lesl 0xe01, %ebx",
    "lesl 0xe02, %ebx",
    "btl %eax, 0xe01",
    "btl $1, 0xe01",
    "boundl %eax, 0xe02",
    "movl $0x13d2, %esp; iretl",
    "movl $0x13d2, %esp; enter $0, $0",
    "ljmp *0xe01",
    "movl 0x1ffe, %eax",
    "movl 0x2001, %eax",
    "xchgw %ax, 0xe03",
    "movw 0xe01, %es",
    "larl 0xe01, %ecx",
    "pushl 0xe01",
  ];
  for (const step of steps) {
    for (const cpl of [0, 1, 3]) {
      for (const [cr0, eflags] of [
        [AM, AC],
        [0x11, AC],
        [AM, 2],
      ] as const) {
        if (cpl !== 3 && (cr0 !== AM || eflags !== AC)) continue;
        yield {
          name: `${step}: cpl ${cpl}, CR0 ${hex(cr0)}, flags ${hex(eflags)}`,
          code: step,
          state: { ...ring(cpl), cr0, eflags, eax: 8 },
          patches: [
            put(
              place.data,
              Array.from({ length: 16 }, () => 0),
            ),
          ],
        };
      }
    }
  }
}

/** There and back: a case in real mode has to come back to protected mode before it ends. */
function* realMode(): Iterable<Case> {
  const back = place.target;
  const real = (code: string): Pick<Case, "code" | "patches" | "more" | "state"> => ({
    code: `ljmp $${selector.code16[0]}, $${place.code + 0x40}`,
    more: [
      // Through 16-bit code to real mode, whose code segment begins where the arena does
      {
        at: place.code + 0x40,
        bits: 16,
        code: `movl %cr0, %eax; andb $0xfe, %al; movl %eax, %cr0; ljmp $${ARENA >>> 4}, $${place.code + 0x60}`,
      },
      {
        at: place.code + 0x60,
        bits: 16,
        code: `movw $${ARENA >>> 4}, %ax; movw %ax, %ds; movw %ax, %ss; movw $${place.stack1}, %sp; lidtl 0xe40;
          ${code}; 8: lidtl 0xe48; movl %cr0, %eax; orb $1, %al; movl %eax, %cr0;
          ljmpl $${selector.code[0]}, $${back}`,
      },
      {
        at: back,
        code: `movw $${selector.data[0]}, %ax; movw %ax, %ss; movl $${place.stack0 - 0x20}, %esp; movl %ds, %ebp;
          movw %ax, %ds; int3`,
      },
    ],
    patches: [
      putSegment(selector.code16[0], { type: kind.code, limit: 0xffff, big: false }),
      putSegment(selector.stack16[0], { type: kind.data, limit: 0xffff, big: false }),
      // Real mode's vectors, right behind the code: each notes where it was and goes on behind the case's steps
      put(place.data + 0x40, [
        ...word(0x3f),
        ...doubleWord(ARENA + place.data + 0x80),
        0,
        0,
        ...word(0x1ff),
        ...doubleWord(ARENA + place.idt),
      ]),
      put(
        place.data + 0x80,
        Array.from({ length: 16 }, (_, vector) => [
          ...word(place.code + 0x180 + 4 * vector),
          ...word(ARENA >>> 4),
        ]).flat(),
      ),
      put(
        place.code + 0x180,
        Array.from({ length: 16 }, (_, vector) => [0xb3, vector, 0xeb, 0x3c - 4 * vector]).flat(),
      ),
    ],
    state: ring(0),
  });
  // A vector's four bytes put its number into BL; then its frame is popped, and the case ends.
  const collect = {
    at: place.code + 0x1c0,
    bits: 16 as const,
    code: `popl %esi; popw %di; movw $${place.stack1}, %sp; lidtl %cs:0xe48; movl %cr0, %eax; orb $1, %al;
      movl %eax, %cr0; ljmpl $${selector.code[0]}, $${back}`,
  };
  const steps = [
    "movw $0x1234, %bx",
    "int $5",
    "int3",
    "xorw %cx, %cx; divw %cx",
    "ud2",
    "movw 0xffff, %bx",
    "movl 0xfffd, %ebx",
    "movw %ss:0xffff, %bx",
    "movl $0x10000, %ecx; movb (%ecx), %bl",
    "int $0x10",
    "movw $0xffff, %sp; pushw %bx",
    "movw $1, %sp; pushl %ebx",
    "pushfw; popw %bx",
    "pushw $0x7ed5; popfw; pushfw; popw %bx; pushw $2; popfw",
    "pushl $0x3c3ed5; popfl; pushfl; popl %ebx; pushl $2; popfl",
    "movl %cr0, %ebx",
    "smsw %bx",
    "sldt %bx",
    "larw %ax, %bx",
    "arpl %ax, %bx",
    "verr %ax",
    "lldt %ax",
    "str %ax",
    "ltr %ax",
    "sgdtl 0xe00",
    "sidtl 0xe00",
    "sysenter",
    "sysexit",
    "movw $0xffff, %bx; movw %bx, %es; movw %es:0x10, %cx",
    "lcall $0x2000, $1f; 1: popw %bx; popw %cx",
    "movw $0x3002, %bx; pushw %bx; popfw; cli; sti; cli; pushfw; popw %bx; pushw $2; popfw",
    "movw $0x5555, %bx; movw %bx, %fs; movw %bx, %gs",
    "lock; nop",
    "clts; movl %cr0, %ebx",
    "movl %eax, %dr0; movl %dr0, %ebx",
    "boundw %bx, 0xe00",
    "movb $0x7f, %al; incb %al; into",
    "pushw %cs; popw %es; movw %es, %bx",
    "pushw $0x202; pushw $0x2000; pushw $1f; iretw; 1: cli",
    "invlpg 0xe00",
    "rdtsc; xorw %bx, %bx; xorl %edx, %edx",
    "movl $0x174, %ecx; rdmsr; movl %eax, %ebx",
  ];
  for (const step of steps) {
    const one = real(step);
    yield { name: `real mode: ${step}`, ...one, more: [...(one.more ?? []), collect] };
  }
  for (const limit of [0xf, 0x13, 0x1b]) {
    const one = real("ud2");
    yield {
      name: `real mode: ud2, IDT limit ${hex(limit)}`,
      ...one,
      patches: [...(one.patches ?? []), put(place.data + 0x40, word(limit))],
      more: [...(one.more ?? []), collect],
    };
  }
  // Limits that were loaded in protected mode stay
  yield {
    name: "unreal mode",
    ...real(`movl $${ARENA + place.data}, %ecx; movl %es:(%ecx), %ebx`),
    state: { ...ring(0), es: selector.flatData },
  };
  yield {
    name: "protected mode without a far jump runs on in 16-bit code",
    ...real("movl %cr0, %eax; orb $1, %al; movl %eax, %cr0; movw %cs, %bx; movw %ss, %cx; movl %esp, %edx"),
  };
}
