// Instructions that depend on CPL and IOPL, and the bitmap of ports.

import { type Case, type Group, hex, put, putSegment, putWord, ring } from "../case.ts";
import { task286, type as kind } from "../descriptors.ts";
import { ARENA, IO_BITMAP, place, selector } from "../layout.ts";

const rings = [0, 1, 2, 3] as const;
/** A port's number is DX alone. */
const UPPER = 0xd0d1_0000;
const PORT = 0x1f8; // nothing is there, but for bytes that read FFh

export const privileges: Group = {
  name: "privileges",
  claim: "privileged instructions are ring 0's, and IOPL and the bitmap decide on flags and ports",
  *cases(): Iterable<Case> {
    for (const cpl of rings) {
      for (const step of [
        "clts",
        "movl %cr0, %eax",
        "movl %cr2, %eax",
        "movl %cr3, %eax",
        "movl %cr4, %eax",
        "movl %dr0, %eax",
        "movl %dr7, %eax",
        "movl %eax, %dr1",
        "wbinvd",
        "invd",
        "rdtsc; xorl %eax, %eax; xorl %edx, %edx",
        "movl %cr1, %eax",
        ".byte 0x0f, 0x22, 0xe8",
        ".byte 0x0f, 0x20, 0xf0",
        ".byte 0x0f, 0x22, 0xf8",
        "movl $0x174, %ecx; rdmsr",
        "xorl %eax, %eax; movl $0x174, %ecx; wrmsr",
        "movl $0x12345, %ecx; rdmsr",
        "invlpg 0xe00",
        ".byte 0x0f, 0x01, 0xf9",
      ]) {
        yield { name: `${step}: cpl ${cpl}`, code: step, state: { ...ring(cpl), eax: 0 } };
      }
      if (cpl > 0) yield { name: `hlt: cpl ${cpl}`, code: "hlt", state: ring(cpl) };
      for (const iopl of rings) {
        const eflags = 2 | (iopl << 12);
        for (const step of [
          "cli",
          "sti",
          "pushfl; popl %eax",
          "sti; pushfl; popl %eax; cli",
          "pushl $0x3ed7; popfl; pushfl; popl %eax",
          "pushl $0x200; popfl; pushfl; popl %eax",
        ]) {
          yield { name: `${step}: cpl ${cpl} iopl ${iopl}`, code: step, state: { ...ring(cpl), eflags } };
          yield {
            name: `${step}: cpl ${cpl} iopl ${iopl}, interrupts on`,
            code: step,
            state: { ...ring(cpl), eflags: eflags | 0x200 },
          };
        }
        for (const step of [
          "inb %dx, %al",
          "inw %dx, %ax",
          "inl %dx, %eax",
          "outb %al, %dx",
          "outw %ax, %dx",
          "outl %eax, %dx",
          "inb $0x78, %al",
          "outb %al, $0x78",
          "inl $0x78, %eax",
          "insb",
          "insw",
          "insl",
          "outsb",
          "outsw",
          "outsl",
          "rep insb",
          "rep outsl",
        ]) {
          yield {
            name: `${step}: cpl ${cpl} iopl ${iopl}`,
            code: step,
            state: { ...ring(cpl), eflags, edx: PORT, ecx: 3, esi: place.data, edi: place.data + 0x20 },
          };
        }
      }
    }
    // The bitmap: each width, at each bit and across bytes
    const steps = {
      inb: "inb %dx, %al",
      inw: "inw %dx, %ax",
      inl: "inl %dx, %eax",
      outb: "outb %al, %dx",
      outw: "outw %ax, %dx",
      outl: "outl %eax, %dx",
    };
    for (const [name, step] of Object.entries(steps)) {
      for (let bit = 0; bit < 8; bit++) {
        for (const [text, bytes] of [
          ["closed", [0xff, 0xff]],
          ["open", [0, 0]],
          ["one closed", [0x10, 0]],
          ["the next byte's first closed", [0, 1]],
          ["only four open", [0x0f, 0xff]],
        ] as const) {
          yield {
            name: `${name} of port ${hex(PORT + bit)}: ${text}`,
            code: step,
            state: { ...ring(3), edx: UPPER + PORT + bit },
            patches: [put(place.mainTask + IO_BITMAP + PORT / 8, bytes)],
          };
        }
      }
      // The end of the TSS
      for (const past of [-1, 0, 1, 2]) {
        for (const bit of [0, 5, 7]) {
          yield {
            name: `${name} of port ${hex(PORT + bit)}: the TSS ends ${past} bytes behind the bitmap's`,
            code: step,
            state: { ...ring(3), edx: UPPER + PORT + bit },
            patches: [
              put(place.mainTask + IO_BITMAP + PORT / 8, [0, 0]),
              putSegment(selector.mainTask, {
                type: kind.task386,
                base: ARENA + place.mainTask,
                limit: IO_BITMAP + PORT / 8 + past,
                big: false,
              }),
            ],
          };
        }
      }
      for (const base of [0, 0x60, 0x66, 0x67, 0x68, 0x100, 0xffff, 0x107 - PORT / 8, 0x108 - PORT / 8]) {
        yield {
          name: `${name}: the bitmap begins at ${hex(base)}`,
          code: step,
          state: { ...ring(3), edx: PORT },
          patches: [
            putWord(place.mainTask + 0x66, base),
            put(
              place.mainTask + 0x70,
              Array.from({ length: 0x90 }, () => 0),
            ),
          ],
        };
      }
      for (const port of [0, 0xffff, 0xfffe, 0xfffd, 0x3ff, 0x3fe]) {
        yield {
          name: `${name} of port ${hex(port)}`,
          code: step,
          state: { ...ring(3), edx: port },
          patches: [
            put(
              place.mainTask + IO_BITMAP,
              Array.from({ length: 0x80 }, () => 0),
            ),
            ...(port === 0 ? [put(place.mainTask + IO_BITMAP, [0xff])] : []),
          ],
        };
      }
      yield {
        name: `${name}: in a 286 task`,
        code: step,
        state: { ...ring(3), edx: PORT, tr: selector.task286 },
        patches: [
          put(place.task286, task286({ eip: 0, segments: [0, 0, 0, 0], stacks: [[selector.data[0], place.stack0]] })),
        ],
      };
      for (const cpl of rings) {
        yield {
          name: `${name}: cpl ${cpl}, iopl 1, open`,
          code: step,
          state: { ...ring(cpl), edx: UPPER + PORT, eflags: 0x1002 },
          patches: [put(place.mainTask + IO_BITMAP + PORT / 8, [0, 0])],
        };
      }
    }
    for (const step of ["insb", "outsl", "rep insw", "rep outsb"]) {
      for (const at of [place.data, 0x1fff, 0x2000]) {
        for (const open of [0, 0xff]) {
          yield {
            name: `${step} at ${hex(at)}, ${open === 0 ? "open" : "closed"}`,
            code: step,
            state: { ...ring(3), edx: PORT, ecx: 2, esi: at, edi: at },
            patches: [put(place.mainTask + IO_BITMAP + PORT / 8, [open, open])],
          };
        }
      }
    }
  },
};
