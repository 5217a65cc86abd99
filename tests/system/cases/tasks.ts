// Task switches: by jump, call, interrupt and return, between tasks of the 386 and of the 286.

import { type Case, type Group, hex, put, putGate, putSegment, putVector, putWord, ring, type Patch } from "../case.ts";
import { task286, task386, type as kind } from "../descriptors.ts";
import { ARENA, local, place, selector } from "../layout.ts";

const rings = [0, 1, 2, 3] as const;
const { probe } = selector;
const VECTOR = 0x20;
const GATE = probe + 0x10;
const CODE_PAST = place.target + 0x40;
/** A data segment that any ring may have. */
const outermost = selector.data[3] + 3;

/** The other task, which runs in a ring with what is given instead. */
function task(
  of: 386 | 286,
  cpl: 0 | 1 | 2 | 3,
  changes: Partial<Parameters<typeof task386>[0]> & { at?: readonly [index: number, value: number] } = {},
): Patch {
  const data = selector.data[cpl] + cpl;
  // Bochs fills the upper halves of what a 286 TSS has no room for with ones: its stack is to be a 16-bit one.
  const stack = of === 386 ? data : selector.stack16[cpl] + cpl;
  const segments = [data, selector.code[cpl] + cpl, stack, data, 0, 0];
  if (changes.at !== undefined) segments[changes.at[0]] = changes.at[1];
  const content = {
    stacks: rings
      .slice(0, 3)
      .map((level) => [(selector.data[level] ?? 0) + level, place.stack0 + 0x100 * level] as const),
    cr3: ARENA + place.pageDirectory,
    eip: place.target,
    registers: [0x1a0, 0x1c0, 0x1d0, 0x1b0, place.taskStack, 0x1b5, 0x151, 0x1d1],
    ldt: selector.ldt,
    segments,
    ...changes,
  };
  return of === 386 ? put(place.otherTask, task386(content)) : put(place.task286, task286(content));
}

const selectorOf = { 386: selector.otherTask, 286: selector.task286 } as const;
const baseOf = { 386: place.otherTask, 286: place.task286 } as const;
const limitOf = { 386: 0x67, 286: 0x2b } as const;
const typeOf = { 386: kind.task386, 286: kind.task286 } as const;
const back = "int $0x30; iretl";

export const tasks: Group = {
  name: "tasks",
  claim: "a task switch saves and loads what the manuals say, and faults where they say",
  *cases(): Iterable<Case> {
    for (const of of [386, 286] as const) {
      const target = selectorOf[of];
      for (const cpl of rings) {
        for (const to of rings) {
          for (const step of [
            `ljmp $${target + cpl}, $0`,
            `lcall $${target + cpl}, $0`,
            `int $${VECTOR}`,
            `lcall $${GATE + cpl}, $0`,
            `ljmp $${GATE + cpl}, $0`,
          ]) {
            const patches = [
              task(of, to),
              putSegment(target, {
                type: typeOf[of],
                base: ARENA + baseOf[of],
                limit: limitOf[of],
                dpl: 3,
                big: false,
              }),
              putGate(GATE, { type: kind.taskGate, selector: target, dpl: 3 }),
              putVector(VECTOR, { type: kind.taskGate, selector: target, dpl: 3 }),
            ];
            const state = { ...ring(cpl), fs: outermost, gs: outermost, eflags: 0x40ad7 };
            const name = `${step}: from ring ${cpl} to ring ${to} of a ${of} task`;
            yield { name, code: step, state, patches };
            yield {
              name: `${name}, and back`,
              code: `${step}; nop`,
              state,
              patches,
              more: [{ at: place.target, code: back }],
            };
          }
        }
      }
      // From a 286 task
      for (const step of [`ljmp $${selectorOf[386]}, $0`, `lcall $${selectorOf[386]}, $0`, `int $${VECTOR}`]) {
        yield {
          name: `${step}: from a ${of} task`,
          code: `${step}; nop`,
          state: { ...ring(0), tr: selector.mainTask, esp: 0x123410e0 & 0xffff, eax: 0x11112222 },
          patches: [
            putSegment(selector.mainTask, {
              type: typeOf[of],
              base: ARENA + (of === 386 ? place.mainTask : place.task286),
              limit: limitOf[of],
              big: false,
            }),
            putVector(VECTOR, { type: kind.taskGate, selector: selectorOf[386], dpl: 3 }),
          ],
          more: [{ at: place.target, code: back }],
        };
      }
      // Rights of TSS descriptors and task gates
      for (const step of ["lcall", "ljmp"]) {
        for (const cpl of rings) {
          for (const rpl of rings) {
            for (const dpl of rings) {
              yield {
                name: `${step}: ${of} TSS dpl ${dpl} rpl ${rpl} cpl ${cpl}`,
                code: `${step} $${target + rpl}, $0`,
                state: ring(cpl),
                patches: [
                  task(of, 3),
                  putSegment(target, {
                    type: typeOf[of],
                    base: ARENA + baseOf[of],
                    limit: limitOf[of],
                    dpl,
                    big: false,
                  }),
                ],
              };
              if (of === 386) {
                yield {
                  name: `${step}: task gate dpl ${dpl} rpl ${rpl} cpl ${cpl}`,
                  code: `${step} $${GATE + rpl}, $0`,
                  state: ring(cpl),
                  patches: [task(of, 3), putGate(GATE, { type: kind.taskGate, selector: target + 3, dpl })],
                };
              }
            }
          }
        }
      }
      for (const step of [`ljmp $${target}, $0`, `lcall $${target}, $0`, `int $${VECTOR}`, "ud2", "iretl"]) {
        const isReturn = step === "iretl";
        const start = isReturn ? { eflags: 0x4002 } : {};
        const common: Patch[] = [
          putWord(place.mainTask, target),
          putVector(VECTOR, { type: kind.taskGate, selector: target, dpl: 3 }),
          putVector(6, { type: kind.taskGate, selector: target, dpl: 3 }),
        ];
        const typeHere = typeOf[of] | (isReturn ? 2 : 0);
        const descriptor = (limit = limitOf[of] as number, type: number = typeHere, present = true): Patch =>
          putSegment(target, { type, base: ARENA + baseOf[of], limit, dpl: 0, present, big: false });
        const prefix = `${isReturn ? "iret" : step} to a ${of} task`;
        for (const past of [-1, 0]) {
          yield {
            name: `${prefix}: limit ${past} over the least`,
            code: step,
            state: { ...ring(0), ...start },
            patches: [...common, task(of, 0), descriptor(limitOf[of] + past)],
          };
        }
        for (let type = 0; type < 32; type++) {
          if ((type & 7) === 4 && type < 0x10 && !isReturn) continue;
          yield {
            name: `${prefix}: type ${hex(type)}`,
            code: step,
            state: { ...ring(0), ...start },
            patches: [...common, task(of, 0), descriptor((type & 8) === 0 ? 0x2b : 0x67, type)],
            // As a 386 TSS this one has a selector where EFLAGS has VIF, which a processor without CR4.VME has not.
            ...(of === 286 && (type === 9 || type === 0xb) ? { leniency: { uncompared: [place.task286 + 0x24] } } : {}),
          };
        }
        yield {
          name: `${prefix}: absent`,
          code: step,
          state: { ...ring(0), ...start },
          patches: [...common, task(of, 0), descriptor(limitOf[of], typeHere, false)],
        };
        // What is wrong inside the TSS
        const bad = [
          0,
          1,
          3,
          0xfff8,
          0xfffc,
          selector.mainTask,
          selector.code[0],
          selector.code[3] + 3,
          selector.data[0],
          selector.data[3] + 3,
          selector.data[1],
          selector.data[0] + 1,
          selector.conforming,
          local.data[0],
          local.code[0],
          local.data[3] + 3,
          probe,
          probe + 8,
          probe + 0x18,
        ];
        // With SS not loaded there is no stack for a handler of the same ring: each fault has its task.
        const extra = [
          ...selector.faultTasks.map((gate, index) => putVector(10 + index, { type: kind.taskGate, selector: gate })),
          putSegment(probe, { type: kind.data, present: false }),
          putSegment(probe + 8, { type: kind.executeOnly }),
          putSegment(probe + 0x18, { type: 0x12 }),
        ];
        const names = ["ES", "CS", "SS", "DS", "FS", "GS"];
        for (let index = 0; index < (of === 386 ? 6 : 4); index++) {
          for (const value of bad) {
            for (const to of index === 1 ? ([0] as const) : ([0, 3] as const)) {
              yield {
                name: `${prefix} of ring ${to}: its ${names[index]} is ${hex(value)}`,
                code: step,
                state: { ...ring(0), ...start },
                patches: [...common, ...extra, task(of, to, { at: [index, value] }), descriptor()],
              };
            }
          }
        }
        for (const value of [0, 1, 3, 0x24, 0xfff8, selector.data[0], selector.mainTask, probe]) {
          yield {
            name: `${prefix}: its LDT is ${hex(value)}`,
            code: step,
            state: { ...ring(0), ...start },
            patches: [
              ...common,
              ...extra,
              task(of, 0, { ldt: value }),
              descriptor(),
              putSegment(probe, { type: kind.ldt, base: ARENA, limit: 0xff, present: false }),
            ],
          };
        }
        for (const eip of [0x1fff, 0x2000, 0x10d00]) {
          yield {
            name: `${prefix}: its EIP is ${hex(eip)}`,
            code: step,
            state: { ...ring(0), ...start },
            patches: [...common, task(of, 0, { eip }), descriptor()],
          };
        }
        for (const eflags of [0, 0xffe7ffd7 & ~0x24100, 0x4002, 0x3202, 0x10002]) {
          yield {
            name: `${prefix}: its flags are ${hex(eflags)}`,
            code: step,
            state: { ...ring(0), ...start, eflags: (start.eflags ?? 2) | 0xad5 },
            patches: [...common, task(of, 0, { eflags }), descriptor()],
          };
        }
        yield {
          name: `${prefix}: its T bit is set`,
          code: step,
          state: { ...ring(0), ...start },
          patches: [...common, task(of, 0, { trap: true }), descriptor()],
        };
        yield {
          name: `${prefix}: its stack has no room`,
          code: step,
          state: { ...ring(0), ...start },
          patches: [...common, task(of, 0, { registers: [1, 2, 3, 4, 2, 6, 7, 8] }), descriptor()],
          more: [{ at: place.target, code: "pushl %eax" }],
        };
        yield {
          name: `${prefix}: CR0.TS is set, the next task works on`,
          code: `${step}; movl %cr0, %ebx; int $0x30; clts; movl %cr0, %ecx`,
          state: { ...ring(0), ...start },
          patches: [...common, task(of, 0), descriptor()],
          more: [{ at: place.target, code: "movl %cr0, %eax; str %ebx; pushfl; popl %ecx; int $0x30; iretl" }],
        };
      }
    }
    // Exceptions with an error code through a task gate
    for (const [code, vector] of [
      ["movw %ax, %ds", 13],
      ["movw %ax, %gs", 11],
      ["movl %ss:0x2000, %eax", 12],
      ["hlt", 13],
    ] as const) {
      for (const of of [386, 286] as const) {
        for (const esp of [place.taskStack, 2, 4]) {
          yield {
            name: `${code}: through a task gate to a ${of} task with esp ${hex(esp)}`,
            code,
            state: { ...ring(3), eax: vector === 11 ? probe : 0x5678 },
            patches: [
              task(of, 0, { registers: [1, 2, 3, 4, esp, 6, 7, 8] }),
              putVector(vector, { type: kind.taskGate, selector: selectorOf[of] }),
              putSegment(probe, { type: kind.data, dpl: 3, present: false }),
            ],
            more: [{ at: place.target, code: "int $0x30; ud2" }],
          };
        }
      }
    }
    // Returns with NT
    for (const cpl of rings) {
      for (const value of [0, 3, 0xfff8, selector.otherTask, selector.data[0], 0x8c, selector.otherTask + 3]) {
        yield {
          name: `iret with NT in ring ${cpl}, back link ${hex(value)}`,
          code: "iretl",
          state: { ...ring(cpl), eflags: 0x4002 },
          patches: [putWord(place.mainTask, value)],
        };
        yield {
          name: `iret with NT in ring ${cpl}, back link ${hex(value)} of a busy task`,
          code: "iretl",
          state: { ...ring(cpl), eflags: 0x4002 },
          patches: [
            putWord(place.mainTask, value),
            putSegment(selector.otherTask, {
              type: kind.busyTask386,
              base: ARENA + place.otherTask,
              limit: 0x67,
              big: false,
            }),
          ],
        };
      }
    }
    // Nested tasks, and a task that calls itself
    yield {
      name: "three tasks, nested",
      code: `lcall $${selector.otherTask}, $0; nop`,
      state: ring(0),
      patches: [task(386, 0), task(286, 0, { at: [1, selector.code16[0]], eip: CODE_PAST })],
      more: [
        { at: place.target, code: `int $0x30; lcall $${selector.task286}, $0; int $0x30; iretl` },
        { at: CODE_PAST, bits: 16, code: "int $0x30; iretw" },
      ],
    };
    for (const step of ["lcall", "ljmp"]) {
      yield { name: `${step}: to the running task`, code: `${step} $${selector.mainTask}, $0`, state: ring(0) };
      yield {
        name: `${step}: there and again, from where it left`,
        code: `${step} $${selector.otherTask}, $0; int $0x30; ${step} $${selector.otherTask}, $0; nop`,
        state: ring(0),
        patches: [task(386, 0)],
        more: [
          {
            at: place.target,
            code: `incl %eax; int $0x30; ${step === "lcall" ? "iretl" : `ljmp $${selector.mainTask}, $0`};
              incl %ebx; int $0x30; ${step === "lcall" ? "iretl" : `ljmp $${selector.mainTask}, $0`}`,
          },
        ],
      };
      for (const value of [0, 0xfff8, 0x1c, selector.data[0], selector.code[0], probe]) {
        yield {
          name: `${step}: task gate to ${hex(value)}`,
          code: `${step} $${GATE}, $0`,
          state: ring(0),
          patches: [
            putGate(GATE, { type: kind.taskGate, selector: value }),
            putSegment(probe, {
              type: kind.task386,
              base: ARENA + place.otherTask,
              limit: 0x67,
              present: false,
              big: false,
            }),
          ],
        };
        yield {
          name: `int: task gate to ${hex(value)}`,
          code: `int $${VECTOR}`,
          state: ring(0),
          patches: [
            putVector(VECTOR, { type: kind.taskGate, selector: value }),
            putSegment(probe, {
              type: kind.task386,
              base: ARENA + place.otherTask,
              limit: 0x67,
              present: false,
              big: false,
            }),
          ],
        };
      }
      yield {
        name: `${step}: absent task gate`,
        code: `${step} $${GATE}, $0`,
        state: ring(0),
        patches: [putGate(GATE, { type: kind.taskGate, selector: selector.otherTask, present: false })],
      };
    }
    // The running task's own TSS cannot take its state.
    for (const limit of [0x20, 0x5e, 0x5f, 0x66, 0x67]) {
      yield {
        name: `ljmp: the running task's TSS has the limit ${hex(limit)}`,
        code: `ljmp $${selector.otherTask}, $0`,
        state: ring(0),
        patches: [
          task(386, 0),
          putSegment(selector.mainTask, { type: kind.task386, base: ARENA + place.mainTask, limit, big: false }),
        ],
      };
    }
    // A nested task's fault after the switch
    yield {
      name: "a fault in the new task goes through its own stacks",
      code: `lcall $${selector.otherTask}, $0`,
      state: ring(0),
      patches: [task(386, 3, { stacks: [[selector.data[0], 0x10a0]] })],
      more: [{ at: place.target, code: "hlt" }],
    };
  },
};
