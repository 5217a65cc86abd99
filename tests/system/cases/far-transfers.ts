// Far jumps, calls and returns to everything that a selector can name.

import { at, type Case, type Group, hex, putGate, putSegment, putWord, ring } from "../case.ts";
import { type as kind } from "../descriptors.ts";
import { ARENA, local, MAIN_TSS_LIMIT, place, selector } from "../layout.ts";

const rings = [0, 1, 2, 3] as const;
const { probe } = selector;
const GATE = probe + 8;

export const farTransfers: Group = {
  name: "far-transfers",
  claim: "far jumps, calls and returns reach what they may, with the stack that belongs to it",
  *cases(): Iterable<Case> {
    yield* direct();
    yield* targets();
    yield* returns();
  },
};

function* direct(): Iterable<Case> {
  for (const step of ["ljmp", "lcall"]) {
    for (const type of [0x12, 0x18, 0x1a, 0x1c, 0x1e]) {
      for (const cpl of rings) {
        for (const rpl of rings) {
          for (const dpl of rings) {
            for (const present of [true, false]) {
              if (!present && rpl !== cpl) continue;
              yield {
                name: `${step}: type ${hex(type)} dpl ${dpl} rpl ${rpl} cpl ${cpl}${present ? "" : " absent"}`,
                code: `${step} $${probe + rpl}, $${place.target}`,
                state: ring(cpl),
                patches: [putSegment(probe, { type, dpl, present })],
              };
            }
          }
        }
      }
    }
    for (let type = 0; type < 0x20; type++) {
      for (const cpl of [0, 3]) {
        for (const present of [true, false]) {
          yield {
            name: `${step}: type ${hex(type)}, all ring ${cpl}${present ? "" : ", absent"}`,
            code: `${step} $${probe + cpl}, $${place.target}`,
            state: ring(cpl),
            patches: [
              putSegment(probe, {
                type,
                dpl: cpl,
                present,
                ...((type & 0x1d) === 1 || (type & 0x1d) === 9
                  ? { base: ARENA + place.otherTask, limit: 0x67, big: false }
                  : {}),
              }),
            ],
          };
        }
      }
    }
    for (const offset of [0x1fff, 0x2000, 0xffffffff]) {
      yield {
        name: `${step}: offset ${hex(offset)}, limit 1fff`,
        code: `${step} $${selector.code[3] + 3}, $${offset}`,
        state: ring(3),
      };
    }
    for (const value of [0, 3, 0xfff8, 0xfffc, selector.code[0], selector.code[2], local.code[3] + 3]) {
      yield { name: `${step}: to ${hex(value)}`, code: `${step} $${value}, $${place.target}`, state: ring(3) };
    }
    yield {
      name: `${step}: through memory`,
      code: `movl $${place.target}, 0xe00; movw $${selector.code[3]}, 0xe04; ${step} *0xe00`,
      state: ring(3),
    };
    yield {
      name: `${step}: through memory, 16 bits`,
      code: `movl $${place.target + selector.code[3] * 65536}, 0xe00; data16 ${step} *0xe00`,
      state: ring(3),
    };
    yield { name: `${step}: to 16-bit code`, code: `${step} $${selector.code16[3]}, $${place.target}`, state: ring(3) };
    yield { name: `${step}: 16 bits`, code: `data16 ${step} $${selector.code16[3]}, $${place.target}`, state: ring(3) };
    yield {
      name: `${step}: from 16-bit code`,
      bits: 16,
      code: `${step} $${selector.code[3]}, $${place.target}`,
      state: { ...ring(3), cs: selector.code16[3] + 3 },
    };
    yield {
      name: `${step}: with the stack at its limit`,
      code: `movl $4, %esp; ${step} $${selector.code[3]}, $${place.target}`,
      state: ring(3),
      patches: [putSegment(selector.data[3], { type: kind.data, dpl: 3 })],
    };
  }
}

function* targets(): Iterable<Case> {
  for (const [text, gate] of [
    ["386", kind.callGate386],
    ["286", kind.callGate286],
  ] as const) {
    for (const step of ["lcall", "ljmp"]) {
      for (const cpl of rings) {
        for (const gateDpl of rings) {
          for (const rpl of text === "386" ? rings : [cpl]) {
            for (const dpl of rings) {
              for (const type of [kind.code, kind.conforming]) {
                // Where the gate itself is closed, one target shows it.
                if ((gateDpl < cpl || gateDpl < rpl) && dpl !== 0) continue;
                yield {
                  name: `${step} ${text} gate dpl ${gateDpl}, rpl ${rpl}, cpl ${cpl}, to ${codeName(type)} dpl ${dpl}`,
                  code: `${step} $${GATE + rpl}, $0x99999999`,
                  state: ring(cpl),
                  patches: [
                    putSegment(probe, { type, dpl }),
                    putGate(GATE, { type: gate, selector: probe + 3, offset: place.target, dpl: gateDpl }),
                  ],
                };
              }
            }
          }
        }
      }
      for (const type of [0, 2, 9, 12, 14, 0x10, 0x12, 0x18, 0x1c]) {
        for (const present of [true, false]) {
          yield {
            name: `${step} ${text} gate to type ${hex(type)}${present ? "" : ", absent"}`,
            code: `${step} $${GATE + 3}, $0`,
            state: ring(3),
            patches: [
              putSegment(probe, { type, dpl: 3, present }),
              putGate(GATE, { type: gate, selector: probe, offset: place.target, dpl: 3 }),
            ],
          };
        }
      }
      for (const value of [0, 3, 0xfff8, selector.code[1] + 3, local.code[3], local.code[0]]) {
        yield {
          name: `${step} ${text} gate to selector ${hex(value)}`,
          code: `${step} $${GATE + 3}, $0`,
          state: ring(3),
          patches: [putGate(GATE, { type: gate, selector: value, offset: place.target, dpl: 3 })],
        };
      }
      for (const offset of [0x1fff, 0x2000, 0x10d00, 0x20d00]) {
        for (const dpl of [0, 3]) {
          yield {
            name: `${step} ${text} gate to offset ${hex(offset)} of ring ${dpl}`,
            code: `${step} $${GATE + 3}, $0`,
            state: ring(3),
            patches: [putGate(GATE, { type: gate, selector: at(selector.code, dpl), offset, dpl: 3 })],
          };
        }
      }
      yield {
        name: `${step} ${text} gate, absent`,
        code: `${step} $${GATE + 3}, $0`,
        state: ring(3),
        patches: [
          putGate(GATE, { type: gate, selector: selector.code[0], offset: place.target, dpl: 3, present: false }),
        ],
      };
      yield {
        name: `${step} ${text} gate to 16-bit code`,
        code: `${step} $${GATE + 3}, $0`,
        state: ring(3),
        patches: [putGate(GATE, { type: gate, selector: selector.code16[1], offset: place.target, dpl: 3 })],
      };
    }
    // Parameters, there and back
    const size = text === "386" ? 4 : 2;
    for (const [from, to] of [
      [3, 0],
      [3, 1],
      [3, 2],
      [2, 1],
      [1, 0],
      [3, 3],
      [0, 0],
    ] as const) {
      for (const count of [0, 1, 2, 5, 31, 32, 63]) {
        const target = {
          gate: putGate(GATE, { type: gate, selector: at(selector.code, to) + 3, offset: place.target, dpl: 3, count }),
        };
        yield {
          name: `${text} gate, ${count} parameters, ${from} to ${to}`,
          code: `lcall $${GATE + from}, $0`,
          state: ring(from),
          patches: [target.gate],
        };
        yield {
          name: `${text} gate, ${count} parameters, ${from} to ${to}, and back`,
          code: `lcall $${GATE + from}, $0; pushl %eax`,
          state: ring(from),
          patches: [target.gate],
          more: [{ at: place.target, code: `int $0x30; ${size === 2 ? "data16 " : ""}lret $${size * (count & 31)}` }],
        };
      }
    }
    for (const count of [3, 20]) {
      for (const esp of [0x13f0, 0x1ff8, 0x1ffd, 0x1fff]) {
        yield {
          name: `${text} gate, ${count} parameters from ${hex(esp)}`,
          code: `movl $${esp}, %esp; lcall $${GATE + 3}, $0`,
          state: ring(3),
          patches: [
            putGate(GATE, { type: gate, selector: selector.code[1], offset: place.target, dpl: 3, count }),
            putSegment(selector.data[3], { type: kind.data, dpl: 3, limit: 0x1fff }),
          ],
        };
      }
    }
    // The new stack
    for (const to of [0, 1, 2] as const) {
      const open = putGate(GATE, { type: gate, selector: selector.code[to], offset: place.target, dpl: 3, count: 2 });
      const stack = (value: number): Case["patches"] => [open, putWord(place.mainTask + 8 + 8 * to, value)];
      for (const value of [
        0,
        1,
        3,
        to,
        0xfff8 + to,
        ((to + 1) % 3) + probe,
        local.data[to] + to,
        selector.mainTask + to,
        selector.code[to] + to,
        at(selector.data, to + 1) + to,
        selector.data[to] + 3,
      ]) {
        yield {
          name: `${text} gate to ring ${to}, its SS ${hex(value)}`,
          code: `lcall $${GATE + 3}, $0`,
          state: ring(3),
          patches: stack(value) ?? [],
        };
      }
      for (const of of [
        { type: kind.data, present: false },
        { type: kind.readOnly },
        { type: kind.expandDown, limit: 0xf00 },
        { type: kind.expandDown, limit: 0x1100 + 0x100 * to - 12 },
        { type: kind.data, limit: 0x40 },
        { type: kind.data, big: false },
        { type: 0x12 },
        { type: kind.data, limit: 0x10ef + 0x100 * to },
      ]) {
        yield {
          name: `${text} gate to ring ${to}, its stack ${JSON.stringify(of)}`,
          code: `lcall $${GATE + 3}, $0`,
          state: ring(3),
          patches: [...(stack(probe + to) ?? []), putSegment(probe, { dpl: to, ...of })],
        };
      }
      for (const esp of [0, 4, 8, 16, 20, 24, 28, 0x2000, 0x2004, 0xffffffff]) {
        yield {
          name: `${text} gate to ring ${to}, its ESP ${hex(esp)}`,
          code: `lcall $${GATE + 3}, $0`,
          state: ring(3),
          patches: [open, putWord(place.mainTask + 4 + 8 * to, esp), putWord(place.mainTask + 6 + 8 * to, esp >>> 16)],
        };
      }
      // Of the doubleword with SS, the manuals want four bytes, or all eight.
      for (const past of [-1, 2]) {
        yield {
          name: `${text} gate to ring ${to}, the TSS ends ${past} bytes behind its stack`,
          code: `lcall $${GATE + 3}, $0`,
          state: ring(3),
          patches: [
            open,
            putSegment(selector.mainTask, {
              type: kind.task386,
              base: ARENA + place.mainTask,
              limit: 4 + 8 * to + 5 + past,
              big: false,
            }),
          ],
        };
      }
      yield {
        name: `${text} gate to ring ${to}, from a 286 TSS`,
        code: `lcall $${GATE + 3}, $0`,
        state: { ...ring(3), tr: selector.task286 },
        patches: [open],
      };
      for (const past of [-1, 0, 1]) {
        yield {
          name: `${text} gate to ring ${to}, from a 286 TSS that ends ${past} bytes behind its stack`,
          code: `lcall $${GATE + 3}, $0`,
          state: { ...ring(3), tr: selector.task286 },
          patches: [
            open,
            putSegment(selector.task286, {
              type: kind.task286,
              base: ARENA + place.task286,
              limit: 2 + 4 * to + 3 + past,
              big: false,
            }),
          ],
        };
      }
    }
  }
  yield {
    name: "the TSS's limit is looked at when a stack is taken",
    code: "lcall $0x10b, $0",
    state: ring(3),
    patches: [
      putGate(GATE, { type: kind.callGate386, selector: selector.code[0], offset: place.target, dpl: 3 }),
      putSegment(selector.mainTask, {
        type: kind.task386,
        base: ARENA + place.mainTask,
        limit: MAIN_TSS_LIMIT,
        big: false,
      }),
    ],
  };
}

const leave = (ss: number, esp: number, cs: number, eip: number, step = "lret"): string =>
  `pushl $${ss}; pushl $${esp}; pushl $${cs}; pushl $${eip}; ${step}`;

const codeName = (type: number): string => (type === kind.conforming ? "conforming code" : "code");

function* returns(): Iterable<Case> {
  for (const step of ["lret", "lret $8"]) {
    for (const cpl of rings) {
      for (const type of [0x12, 0x18, 0x1a, 0x1c, 0x1e, 0xc, 2]) {
        for (const rpl of rings) {
          for (const dpl of step === "lret" ? rings : [rpl]) {
            for (const present of [true, false]) {
              if (!present && dpl !== rpl) continue;
              const outer = at(selector.data, rpl) + rpl;
              yield {
                name: `${step} from ${cpl} to rpl ${rpl}: type ${hex(type)} dpl ${dpl}${present ? "" : " absent"}`,
                code: `pushl $${outer}; pushl $0x13d0;
                  ${step === "lret" ? "" : "pushl $1; pushl $2;"} pushl $${probe + rpl}; pushl $${place.target};
                  ${step}`,
                state: ring(cpl),
                patches: [putSegment(probe, { type, dpl, present })],
              };
            }
          }
        }
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
    local.data[2] + 3,
    probe + 3,
  ]) {
    yield {
      name: `lret to ring 3, SS ${hex(ss)}`,
      code: leave(ss, 0x13d0, selector.code[3] + 3, place.target),
      state: ring(0),
    };
  }
  for (const of of [
    { type: kind.data, present: false },
    { type: kind.readOnly },
    { type: kind.expandDown, limit: 0xfff },
    { type: 0x12 },
    { type: kind.data, big: false },
  ]) {
    yield {
      name: `lret to ring 3, a stack ${JSON.stringify(of)}`,
      code: leave(probe + 3, 0x12345678, selector.code[3] + 3, place.target),
      state: ring(0),
      patches: [putSegment(probe, { dpl: 3, ...of })],
    };
  }
  for (const cs of [0, 1, 3, 0xffff, local.code[3] + 3, local.code[2] + 3, selector.code16[3] + 3]) {
    yield {
      name: `lret to CS ${hex(cs)}`,
      code: leave(selector.data[3] + 3, 0x13d0, cs, place.target),
      state: ring(0),
    };
    yield {
      name: `lret to CS ${hex(cs)} in ring 3`,
      code: leave(selector.data[3] + 3, 0x13d0, cs, place.target),
      state: ring(3),
    };
  }
  for (const eip of [0x1fff, 0x2000, 0xffffffff, 0x10d00]) {
    yield {
      name: `lret to EIP ${hex(eip)} of ring 3`,
      code: leave(selector.data[3] + 3, 0x13d0, selector.code[3] + 3, eip),
      state: ring(0),
    };
    yield {
      name: `lret to EIP ${hex(eip)} in ring 1`,
      code: leave(selector.data[3] + 3, 0x13d0, selector.code[1] + 1, eip),
      state: ring(1),
    };
    yield {
      name: `lret to EIP ${hex(eip)} of 16-bit ring 3`,
      code: leave(selector.data[3] + 3, 0x13d0, selector.code16[3] + 3, eip),
      state: ring(0),
    };
  }
  // Data segments that the outer ring may not have
  for (const step of ["lret", "iretl"]) {
    for (const to of [1, 2, 3] as const) {
      for (const of of [
        selector.data[0],
        selector.data[1] + 1,
        selector.data[2] + 2,
        selector.data[3] + 3,
        selector.data[3],
        selector.code[0],
        selector.conforming,
        selector.code[3],
        0,
        3,
      ]) {
        yield {
          name: `${step} to ring ${to} with ${hex(of)} in the data segment registers`,
          code: `pushl $${selector.data[to] + to}; pushl $0x12d0;
            ${step === "lret" ? "" : "pushl $0x202;"} pushl $${selector.code[to] + to}; pushl $${place.target};
            movl $${of}, %eax; movw %ax, %ds; movw %ax, %es; movw %ax, %fs; movw %ax, %gs; ${step}`,
          more: [{ at: place.target, code: "int3" }],
          state: ring(0),
        };
      }
    }
  }
  // Immediate operands reach both stacks.
  for (const count of [0, 1, 2, 4, 7, 0x10, 0xfffe]) {
    for (const size of ["lret", "lretw"]) {
      const push = size === "lret" ? "pushl" : "pushw";
      yield {
        name: `${size} $${count} to ring 3`,
        code: `movl $0x10c0, %esp; ${push} $${selector.data[3] + 3}; ${push} $0x1380; subl $${count}, %esp;
          ${push} $${selector.code[3] + 3}; ${push} $${place.target}; ${size} $${count}`,
        state: ring(0),
      };
      yield {
        name: `${size} $${count} in ring 2`,
        code: `movl $0x1240, %esp; ${push} $${selector.code[2] + 2}; ${push} $${place.target}; ${size} $${count}`,
        state: ring(2),
      };
    }
  }
  for (const esp of [0x1ff0, 0x1ff4, 0x1ff8, 0x1ffc, 0x1ffd]) {
    for (const [to, ss] of [
      [0, selector.data[0]],
      [3, selector.data[3] + 3],
    ] as const) {
      yield {
        name: `lret to ring ${to} with esp ${hex(esp)} and the limit 1fff`,
        code: `movl $${at(selector.code, to) + to}, 0x1ff4; movl $${place.target}, 0x1ff0;
          movl $${at(selector.code, to) + to}, 0x1ffc; movl $${place.target}, 0x1ff8; movl $${esp}, %esp; lret`,
        state: { ...ring(0), eax: ss },
      };
    }
  }
}
