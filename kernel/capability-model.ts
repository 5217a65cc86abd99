// What capabilities are, without slots' generations: a tree of copies, in which everything below a capability dies with it.
// kernel/capability.c must answer the same to every sequence of operations.

import { refusals, type Refusal } from "./system-calls.ts";

export interface Given {
  readonly object: number;
  readonly index: number;
  readonly rights: number;
}

interface Capability extends Given {
  readonly copies: number;
  readonly below: Set<Capability>;
  alive: boolean;
}

/** 0, an object's index, or a refusal's negative number. */
export type Answer = number;

export const refusal = (name: Refusal): Answer => -1 - Object.keys(refusals).indexOf(name);

/** Copies of copies that the kernel follows. */
export const copies_max = 2;

export interface CapabilityModel {
  give(table: number): void;
  /** What the slot holds, or why that is nothing. */
  held(table: number, slot: number): Given | Answer;
  check(table: number, slot: number, object: number, rights: number): Answer;
  copy(table: number, slot: number, to: number, toSlot: number, rights: number): Answer;
  move(table: number, slot: number, to: number, toSlot: number, rights: number): Answer;
  revoke(table: number, slot: number): Answer;
  discard(table: number, slot: number): Answer;
}

/** `initial`: what each table's slots hold at first, and how many slots it has. */
export function capabilityModel(initial: readonly { readonly slots: number; readonly given: readonly Given[] }[]): CapabilityModel {
  const tables: (Capability | undefined)[][] = initial.map(({ slots }) => Array.from({ length: slots }));

  const dieBelow = (capability: Capability): void => {
    for (const copy of capability.below) {
      copy.alive = false;
      dieBelow(copy);
    }
    capability.below.clear();
  };
  const put = (table: number, slot: number, capability: Capability | undefined): void => {
    const before = tables[table]?.[slot];
    if (before !== undefined) dieBelow(before);
    const row = tables[table];
    if (row !== undefined) row[slot] = capability;
  };
  const find = (table: number, slot: number): Capability | Answer => {
    const found = tables[table]?.[slot];
    if (found === undefined) return refusal("BAD_SLOT");
    return found.alive ? found : refusal("STALE");
  };
  const room = (table: number, slot: number): Answer => {
    if (slot >= (tables[table]?.length ?? 0)) return refusal("BAD_ARGUMENT");
    return tables[table]?.[slot]?.alive === true ? refusal("TAKEN") : 0;
  };
  const give = (table: number): void => {
    for (let slot = 0; slot < (tables[table]?.length ?? 0); slot++) {
      const given = initial[table]?.given[slot];
      put(table, slot, given === undefined ? undefined : { ...given, copies: 0, below: new Set(), alive: true });
    }
  };
  initial.forEach((_, table) => give(table));

  return {
    give,
    held: find,
    check(table, slot, object, rights) {
      const found = tables[table]?.[slot];
      if (found === undefined) return refusal("BAD_SLOT");
      if (found.object !== object) return refusal("BAD_TYPE");
      if ((rights & ~found.rights) !== 0) return refusal("NOT_ALLOWED");
      return found.alive ? found.index : refusal("STALE");
    },
    copy(table, slot, to, toSlot, rights) {
      const from = find(table, slot);
      if (typeof from === "number") return from;
      if (from.copies === copies_max) return refusal("TOO_DEEP");
      const refused = room(to, toSlot);
      if (refused !== 0) return refused;
      const copy = { ...from, rights: from.rights & rights, copies: from.copies + 1, below: new Set<Capability>() };
      put(to, toSlot, copy);
      from.below.add(copy);
      return 0;
    },
    move(table, slot, to, toSlot, rights) {
      const from = find(table, slot);
      if (typeof from === "number") return from;
      const refused = room(to, toSlot);
      if (refused !== 0) return refused;
      const moved = { ...from, rights: from.rights & rights, below: new Set<Capability>() };
      put(to, toSlot, moved);
      for (const above of allOf(tables)) if (above.below.has(from)) above.below.add(moved);
      put(table, slot, undefined);
      return 0;
    },
    revoke(table, slot) {
      const found = find(table, slot);
      if (typeof found === "number") return found;
      dieBelow(found);
      return 0;
    },
    discard(table, slot) {
      if (tables[table]?.[slot] === undefined) return refusal("BAD_SLOT");
      put(table, slot, undefined);
      return 0;
    },
  };
}

const allOf = (tables: readonly (readonly (Capability | undefined)[])[]): Capability[] =>
  tables.flatMap((row) => row.filter((capability) => capability !== undefined));
