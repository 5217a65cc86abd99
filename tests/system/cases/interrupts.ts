// INT n, exceptions and requests through every kind of gate.

import { at, type Case, type Group, hex, putSegment, putVector, putWord, ring } from "../case.ts";
import { type as kind } from "../descriptors.ts";
import { ARENA, local, place, selector } from "../layout.ts";

const rings = [0, 1, 2, 3] as const;
const { probe } = selector;
const VECTOR = 0x20;
const gates = {
  386: [kind.interruptGate386, kind.trapGate386],
  286: [kind.interruptGate286, kind.trapGate286],
} as const;
const allGates = [...gates[386], ...gates[286]];
const IOPL3 = 0x3000;

/** Puts flags and pointer where they are seen, and returns. */
const handler = (size: 2 | 4): string =>
  size === 4 ? "pushfl; popl %edi; movl %esp, %esi; iretl" : "pushfl; popl %edi; movl %esp, %esi; iretw";

export const interrupts: Group = {
  name: "interrupts",
  claim: "interrupts and exceptions are delivered through every gate, to every ring, and come back",
  *cases(): Iterable<Case> {
    for (const type of allGates) {
      for (const cpl of rings) {
        for (const gateDpl of rings) {
          for (const dpl of rings) {
            for (const code of [kind.code, kind.conforming]) {
              if (gateDpl < cpl && dpl > 0) continue;
              yield {
                name: `int: gate type ${hex(type)} dpl ${gateDpl}, cpl ${cpl}, to ${codeName(code)} dpl ${dpl}`,
                code: `int $${VECTOR}`,
                state: { ...ring(cpl), eflags: (0x4302 & ~0x100 & ~0x4000) | 0x200 },
                patches: [
                  putSegment(probe, { type: code, dpl }),
                  putVector(VECTOR, { type, selector: probe + 3, offset: place.target, dpl: gateDpl }),
                ],
              };
            }
          }
        }
        yield {
          name: `int: gate type ${hex(type)} from ${cpl} and back`,
          code: `int $${VECTOR}`,
          state: { ...ring(cpl), eflags: 0x302 & ~0x100 },
          patches: [putVector(VECTOR, { type, selector: selector.code[0], offset: place.target, dpl: 3 })],
          more: [{ at: place.target, code: handler(type >= 8 ? 4 : 2) }],
        };
      }
    }
    for (let type = 0; type < 32; type++) {
      for (const present of [true, false]) {
        yield {
          name: `int: gate type ${hex(type)}${present ? "" : ", absent"}`,
          code: `int $${VECTOR}`,
          state: ring(3),
          patches: [
            putVector(VECTOR, {
              type,
              selector: type === kind.taskGate ? selector.otherTask : selector.code[1],
              offset: place.target,
              dpl: 3,
              present,
            }),
          ],
        };
      }
      for (const present of [true, false]) {
        yield {
          name: `int: to type ${hex(type)}${present ? "" : ", absent"}`,
          code: `int $${VECTOR}`,
          state: ring(3),
          patches: [
            putSegment(probe, { type, present }),
            putVector(VECTOR, { type: kind.interruptGate386, selector: probe, offset: place.target, dpl: 3 }),
          ],
        };
        yield {
          name: `exception: to type ${hex(type)}${present ? "" : ", absent"}`,
          code: "ud2",
          state: ring(3),
          patches: [
            putSegment(probe, { type, present }),
            putVector(6, { type: kind.interruptGate386, selector: probe, offset: place.target }),
          ],
        };
      }
    }
    for (const value of [0, 3, 0xfff8, 0xfffc, local.code[0], local.code[2] + 3, selector.code16[0]]) {
      for (const code of [`int $${VECTOR}`, "ud2"]) {
        yield {
          name: `${code}: to selector ${hex(value)}`,
          code,
          state: ring(3),
          patches: [VECTOR, 6].map((vector) =>
            putVector(vector, { type: kind.interruptGate386, selector: value, offset: place.target, dpl: 3 }),
          ),
        };
      }
    }
    for (const offset of [0x1fff, 0x2000, 0x10d00]) {
      for (const type of allGates) {
        for (const to of [0, 3] as const) {
          yield {
            name: `int: gate type ${hex(type)} to offset ${hex(offset)} of ring ${to}`,
            code: `int $${VECTOR}`,
            state: ring(3),
            patches: [putVector(VECTOR, { type, selector: selector.code[to], offset, dpl: 3 })],
          };
        }
      }
    }
    for (const limit of [8 * 14 - 1, 8 * 0x20 - 1, 8 * 0x20 + 6, 8 * 0x20 + 7]) {
      yield { name: `int: IDT limit ${hex(limit)}`, code: `int $${VECTOR}`, state: { ...ring(3), idtLimit: limit } };
    }
    for (const vector of [0x3f, 0x40, 0xff])
      yield { name: `int $${hex(vector)}`, code: `int $${vector}`, state: ring(3) };
    // INT n, INT3, INTO and their gates' DPL
    for (const [code, vector] of [
      ["int3", 3],
      ["int $3", 3],
      ["movl $0x7fffffff, %eax; incl %eax; into", 4],
      ["into", 4],
      ["int $4", 4],
      ["int $13", 13],
      ["int $8", 8],
      ["int $1", 1],
      [".byte 0xf1", 1],
      ["int $2", 2],
    ] as const) {
      for (const cpl of [0, 3]) {
        for (const dpl of [0, 2, 3]) {
          yield {
            name: `${code}: cpl ${cpl}, gate dpl ${dpl}`,
            code,
            state: ring(cpl),
            patches: [
              putVector(vector, { type: kind.trapGate386, selector: selector.code[0], offset: place.target, dpl }),
              // The landing's INT3 must not come back to it.
            ],
            more: [{ at: place.target, code: "int $0x30; ud2" }],
          };
        }
      }
    }
    // Exceptions through 286 gates, and to rings other than 0
    for (const [code, vector] of [
      ["ud2", 6],
      ["xorl %ecx, %ecx; divl %ecx", 0],
      ["bound %eax, 0xe00", 5],
      ["movw %ax, %ds", 13],
      ["hlt", 13],
      ["movl $0x13, %eax; movw %ax, %ss", 13],
      ["movw %ax, %gs", 11],
      ["movl %ss:0x2000, %eax", 12],
    ] as const) {
      for (const type of allGates) {
        for (const to of [0, 1, 3] as const) {
          yield {
            name: `${code}: through gate type ${hex(type)} to ring ${to}`,
            code,
            state: { ...ring(3), eax: vector === 11 ? probe : 0x12345678, edx: 1, eflags: 0x202 },
            patches: [
              putVector(vector, { type, selector: selector.code[to], offset: place.target }),
              putSegment(probe, { type: kind.data, dpl: 3, present: false }),
            ],
          };
        }
      }
    }
    // The new stack
    const open = putVector(VECTOR, {
      type: kind.interruptGate386,
      selector: selector.code[0],
      offset: place.target,
      dpl: 3,
    });
    for (const type of [kind.interruptGate386, kind.interruptGate286]) {
      for (const value of [
        0,
        3,
        0xfff8,
        probe,
        local.data[0],
        local.data[1],
        selector.mainTask,
        selector.code[0],
        selector.data[1],
        selector.data[0] + 3,
        selector.stack16[1] + 1,
      ]) {
        yield {
          name: `int: gate type ${hex(type)}, SS of ring 1 ${hex(value)}`,
          code: `int $${VECTOR}`,
          state: ring(3),
          patches: [
            putVector(VECTOR, { type, selector: selector.code[1], offset: place.target, dpl: 3 }),
            putWord(place.mainTask + 0x10, value),
          ],
        };
        yield {
          name: `exception: gate type ${hex(type)}, SS of ring 1 ${hex(value)}`,
          code: "hlt",
          state: ring(3),
          patches: [
            putVector(13, { type, selector: selector.code[1], offset: place.target, dpl: 3 }),
            putWord(place.mainTask + 0x10, value),
          ],
        };
      }
      for (const esp of [0, 4, 12, 16, 20, 24, 0x2000, 0x2004]) {
        for (const vector of [VECTOR, 13]) {
          yield {
            name: `vector ${hex(vector)}: gate type ${hex(type)}, ESP of ring 1 ${hex(esp)}`,
            code: vector === 13 ? "hlt" : `int $${VECTOR}`,
            state: ring(3),
            patches: [
              putVector(vector, { type, selector: selector.code[1], offset: place.target, dpl: 3 }),
              putWord(place.mainTask + 0xc, esp),
            ],
          };
        }
      }
      for (const cpl of [0, 2]) {
        for (const esp of [0, 2, 6, 8, 12, 14, 0x2002]) {
          yield {
            name: `int: gate type ${hex(type)} in ring ${cpl}, esp ${hex(esp)}`,
            code: `movl $${esp}, %esp; int $${VECTOR}`,
            state: ring(cpl),
            patches: [putVector(VECTOR, { type, selector: at(selector.code, cpl), offset: place.target, dpl: 3 })],
          };
        }
      }
    }
    for (const past of [-1, 2]) {
      yield {
        name: `int: the TSS ends ${past} bytes behind the stack of ring 0`,
        code: `int $${VECTOR}`,
        state: ring(3),
        patches: [
          open,
          putSegment(selector.mainTask, {
            type: kind.task386,
            base: ARENA + place.mainTask,
            limit: 9 + past,
            big: false,
          }),
        ],
      };
    }
    // From a 16-bit stack, and to one
    for (const ss of [selector.stack16[0], selector.data[0]]) {
      yield {
        name: `int: the new stack is ${hex(ss)}, its ESP large`,
        code: `int $${VECTOR}; pushl %esp`,
        state: ring(3),
        patches: [
          open,
          putWord(place.mainTask + 8, ss),
          putWord(place.mainTask + 6, ss === selector.data[0] ? 0 : 0x1234),
        ],
        more: [{ at: place.target, code: "movl %esp, %eax; int $0x30; iretl" }],
      };
    }
    yield {
      name: "int: from a 16-bit stack",
      code: `int $${VECTOR}; movl %esp, %eax`,
      state: { ...ring(0), ss: selector.stack16[0], esp: 0x7777_10e0 },
      patches: [open],
      more: [{ at: place.target, code: "movl %esp, %eax; int $0x30; iretl" }],
    };
    // Requests from outside
    for (const cpl of rings) {
      for (const iopl of [0, 3]) {
        for (const step of [
          "sti; nop; nop",
          "cli; nop; sti; cli; nop",
          "nop",
          "pushfl; orl $0x200, (%esp); popfl; nop; nop",
          "sti; movw %ax, %ss; nop; nop",
          "sti; hlt; nop",
          "sti; ud2",
        ]) {
          for (const eflags of [2, 0x202]) {
            yield {
              name: `request: ${step}, cpl ${cpl} iopl ${iopl} flags ${hex(eflags)}`,
              code: step,
              state: {
                ...ring(cpl),
                eflags: eflags | (iopl << 12),
                interrupt: 0x31,
                eax: at(selector.data, cpl) + cpl,
              },
            };
          }
        }
      }
      for (const type of allGates) {
        yield {
          name: `request: through gate type ${hex(type)}, cpl ${cpl}`,
          code: "nop; nop; movl $1, %eax",
          state: { ...ring(cpl), eflags: 0x202, interrupt: VECTOR },
          patches: [putVector(VECTOR, { type, selector: selector.code[0], offset: place.target })],
          more: [{ at: place.target, code: `int $0x30; ${type >= 8 ? "iretl" : "iretw"}` }],
        };
      }
      yield {
        name: `request: through a task gate, cpl ${cpl}`,
        code: "nop; nop; movl $1, %eax",
        state: { ...ring(cpl), eflags: 0x202, interrupt: VECTOR },
        patches: [putVector(VECTOR, { type: kind.taskGate, selector: selector.otherTask })],
        more: [{ at: place.target, code: "int $0x30; iretl" }],
      };
    }
    yield {
      name: "request: between the turns of a REP",
      code: "rep lodsb",
      state: { ...ring(3), eflags: 0x202, interrupt: 0x31, ecx: 5, esi: place.data },
    };
    yield {
      name: "request: through an absent gate",
      code: "nop; nop",
      state: { ...ring(3), eflags: 0x202, interrupt: VECTOR },
      patches: [putVector(VECTOR, { type: kind.trapGate386, selector: 8, present: false })],
    };
    yield {
      name: "request: through a gate to nowhere",
      code: "nop; nop",
      state: { ...ring(3), eflags: 0x202, interrupt: VECTOR },
      patches: [putVector(VECTOR, { type: kind.trapGate386, selector: 0 })],
    };
    yield* returns();
  },
};

const frame = (cs: number, eip: number, flags: number, ss: number, esp: number): string =>
  `pushl $${ss}; pushl $${esp}; pushl $${flags}; pushl $${cs}; pushl $${eip}; iretl`;

const codeName = (type: number): string => (type === kind.conforming ? "conforming code" : "code");

function* returns(): Iterable<Case> {
  for (const cpl of rings) {
    for (const type of [0x12, 0x18, 0x1a, 0x1c, 0x1e, 2]) {
      for (const rpl of rings) {
        for (const dpl of rings) {
          for (const present of [true, false]) {
            if (!present && dpl !== rpl) continue;
            yield {
              name: `iret from ${cpl} to rpl ${rpl}: type ${hex(type)} dpl ${dpl}${present ? "" : " absent"}`,
              code: frame(probe + rpl, place.target, 2, at(selector.data, rpl) + rpl, 0x13d0),
              state: ring(cpl),
              patches: [putSegment(probe, { type, dpl, present })],
            };
          }
        }
      }
    }
    for (const iopl of rings) {
      for (const flags of [0, 0x7fd7 & ~0x4100, 0x3202, 0x40ed7 & ~0x4000, 0x10002, 0x200002]) {
        for (const to of rings) {
          if (to < cpl) continue;
          yield {
            name: `iret from ${cpl} to ${to}, iopl ${iopl}: flags ${hex(flags)}`,
            code: frame(at(selector.code, to) + to, place.target, flags, at(selector.data, to) + to, 0x13d0),
            state: { ...ring(cpl), eflags: 2 | (iopl << 12) },
          };
        }
        yield {
          name: `popf in ${cpl}, iopl ${iopl}: ${hex(flags)}`,
          code: `pushl $${flags}; popfl; pushfl; popl %eax; movl $2, %ebx; pushl %ebx; popfl`,
          state: { ...ring(cpl), eflags: 2 | (iopl << 12) },
        };
        yield {
          name: `popfw in ${cpl}, iopl ${iopl}: ${hex(flags)}`,
          code: `pushw $${flags & 0xffff}; popfw; pushfl; popl %eax`,
          state: { ...ring(cpl), eflags: 0x202 | (iopl << 12) },
        };
        yield {
          name: `iretw in ${cpl}, iopl ${iopl}: ${hex(flags)}`,
          code: `pushw $${flags & 0xffff}; pushw $${at(selector.code, cpl) + cpl}; pushw $${place.target}; iretw`,
          state: { ...ring(cpl), eflags: 2 | (iopl << 12) },
        };
      }
    }
  }
  for (const ss of [
    0,
    3,
    0xfff8,
    selector.data[3] + 2,
    selector.data[2] + 3,
    selector.code[3] + 3,
    selector.mainTask + 3,
    local.data[3] + 3,
    probe + 3,
    selector.stack16[3] + 3,
  ]) {
    yield {
      name: `iret to ring 3, SS ${hex(ss)}`,
      code: frame(selector.code[3] + 3, place.target, IOPL3, ss, 0x123413d0),
      state: ring(0),
    };
  }
  for (const eip of [0x1fff, 0x2000, 0x10d00]) {
    for (const to of [0, 3] as const) {
      yield {
        name: `iret to EIP ${hex(eip)} of ring ${to}`,
        code: frame(selector.code[to] + to, eip, 0x3ed7, selector.data[to] + to, 0x13d0),
        state: ring(0),
      };
    }
  }
  for (const cs of [0, 3, 0xfff8, local.code[3] + 3, local.code[1] + 3, selector.code16[3] + 3, selector.mainTask]) {
    yield {
      name: `iret to CS ${hex(cs)}`,
      code: frame(cs, place.target, 2, selector.data[3] + 3, 0x13d0),
      state: ring(0),
    };
  }
  for (const esp of [0x1ff0, 0x1ff4, 0x1ff8, 0x1ffc]) {
    yield { name: `iret with esp ${hex(esp)} and the limit 1fff`, code: `movl $${esp}, %esp; iretl`, state: ring(2) };
  }
  yield {
    name: "iret with an interrupt waiting",
    code: frame(selector.code[3] + 3, place.target, 0x202, selector.data[3] + 3, 0x13d0),
    state: { ...ring(0), interrupt: 0x31 },
  };
}
