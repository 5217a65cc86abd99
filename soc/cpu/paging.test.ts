// The paging unit against page tables walked in plain TypeScript (Intel SDM 3, 4.3 and 4.6 to 4.10).
import { simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { random, type Random } from "../../hdl-gen/fuzz/random.ts";
import { pagingUnit, walk_clocks, walk_clocks_max } from "./paging.ts";

const test = suite("paging unit");

const [P, W, U, A, D, PS, G] = [0x1, 0x2, 0x4, 0x20, 0x40, 0x80, 0x100];
const RESERVED_IN_LARGE = 0x003fe000;

interface Control {
  write_protect: boolean;
  extensions: boolean;
  global_pages: boolean;
  directory: number;
}
interface Access {
  readonly page: number;
  readonly writes: boolean;
  readonly user: boolean;
}
interface Entry {
  readonly page: number;
  readonly frame: number;
  readonly user: boolean;
  readonly writable: boolean;
  readonly dirty: boolean;
  readonly global: boolean;
  readonly large: boolean;
}
type Outcome = (Entry | { readonly error_code: number }) & { readonly kind: keyof typeof walk_clocks };

/** Memory is its words, at their word addresses; what was never written reads 0. */
type Words = Map<number, number>;

/** What a walk comes to; sets accessed and dirty bits in memory. */
function walk(memory: Words, control: Control, { page, writes, user }: Access): Outcome {
  const fault = (kind: Outcome["kind"], protection: boolean, reserved = false): Outcome => ({
    kind, error_code: (protection ? 1 : 0) | (writes ? 2 : 0) | (user ? 4 : 0) | (reserved ? 8 : 0),
  });
  const directory_at = control.directory * 1024 + (page >>> 10);
  const pde = memory.get(directory_at) ?? 0;
  if ((pde & P) === 0) return fault("directory_fault", false);
  const large = control.extensions && (pde & PS) !== 0;
  if (large && (pde & RESERVED_IN_LARGE) !== 0) return fault("directory_fault", true, true);
  const leaf_at = large ? directory_at : (pde >>> 12) * 1024 + (page & 0x3ff);
  const leaf = memory.get(leaf_at) ?? 0;
  if ((leaf & P) === 0) return fault("page_fault", false);
  const rights = pde & leaf;
  const denied = (user && (rights & U) === 0) || (writes && (rights & W) === 0 && (user || control.write_protect));
  if (denied) return fault(large ? "large_page_fault" : "page_fault", true);
  memory.set(directory_at, (pde | A) >>> 0);
  memory.set(leaf_at, (leaf | A | (writes ? D : 0)) >>> 0);
  return {
    page,
    frame: large ? (pde >>> 22) * 1024 + (page & 0x3ff) : leaf >>> 12,
    user: (rights & U) !== 0,
    writable: (rights & W) !== 0,
    dirty: writes || (leaf & D) !== 0,
    global: control.global_pages && (leaf & G) !== 0,
    large,
    kind: large ? "large_page" : "page",
  };
}

/** Does the entry do for the access, without a walk? */
const serves = (entry: Entry, control: Control, { page, writes, user }: Access): boolean =>
  entry.page === page && (!user || entry.user) &&
  (!writes || (entry.dirty && (entry.writable || (!user && !control.write_protect))));

function pagingBench(entries: number) {
  const sim = simulate(pagingUnit({ entries }));
  const { io } = sim;
  const memory: Words = new Map();
  const control: Control = { write_protect: false, extensions: true, global_pages: true, directory: 1 };
  sim.reset();
  let last_written = -1;
  /** One clock, with memory answering. */
  const step = (): void => {
    const { enable, write, address, wdata } = io.memory;
    if (enable === 1 && write === 1) {
      // A directory may be its own table, and an entry then be written twice.
      if (address !== last_written) assert.is.not(memory.get(address), wdata, "writes only what changes");
      last_written = address;
      memory.set(address, wdata);
    }
    sim.step();
    io.memory.rdata = enable === 1 && write === 0 ? (memory.get(address) ?? 0) : 0xdeadbeef;
  };
  const apply = (): void => {
    Object.assign(io.control, {
      enabled: 1, write_protect: +control.write_protect, extensions: +control.extensions,
      global_pages: +control.global_pages, directory: control.directory,
    });
  };
  apply();
  return {
    sim, io, memory, control, step, apply,
    /** Gives the frame, or nothing if the access misses. */
    look: ({ page, writes, user }: Access): number | undefined => {
      Object.assign(io.data, { page, writes: +writes, user: +user });
      return io.data.hit === 1 ? io.data.frame : undefined;
    },
    fetch: ({ page, user }: Access): number | undefined => {
      Object.assign(io.fetch, { page, user: +user });
      return io.fetch.hit === 1 ? io.fetch.frame : undefined;
    },
    /** Walks to the end; `during` acts in each clock, counted from 1. */
    walk: ({ page, writes, user }: Access, during: (clock: number) => void = () => {}) => {
      Object.assign(io.walk, { request: 1, page, writes: +writes, user: +user });
      for (let clocks = 1; clocks <= walk_clocks_max; clocks++) {
        during(clocks);
        assert.is(io.walking, 1);
        const { done, faults, error_code } = io.walk;
        step();
        if (done === 1) {
          io.walk.request = 0;
          assert.is(io.walking, 0);
          return faults === 1 ? { clocks, error_code } : { clocks };
        }
        assert.is(faults, 0);
      }
      throw new Error("the walk takes longer than it may");
    },
    flush: (global: boolean): void => {
      Object.assign(io.flush, { valid: 1, global: +global });
      step();
      io.flush.valid = 0;
    },
    invalidate: (page: number): void => {
      Object.assign(io.invalidate, { valid: 1, page });
      step();
      io.invalidate.valid = 0;
    },
    map: (page: number, table: number, pde: number, pte: number): void => {
      memory.set(control.directory * 1024 + (page >>> 10), ((table << 12) | pde) >>> 0);
      if ((pde & PS) === 0) memory.set(table * 1024 + (page & 0x3ff), pte >>> 0);
    },
  };
}

const read = (page: number, user = false): Access => ({ page, writes: false, user });
const write = (page: number, user = false): Access => ({ page, writes: true, user });

/** A table's or directory's entry, present more often than not; its frame is often a table. */
function anyEntry(dice: Random, frames: readonly number[]): number {
  const frame = dice.oneIn(4) ? dice.below(2 ** 20) : dice.pick(frames);
  const flags = [P, P, W, U, A, D, PS, G].reduce((sum, flag) => (dice.oneIn(2) ? sum | flag : sum), dice.below(8) << 9);
  const large = (dice.below(1024) << 22) | flags | PS;
  return (dice.oneIn(3) ? large : (frame << 12) | flags) >>> 0;
}

/** Operations in any order, each answer compared; gives how often each kind of walk and hit was met. */
function compare(entries: number, seed: number, operations: number): ReadonlyMap<string, number> {
  const dice = random(seed);
  const bench = pagingBench(entries);
  const { control, memory } = bench;
  const frames = [1, 2, 3, 4, 5];
  const uppers = [0, 1, 0x3ff];
  const lowers = [0, 1, 2, entries, entries + 1, 0x3ff];
  const reference: (Entry | undefined)[] = Array.from({ length: entries });
  const met = new Map<string, number>();
  const count = (kind: string): void => { met.set(kind, (met.get(kind) ?? 0) + 1); };
  const anyPage = (): number => dice.pick(uppers) * 1024 + dice.pick(lowers);
  const drop = (which: (entry: Entry) => boolean): void => {
    reference.forEach((entry, i) => { if (entry !== undefined && which(entry)) reference[i] = undefined; });
  };
  for (let n = 0; n < operations; n++) {
    const choice = dice.below(40);
    if (choice === 0) {
      const global = dice.oneIn(2);
      bench.flush(global);
      drop((entry) => global || !entry.global);
    } else if (choice === 1) {
      const page = anyPage();
      bench.invalidate(page);
      drop((entry) => entry.large || entry.page % entries === page % entries);
    } else if (choice === 2) {
      control.write_protect = dice.oneIn(2);
      control.extensions = dice.oneIn(2);
      control.global_pages = dice.oneIn(2);
      control.directory = dice.pick(frames);
      bench.apply();
    } else if (choice < 8) {
      const index = dice.pick([...uppers, ...lowers]);
      memory.set(dice.pick(frames) * 1024 + index, anyEntry(dice, frames));
    } else {
      const access = { page: anyPage(), writes: dice.oneIn(2), user: dice.oneIn(2) };
      const slot = access.page % entries;
      const entry = reference[slot];
      const known = entry !== undefined && serves(entry, control, access);
      const readable = entry !== undefined && serves(entry, control, { ...access, writes: false });
      const where = `operation ${n} of seed ${seed}`;
      assert.is(bench.look(access), known ? entry.frame : undefined, where);
      assert.is(bench.fetch(access), readable ? entry.frame : undefined, where);
      if (known) {
        count("hit");
        continue;
      }
      const before = new Map(memory);
      const found = bench.walk(access);
      const walked = new Map(memory);
      const expected = walk(before, control, access);
      const clocks = walk_clocks[expected.kind];
      count(expected.kind);
      if ("error_code" in expected) {
        assert.equal(found, { clocks, error_code: expected.error_code }, where);
        reference[slot] = undefined;
        count(`error ${expected.error_code}`);
      } else {
        assert.equal(found, { clocks }, where);
        reference[slot] = expected;
        assert.is(bench.look(access), expected.frame, where);
      }
      assert.equal([...walked].filter(([at, word]) => (before.get(at) ?? 0) !== word), [], where);
    }
  }
  return met;
}

test("finds, refuses, marks and forgets what tables in plain TypeScript say, in the clocks stated", () => {
  const met = new Map<string, number>();
  for (const entries of [2, 8, 64]) {
    for (const [kind, n] of compare(entries, entries, 4000)) met.set(kind, (met.get(kind) ?? 0) + n);
  }
  for (const kind of ["hit", ...Object.keys(walk_clocks)]) assert.ok((met.get(kind) ?? 0) > 50, kind);
  for (const protection of [0, 1, 9]) {
    for (const access of [0, 2, 4, 6]) {
      // Supervisors may read whatever is present.
      if (protection === 1 && access === 0) continue;
      assert.ok(met.has(`error ${protection | access}`), `error ${protection | access}`);
    }
  }
});

test("without paging, each page is its own frame and may be written by anybody", () => {
  const { io, look, fetch } = pagingBench(8);
  io.control.enabled = 0;
  for (const page of [0, 0x12345, 0xfffff]) {
    assert.is(look(write(page, true)), page);
    assert.is(fetch(read(page, true)), page);
  }
});

test("a page that was only read is walked once more to be written, then found", () => {
  const bench = pagingBench(8);
  bench.map(0x12345, 2, P | W | U, (0x777 << 12) | P | W | U);
  bench.walk(read(0x12345));
  assert.is(bench.look(read(0x12345, true)), 0x777);
  assert.is(bench.look(write(0x12345)), undefined);
  bench.walk(write(0x12345));
  assert.is(bench.look(write(0x12345, true)), 0x777);
  assert.is(bench.memory.get(2 * 1024 + 0x345), (0x777 << 12) | P | W | U | A | D);
});

test("CR0.WP binds supervisors from the next clock on, without a flush", () => {
  const bench = pagingBench(8);
  bench.map(5, 2, P | W, (0x55 << 12) | P);
  assert.equal(bench.walk(write(5)), { clocks: walk_clocks.page });
  assert.is(bench.look(write(5)), 0x55);
  bench.control.write_protect = true;
  bench.apply();
  assert.is(bench.look(write(5)), undefined);
  assert.equal(bench.walk(write(5)), { clocks: walk_clocks.page_fault, error_code: 0b0011 });
  assert.is(bench.look(read(5)), undefined, "a walk that faults empties the entry");
});

test("a flush leaves global pages, unless it is of them too; INVLPG drops either", () => {
  const bench = pagingBench(8);
  bench.map(1, 2, P | W, (0x11 << 12) | P | G);
  bench.map(2, 2, P | W, (0x22 << 12) | P);
  const frames = () => [bench.look(read(1)), bench.look(read(2))];
  const refill = () => [1, 2].forEach((page) => bench.walk(read(page)));
  refill();
  bench.flush(false);
  assert.equal(frames(), [0x11, undefined]);
  refill();
  bench.flush(true);
  assert.equal(frames(), [undefined, undefined]);
  refill();
  bench.invalidate(1);
  assert.equal(frames(), [undefined, 0x22]);
});

test("INVLPG of one address in a 4 MB page drops all of it", () => {
  const bench = pagingBench(8);
  bench.map(0x400, 0x800, P | W | PS, 0);
  for (const page of [0x400, 0x401, 0x7ff]) {
    assert.equal(bench.walk(read(page)), { clocks: walk_clocks.large_page });
    assert.is(bench.look(read(page)), page + 0x400);
  }
  bench.invalidate(0x555);
  for (const page of [0x400, 0x401, 0x7ff]) assert.is(bench.look(read(page)), undefined);
});

test("a walk with a flush or an INVLPG in its midst gives neither an entry nor a fault", () => {
  for (const [name, pte] of [["a page", (9 << 12) | P | W], ["none", 0]] as const) {
    for (let at = 1; at <= (pte === 0 ? walk_clocks.page_fault : walk_clocks.page); at++) {
      for (const disturb of ["flush", "invalidate"] as const) {
        const bench = pagingBench(8);
        bench.map(3, 2, P | W, pte);
        const found = bench.walk(read(3), (clock) => { bench.io[disturb].valid = +(clock === at); });
        bench.io[disturb].valid = 0;
        const early = at === 1;
        assert.is("error_code" in found, early && pte === 0, `${name}, ${disturb} in clock ${at}`);
        assert.is(bench.look(read(3)), early && pte !== 0 ? 9 : undefined, `${name}, ${disturb} in clock ${at}`);
      }
    }
  }
});

test.run();
