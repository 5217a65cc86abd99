// Programs of random steps: tables full of random descriptors, and in each step, from a random ring, a few instructions
// that use them. What a step leaves in the tables, in LDTR and in TR is what the next one finds.

import { type Random, randomFrom, seedOf } from "../cpu/random.ts";
import { at, type Case, type Patch, put, putGate, putSegment, putVector, ring, type State } from "./case.ts";
import { doubleWord, type Segment, task286, task386, type as kind, word } from "./descriptors.ts";
import { ARENA, IO_BITMAP, local, place, selector } from "./layout.ts";

export interface Step {
  readonly state: State;
  readonly bits: 16 | 32;
  readonly patches: readonly Patch[];
  readonly instructions: readonly string[];
}

export interface RandomProgram {
  readonly name: string;
  readonly steps: readonly Step[];
}

const STEPS = 12;
const INSTRUCTIONS_MAX = 4;
const PORT = 0x1f8;
const TARGETS = [
  place.target,
  place.target,
  place.target,
  place.target,
  place.target,
  place.target + 8,
  0x1fff,
  0x2000,
  0x10000 + place.target,
];
const FREE_VECTORS = [0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27];
const interrupts = FREE_VECTORS.map((vector) => `int $${vector}`);
const FAULTS = [0, 5, 6, 7, 10, 11, 12, 13];

const probes = Array.from({ length: selector.probes }, (_, index) => selector.probe + 8 * index);
const localProbes = Array.from({ length: 8 }, (_, index) => local.probe + 8 * index);
const ordinary = [...selector.code, ...selector.data, ...selector.code16, ...selector.stack16, selector.conforming];
const tasks = [selector.mainTask, selector.otherTask, selector.task286, selector.handlerTask];

/** The case's selectors: probes mostly, with any RPL. */
function anySelector(random: Random): number {
  const list = random.pick([
    probes,
    probes,
    probes,
    localProbes,
    ordinary,
    ordinary,
    tasks,
    [...local.code, ...local.data, selector.ldt, 0, 0xfff8, 0xfffc],
  ]);
  return (random.pick(list) + random.below(4)) & (random.chance(0.1) ? ~3 : ~0);
}

function anySegment(random: Random): Segment {
  const big = random.chance(0.8);
  const type = random.chance(0.85) ? 0x10 + random.below(16) : random.pick([0, 1, 2, 3, 9, 11, 8, 13]);
  const isSystem = type < 0x10;
  const start = isSystem
    ? random.pick([place.otherTask, place.task286, place.ldt, place.mainTask])
    : random.pick([0, 0, 0, 0x100]);
  return {
    // Code begins where the arena does: elsewhere its targets would be data, which make instructions that are not compared.
    base: type >= (kind.code & ~3) ? ARENA : ARENA + start,
    limit: isSystem
      ? random.pick([0x67, 0x2b, 0x66, 0x2a, 0xff])
      : random.pick([0x1fff, 0x1fff, 0x1fff, 0xfff, 0x10f8, 0xdff, 0xffff]),
    // Marked as accessed: the core marks before it knows whether the transfer succeeds (docs/cpu.md, "Deviations").
    type: isSystem ? type : type | 1,
    dpl: random.below(4),
    present: random.chance(0.92),
    big,
  };
}

function anyEntry(random: Random, of: number): Patch {
  if (random.chance(0.65)) return putSegment(of, anySegment(random));
  return putGate(of, {
    type: random.pick([kind.callGate386, kind.callGate386, kind.callGate286, kind.taskGate]),
    selector: random.pick([
      random.pick(tasks),
      random.pick(selector.code),
      random.pick(selector.code),
      random.pick(selector.code16),
      anySelector(random),
    ]),
    offset: random.pick(TARGETS),
    dpl: random.pick([3, 3, random.below(4)]),
    present: random.chance(0.95),
    count: random.pick([0, 0, 1, 2, random.below(32)]),
  });
}

function anyVector(random: Random, vector: number, targets: readonly number[] = TARGETS): Patch {
  const type = random.pick([
    kind.interruptGate386,
    kind.trapGate386,
    kind.interruptGate286,
    kind.trapGate286,
    kind.taskGate,
  ]);
  return putVector(vector, {
    type,
    selector:
      type === kind.taskGate
        ? random.pick([...tasks, ...tasks, ...probes])
        : random.pick([...selector.code, selector.conforming, ...selector.code16, anySelector(random)]),
    offset: random.pick(targets),
    dpl: random.pick([3, 3, random.below(4)]),
    present: random.chance(0.95),
  });
}

const flags = (random: Random): number =>
  2 |
  (random.chance(0.3) ? 0x4000 : 0) |
  (random.below(4) << 12) |
  (random.chance(0.3) ? 0x200 : 0) |
  (random.word() & 0xcd5);

function anyTask(random: Random): Patch {
  const cpl = random.below(4);
  const data = at(selector.data, cpl) + cpl;
  const sound = [data, at(selector.code, cpl) + cpl, data, data, 0, 0];
  const segments = sound.map((value) => (random.chance(0.08) ? anySelector(random) : value));
  const stacks = [0, 1, 2].map(
    (level) =>
      [
        random.chance(0.1) ? anySelector(random) : at(selector.data, level) + level,
        random.chance(0.1) ? random.pick([0, 8, 0x10, 0x2000]) : place.stack0 + 0x100 * level,
      ] as const,
  );
  const common = {
    back: random.pick([...tasks, 0, anySelector(random)]),
    stacks,
    cr3: ARENA + place.pageDirectory,
    eip: random.pick(TARGETS),
    ldt: random.pick([selector.ldt, selector.ldt, 0, anySelector(random)]),
    registers: [1, 2, 3, 4, place.taskStack - 0x20, 6, 7, 8],
  };
  if (random.chance(0.3)) {
    const small = segments.map((value, index) =>
      index === 2 && value === data ? at(selector.stack16, cpl) + cpl : value,
    );
    return put(place.task286, task286({ ...common, eflags: flags(random) & 0x7fff, segments: small }));
  }
  const isVirtual = random.chance(0.1);
  return put(
    random.pick([place.otherTask, place.otherTask, place.handlerTask]),
    task386({
      ...common,
      eflags: flags(random) | (isVirtual ? 0x20000 : 0),
      segments: isVirtual ? [1, 0x2000, 0x2000, 0x2000, 4, 5] : segments,
      trap: random.chance(0.05),
      ioBase: random.pick([IO_BITMAP, 0xdfff]),
    }),
  );
}

const segmentRegisters = ["ds", "es", "fs", "gs", "ss"] as const;
const address = (random: Random): string =>
  `0x${random.pick([0xe00, 0xe04, 0xe81, 0xf80, 0x10f6, 0x1ffe, 0x1ffd, 0x2000, 0xdfe]).toString(16)}`;

/** A selector that a data segment register takes in a ring; now and then any other. */
function dataSelector(random: Random, cpl: number): number {
  if (random.chance(0.35)) return anySelector(random);
  const dpl = random.pick([0, 1, 2, 3].filter((level) => level >= cpl));
  return at(random.pick([selector.data, selector.data, local.data, selector.stack16]), dpl) + cpl;
}

const stackSelector = (random: Random, cpl: number): number =>
  random.chance(0.3) ? anySelector(random) : at(random.pick([selector.data, selector.stack16, local.data]), cpl) + cpl;

/** A move to a segment register, with what it takes. */
function load(random: Random, cpl: number): readonly [register: string, of: number] {
  const register = random.pick(segmentRegisters);
  return [register, register === "ss" ? stackSelector(random, cpl) : dataSelector(random, cpl)];
}

/** A code selector to return to, and the stack selector for it. */
function outer(random: Random, cpl: number): readonly [cs: number, ss: number, rpl: number] {
  const rpl = random.chance(0.1) ? random.below(4) : random.pick([0, 1, 2, 3].filter((level) => level >= cpl));
  const cs = random.chance(0.15)
    ? anySelector(random)
    : at(random.pick([selector.code, selector.code, local.code, selector.code16]), rpl) + rpl;
  return [cs, stackSelector(random, rpl), rpl];
}

const segmentRegister = (random: Random): string => random.pick(["ds", "ds", "es", "ss", "cs", "fs"]);
const farTarget = (random: Random, cpl: number): number =>
  random.pick([
    random.pick(probes) + 3,
    random.pick(probes) + cpl,
    at(selector.code, cpl) + cpl,
    selector.conforming,
    random.pick(tasks),
    anySelector(random),
  ]);

type Instruction = (random: Random, cpl: number) => string;

/** The instructions of a step. Nothing here goes backwards, waits for ever, or leaves a flag undefined. */
const anywhere: readonly Instruction[] = [
  ...Array.from({ length: 4 }, (): Instruction => (random, cpl) => {
    const [register, of] = load(random, cpl);
    return `movl $${of}, %eax; movw %ax, %${register}`;
  }),
  (random, cpl) => {
    const [register, of] = load(random, cpl);
    return `pushl $${of}; popl %${register}`;
  },
  (random, cpl) => {
    const [register, of] = load(random, cpl);
    return `movw $${of}, 0xe04; movl $0x13a0, 0xe00; l${register}l 0xe00, ${register === "ss" ? "%esp" : "%ebx"}`;
  },
  (random) => `movl %${segmentRegister(random)}:${address(random)}, %ecx`,
  (random) => `movl %eax, %${segmentRegister(random)}:${address(random)}`,
  (random) => `orb $1, %${segmentRegister(random)}:${address(random)}; pushl $2; popfl`,
  ...Array.from(
    { length: 4 },
    (): Instruction => (random, cpl) =>
      `${random.pick(["ljmp", "lcall"])} $${farTarget(random, cpl)}, $${random.pick(TARGETS)}`,
  ),
  ...Array.from({ length: 3 }, (): Instruction => (random) => random.pick(interrupts)),
  (random) => `int $${random.pick([4, 5, 13, 0x40])}`,
  (random) => random.pick(["ud2", "int3", "into", "movl %ss:0x2000, %eax", "int $0x30", "int $0x30"]),
  ...Array.from({ length: 2 }, (): Instruction => (random, cpl) => {
    const [cs, ss, rpl] = outer(random, cpl);
    return `pushl $${ss}; pushl $${0x10d0 + 0x100 * rpl}; pushl $${cs}; pushl $${random.pick(TARGETS)}; lret`;
  }),
  ...Array.from({ length: 3 }, (): Instruction => (random, cpl) => {
    const [cs, ss, rpl] = outer(random, cpl);
    return `pushl $${ss}; pushl $${0x10d0 + 0x100 * rpl}; pushl $${flags(random)}; pushl $${cs};
      pushl $${random.pick(TARGETS)}; iretl`;
  }),
  (random, cpl) =>
    `pushw $${flags(random) & 0x7fff}; pushw $${at(selector.code, cpl) + cpl}; pushw $${place.target}; iretw`,
  (random) =>
    `pushl $4; pushl $3; pushl $2; pushl $1; pushl $0x2000; pushl $0x13d0;
      pushl $${(flags(random) & ~0x4000) | 0x20000}; pushl $0x2000; pushl $${place.target}; iretl`,
  () => "iretl",
  () => "pushl $0x4002; popfl; iretl",
  (random) => `pushl $${flags(random)}; popfl`,
  () => "pushfl; popl %edi",
  (random) => random.pick(["cli", "sti"]),
  () => "sldt %ecx; str %edx",
  (random) => `movl $${anySelector(random)}, %eax; larl %eax, %ecx; lsll %eax, %edx; pushfl; popl %esi`,
  (random) => `movl $${anySelector(random)}, %eax; verr %ax; pushfl; popl %esi; verw %ax; pushfl; popl %edi`,
  (random) => `movl $${anySelector(random)}, %eax; movl $${anySelector(random)}, %ecx; arpl %cx, %ax; pushl $2; popfl`,
  (random) =>
    `movl $${PORT + random.below(8)}, %edx;
      ${random.pick(["inb %dx, %al", "inw %dx, %ax", "inl %dx, %eax", "outb %al, %dx", "outl %eax, %dx"])}`,
  () => "sgdtl 0xe00; sidtl 0xe08; smsw %eax",
  () => "pushal; popal",
  // None from which descriptors would be popped (Bochs cuts EIP to 16 bits on a return to virtual-8086 mode, which is #GP(0)), nor
  // one that a segment register would be pushed across the limit from (Bochs writes two bytes).
  (random) => `movl $${random.pick([0x10f8, 0x2004])}, %esp`,
];
const privileged: readonly Instruction[] = [
  (random) => `movl $${random.pick([selector.ldt, selector.ldt, 0, anySelector(random)])}, %eax; lldt %ax`,
  (random) => `movl $${random.pick([...tasks, random.pick(probes), anySelector(random)])}, %eax; ltr %ax`,
  () => "clts",
  () => "movl %cr0, %ecx",
];

/**
 * A gate may lead out of its code segment while the stack, at the same level, has no room for the frame: that is #SS (Intel
 * SDM 2, INT n), which Bochs asks last. So INT does not come behind what changes the stack.
 */
function withoutTwoFaults(list: readonly string[]): readonly string[] {
  const changed = list.findIndex((one) => /%(ss|esp)$/.test(one));
  return changed < 0 ? list : list.filter((one, index) => index < changed || !interrupts.includes(one));
}

function anyStep(random: Random, first: boolean): Step {
  const cpl = random.pick([0, 0, 1, 2, 3, 3, 3]);
  const isVirtual = random.chance(0.08);
  const tables = first ? [...probes, ...localProbes].map((of) => anyEntry(random, of)) : [];
  const changes: Patch[] = first
    ? [
        anyTask(random),
        anyTask(random),
        ...FREE_VECTORS.map((vector) => anyVector(random, vector)),
        // A switch to the main task comes to where everything ends, unless it has been left since.
        put(place.mainTask + 0x20, doubleWord(place.target)),
        put(place.mainTask + 0x38, doubleWord(place.taskStack - 0x40)),
        ...Array.from({ length: 6 }, (_, index) =>
          put(
            place.mainTask + 0x48 + 4 * index,
            word([selector.data[0], selector.code[0], selector.data[0], selector.data[0], 0, 0][index] ?? 0),
          ),
        ),
        put(place.mainTask + IO_BITMAP + PORT / 8, [random.below(256), random.below(256)]),
      ]
    : [];
  while (random.chance(0.5)) {
    changes.push(
      random.pick([
        () => anyEntry(random, random.pick([...probes, ...localProbes])),
        () => anyVector(random, random.pick(FREE_VECTORS)),
        () => anyTask(random),
        // A fault's handler that faults itself may go on for ever.
        () => anyVector(random, random.pick(FAULTS), [place.target]),
        () => put(place.mainTask, word(random.pick([...tasks, anySelector(random)]))),
      ])(),
    );
  }
  const list = withoutTwoFaults(Array.from({ length: 1 + random.below(INSTRUCTIONS_MAX) }, () =>
    random.pick(random.chance(cpl === 0 ? 0.15 : 0.03) ? privileged : anywhere)(random, cpl),
  ));
  if (isVirtual) {
    return {
      bits: 16,
      patches: [...tables, ...changes],
      instructions: list.map(() => random.pick(virtualInstructions)(random)),
      state: {
        ...ring(3),
        cs: ARENA >>> 4,
        ss: ARENA >>> 4,
        ds: ARENA >>> 4,
        es: 1,
        fs: 2,
        gs: 3,
        eflags: 0x20000 | (flags(random) & ~0x4000),
      },
    };
  }
  return {
    bits: 32,
    patches: [...tables, ...changes],
    instructions: list,
    state: { ...ring(cpl), eflags: flags(random) },
  };
}

const virtualInstructions: readonly ((random: Random) => string)[] = [
  (random) => `int $${random.pick(FREE_VECTORS)}`,
  (random) =>
    random.pick([
      "cli",
      "sti",
      "pushfw; popw %ax",
      "hlt",
      "int3",
      "into",
      "ud2",
      "movl %cr0, %eax",
      "lldt %ax",
      "movl 0xfffe, %eax",
      "int $0x30",
    ]),
  (random) => `pushw $${flags(random) & 0x7fff & ~0x100}; popfw`,
  (random) => `pushw $${flags(random) & 0x7fff & ~0x100}; pushw $0x2000; pushw $${place.target}; iretw`,
  (random) => `movw $${PORT + random.below(8)}, %dx; ${random.pick(["inb %dx, %al", "inw %dx, %ax", "outb %al, %dx"])}`,
  (random) => `movw $${0x2000 + random.below(16)}, %ax; movw %ax, %${random.pick(["ds", "es", "fs"])}`,
];

export function randomProgram(seed: number): RandomProgram {
  const random = randomFrom(seedOf("system", seed));
  return { name: `${seed}`, steps: Array.from({ length: STEPS }, (_, index) => anyStep(random, index === 0)) };
}

/** A program's steps as cases that go on from each other. */
export const casesOf = ({ name, steps }: RandomProgram): Case[] =>
  steps.map(({ state, bits, patches, instructions: list }, index) => ({
    name: `${name}.${index}`,
    code: list.join("\n"),
    bits,
    patches,
    // The state block stays as it was: all that a step may set is set.
    state: { eip: place.code, ...state },
    ...(index === 0 ? {} : { keepArena: true, keepTasks: true }),
    more: [],
  }));

/** Every way to take one thing away, the largest first. */
export function* smaller(program: RandomProgram): Iterable<RandomProgram> {
  const { steps } = program;
  const withStep = (index: number, step: Step): RandomProgram => ({ ...program, steps: steps.with(index, step) });
  for (let index = steps.length - 1; index >= 0; index--) {
    if (steps.length > 1 && index > 0) yield { ...program, steps: steps.toSpliced(index, 1) };
  }
  // The first step makes the tables; its instructions may go.
  for (const [index, step] of steps.entries()) {
    for (let which = step.instructions.length - 1; which >= 0; which--) {
      yield withStep(index, { ...step, instructions: step.instructions.toSpliced(which, 1) });
    }
    for (let size = Math.ceil(step.patches.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = step.patches.length - size; from >= 0; from -= size) {
        yield withStep(index, { ...step, patches: step.patches.toSpliced(from, size) });
      }
    }
  }
}
