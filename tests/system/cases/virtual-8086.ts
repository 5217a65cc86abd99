// Virtual-8086 mode: into it, what it may, and out of it again.

import { type Case, type Group, hex, put, putSegment, putVector, ring } from "../case.ts";
import { doubleWord, task386, type as kind, word } from "../descriptors.ts";
import { ARENA, IO_BITMAP, place, selector } from "../layout.ts";

const rings = [0, 1, 2, 3] as const;
const VM = 0x20002;
const SEGMENT = ARENA >>> 4;
const PORT = 0x1f8;
const VECTOR = 0x20;
const virtual = {
  ...ring(3),
  eflags: VM,
  cs: SEGMENT,
  ss: SEGMENT,
  ds: SEGMENT,
  es: SEGMENT + 0xe0,
  fs: 0x1234,
  gs: 0xffff,
  esp: place.stack3 - 0x20,
} as const;

const steps = [
  "cli",
  "sti",
  "pushfw; popw %ax",
  "pushfl; popl %eax",
  "pushw $0x3ed7; popfw; pushfw; popw %ax",
  "pushl $0x33ed7; popfl; pushfl; popl %eax",
  "int $0x20",
  "int $3",
  "into",
  "pushw $0x3202; pushw $0x2000; pushw $0xd00; iretw",
  "pushl $0x3202; pushl $0x2000; pushl $0xd00; iretl",
  "hlt",
  "clts",
  "movl %cr0, %eax",
  "movl %eax, %dr0",
  "lmsw %ax",
  "smsw %eax",
  "lgdtw 0xe00",
  "sgdtw 0xe00",
  "sldt %ax",
  "str %ax",
  "lldt %ax",
  "larw %ax, %ax",
  "lslw %ax, %ax",
  "verr %ax",
  "arpl %ax, %bx",
  "invlpg 0xe00",
  "wbinvd",
  "movl $0x174, %ecx; rdmsr",
  "sysexit",
  "ud2",
  "xorw %cx, %cx; divw %cx",
  "movw 0xffff, %ax",
  "movl 0xfffd, %eax",
  "movw %ss:0xffff, %ax",
  "pushw %cs; popw %ds; movw %ds, %ax",
  "movw $0xffff, %ax; movw %ax, %ds; movb 0x10, %cl",
  "ldsw 0xe00, %bx",
  "lssl 0xe00, %esp; movw $0x1300, %sp; movw $0x2000, %ax; movw %ax, %ss",
  "ljmp $0x2000, $0xd00",
  "lcall $0x20d0, $0",
  "pushw $0x2000; pushw $0xd00; lretw",
  "pushw $0x2000; pushw $0xd00; lretw $4",
  "ljmpl $0x2000, $0x10d00",
  "ljmp *0xe00",
  "callw *0xe00",
  "movl $0x10d00, %eax; jmpl *%eax",
  "movl $0x7fffffff, %eax; incl %eax; into",
  "boundw %ax, 0xe00",
  "fs movb 0, %al",
  "gs movb 0x10, %al",
  "movl (%eax), %ebx",
  "movw $0, %sp; pushw %ax",
  "movw $1, %sp; pushw %ax",
  "movw $0xffff, %sp; popw %ax",
  "movl $0x10000, %esp; pushl %eax",
  ".byte 0xf1",
  "enterw $0, $0",
  "lahf",
  "cpuid; xorl %eax, %eax; xorl %ebx, %ebx; xorl %ecx, %ecx; xorl %edx, %edx",
  "lock; addw %ax, 0xe00",
  "lock; movw %ax, 0xe00",
];

const frame = (flags: number, eip = place.code + 0x100): string =>
  `pushl $0x1111; pushl $0x2222; pushl $0x3333; pushl $${SEGMENT}; pushl $${SEGMENT}; pushl $0x123413e0;
    pushl $${flags}; pushl $${SEGMENT}; pushl $${eip}; iretl`;

const ports = [
  "inb %dx, %al",
  "inw %dx, %ax",
  "inl %dx, %eax",
  "outb %al, %dx",
  "outl %eax, %dx",
  "inb $0x78, %al",
  "insb",
  "outsw",
  "rep outsb",
];

export const virtual8086: Group = {
  name: "virtual-8086",
  claim: "virtual-8086 mode is entered, trapped and left as the manuals say",
  *cases(): Iterable<Case> {
    for (const iopl of rings) {
      const eflags = VM | (iopl << 12);
      const memory = put(place.data, [...word(place.target), ...word(SEGMENT), ...doubleWord(0), ...word(SEGMENT)]);
      for (const step of steps) {
        for (const extra of [0, 0x200]) {
          if (extra !== 0 && iopl % 3 !== 0) continue;
          yield {
            name: `${step}: iopl ${iopl}${extra === 0 ? "" : ", interrupts on"}`,
            code: step,
            bits: 16,
            state: { ...virtual, eflags: eflags | extra },
            patches: [memory],
          };
        }
      }
      for (const step of ports) {
        for (const open of [0, 0xff, 2]) {
          yield {
            name: `${step}: iopl ${iopl}, bitmap ${hex(open)}`,
            code: step,
            bits: 16,
            state: { ...virtual, eflags, edx: 0xd0d1_0000 + PORT, ecx: 2, esi: place.data, edi: 0x20 },
            patches: [put(place.mainTask + IO_BITMAP + PORT / 8, [open, open])],
          };
        }
      }
      // INT n to each kind of gate and ring
      for (const type of [kind.interruptGate386, kind.trapGate386, kind.interruptGate286, kind.trapGate286]) {
        for (const dpl of rings) {
          for (const to of rings) {
            for (const code of [kind.code, kind.conforming]) {
              for (const step of ["int $0x20", "int3", "hlt"]) {
                if (step !== "int $0x20" && (iopl === 1 || iopl === 2)) continue;
                const vector = step === "int3" ? 3 : step === "hlt" ? 13 : VECTOR;
                if (vector === 13 && dpl > 0) continue;
                yield {
                  name: `${step}: iopl ${iopl}, gate type ${hex(type)} dpl ${dpl} to type ${hex(code)} ring ${to}`,
                  code: step,
                  bits: 16,
                  state: { ...virtual, eflags },
                  patches: [
                    putSegment(selector.probe, { type: code, dpl: to }),
                    putVector(vector, { type, selector: selector.probe, offset: place.target, dpl }),
                  ],
                  more: [{ at: place.target, code: "ud2" }],
                };
              }
            }
          }
        }
        // There and back
        yield {
          name: `int and back: iopl ${iopl}, gate type ${hex(type)}`,
          code: "int $0x20; movw $1, %bx",
          bits: 16,
          state: { ...virtual, eflags: eflags | 0xed5 },
          patches: [putVector(VECTOR, { type, selector: selector.code[0], offset: place.target, dpl: 3 })],
          more: [{ at: place.target, code: `int $0x30; ${type >= 8 ? "iretl" : "iretw"}` }],
        };
      }
      for (const step of ["int $0x20; nop", "ud2; nop"]) {
        yield {
          name: `${step}: iopl ${iopl}, through a task gate and back`,
          code: step,
          bits: 16,
          state: { ...virtual, eflags },
          patches: [VECTOR, 6].map((vector) =>
            putVector(vector, { type: kind.taskGate, selector: selector.otherTask, dpl: 3 }),
          ),
          more: [{ at: place.target, code: "int $0x30; iretl" }],
        };
      }
      yield {
        name: `request: iopl ${iopl}`,
        code: "nop; nop; movw $1, %ax",
        bits: 16,
        state: { ...virtual, eflags: eflags | 0x200, interrupt: VECTOR },
        patches: [putVector(VECTOR, { type: kind.interruptGate386, selector: selector.code[0], offset: place.target })],
        more: [{ at: place.target, code: "int $0x30; iretl" }],
      };
      yield {
        name: `request with interrupts off: iopl ${iopl}`,
        code: "nop; sti; nop; nop",
        bits: 16,
        state: { ...virtual, eflags, interrupt: 0x31 },
      };
    }
    // Into it
    for (const cpl of rings) {
      for (const flags of [VM, VM | 0x3000, VM | 0x4000, VM | (0x7ed5 & ~0x4100), VM | 0x200]) {
        for (const eip of [place.target, 0x10d00]) {
          yield {
            name: `iret from ring ${cpl} with flags ${hex(flags)} to ${hex(eip)}`,
            code: frame(flags, eip),
            state: ring(cpl),
            // Bochs cuts EIP to 16 bits; the manual has #GP(0) (SDM 2, IRET: RETURN-TO-VIRTUAL-8086-MODE).
            ...(cpl === 0 && eip > 0xffff ? { leniency: { instead: { vector: 13, error: 0 } } } : {}),
            more: [{ at: place.target, code: "movw %ds, %ax; movw %ss, %bx; movl %esp, %ecx", bits: 16 }],
          };
        }
        yield {
          name: `popf in ring ${cpl} with flags ${hex(flags)}`,
          code: `pushl $${flags}; popfl; pushfl; popl %eax`,
          state: ring(cpl),
        };
      }
      yield {
        name: `iretw from ring ${cpl}`,
        code: `pushw $2; pushw $${(selector.code[cpl] ?? 0) + cpl}; pushw $${place.target}; iretw`,
        state: ring(cpl),
      };
    }
    for (const flags of [VM, VM | 0x3000, VM | 0x4000]) {
      for (const step of [`ljmp $${selector.otherTask}, $0`, `lcall $${selector.otherTask}, $0`, "int $0x20"]) {
        for (const back of ["int3", "hlt", "pushw $0x3202; pushw $0x2000; pushw $0xd80; iretw"]) {
          yield {
            name: `${step}: to a task with flags ${hex(flags)}, then ${back}`,
            code: step,
            state: ring(0),
            patches: [
              put(
                place.otherTask,
                task386({
                  eip: place.target,
                  eflags: flags,
                  ldt: 0,
                  segments: [0x1111, SEGMENT, SEGMENT, SEGMENT, 0x2222, 0x3333],
                  stacks: [[selector.data[0], 0x10a0]],
                  registers: [1, 2, 3, 4, place.taskStack - 0x20, 6, 7, 8],
                }),
              ),
              putVector(VECTOR, { type: kind.taskGate, selector: selector.otherTask }),
            ],
            more: [{ at: place.target, code: back, bits: 16 }],
          };
        }
      }
    }
    yield {
      name: "the segments' limits are 64 KB again",
      code: frame(VM),
      state: ring(0),
      more: [{ at: place.code + 0x100, code: "movb 0xfffe, %al; movb %ss:0xffff, %al; movl 0xfffe, %eax", bits: 16 }],
    };
  },
};
