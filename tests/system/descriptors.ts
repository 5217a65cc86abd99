// Descriptors, gates and task state segments as bytes.

export interface Segment {
  readonly base: number;
  readonly limit: number;
  /** Bits 0 to 3 of the access byte, and S (bit 4). */
  readonly type: number;
  readonly dpl?: number;
  readonly present?: boolean;
  readonly big?: boolean;
  readonly pages?: boolean;
}

export const type = {
  /** Codes and data: with the bit A */
  data: 0x13,
  readOnly: 0x11,
  expandDown: 0x17,
  code: 0x1b,
  executeOnly: 0x19,
  conforming: 0x1f,
  task286: 1,
  ldt: 2,
  busyTask286: 3,
  callGate286: 4,
  taskGate: 5,
  interruptGate286: 6,
  trapGate286: 7,
  task386: 9,
  busyTask386: 11,
  callGate386: 12,
  interruptGate386: 14,
  trapGate386: 15,
} as const;

export function segment({
  base,
  limit,
  type: kind,
  dpl = 0,
  present = true,
  big = true,
  pages = false,
}: Segment): number[] {
  const access = kind | (dpl << 5) | (present ? 0x80 : 0);
  const flags = (limit >>> 16) | (big ? 0x40 : 0) | (pages ? 0x80 : 0);
  return [
    limit & 0xff,
    (limit >>> 8) & 0xff,
    base & 0xff,
    (base >>> 8) & 0xff,
    (base >>> 16) & 0xff,
    access,
    flags & 0xff,
    base >>> 24,
  ];
}

export interface Gate {
  readonly type: number;
  readonly selector: number;
  readonly offset?: number;
  readonly dpl?: number;
  readonly present?: boolean;
  /** Words or doublewords that a call gate copies */
  readonly count?: number;
}

export function gate({ type: kind, selector, offset = 0, dpl = 0, present = true, count = 0 }: Gate): number[] {
  const access = kind | (dpl << 5) | (present ? 0x80 : 0);
  return [...word(offset), ...word(selector), count, access, ...word(offset >>> 16)];
}

export interface Task {
  readonly back?: number;
  readonly stacks?: readonly (readonly [ss: number, esp: number])[];
  readonly cr3?: number;
  readonly eip: number;
  readonly eflags?: number;
  /** EAX ECX EDX EBX ESP EBP ESI EDI */
  readonly registers?: readonly number[];
  /** ES CS SS DS FS GS */
  readonly segments: readonly number[];
  readonly ldt?: number;
  readonly trap?: boolean;
  readonly ioBase?: number;
}

const COMMON_REGISTERS = [0xa0, 0xc0, 0xd0, 0xb0, 0x50, 0xb5, 0x51, 0xd1];

export function task386(task: Task): number[] {
  const { back = 0, stacks = [], cr3 = 0, eip, eflags = 2, registers = COMMON_REGISTERS, segments } = task;
  return [back, ...threeStacks(stacks), cr3, eip, eflags, ...registers, ...segments, task.ldt ?? 0]
    .flatMap(doubleWord)
    .concat(word(task.trap === true ? 1 : 0), word(task.ioBase ?? 0xdfff));
}

/** FS and GS are not in it. */
export function task286(task: Task): number[] {
  const { back = 0, stacks = [], eip, eflags = 2, registers = COMMON_REGISTERS, segments } = task;
  return [back, ...threeStacks(stacks), eip, eflags, ...registers, ...segments.slice(0, 4), task.ldt ?? 0].flatMap(
    word,
  );
}

const threeStacks = (stacks: Task["stacks"] = []): number[] =>
  [0, 1, 2].flatMap((ring) => {
    const [ss, esp] = stacks[ring] ?? [0, 0];
    return [esp, ss];
  });

export const word = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff];
export const doubleWord = (value: number): number[] => [...word(value), ...word(value >>> 16)];
