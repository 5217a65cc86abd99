// Two results of one case: what is different, in the words of the manuals.

import { at, hex, type Leniency, type Patch } from "./case.ts";
import { type CapturedField, capturedFields, place, selector, stateFields } from "./layout.ts";
import type { Captured, Result } from "./records.ts";

const vectors: Readonly<Record<number, string>> = {
  0: "#DE",
  1: "#DB",
  2: "NMI",
  3: "#BP",
  4: "#OF",
  5: "#BR",
  6: "#UD",
  7: "#NM",
  8: "#DF",
  10: "#TS",
  11: "#NP",
  12: "#SS",
  13: "#GP",
  14: "#PF",
  16: "#MF",
  17: "#AC",
  0x2f: "task",
  0x30: "note",
};
const hasError = (vector: number): boolean => vector === 8 || (vector >= 10 && vector <= 14) || vector === 17;

/**
 * What both machines have on the stacks since the arena was made, by offset. Below a stack pointer it may differ, until a later
 * step writes there: which of its writes are changes depends on what was there.
 */
export interface OnStacks {
  readonly expected: Map<number, number>;
  readonly got: Map<number, number>;
}

export const nothingOnStacks = (): OnStacks => ({ expected: new Map(), got: new Map() });

/** For the next step: what this one has left. */
export function leave(onStacks: OnStacks, expected: Result, got: Result): void {
  for (const [on, { changes }] of [[onStacks.expected, expected], [onStacks.got, got]] as const) {
    for (const [offset, value] of changes) if (isOnStack(offset)) on.set(offset, value);
  }
}

/** Both have the same there now. */
export function overwrite({ expected, got }: OnStacks, { at: first, bytes }: Patch): void {
  for (let offset = first & ~3; offset < first + bytes.length; offset += 4) {
    expected.delete(offset);
    got.delete(offset);
  }
}

export function differences(
  expected: Result,
  got: Result,
  { uncompared = [], anyOrder = false, instead }: Leniency = {},
  onStacks = nothingOnStacks(),
): string[] {
  if (instead !== undefined) {
    const [first] = got.captured;
    const isSo = first?.vector === instead.vector && first.error === instead.error && !got.shutDown;
    return isSo ? [] : [`expected ${showEvent(instead)} by the manual, got ${showEventOrNone(first)}`];
  }
  const lines: string[] = [];
  if (expected.shutDown !== got.shutDown) lines.push(`expected ${ending(expected)}, got ${ending(got)}`);
  else if (got.hung) lines.push("does not end");
  const count = Math.max(expected.captured.length, got.captured.length);
  for (let index = 0; index < count; index++) {
    const [one, other] = [expected.captured[index], got.captured[index]];
    if (one === undefined || other === undefined) {
      lines.push(`expected ${showEventOrNone(one)}, got ${showEventOrNone(other)}`);
      continue;
    }
    const fields = capturedFields.filter(
      (field) => one[field] !== other[field] && !(anyOrder && field === "cr2" && samePage(one, other)),
    );
    if (fields.length === 0) continue;
    const list = (of: Captured): string => fields.map((field) => `${field}=${hex(of[field] ?? 0)}`).join(" ");
    lines.push(
      `${showEvent(one)}: expected ${list(one)}`,
      `${" ".repeat(showEvent(one).length)}       got ${list(other)}`,
    );
  }
  const lowest = lowestInUse(expected);
  for (const offset of new Set([...expected.changes.keys(), ...got.changes.keys()])) {
    const [one, other] = [
      expected.changes.get(offset) ?? onStacks.expected.get(offset),
      got.changes.get(offset) ?? onStacks.got.get(offset),
    ];
    if (one === other || isFree(offset, lowest) || uncompared.includes(offset)) continue;
    if (anyOrder && offset >= place.pageTable && offset < place.pages && differsByUse(one, other)) continue;
    lines.push(`${placeName(offset)}: expected ${content(one)}, got ${content(other)}`);
  }
  return lines;
}

/** Where stacks are that are to meet the limit */
const SEGMENT_END = 0x2000;
const stacks = [place.stack0, place.stack1, place.stack2, place.stack3, place.taskStack, SEGMENT_END];
const STACK_BYTES = 0x100;
const FRAME_DOUBLEWORDS_MAX = 9;

/**
 * How far down each of the stacks is in use. What lies below a stack pointer has no meaning: Bochs writes there before
 * it finds that the instruction faults. A stack's pointer is the monitor's own, or stands in the frame there.
 */
function lowestInUse({ captured, changes }: Result): readonly number[] {
  const pointers = new Set<number>();
  for (const { esp = 0 } of captured) {
    pointers.add(esp);
    for (let index = 0; index < FRAME_DOUBLEWORDS_MAX; index++) {
      const value = changes.get(esp + 4 * index) ?? 0;
      pointers
        .add(value)
        .add(value & 0xffff)
        .add(value >>> 16);
    }
  }
  for (const [offset, value] of changes) {
    if (offset >= place.mainTask && offset < place.state)
      pointers
        .add(value)
        .add(value & 0xffff)
        .add(value >>> 16);
  }
  return stacks.map((end) =>
    Math.min(end, ...[...pointers].filter((value) => value > end - STACK_BYTES && value <= end)),
  );
}

const isOnStack = (offset: number): boolean => stacks.some((end) => offset >= end - STACK_BYTES && offset < end);

const isFree = (offset: number, lowest: readonly number[]): boolean =>
  stacks.some((end, index) => offset >= end - STACK_BYTES && offset < (lowest[index] ?? 0) && offset < end);

/** Whether a stack has come down to the code that far transfers go to, which no instruction of a case writes. */
export const hasRunDown = (result: Result | undefined): boolean =>
  [...(result?.changes.keys() ?? [])].some((offset) => offset >= place.target && offset < place.data);

const samePage = ({ cr2: one = 0 }: Captured, { cr2: other = 0 }: Captured): boolean => one >>> 12 === other >>> 12;

/** An entry of a page table that was not changed had neither of the bits, and its number. */
const differsByUse = (one: number | undefined, other: number | undefined): boolean =>
  one === undefined || other === undefined || ((one ^ other) & ~ACCESSED_DIRTY) === 0;
const ACCESSED_DIRTY = 0x60;

const content = (value: number | undefined): string => (value === undefined ? "as before" : hex(value, 8));
const ending = (result: Result): string => (result.hung ? "no end" : result.shutDown ? "a shutdown" : "none");

const showEvent = ({ vector = 0, error = 0 }: Captured): string =>
  `${vectors[vector] ?? `vector ${hex(vector)}`}${hasError(vector) ? `(${hex(error, 4)})` : ""}`;

const showEventOrNone = (captured: Captured | undefined): string =>
  captured === undefined ? "no more" : showEvent(captured);

const quiet: Partial<Record<CapturedField, number>> = {
  cr0: 0x11,
  cr2: 0,
  cr3: 0,
  cr4: 0,
  dr6: 0,
  dr7: 0,
  ldtr: 0x20,
  tr: 0x18,
};

/** A whole result, for reading. */
export function show(result: Result): string[] {
  return [
    ...result.captured.map((captured) => {
      const fields = capturedFields.filter(
        (field) => !["vector", "error"].includes(field) && captured[field] !== quiet[field],
      );
      return `${showEvent(captured)} ${fields.map((field) => `${field}=${hex(captured[field] ?? 0)}`).join(" ")}`;
    }),
    ...(result.shutDown ? [ending(result)] : []),
    [...result.changes].map(([offset, value]) => `${placeName(offset)}=${hex(value)}`).join(" "),
  ];
}

const taskFields = [
  "back",
  "esp0",
  "ss0",
  "esp1",
  "ss1",
  "esp2",
  "ss2",
  "cr3",
  "eip",
  "eflags",
  "eax",
  "ecx",
  "edx",
  "ebx",
  "esp",
  "ebp",
  "esi",
  "edi",
  "es",
  "cs",
  "ss",
  "ds",
  "fs",
  "gs",
  "ldt",
  "io",
];
const named: readonly (readonly [name: string, from: number, to: number, unit: "slot" | "task" | "state" | "bytes"])[] =
  [
    ["gdt", place.gdt, place.ldt, "slot"],
    ["ldt", place.ldt, place.idt, "slot"],
    ["idt", place.idt, place.mainTask, "slot"],
    ["task", place.mainTask, place.otherTask, "task"],
    ["otherTask", place.otherTask, place.task286, "task"],
    ["task286", place.task286, place.doubleFaultTask, "bytes"],
    ["doubleFaultTask", place.doubleFaultTask, place.handlerTask, "task"],
    ["handlerTask", place.handlerTask, place.state, "task"],
    ["state", place.state, place.code, "state"],
    ["code", place.code, place.data, "bytes"],
    ["data", place.data, place.data + 0x200, "bytes"],
    ["stack0", place.stack0 - 0x100, place.stack0, "bytes"],
    ["stack1", place.stack0, place.stack1, "bytes"],
    ["stack2", place.stack1, place.stack2, "bytes"],
    ["stack3", place.stack2, place.stack3, "bytes"],
    ["taskStack", place.stack3, place.taskStack, "bytes"],
    ["faultTasks", place.faultTasks, place.end, "bytes"],
    ["directory", place.pageDirectory, place.pageTable, "bytes"],
    ["table", place.pageTable, place.pages, "bytes"],
  ];

export function placeName(offset: number): string {
  const [name, from, , unit] = named.find(([, first, end]) => offset >= first && offset < end) ?? [
    "",
    0,
    0,
    "bytes" as const,
  ];
  const inside = offset - from;
  const index = inside >> 2;
  if (unit === "slot") return `${name}[${hex(inside & ~7)}].${(inside & 4) === 0 ? "low" : "high"}`;
  if (unit === "task" && index < taskFields.length) return `${name}.${at(taskFields, index)}`;
  if (unit === "state" && index < stateFields.length) return `${name}.${at(stateFields, index)}`;
  return `${name}+${hex(inside)} (${hex(offset)}h)`;
}

export const selectorName = (value: number): string =>
  Object.entries(selector).find(([, of]) => (Array.isArray(of) ? of.includes(value & ~3) : of === (value & ~3)))?.[0] ??
  "";
