// Reads, writes, pushes and fetches: what a segment's type and limit allow.

import { type Case, type Group, hex, put, putSegment, ring } from "../case.ts";
import { ARENA, place, selector } from "../layout.ts";

const PROBE = selector.probe + 3;
const sizes = { b: 1, w: 2, l: 4 } as const;

function* segments(): Iterable<{ name: string; patch: Parameters<typeof putSegment>[1]; edges: number[] }> {
  yield { name: "data, limit efe", patch: { type: 0x13, limit: 0xefe }, edges: [0xefe, 0] };
  yield { name: "read only, limit efe", patch: { type: 0x11, limit: 0xefe }, edges: [0xefe] };
  yield { name: "code, limit efe", patch: { type: 0x1b, limit: 0xefe }, edges: [0xefe] };
  yield { name: "conforming code", patch: { type: 0x1f, limit: 0xefe }, edges: [0xefe] };
  yield { name: "executable only", patch: { type: 0x19, limit: 0xefe }, edges: [0xe00] };
  yield { name: "expand-down over dff", patch: { type: 0x17, limit: 0xdff }, edges: [0xdff, 0xe40] };
  yield { name: "expand-down, read only", patch: { type: 0x15, limit: 0xdff }, edges: [0xdff, 0xe40] };
  yield {
    name: "expand-down, 16 bits",
    patch: { type: 0x17, limit: 0xdff, big: false, base: ARENA - 0xf000 + 0xe00 },
    edges: [0xdff, 0xffff],
  };
  yield {
    name: "expand-down, 32 bits, top",
    patch: { type: 0x17, limit: 0xdff, base: ARENA + 0x1000 },
    edges: [0xffffffff],
  };
  yield {
    name: "expand-down, limit ffffffff",
    patch: { type: 0x17, limit: 0xfffff, pages: true },
    edges: [0xffffffff, 0xe00],
  };
  yield {
    name: "expand-down, 16 bits, limit ffff",
    patch: { type: 0x17, limit: 0xffff, big: false },
    edges: [0xffff, 0xe00],
  };
  yield { name: "limit 0 pages", patch: { type: 0x13, limit: 0, pages: true, base: ARENA + 0x400 }, edges: [0xfff] };
  yield { name: "limit 0", patch: { type: 0x13, limit: 0, base: ARENA + 0xe00 }, edges: [0] };
  yield {
    name: "limit ffffffff",
    patch: { type: 0x13, limit: 0xfffff, pages: true, base: ARENA + 0xe10 },
    edges: [0xffffffff, 0],
  };
  yield {
    name: "expand-down in pages",
    patch: { type: 0x17, limit: 0, pages: true, base: ARENA },
    edges: [0xfff, 0x1000],
  };
}

export const accessRights: Group = {
  name: "access-rights",
  claim: "an access within the limit and the type is made; every other faults and leaves nothing",
  *cases(): Iterable<Case> {
    for (const { name, patch, edges } of segments()) {
      const patches = [putSegment(selector.probe, { ...patch, dpl: 3 })];
      for (const edge of edges) {
        for (const [suffix, size] of Object.entries(sizes)) {
          for (let last = edge - 1; last <= edge + size + 1; last++) {
            const address = (last - size + 1) >>> 0;
            for (const register of ["es", "ss"] as const) {
              if (register === "ss" && ((patch.type & 0xa) !== 2 || suffix === "b")) continue;
              const set = register === "es" ? "movw %ax, %es" : "movl %ss, %edx; movw %ax, %ss";
              const state = { ...ring(3), eax: PROBE, ebx: address };
              const title = `${name}: ${size} bytes at ${hex(address)} in ${register}`;
              const target = suffix === "b" ? "%cl" : suffix === "w" ? "%cx" : "%ecx";
              const back = register === "es" ? "" : "; movl %edx, %ss";
              yield {
                name: `read ${title}`,
                code: `${set}; mov %${register}:(%ebx), ${target}${back}`,
                state,
                patches,
              };
              yield {
                name: `write ${title}`,
                code: `${set}; mov ${target}, %${register}:(%ebx)${back}`,
                state,
                patches,
              };
              if (suffix === "l" || register === "es") {
                yield {
                  name: `add to ${title}`,
                  code: `${set}; add ${target}, %${register}:(%ebx)${back}`,
                  state,
                  patches,
                };
              }
            }
          }
        }
      }
      for (const edge of edges) {
        if ((patch.type & 0xa) !== 2) continue;
        for (let past = -2; past <= 6; past++) {
          for (const step of [
            "pushl %ebx",
            "pushw %bx",
            "popl %ebx",
            "popw %bx",
            "call 1f; 1:",
            "pushal",
            "enter $0,$0",
          ]) {
            yield {
              name: `${step} with esp ${hex(edge + past)}, ${name}`,
              code: `movw %ax, %ss; movl %ecx, %esp; ${step}`,
              state: { ...ring(3), eax: PROBE, ecx: (edge + past) >>> 0 },
              patches,
            };
          }
        }
      }
    }
    for (const register of ["ds", "es", "fs", "gs"]) {
      for (const step of ["movb %REG:0xe00, %al", "movb %al, %REG:0xe00", "testb %al, %REG:0xffffffff"]) {
        yield {
          name: `null ${register}: ${step}`,
          code: `movl $1, %ecx; movw %cx, %${register}; ${step.replace("REG", register)}`,
          state: ring(3),
        };
      }
    }
    // Writing where the code is, and reading it
    for (const cpl of [0, 3]) {
      yield { name: `write to CS, cpl ${cpl}`, code: "movb $1, %cs:0xd80", state: ring(cpl) };
      yield { name: `read CS, cpl ${cpl}`, code: "movl %cs:0xd80, %eax", state: ring(cpl) };
      yield {
        name: `read CS that is executable only, cpl ${cpl}`,
        code: "movl %cs:0xd80, %eax",
        state: ring(cpl),
        patches: [putSegment(selector.code[cpl] ?? 0, { type: 0x19, dpl: cpl })],
      };
    }
    // Fetches at the limit of the code segment
    for (const [text, length] of [
      ["nop", 1],
      ["movl $0x11223344, %eax", 5],
      ["movw %ax, %ds", 2],
      ["jmp .+2", 2],
      ["ud2", 2],
    ] as const) {
      for (let past = -1; past <= length; past++) {
        const limit = place.code + 0x20;
        yield {
          name: `${text} with ${past} bytes past the limit`,
          code: text,
          at: limit - length + 1 + past,
          state: ring(3),
          patches: [putSegment(selector.code[3], { type: 0x1b, dpl: 3, limit })],
        };
      }
    }
    for (const step of [
      "jmp 0xc00",
      "call 0xc00",
      "jmp 0xbff",
      "call 0xbff",
      "jmp *%eax",
      "call *%eax",
      "pushl %eax; ret",
      "pushl %eax; ret $4",
    ]) {
      yield {
        name: `${step}, limit bff`,
        code: step,
        state: { ...ring(3), eax: 0xc00 },
        patches: [putSegment(selector.code[3], { type: 0x1b, dpl: 3, limit: 0xbff })],
      };
    }
    for (const step of ["jz", "jnz", "loop", "jecxz"]) {
      for (const limit of [0xb3e, 0xb3f, 0xb40]) {
        yield {
          name: `${step} to b40, limit ${hex(limit)}`,
          code: `xorl %eax, %eax; ${step} 1f; .fill 60, 1, 0x90; 1:`,
          state: { ...ring(3), ecx: 2 },
          patches: [putSegment(selector.code[3], { type: 0x1b, dpl: 3, limit })],
        };
      }
    }
    // String instructions that meet the limit in the middle
    const words = put(
      place.data,
      Array.from({ length: 64 }, (_, index) => index + 1),
    );
    for (const step of ["rep movsb", "rep movsl", "rep stosl", "rep lodsw", "repe cmpsb", "repne scasb", "rep stosw"]) {
      for (const down of [false, true]) {
        yield {
          name: `${step}${down ? ", down" : ""}, over the limit`,
          code: `movw %ax, %es; ${down ? "std;" : ""} ${step}`,
          state: { ...ring(3), eax: PROBE, ecx: 12, esi: 0xe20, edi: down ? 0xe86 : 0xe70 },
          // A fault gives CMPS and SCAS the flags from before back; not on Bochs.
          leniency: /cmps|scas/.test(step) ? { uncompared: [place.stack0 - 0xc] } : {},
          patches: [
            words,
            putSegment(
              selector.probe,
              down ? { type: 0x17, limit: 0xe7f, dpl: 3 } : { type: 0x13, limit: 0xe7f, dpl: 3 },
            ),
          ],
        };
      }
    }
    // Wrapping at 64 KB in 16-bit segments
    for (const step of [
      "movw 0xffff, %cx",
      "movl 0xfffd, %ecx",
      "movw %cx, 0xffff",
      "pushl %ecx",
      "pushw %cx",
      "popl %ecx",
    ]) {
      for (const esp of [0, 1, 2, 3, 0xfffe, 0xffff]) {
        yield {
          name: `16 bits: ${step}, sp ${hex(esp)}`,
          bits: 16,
          code: `movw %ax, %ds; movw %ax, %ss; movw %bx, %sp; ${step}`,
          state: { ...ring(3), cs: selector.code16[3] + 3, eax: PROBE, ebx: esp },
          patches: [putSegment(selector.probe, { type: 0x13, dpl: 3, limit: 0xffff, big: false, base: 0x14000 })],
        };
      }
    }
  },
};
