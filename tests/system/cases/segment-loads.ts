// Every segment register with every kind of descriptor, from every ring.

import { type Case, type Group, hex, putSegment, ring } from "../case.ts";
import { local, selector } from "../layout.ts";

const rings = [0, 1, 2, 3] as const;
const memoryTypes = [0x10, 0x12, 0x14, 0x16, 0x18, 0x1a, 0x1c, 0x1e] as const;
const allTypes = Array.from({ length: 32 }, (_, index) => index);
const registers = ["ds", "es", "fs", "gs", "ss"] as const;

/** What a load leaves is seen from ring 0, but for SS: there it is what the stack's frame shows. */
const load = (register: string): string => `movw %ax, %${register}; movl %${register}, %ecx`;

export const segmentLoads: Group = {
  name: "segment-loads",
  claim: "a segment register takes what its descriptor, DPL, RPL and CPL allow, and marks it accessed",
  *cases(): Iterable<Case> {
    for (const register of ["ds", "ss"]) {
      for (const type of memoryTypes) {
        for (const cpl of rings) {
          for (const rpl of rings) {
            for (const dpl of rings) {
              for (const present of [true, false]) {
                if (!present && (rpl !== cpl || Math.abs(dpl - cpl) > 1)) continue;
                yield {
                  name: `mov ${register}: ${hex(type)} dpl ${dpl} rpl ${rpl} cpl ${cpl}${present ? "" : " absent"}`,
                  code: load(register),
                  state: { ...ring(cpl), eax: selector.probe + rpl },
                  patches: [putSegment(selector.probe, { type, dpl, present })],
                };
              }
            }
          }
        }
      }
    }
    for (const register of registers) {
      for (const type of allTypes) {
        for (const cpl of [0, 3]) {
          for (const present of [true, false]) {
            yield {
              name: `mov ${register}: type ${hex(type)}, all ring ${cpl}${present ? "" : ", absent"}`,
              code: load(register),
              state: { ...ring(cpl), eax: selector.probe + cpl },
              patches: [putSegment(selector.probe, { type, dpl: cpl, present })],
            };
          }
        }
      }
      for (const cpl of rings) {
        for (const value of [0, 1, 2, 3, 4, 7]) {
          yield {
            name: `mov ${register}: ${hex(value)} cpl ${cpl}`,
            code: load(register),
            state: { ...ring(cpl), eax: value },
          };
        }
        yield {
          name: `mov ${register}: in the LDT, cpl ${cpl}`,
          code: load(register),
          state: { ...ring(cpl), eax: (local.data[cpl] ?? 0) + cpl },
        };
        yield {
          name: `mov ${register}: in no LDT, cpl ${cpl}`,
          code: load(register),
          state: { ...ring(cpl), eax: (local.data[cpl] ?? 0) + cpl, ldtr: 0 },
        };
      }
      for (const past of [-2, -1, 0, 1, 7]) {
        yield {
          name: `mov ${register}: the GDT ends ${past} after the descriptor begins its last byte`,
          code: load(register),
          state: { ...ring(0), eax: selector.probe, gdtLimit: selector.probe + 7 + past },
          patches: [putSegment(selector.probe, { type: 0x12 })],
        };
        yield {
          name: `mov ${register}: the LDT ends ${past} after the descriptor begins its last byte`,
          code: load(register),
          state: { ...ring(0), eax: local.probe },
          patches: [
            putSegment(selector.ldt, { type: 2, base: 0x20200, limit: (local.probe & ~7) + 7 + past, big: false }),
            putSegment(local.probe, { type: 0x12 }),
          ],
        };
      }
      yield { name: `mov ${register}: past the GDT`, code: load(register), state: { ...ring(0), eax: 0xfff8 } };
      yield { name: `mov ${register}: past the LDT`, code: load(register), state: { ...ring(0), eax: 0xfffc } };
    }
    for (const cpl of [0, 3]) {
      for (const type of [0x10, 0x12, 0x16, 0x18, 0x1a, 0x1c, 0x1e, 9]) {
        for (const register of registers) {
          yield {
            name: `pop ${register}: type ${hex(type)} cpl ${cpl}`,
            code: `pushl %eax; popl %${register}; movl %${register}, %ecx; movl %esp, %edx`,
            state: { ...ring(cpl), eax: 0x77770000 + selector.probe + cpl },
            patches: [putSegment(selector.probe, { type, dpl: cpl })],
          };
          yield {
            name: `popw ${register}: type ${hex(type)} cpl ${cpl}`,
            code: `pushw %ax; popw %${register}; movl %${register}, %ecx; movl %esp, %edx`,
            state: { ...ring(cpl), eax: selector.probe + cpl },
            patches: [putSegment(selector.probe, { type, dpl: cpl })],
          };
          for (const form of [`l${register}l`, `l${register}w`]) {
            yield {
              name: `${form}: type ${hex(type)} cpl ${cpl}`,
              code: `movw %ax, 0xe06; movw %ax, 0xe04;
                ${form} 0xe${form.endsWith("l") ? "02" : "04"}, %${form.endsWith("l") ? "ebx" : "bx"};
                movl %${register}, %ecx`,
              state: { ...ring(cpl), eax: selector.probe + cpl },
              patches: [putSegment(selector.probe, { type, dpl: cpl })],
            };
          }
        }
      }
    }
    for (const register of ["ds", "es", "fs", "gs"]) {
      yield {
        name: `push ${register}`,
        code: `movw %ax, %${register}; pushl $0; popl %ecx; pushl %${register}; pushw %${register}`,
        state: { ...ring(3), eax: selector.data[3] },
      };
    }
    yield { name: "mov cs", code: ".byte 0x8e, 0xc8" };
    yield { name: "mov segment register 6", code: ".byte 0x8e, 0xf0" };
    yield { name: "mov from segment register 7", code: ".byte 0x8c, 0xf8" };
  },
};
