// What is claimed of the MPU, for properties alone. A task is followed that the prover chooses, so that what holds for
// it holds for each: a record is kept, apart from the MPU's memories, of what the kernel has last written into its
// regions and into the common ones.
//
// - Record: the regions that count, those that wait and those in block RAM are as the kernel last wrote them.
// - Exchange: after one, the regions that count are those of the task last asked for.
// - Access: what is not refused lies, first byte and last, in one of these regions, which gives that ring the right.
// - Locks: W^X and locked common regions stay until reset, and nothing is both written and executed.
import {
  and, cat, constant, or, reg, type Bit, type Bits, type Builder, type Inside, type MemoryHandle,
} from "#hdl-gen";
import type { mpuPorts } from "./ports.ts";
import { anyOf, packed, unpacked, writableAndExecutable, type Region } from "./region.ts";
import { ringRights, rings, rightsBits, rowsPerTask, widthsOf, writeExecutesBit, type MpuConfig } from "./shape.ts";

interface Insides extends Pick<Inside<ReturnType<typeof mpuPorts>>, "core" | "next" | "exchange"> {
  /** A task's regions begin to be fetched. */
  readonly load: { readonly request: Bit; readonly task: Bits };
  readonly active: readonly Region[];
  readonly active_task: Bits;
  readonly active_known: Bit;
  readonly waiting: readonly Region[];
  readonly waiting_task: Bits;
  readonly waiting_complete: Bit;
  readonly common: readonly Region[];
  readonly ask: { readonly first: Bit; readonly second: Bit };
  readonly arrives: { readonly valid: Bit; readonly second: Bit };
  readonly select: { readonly task: Bits; readonly common: Bit; readonly region: Bits };
  readonly edited: Region;
  readonly written: {
    readonly valid: Bit; readonly common: Bit; readonly task: Bits; readonly region: Bits;
  };
  readonly enabled: Bit;
  readonly wx_locked: Bit;
  readonly locked: Bits;
  readonly clearing: Bit;
  readonly clear_row: Bits;
  readonly rows: MemoryHandle<number>;
  readonly row: Bits;
  /** A region is being written, and its word. */
  readonly writes: Bit;
  readonly new_word: Bits;
}

const implies = (a: Bit, b: Bit): Bit => a.not().or(b);
const equal = (a: Region, b: Region): Bit => packed(a).eq(packed(b));
/** Equal, or both without any right. */
const alike = (a: Region, b: Region): Bit => equal(a, b).or(a.rights.eq(0).and(b.rights.eq(0)));

/** What a ring may do, as a number of two bits. */
const right = (rights: Bits, ring: Bits<2>): Bits => rights.shr(cat(ring, constant(0, 1))).and(3);

export function claims(m: Builder, config: MpuConfig, inside: Insides): void {
  const { own, common, granuleBits } = config;
  const width = widthsOf(config);
  m.scope("claim", () => m.ghost(() => {
    const who = m.symbolic("who", width.task, "the task that is followed");
    const records = (count: number) =>
      Array.from({ length: count }, () => ({ base: reg(granuleBits), limit: reg(granuleBits), rights: reg(rightsBits) }));
    const g = m.regs({ record: records(own), common_record: records(common), asked_last: reg(width.task) });
    const value = unpacked(inside.new_word, granuleBits);
    const { select: to, written } = inside;
    g.record.forEach((region, i) => {
      m.when(and(inside.writes, to.common.not(), to.task.eq(who), to.region.eq(i)), () => { m.drive(region, value); });
    });
    g.common_record.forEach((region, i) => {
      m.when(and(inside.writes, to.common, to.region.eq(i)), () => { m.drive(region, value); });
    });

    // --- record ---------------------------------------------------------------------------------------
    /** Written in the clock before, and not everywhere yet. */
    const fresh = g.record.map((_, i) =>
      and(written.valid, written.common.not(), written.task.eq(who), written.region.eq(i)));
    const freshCommon = g.common_record.map((_, i) => and(written.valid, written.common, written.region.eq(i)));
    const { is_active, is_waiting } = m.nets({
      is_active: inside.active_task.eq(who), is_waiting: inside.waiting_task.eq(who),
    });
    const { first_is_there } = m.nets({
      first_is_there: or(inside.waiting_complete, and(
        inside.ask.first.not(), inside.arrives.valid.and(inside.arrives.second.not()).not())),
    });
    g.record.forEach((record, i) => { m.scope(`region_${i}`, () => {
      const isFresh = fresh[i] ?? constant(0, 1);
      const half = i % rowsPerTask;
      const at = Math.floor(i / rowsPerTask);
      const inWord = (word: Bits): Region =>
        unpacked(word.slice((at + 1) * width.word - 1, at * width.word), granuleBits);
      const [active, waiting] = [inside.active[i], inside.waiting[i]];
      if (active === undefined || waiting === undefined) throw new Error("a task has as many regions as its record");
      m.assert("what_is_fresh_is_edited", implies(isFresh, equal(inside.edited, record)));
      const { place } = m.nets({ place: cat(who, constant(half, 1)) });
      const { stored } = m.nets({ stored: inside.rows.readAsync(place) });
      m.assert("block_ram_is_the_record",
        or(inside.clearing.and(inside.clear_row.le(place)), equal(inWord(stored), record)));
      m.assert("what_counts_is_the_record",
        implies(and(is_active, inside.active_known), isFresh.or(alike(active, record))));
      m.assert("what_waits_is_the_record", implies(
        and(is_waiting, half === 0 ? first_is_there : inside.waiting_complete), isFresh.or(alike(waiting, record))));
      m.assert("what_arrives_is_the_record", implies(
        and(is_waiting, inside.arrives.valid, inside.arrives.second.eq(half)),
        isFresh.or(equal(inWord(inside.row), record))));
      m.assert("nothing_is_recorded_at_first", implies(inside.clearing, packed(record).eq(0)));
    }); });
    g.common_record.forEach((record, i) => { m.scope(`common_${i}`, () => {
      const region = inside.common[i];
      if (region === undefined) throw new Error("there are as many common regions as records");
      const isFresh = freshCommon[i] ?? constant(0, 1);
      m.assert("what_is_fresh_is_edited", implies(isFresh, equal(inside.edited, record)));
      m.assert("common_regions_are_the_record", isFresh.or(alike(region, record)));
    }); });

    // --- exchange -------------------------------------------------------------------------------------
    m.when(inside.load.request, () => { g.asked_last.next = inside.load.task; });
    const { ask, arrives, waiting_complete } = inside;
    m.assert("it_is_the_task_asked_for_last_that_waits", inside.waiting_task.eq(g.asked_last));
    m.assert("a_load_is_done_or_on_its_way",
      waiting_complete.ne(or(ask.first, ask.second, arrives.valid.and(arrives.second))));
    m.assert("rows_come_in_order", and(
      implies(arrives.valid.and(arrives.second.not()), ask.second),
      implies(arrives.valid.and(arrives.second), ask.second.not()),
      implies(ask.first, or(ask.second, arrives.valid).not()),
    ));
    m.when(m.past(inside.exchange), () => {
      m.assert("the_next_task_begins", inside.active_task.eq(m.past(inside.next.task)));
      m.assert("its_regions_count_if_they_are_there", inside.active_known.eq(m.past(inside.next.ready)));
    });
    m.assert("what_is_ready_is_complete", implies(inside.next.ready,
      waiting_complete.and(inside.next.task.eq(g.asked_last))));

    // --- access ---------------------------------------------------------------------------------------
    const reaches = ({ base, limit }: Region, first: Bits, last: Bits): Bit =>
      and(base.zext(granuleBits + 1).le(first), last.le(limit.zext(granuleBits + 1)));
    const regions = [
      ...g.record.map((region) => ({ region, counts: inside.active_known })),
      ...g.common_record.map((region) => ({ region, counts: constant(1, 1) })),
    ];
    const settled = and(is_active, written.valid.not());
    const { core, enabled, wx_locked } = inside;
    const access = (name: string, granule: Bits, crosses: Bit, ring: Bits<2>) => m.scope(name, () => {
      const { first, last } = m.nets({
        first: granule.zext(granuleBits + 1), last: granule.zext(granuleBits + 1).add(crosses.zext(granuleBits + 1)),
      });
      const any = (says: (rights: Bits) => Bit): Bit => anyOf(regions.map(({ region, counts }) =>
        and(counts, reaches(region, first, last), says(region.rights))));
      return { any, right: (rights: Bits) => right(rights, ring) };
    });
    const { data, other, fetch } = core;
    const ofData = access("data", data.granule, data.crosses, data.ring);
    const ofOther = access("other", other.granule, constant(0, 1), other.ring);
    for (const [name, { any, right: of }, { refuses }] of [
      ["load_or_store", ofData, data], ["walk", ofOther, other],
    ] as const) {
      m.assert(`a_${name}_reads_in_its_regions_only`, implies(settled,
        refuses.read.eq(enabled.and(any((rights) => of(rights).ne(ringRights.NONE)).not()))));
      m.assert(`a_${name}_writes_in_its_regions_only`, implies(settled,
        refuses.write.eq(enabled.and(any((rights) => of(rights).eq(ringRights.WRITE)).not()))));
    }
    for (const which of ["first", "second"] as const) m.scope(which, () => {
      const word = access(`fetch_${which}`, fetch[which], constant(0, 1), fetch.ring);
      const executable = word.any((rights) => and(
        or(word.right(rights).eq(ringRights.EXECUTE),
          word.right(rights).eq(ringRights.WRITE).and(rights.bit(writeExecutesBit))),
        wx_locked.and(writableAndExecutable(rights)).not()));
      const written_by_less = anyOf(Array.from({ length: rings }, (_, ring) =>
        fetch.ring.le(ring).and(word.any((rights) => right(rights, constant(ring, 2)).eq(ringRights.WRITE)))));
      m.assert("a_fetch_is_in_its_regions_only", implies(settled, fetch.refuses[which].eq(
        enabled.and(or(executable.not(), wx_locked.and(written_by_less))))));
      m.assert("nothing_is_both_written_and_executed", implies(
        and(wx_locked, fetch[which].eq(data.granule), fetch.ring.le(data.ring)),
        or(fetch.refuses[which], data.refuses.write)));
    });
    m.assert("nothing_is_refused_until_it_is_enabled", implies(enabled.not(), or(
      data.refuses.read, data.refuses.write, other.refuses.read, other.refuses.write,
      fetch.refuses.first, fetch.refuses.second).not()));

    // --- locks ----------------------------------------------------------------------------------------
    m.assert("who_locks_enables", implies(wx_locked, enabled));
    m.when(m.past(wx_locked), () => { m.assert("the_lock_stays", wx_locked); });
    m.assert("no_region_becomes_writable_and_executable",
      implies(inside.writes.and(wx_locked), writableAndExecutable(value.rights).not()));
    inside.common.forEach((region, i) => { m.scope(`locked_${i}`, () => {
      m.assert("nothing_is_on_its_way_into_what_is_locked",
        implies(freshCommon[i] ?? constant(0, 1), inside.locked.bit(i).not()));
      m.when(m.past(inside.locked.bit(i)), () => {
        m.assert("a_locked_region_stays", inside.locked.bit(i).and(packed(region).eq(m.past(packed(region)))));
      });
    }); });
    m.cover("an_own_region_is_written_while_it_waits", and(anyOf(fresh), is_waiting, is_active.not()));
    m.cover("a_row_is_overtaken", anyOf(fresh.map((isFresh, i) =>
      and(isFresh, is_waiting, arrives.valid, arrives.second.eq(i % rowsPerTask)))));
    m.cover("an_access_crosses_and_is_refused", and(data.crosses, data.refuses.read));
    m.cover("an_access_crosses_and_is_not_refused", and(enabled, data.crosses, data.refuses.read.not()));
    m.cover("the_lock_refuses_a_fetch", and(wx_locked, fetch.refuses.first, other.granule.eq(fetch.first),
      other.ring.eq(fetch.ring), other.refuses.write.not()));
  }));
}
