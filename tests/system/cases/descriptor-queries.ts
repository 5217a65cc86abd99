// LAR, LSL, VERR, VERW, ARPL, and the table registers.

import { at, type Case, type Group, hex, put, putSegment, ring } from "../case.ts";
import { doubleWord, type as kind, word } from "../descriptors.ts";
import { ARENA, GDT_LIMIT, local, place, selector } from "../layout.ts";

const rings = [0, 1, 2, 3] as const;
const { probe } = selector;
const QUERIES =
  "int $0x30; movl $0x12345678, %ecx; movl $0x9abcdef0, %edx; larl %eax, %ecx; pushfl; popl %esi; " +
  "lsll %eax, %edx; pushfl; popl %edi; " +
  "verr %ax; pushfl; popl %ebx; verw %ax; pushfl; popl %ebp";

export const descriptorQueries: Group = {
  name: "descriptor-queries",
  claim: "LAR, LSL, VERR and VERW say what a descriptor allows, and ARPL what a caller may",
  *cases(): Iterable<Case> {
    for (let type = 0; type < 32; type++) {
      for (const cpl of rings) {
        for (const rpl of rings) {
          for (const dpl of rings) {
            yield {
              name: `type ${hex(type)} dpl ${dpl} rpl ${rpl} cpl ${cpl}`,
              code: QUERIES,
              state: { ...ring(cpl), eax: 0xffff0000 + probe + rpl },
              patches: [
                putSegment(probe, {
                  type,
                  dpl,
                  limit: 0x56789,
                  pages: type === 0x12 || type === 9,
                  present: ((type + cpl + rpl + dpl) & 7) !== 0,
                }),
              ],
            };
          }
        }
      }
    }
    for (const value of [
      0,
      3,
      0xfff8,
      0xfffc,
      GDT_LIMIT & ~7,
      (GDT_LIMIT & ~7) + 8,
      local.data[3],
      local.code[1] + 1,
      4,
      0x10000 + selector.data[3],
    ]) {
      for (const ldtr of [selector.ldt, 0]) {
        yield {
          name: `selector ${hex(value)}, LDT ${hex(ldtr)}`,
          code: QUERIES,
          state: { ...ring(3), eax: value, ldtr },
        };
      }
    }
    for (const step of [
      "larw %ax, %cx",
      "larw 0xe00, %cx",
      "larl 0xe00, %ecx",
      "lslw %ax, %cx",
      "lslw 0xe00, %cx",
      "lsll 0xe00, %ecx",
      "verr 0xe00",
      "verw 0xe00",
      "larl 0x2000, %ecx",
      "lsll 0x1fff, %ecx",
    ]) {
      yield {
        name: step,
        code: `movw %ax, 0xe00; ${step}; pushfl; popl %ebx`,
        state: { ...ring(3), eax: probe + 3 },
        patches: [putSegment(probe, { type: kind.data, dpl: 3, limit: 0xabcde, pages: true })],
      };
    }
    for (const one of rings) {
      for (const other of rings) {
        yield {
          name: `arpl ${one}, ${other}`,
          code: "arpl %cx, %ax; pushfl; popl %ebx",
          state: { ...ring(3), eax: 0x8765fff0 + one, ecx: 0x12340000 + other },
        };
        yield {
          name: `arpl in memory, ${one}, ${other}`,
          code: "movw %ax, 0xe00; arpl %cx, 0xe00; pushfl; popl %ebx",
          state: { ...ring(3), eax: 0x8765fff0 + one, ecx: 0x12340000 + other },
        };
      }
    }
    for (const one of [0, 3]) {
      yield {
        name: `arpl of what cannot be written, ${one}`,
        code: "movw %ax, %es; arpl %cx, %es:0xe00",
        state: { ...ring(3), eax: probe + 3, ecx: one },
        patches: [putSegment(probe, { type: kind.readOnly, dpl: 3 }), put(place.data, [1])],
      };
    }
  },
};

export const tableRegisters: Group = {
  name: "table-registers",
  claim: "LGDT, LIDT, LLDT, LTR and what stores them, in every form and ring",
  *cases(): Iterable<Case> {
    for (const step of ["lldt %ax", "ltr %ax"]) {
      for (let type = 0; type < 32; type++) {
        for (const present of [true, false]) {
          yield {
            name: `${step}: type ${hex(type)}${present ? "" : ", absent"}`,
            code: `${step}; sldt %ecx; str %edx;
              ${step === "ltr %ax" ? "int $0x30" : "movw $0x24, %ax; movw %ax, %es"}`,
            state: { ...ring(0), eax: probe },
            patches: [
              putSegment(probe, {
                type,
                present,
                base: ARENA + (step === "ltr %ax" ? place.otherTask : place.ldt),
                limit: 0xff,
                big: false,
              }),
            ],
          };
        }
      }
      for (const value of [0, 1, 3, 4, 7, probe + 1, probe + 3, 0xfff8, local.data[0], 0x1f8, 0x200]) {
        yield {
          name: `${step}: ${hex(value)}`,
          code: `${step}; sldt %ecx; str %edx`,
          state: { ...ring(0), eax: value },
          patches: [
            putSegment(probe, {
              type: step === "ltr %ax" ? kind.task386 : kind.ldt,
              base: ARENA + place.ldt,
              limit: 0xff,
              big: false,
            }),
          ],
        };
      }
      for (const dpl of rings) {
        yield {
          name: `${step}: dpl ${dpl}`,
          code: `${step}; sldt %ecx; str %edx`,
          state: { ...ring(0), eax: probe },
          patches: [
            putSegment(probe, {
              type: step === "ltr %ax" ? kind.task286 : kind.ldt,
              dpl,
              base: ARENA + place.ldt,
              limit: 3,
              pages: true,
            }),
          ],
        };
      }
    }
    for (const cpl of rings) {
      for (const step of [
        "lldt %ax",
        "ltr %ax",
        "lgdtl 0xe00",
        "lidtl 0xe00",
        "lgdtw 0xe00",
        "lidtw 0xe00",
        "sldt %eax",
        "sldt %ax",
        "str %eax",
        "str %ax",
        "sldt 0xe00",
        "str 0xe02",
        "sgdtl 0xe00",
        "sidtl 0xe00",
        "sgdtw 0xe00",
        "sidtw 0xe00",
        "smsw %eax",
        "smsw %ax",
        "smsw 0xe00",
        "lmsw %ax",
        "lldt 0xe00",
        "ltr 0xe00",
        "sgdtl 0x1ffb",
        "sgdtl 0x1ffc",
        "sidtl 0x2000",
        "lgdtl 0x1ffb",
        "lidtl 0xfffffffe",
        "sgdtl %ss:0x1ffb",
        "sidtl %ss:0x1ffe",
        "sldt 0x1fff",
        "str %ss:0x1fff",
        "lldt 0x2000",
        ".byte 0x0f, 0x00, 0xf0",
        ".byte 0x0f, 0x00, 0xf8",
        ".byte 0x0f, 0x01, 0xe8",
        ".byte 0x0f, 0x01, 0xc8",
        ".byte 0x0f, 0x01, 0xd8",
      ]) {
        yield {
          name: `${step}: cpl ${cpl}`,
          // What was loaded is stored before it is used: the tables of the case are there at once again.
          code: /^l[gi]dt/.test(step) ? `${step}; sgdtl 0xe20; sidtl 0xe28; lgdtl 0xe10; lidtl 0xe18` : step,
          state: { ...ring(cpl), eax: cpl === 0 && step.startsWith("lmsw") ? 0x1 : 0 },
          patches: [
            put(place.data, [...word(0x1234), ...doubleWord(0xfedcba98)]),
            put(place.data + 0x10, [
              ...word(GDT_LIMIT),
              ...doubleWord(ARENA),
              0,
              0,
              ...word(0x1ff),
              ...doubleWord(ARENA + place.idt),
            ]),
          ],
        };
      }
      for (const value of [0, 1, 2, 4, 8, 0xe, 0xf, 0xfff0, 0x8000]) {
        yield {
          name: `lmsw ${hex(value)}: cpl ${cpl}`,
          code: "lmsw %ax; smsw %ecx; movl %cr0, %edx",
          state: { ...ring(cpl), eax: value },
        };
      }
      for (const [name, step] of [
        ["16-bit sgdt", "sgdtw 0xe00"],
        ["16-bit lgdt", "lgdtw 0xe00; sgdtl 0xe20; lgdtl 0xe10"],
      ] as const) {
        yield {
          name: `${name} in 16-bit code: cpl ${cpl}`,
          bits: 16,
          code: step,
          state: { ...ring(cpl), cs: at(selector.code16, cpl) + cpl },
          patches: [
            put(place.data, [...word(0x1234), ...doubleWord(0xfedcba98)]),
            put(place.data + 0x10, [...word(GDT_LIMIT), ...doubleWord(ARENA)]),
          ],
        };
      }
    }
    // A table that is not where it was
    yield {
      name: "an LDT that is moved under loaded segments",
      code: `movw $0x2c, %ax; movw %ax, %es; xorl %eax, %eax; lldt %ax; movl %es:0xe00, %ecx; movl $0x2c, %eax;
        movw %ax, %es`,
      state: ring(0),
    };
    yield {
      name: "a GDT that shrinks under loaded segments",
      code: "lgdtl 0xe00; movl %ds:0xe00, %ecx; movw $0x48, %ax; movw %ax, %es; movw $0x58, %ax; movw %ax, %es",
      state: ring(0),
      patches: [put(place.data, [...word(0x57), ...doubleWord(ARENA)])],
    };
    yield {
      name: "an IDT that is too short",
      code: "lidtl 0xe00; ud2",
      state: ring(0),
      patches: [put(place.data, [...word(8 * 14 - 1), ...doubleWord(ARENA + place.idt)])],
    };
    yield {
      name: "the GDT's descriptor 0 is never used",
      code: "xorl %eax, %eax; movw %ax, %es; movl %es:0xe00, %ecx",
      state: ring(0),
      patches: [put(0, [0xff, 0xff, 0, 0, 2, 0x93, 0xcf, 0])],
    };
    yield {
      name: "the LDT's descriptor 0 is as good as any",
      code: "movl $4, %eax; movw %ax, %es; movl %es:0xe00, %ecx",
      state: ring(0),
      patches: [put(place.ldt, [0xff, 0xff, 0, 0, 2, 0x93, 0xcf, 0])],
    };
  },
};
