// Paging (Intel SDM 3, 4.3: 32-bit paging): the TLB, which two ports look up in the same clock, and the walker that
// fills it from the page tables.
//
// A walk takes the clocks that `walk_clocks` gives for its outcome, whatever the TLB or the tables hold:
//
//   clock          1      2              3               4             5              6      7
//   4 KB page      idle   ask_directory  take_directory  follow        take_table     judge  finish
//   4 MB page      idle   ask_directory  take_directory  follow        judge          finish
//
// The directory's entry can end the walk in `follow`, a right that is missing in `judge`. Between what memory answers
// and the next address there is a register, so no path leads from memory through the walker back to memory.
//
// The TLB is direct-mapped: a page's entry is that of its lowest bits. Pages, frames and rights are in distributed RAM;
// whether an entry is valid, global or part of a 4 MB page is in flip-flops, so that a flush takes one clock. Each 4 KB
// of a 4 MB page has an entry of its own, and INVLPG, of whatever page, drops all such entries too.
//
//   entries   price on ECP5, measured with yosys 0.23 (synth_ecp5 -abc9)
//   32        560 LUTs, 168 flip-flops and 40 RAM cells of 16 × 4
//   64        1007 LUTs, 264 flip-flops and 80 RAM cells of 16 × 4
//
// Where the MPU does not let the walker read or mark an entry, the walk is a fault of protection keys: it ends when it
// would with an entry that is not present.
//
// Where the manual leaves a choice, this does as Bochs 2.7: rights are checked before any bit is set, so a walk that
// faults leaves the tables as they were; bits 21:13 of a 4 MB page's entry are reserved, bit 12 and a table entry's
// bit 7 are ignored. A walk that faults empties the page's entry. A walk with a flush or an INVLPG in its midst may
// have seen the old tables: it ends without a fault and without an entry, and the access that misses again asks again.
// Nobody else writes memory during a walk, so that accessed and dirty bits are set in one indivisible step.
import {
  bitsOf, cat, constant, indexWidth, input, module, mux, or, output, reg, regNoReset, select, toOneHot,
  type Bit, type Bits, type Builder, type Design, type Inside,
} from "#hdl-gen";

/** Clocks of a walk, from the first in which it is requested to the one in which it is done, both counted. */
export const walk_clocks = {
  /** Ends with an entry for a 4 KB page. */
  page: 7,
  /** Ends with an entry for (4 KB of) a 4 MB page. */
  large_page: 6,
  /** Ends with a fault: the directory's entry is not present, or has a reserved bit set. */
  directory_fault: 4,
  /** Ends with a fault: the table's entry is not present, or a right is missing. */
  page_fault: 6,
  /** Ends with a fault: a right is missing for a 4 MB page. */
  large_page_fault: 5,
} as const;

export const walk_clocks_max = Math.max(...Object.values(walk_clocks));

const ports = {
  control: {
    enabled: input(1, "CR0.PG; without it, every access hits and each page is its own frame"),
    write_protect: input(1, "CR0.WP: supervisors, too, may only write what is writable"),
    extensions: input(1, "CR4.PSE: there are 4 MB pages"),
    global_pages: input(1, "CR4.PGE"),
    directory: input(20, "CR3: frame of the page directory"),
  },
  flush: { valid: input(1, "drop the entries"), global: input(1, "of global pages too") },
  invalidate: { valid: input(1, "drop one page's entry, global or not"), page: input(20) },
  data: {
    page: input(20),
    writes: input(1),
    user: input(1, "by the user, not a supervisor"),
    hit: output(1, "the access is allowed and frame is right; else a walk must decide"),
    frame: output(20),
  },
  fetch: {
    page: input(20),
    user: input(1),
    hit: output(1),
    frame: output(20),
  },
  walk: {
    request: input(1, "held until done, and page, writes and user with it"),
    page: input(20),
    writes: input(1),
    user: input(1),
    done: output(1, "for one clock; the entry can be hit from the next one on"),
    faults: output(1, "with done: the page cannot be had, no bit was set"),
    error_code: output(16, "of the page fault"),
  },
  memory: {
    enable: output(1, "the walker has the port in this clock"),
    write: output(1),
    address: output(30, "word address"),
    wdata: output(32),
    rdata: input(32, "one clock after enable without write"),
    looks: output(1, "whether an entry at address may be read and written is asked in this clock"),
    refuses: { read: input(1), write: input(1) },
  },
  walking: output(1, "set in each of a walk's clocks"),
};
type Ports = typeof ports;

/** What proofs look at inside. */
export interface PagingInside {
  readonly valid: Bits;
  readonly kept: Bits;
  readonly parts: Bits;
  readonly directory_entry: Bits<32>;
  readonly table_entry: Bits<32>;
  readonly spoiled: Bit;
  /** What the MPU lets the walker do with the entries read. */
  readonly directory_refuses: { readonly read: Bit; readonly write: Bit };
  readonly table_refuses: { readonly read: Bit; readonly write: Bit };
  /** An entry of the TLB. */
  readonly entry: (index: Bits) => TlbEntry;
  /** What the walker does in this clock. */
  readonly state: Readonly<Record<WalkState, Bit>>;
}
type WalkState = "idle" | "ask_directory" | "take_directory" | "follow" | "take_table" | "judge" | "finish";

export interface TlbEntry {
  /** The upper bits of the page's number; the lower ones are the entry's. */
  readonly tag: Bits;
  readonly frame: Bits<20>;
  readonly user: Bit;
  readonly writable: Bit;
  readonly dirty: Bit;
}

export interface PagingConfig {
  /** Entries of the TLB: a power of two. */
  readonly entries?: number;
  /** Adds properties about the insides, for proofs. */
  readonly properties?: (m: Builder, io: Inside<Ports>, inside: PagingInside) => void;
}

/** The bits of a directory's or a table's entry; it must have a name. */
function rightsOf(word: Bits<32>) {
  return {
    present: word.bit(0),
    writable: word.bit(1),
    user: word.bit(2),
    accessed: word.bit(5),
    dirty: word.bit(6),
    large: word.bit(7),
    global: word.bit(8),
  };
}

export function pagingUnit({ entries = 64, properties }: PagingConfig = {}): Design<Ports> {
  const index_width = indexWidth(entries);
  const tag_width = 20 - index_width;
  const indexOf = (page: Bits<20>): Bits => page.slice<number, number>(index_width - 1, 0);
  const tagOf = (page: Bits<20>): Bits => page.slice<number, number>(19, index_width);

  return module("paging_unit", `A TLB of ${entries} entries, and the page walker.`, ports, (m, io) => {
    const { control, walk } = io;
    const r = m.regs({
      valid: reg(entries, 0, "a bit for each entry"),
      kept: regNoReset(entries, "global: flushes leave it, unless they are of global pages too"),
      parts: regNoReset(entries, "part of a 4 MB page"),
      directory_entry: regNoReset(32, "as the walk has read it"),
      table_entry: regNoReset(32),
      spoiled: reg(1, 0, "a flush or an INVLPG fell in the walk"),
      directory_refuses: { read: regNoReset(1, "its entry must not be read"), write: regNoReset(1) },
      table_refuses: { read: regNoReset(1), write: regNoReset(1) },
    });

    // --- looking up -----------------------------------------------------------------------------------
    const words = m.memory("words", { width: tag_width + 23, depth: entries, doc: "tag, frame, rights" });
    const entry = (index: Bits): TlbEntry => {
      const word = words.readAsync(index);
      return {
        tag: word.slice<number, number>(tag_width + 22, 23),
        frame: word.slice(22, 3).as(20),
        user: word.bit(2),
        writable: word.bit(1),
        dirty: word.bit(0),
      };
    };
    const lookUp = (name: string, page: Bits<20>, user: Bit) => m.scope(name, () => {
      const { index } = m.nets({ index: indexOf(page) });
      const found = entry(index);
      const { here } = m.nets({ here: select(index, bitsOf(r.valid)).and(found.tag.eq(tagOf(page))) });
      const frame = mux(control.enabled, found.frame, page);
      return { ...found, frame, readable: here.and(found.user.or(user.not())) };
    });
    const data = lookUp("data", io.data.page, io.data.user);
    const fetch = lookUp("fetch", io.fetch.page, io.fetch.user);
    const overrides = io.data.user.or(control.write_protect).not();
    const writes_in_place = data.dirty.and(data.writable.or(overrides));
    io.data.hit.value = control.enabled.not().or(data.readable.and(io.data.writes.not().or(writes_in_place)));
    io.data.frame.value = data.frame;
    io.fetch.hit.value = control.enabled.not().or(fetch.readable);
    io.fetch.frame.value = fetch.frame;

    // --- what the entries read say --------------------------------------------------------------------
    const directory = rightsOf(r.directory_entry);
    const table = rightsOf(r.table_entry);
    const large = directory.large.and(control.extensions);
    const reserved = large.and(r.directory_entry.slice(21, 13).any());
    const { may, absent } = m.nets({
      may: {
        user: directory.user.and(large.or(table.user)),
        write: directory.writable.and(large.or(table.writable)),
      },
      absent: large.or(table.present).not(),
    });
    const { denied } = m.nets({
      denied: walk.user.and(may.user.not())
        .or(walk.writes.and(may.write.not(), walk.user.or(control.write_protect))),
    });
    const { disturbed } = m.nets({ disturbed: io.flush.valid.or(io.invalidate.valid) });
    const { outdated } = m.nets({ outdated: r.spoiled.or(disturbed) });
    r.spoiled.next = outdated;

    // --- the walk -------------------------------------------------------------------------------------
    const { memory } = io;
    const { refused, ends } = m.nets({ refused: 1, ends: 1 });
    const { directory_stays, table_stays } = m.nets({
      directory_stays: directory.accessed.and(directory.dirty.or(large.and(walk.writes).not())),
      table_stays: large.or(table.accessed.and(table.dirty.or(walk.writes.not()))),
    });
    const { table_is_barred, marks_are_barred } = m.nets({
      table_is_barred: large.not().and(r.table_refuses.read),
      marks_are_barred: directory_stays.not().and(r.directory_refuses.write).or(
        table_stays.not().and(r.table_refuses.write)),
    });
    memory.enable.value = 0;
    memory.write.value = 0;
    memory.address.value = cat(control.directory, walk.page.slice(19, 10));
    memory.wdata.value = cat(
      r.directory_entry.slice(31, 7),
      directory.dirty.or(large.and(walk.writes)),
      constant(1, 1),
      r.directory_entry.slice(4, 0),
    );
    refused.value = 0;
    ends.value = 0;
    const state = m.fsm<WalkState>("state", {
      idle: (go) => {
        // What a flush in this clock makes of the tables is what the walk will read.
        r.spoiled.next = 0;
        m.when(walk.request, () => go("ask_directory"));
      },
      ask_directory: (go) => {
        memory.enable.value = 1;
        m.drive(r.directory_refuses, memory.refuses);
        go("take_directory");
      },
      take_directory: (go) => {
        r.directory_entry.next = memory.rdata;
        go("follow");
      },
      follow: (go) => {
        memory.address.value = cat(r.directory_entry.slice(31, 12), walk.page.slice(9, 0));
        m.drive(r.table_refuses, memory.refuses);
        m.when(directory.present.not().or(reserved, r.directory_refuses.read), () => {
          refused.value = 1;
          ends.value = 1;
          go("idle");
        }).elsewhen(large, () => go("judge"))
          .otherwise(() => {
            memory.enable.value = 1;
            go("take_table");
          });
      },
      take_table: (go) => {
        r.table_entry.next = memory.rdata;
        go("judge");
      },
      judge: (go) => {
        m.when(absent.or(denied, table_is_barred, marks_are_barred), () => {
          refused.value = 1;
          ends.value = 1;
          go("idle");
        }).otherwise(() => {
          memory.enable.value = directory_stays.not();
          memory.write.value = directory_stays.not();
          go("finish");
        });
      },
      finish: (go) => {
        memory.enable.value = table_stays.not();
        memory.write.value = table_stays.not();
        memory.address.value = cat(r.directory_entry.slice(31, 12), walk.page.slice(9, 0));
        memory.wdata.value = cat(
          r.table_entry.slice(31, 7), table.dirty.or(walk.writes), constant(1, 1), r.table_entry.slice(4, 0),
        );
        ends.value = 1;
        go("idle");
      },
    });
    memory.looks.value = state.ask_directory.or(state.follow);
    // Of an entry that must not be read, nothing is told. Who could not mark one is told so if all else is in order.
    const { barred } = m.nets({
      barred: mux(state.follow, r.directory_refuses.read,
        table_is_barred.or(absent.or(denied).not().and(marks_are_barred))),
    });
    const protection = barred.or(state.judge.and(absent.not()), state.follow.and(directory.present));
    walk.done.value = ends;
    walk.faults.value = refused.and(outdated.not());
    walk.error_code.value = cat(
      constant(0, 10), barred, constant(0, 1), state.follow.and(directory.present, barred.not()), walk.user,
      walk.writes, protection,
    );
    io.walking.value = walk.request.or(state.idle.not());

    // --- filling and dropping -------------------------------------------------------------------------
    const leaf = {
      frame: mux(large, cat(r.directory_entry.slice(31, 22), walk.page.slice(9, 0)), r.table_entry.slice(31, 12)),
      dirty: mux(large, directory.dirty, table.dirty).or(walk.writes),
      global: mux(large, directory.global, table.global).and(control.global_pages),
    };
    // An INVLPG keeps a walk from filling, so one decoder serves both.
    const { fills, chosen_page } = m.nets({
      fills: ends.and(refused.not(), outdated.not()),
      chosen_page: mux(io.invalidate.valid, io.invalidate.page, walk.page),
    });
    const { chosen } = m.nets({ chosen: toOneHot(indexOf(chosen_page), entries) });
    m.unused(tagOf(chosen_page));
    words.write({
      address: indexOf(walk.page),
      data: cat(tagOf(walk.page), leaf.frame, may.user, may.write, leaf.dirty),
      enable: fills,
    });
    const none = constant(0, entries);
    const every = none.not();
    const flushed = mux(io.flush.valid, mux(io.flush.global, every, r.kept.not()), none);
    const invalidated = mux(io.invalidate.valid, chosen.or(r.parts), none);
    const emptied = mux(ends.and(refused), chosen, none);
    const { dropped } = m.nets({ dropped: or(flushed, invalidated, emptied) });
    r.valid.next = mux(fills, r.valid.or(chosen), r.valid.and(dropped.not()));
    m.when(fills, () => {
      r.kept.next = mux(leaf.global, r.kept.or(chosen), r.kept.and(chosen.not()));
      r.parts.next = mux(large, r.parts.or(chosen), r.parts.and(chosen.not()));
    });

    properties?.(m, io, { ...r, entry, state });
  });
}
