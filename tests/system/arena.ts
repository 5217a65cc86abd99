// What the arena contains before a case, and which of it is looked at after.

import { put, type Patch, ring } from "./case.ts";
import { doubleWord, gate, segment, task286, task386, type } from "./descriptors.ts";
import {
  ARENA,
  GDT_LIMIT,
  IO_BITMAP,
  LDT_LIMIT,
  local,
  LOG_VECTOR,
  MAIN_TSS_LIMIT,
  monitor,
  place,
  selector,
  type StateField,
  stateFields,
  TSS_LIMIT,
  VECTORS,
} from "./layout.ts";

const INT3 = 0xcc;
const PAGE_FLAGS_MONITOR = 0x63; // present, writable, already accessed and dirty: no walk changes them
const PAGE_FLAGS_ARENA = 0x67;
const PAGE_FLAGS_FREE = 0x07; // user, neither accessed nor dirty
const USER_PAGES = 8;

export interface Range {
  readonly at: number;
  readonly bytes: number;
}

const alwaysWatched: readonly Range[] = [
  { at: 0, bytes: place.end },
  // The last bytes of the segments
  { at: 0x1fc0, bytes: 0x40 },
];
const pagingWatched: readonly Range[] = [
  ...alwaysWatched,
  { at: place.pageDirectory, bytes: 0x40 },
  { at: place.pageTable + 4 * 0x08, bytes: 4 * 0x28 },
  // The beginnings and the ends of the first pages: what crosses from one to the next is seen.
  { at: place.pages, bytes: 0x100 },
  ...[1, 2, 3].map((page) => ({ at: place.pages + page * 0x1000 - 0x80, bytes: 0x100 })),
];
export const watched = (paging: boolean): readonly Range[] => (paging ? pagingWatched : alwaysWatched);

/** The flat address where the vector enters the monitor. */
const stub = (vector: number): number => monitor.stubs + 16 * vector;

export const defaultState: Readonly<Record<StateField, number>> = {
  eax: 0xa0a1a2a3,
  ecx: 0xc0c1c2c3,
  edx: 0xd0d1d2d3,
  ebx: 0xb0b1b2b3,
  esp: 0,
  ebp: 0xbeb1b2b3,
  esi: 0x5e515253,
  edi: 0xde515253,
  eip: place.code,
  eflags: 2,
  cs: 0,
  ss: 0,
  ds: 0,
  es: 0,
  fs: 0,
  gs: 0,
  gdtLimit: GDT_LIMIT << 16,
  gdtBase: ARENA + place.gdt,
  idtLimit: (8 * VECTORS - 1) << 16,
  idtBase: ARENA + place.idt,
  ldtr: selector.ldt,
  tr: selector.mainTask,
  cr0: 0x11,
  cr3: 0,
  cr4: 0,
  dr0: 0,
  dr1: 0,
  dr2: 0,
  dr3: 0,
  dr6: 0xffff0ff0,
  dr7: 0x400,
  interrupt: 0,
  sysenterCs: 0,
  sysenterEsp: 0,
  sysenterEip: 0,
  ...ring(0),
};

export const statePatch = (field: StateField, value: number): Patch => {
  // The table registers' limits stand in the upper half of their doubleword, right before the base.
  const shifted = field === "gdtLimit" || field === "idtLimit" ? value << 16 : value;
  return put(place.state + 4 * stateFields.indexOf(field), doubleWord(shifted));
};

export function defaultArena(): Uint8Array {
  const arena = new Uint8Array(place.pages + USER_PAGES * 0x1000);
  const view = new DataView(arena.buffer);
  for (let offset = place.data; offset < place.end; offset += 4) view.setUint32(offset, 0xa5a50000 + offset, true);
  for (let offset = place.pages; offset < arena.length; offset += 4) view.setUint32(offset, 0xa5a50000 + offset, true);
  arena.fill(INT3, place.code, place.data);

  const global = (of: number, bytes: readonly number[]): void => arena.set(bytes, place.gdt + (of & ~7));
  const all = { base: ARENA, limit: 0x1fff };
  const flat = { base: 0, limit: 0xfffff, pages: true };
  global(selector.monitorCode, segment({ ...flat, type: type.code }));
  global(selector.monitorData, segment({ ...flat, type: type.data }));
  global(selector.flatCode, segment({ ...flat, type: type.code }));
  global(selector.flatData, segment({ ...flat, type: type.data }));
  global(
    selector.mainTask,
    segment({ base: ARENA + place.mainTask, limit: MAIN_TSS_LIMIT, type: type.task386, big: false }),
  );
  global(selector.ldt, segment({ base: ARENA + place.ldt, limit: LDT_LIMIT, type: type.ldt, big: false }));
  for (let dpl = 0; dpl < 4; dpl++) {
    const code = segment({ ...all, type: type.code, dpl });
    const data = segment({ ...all, type: type.data, dpl });
    global(selector.code[dpl] ?? 0, code);
    global(selector.data[dpl] ?? 0, data);
    global(selector.code16[dpl] ?? 0, segment({ ...all, type: type.code, dpl, big: false }));
    global(selector.stack16[dpl] ?? 0, segment({ ...all, type: type.data, dpl, big: false }));
    arena.set(code, place.ldt + ((local.code[dpl] ?? 0) & ~7));
    arena.set(data, place.ldt + ((local.data[dpl] ?? 0) & ~7));
  }
  global(selector.conforming, segment({ ...all, type: type.conforming }));
  const task = (of: number, at: number, kind: number, limit: number): void =>
    global(of, segment({ base: ARENA + at, limit, type: kind, big: false }));
  task(selector.otherTask, place.otherTask, type.task386, TSS_LIMIT);
  task(selector.task286, place.task286, type.task286, 0x2b);
  task(selector.doubleFaultTask, place.doubleFaultTask, type.task386, TSS_LIMIT);
  task(selector.handlerTask, place.handlerTask, type.task386, TSS_LIMIT);

  const stacks = ([0, 1, 2] as const).map(
    (level) => [selector.data[level] + level, place.stack0 + 0x100 * level] as const,
  );
  const cr3 = ARENA + place.pageDirectory;
  const data0 = selector.data[0];
  arena.set(task386({ stacks, eip: 0, cr3, segments: [0, 0, 0, 0, 0, 0], ioBase: IO_BITMAP }), place.mainTask);
  arena.fill(0xff, place.mainTask + IO_BITMAP, place.otherTask);
  const other = { stacks, eip: place.target, cr3, segments: [data0, selector.code[0], data0, data0, 0, 0] };
  const registers = [0xa0, 0xc0, 0xd0, 0xb0, place.taskStack, 0xb5, 0x51, 0xd1];
  arena.set(task386({ ...other, registers, ldt: selector.ldt }), place.otherTask);
  arena.set(
    task286({
      ...other,
      segments: [data0, selector.code16[0], selector.stack16[0], data0],
      registers,
      ldt: selector.ldt,
    }),
    place.task286,
  );
  const handler = (vector: number, esp: number): number[] =>
    task386({
      stacks: [[selector.monitorData, esp]],
      cr3,
      eip: stub(vector),
      registers: [0, 0, 0, 0, esp, 0, 0, 0],
      segments: [selector.monitorData, selector.monitorCode, selector.monitorData, selector.monitorData, 0, 0],
    });
  arena.set(handler(8, monitor.doubleFaultStack), place.doubleFaultTask);
  selector.faultTasks.forEach((of, index) => {
    const at = place.faultTasks + 0x80 * index;
    task(of, at, type.task386, TSS_LIMIT);
    arena.set(handler(10 + index, monitor.doubleFaultStack - 0x200), at);
  });
  arena.set(handler(0x2f, monitor.doubleFaultStack - 0x100), place.handlerTask);

  for (let vector = 0; vector < VECTORS; vector++) {
    const isOpen = vector === 3 || vector === 4 || vector >= LOG_VECTOR;
    arena.set(
      vector === 8
        ? gate({ type: type.taskGate, selector: selector.doubleFaultTask })
        : gate({
            type: type.interruptGate386,
            selector: selector.monitorCode,
            offset: stub(vector),
            dpl: isOpen ? 3 : 0,
          }),
      place.idt + 8 * vector,
    );
  }

  stateFields.forEach((field, index) => view.setUint32(place.state + 4 * index, defaultState[field], true));

  view.setUint32(place.pageDirectory, (ARENA + place.pageTable) | PAGE_FLAGS_ARENA, true);
  const map = (page: number, flags: number): void =>
    view.setUint32(place.pageTable + 4 * page, (page << 12) | flags, true);
  for (let page = 0x08; page < 0x14; page++) map(page, PAGE_FLAGS_MONITOR);
  for (let page = 0x20; page < 0x24; page++) map(page, PAGE_FLAGS_ARENA);
  for (let page = 0x24; page < 0x24 + USER_PAGES; page++) map(page, PAGE_FLAGS_FREE);
  return arena;
}
