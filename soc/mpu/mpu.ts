// The MPU: what each task may read, write and execute, in which ring. Every access is compared with all regions that
// count, in the clock in which it is made; none is made later for it, none that is refused is made at all.
//
//   clock          t         t+1       t+2       t+3
//   next           task
//   rows           row 0     row 1                          read (one clock later if the kernel reads a region now)
//   waiting                  ← row 0   ← row 1   ready      registers: the regions of the task that runs next
//   exchange                                     ‾‾‾‾‾‾‾‾   at the earliest
//   active                                                  ← waiting, from t+4 on
//
// All tasks' regions are in block RAM, half of a task's in a row. A region has 27 bits for its first granule of 32
// bytes, 27 for its last, and 9 for its rights: 63, which is seven lanes of nine bits, as block RAM has them, so that
// a region is written without reading its row. 256 tasks with 12 regions take 11 block RAMs of 36 × 512 bits, of which
// 21 of every 22 bits are used.
//
// Software sees one region at a time. It writes base and limit, and both count with the rights, when these are written:
// there is never a region that is half old and half new. In the clock after, the new region goes to the active ones,
// and to those that wait, if it is their task's; a row on its way that is too old is overtaken so.
//
// The W^X lock: a region that somebody may write and somebody may execute can no longer be written, and one that is
// there from before is not executed any more. So that it cannot be got around by two regions in the same place, a fetch
// is refused as well where any region lets the same ring write, or one that is trusted less. A ring that is trusted
// more may write: it is who loads programs.
//
// After reset all tasks' regions are cleared, a row in a clock.
import {
  and, cat, constant, module, mux, or, reg, regNoReset, select, type Bit, type Bits, type Design, type Register,
} from "#hdl-gen";
import { flag, pack } from "../fields.ts";
import { kindOf } from "../trace/ports.ts";
import { claims } from "./claims.ts";
import { mpuPorts } from "./ports.ts";
import { anyOf, holds, packed, rightsOf, unpacked, writableAndExecutable, type Region } from "./region.ts";
import { mpu as description } from "./registers.ts";
import { granuleOffsetBits, rightsBits, rowsPerTask, widthsOf, type MpuConfig } from "./shape.ts";

type Ports = ReturnType<typeof mpuPorts>;

const { CONTROL, STATE, SELECT, BASE, LIMIT, RIGHTS, LOCK } = description.registers;

export function mpu(config: MpuConfig): Design<Ports> {
  const { tasks, own, common, granuleBits } = config;
  const width = widthsOf(config);
  const columns = own / rowsPerTask;
  const regions = (count: number) => Array.from({ length: count }, () => ({
    base: regNoReset(granuleBits), limit: regNoReset(granuleBits), rights: reg(rightsBits, 0),
  }));

  return module("mpu", description.doc, mpuPorts(config), (m, io) => {
    const { bus, core, next } = io;
    const r = m.regs({
      clearing: reg(1, 1, "all rows are being cleared after reset"),
      clear_row: reg(width.row),
      enabled: reg(1),
      wx_locked: reg(1),
      locked: reg(common, 0, "common regions that stay as they are"),
      active: regions(own),
      active_task: reg(width.task),
      active_known: reg(1, 1, "the active regions are that task's; else they do not count"),
      waiting: regions(own),
      waiting_task: reg(width.task),
      waiting_complete: reg(1, 1, "all regions of that task are there"),
      common: regions(common),
      ask: { first: reg(1, 0, "the waiting task's first row is to be read"), second: reg(1) },
      arrives: { valid: reg(1, 0, "a row for the waiting task is there now"), second: reg(1) },
      select: { task: reg(width.task), common: reg(1), region: reg(width.region) },
      entry: { asked: reg(1, 0, "read the row of the region selected"), arrives: reg(1, 0, "it is there now") },
      edited: { base: reg(granuleBits), limit: reg(granuleBits), rights: reg(rightsBits) },
      written: {
        valid: reg(1, 0, "the region written in the clock before was this, with what is edited"),
        common: regNoReset(1), task: regNoReset(width.task), region: regNoReset(width.region),
      },
      refused: reg(1, 0, "the last write to RIGHTS changed nothing"),
    });

    // --- what the kernel writes ---------------------------------------------------------------------
    const kernel = core.fetch.ring.eq(0);
    const { writes } = m.nets({ writes: and(bus.access, bus.write, bus.mask.all(), kernel) });
    const at = (register: { readonly offset: number }): Bit => bus.address.eq(register.offset / 4);
    const granuleOf = (address: Bits): Bits => address.slice(granuleOffsetBits + granuleBits - 1, granuleOffsetBits);
    m.when(writes.and(at(CONTROL)), () => {
      r.wx_locked.next = r.wx_locked.or(flag(bus.wdata, CONTROL.fields.LOCK_WX));
      r.enabled.next = or(flag(bus.wdata, CONTROL.fields.ENABLE), flag(bus.wdata, CONTROL.fields.LOCK_WX), r.wx_locked);
    });
    m.when(writes.and(at(LOCK)), () => { r.locked.next = r.locked.or(bus.wdata.slice(common - 1, 0)); });
    m.when(writes.and(at(SELECT)), () => {
      m.drive(r.select, {
        task: bus.wdata.slice(SELECT.fields.TASK.lsb + width.task - 1, SELECT.fields.TASK.lsb),
        common: flag(bus.wdata, SELECT.fields.COMMON),
        region: bus.wdata.slice(width.region - 1, 0),
      });
    });

    const { select: chosen } = r;
    const { new_rights } = m.nets({ new_rights: bus.wdata.slice(rightsBits - 1, 0) });
    const { exists, is_locked, is_writable_and_executable } = m.nets({
      exists: anyOf(numbers(Math.max(own, common)).map((i) =>
        and(chosen.region.eq(i), mux(chosen.common, constant(Number(i < common), 1), Number(i < own))))),
      is_locked: chosen.common.and(
        anyOf(numbers(common).map((i) => chosen.region.eq(i).and(r.locked.bit(i))))),
      is_writable_and_executable: r.wx_locked.and(writableAndExecutable(new_rights)),
    });
    const { commits, accepted } = m.nets({
      commits: writes.and(at(RIGHTS)),
      accepted: and(exists, is_locked.not(), is_writable_and_executable.not(), r.clearing.not()),
    });
    const { written } = m.nets({ written: commits.and(accepted) });
    m.when(commits, () => { r.refused.next = accepted.not(); });
    m.drive(r.written, { valid: written, common: chosen.common, task: chosen.task, region: chosen.region });

    // --- all tasks' regions -------------------------------------------------------------------------
    const rows = m.memory("rows", {
      width: columns * width.word, depth: rowsPerTask * tasks, collisions: "undefined",
      doc: "by task and half: the regions with even numbers, and those with odd ones",
    });
    const { new_word } = m.nets({
      new_word: mux(r.clearing, constant(0, width.word),
        packed({ base: r.edited.base, limit: r.edited.limit, rights: new_rights })),
    });
    const column = chosen.region.slice(width.region - 1, 1);
    const { lanes, new_row } = m.nets({
      new_row: new_word.replicate(columns).as(columns * width.word),
      lanes: cat(...Array.from({ length: columns }, (_, i) =>
        column.eq(columns - 1 - i).or(r.clearing))).as(columns),
    });
    rows.write({
      address: mux(r.clearing, r.clear_row, cat(chosen.task, chosen.region.bit(0))),
      enable: r.clearing.or(written.and(chosen.common.not())),
      data: new_row,
      byteEnable: lanes,
    });
    m.when(r.clearing, () => {
      r.clear_row.next = r.clear_row.add(1);
      m.when(r.clear_row.all(), () => { r.clearing.next = 0; });
    });

    const { load } = m.nets({
      load: { request: next.valid.and(next.task.ne(r.waiting_task)), task: next.task },
    });
    // The kernel's reading goes first; it comes once in three clocks at most.
    const { asks_first, reads_row } = m.nets({
      asks_first: load.request.or(r.ask.first),
      reads_row: and(or(load.request, r.ask.first, r.ask.second), r.entry.asked.not(), r.clearing.not()),
    });
    const { row_address } = m.nets({
      row_address: mux(r.entry.asked, cat(chosen.task, chosen.region.bit(0)),
        cat(mux(load.request, load.task, r.waiting_task), asks_first.not())),
    });
    const row = rows.readSync("row", { address: row_address, enable: reads_row.or(r.entry.asked) });
    const inRow = (i: number): Region =>
      unpacked(row.slice((i + 1) * width.word - 1, i * width.word), granuleBits);

    // --- the regions that wait for their task -------------------------------------------------------
    m.when(load.request, () => { r.waiting_task.next = load.task; });
    r.ask.first.next = asks_first.and(reads_row.not());
    r.ask.second.next = mux(asks_first, reads_row, r.ask.second.and(reads_row.not()));
    m.drive(r.arrives, { valid: reads_row, second: asks_first.not() });
    m.when(load.request, () => { r.waiting_complete.next = 0; })
      .elsewhen(r.arrives.valid.and(r.arrives.second), () => { r.waiting_complete.next = 1; });
    next.ready.value = r.waiting_complete.and(next.task.eq(r.waiting_task));

    const isWritten = (task: Bits, i: number): Bit =>
      and(r.written.valid, r.written.common.not(), r.written.task.eq(task), r.written.region.eq(i));
    r.waiting.forEach((region, i) => { m.scope(`waiting_${i}`, () => {
      const { is_newer } = m.nets({ is_newer: isWritten(r.waiting_task, i) });
      m.when(is_newer, () => { becomes(region, r.edited); })
        .elsewhen(r.arrives.valid.and(r.arrives.second.eq(i % rowsPerTask)), () => {
          becomes(region, inRow(Math.floor(i / rowsPerTask)));
        });
    }); });

    // --- the regions that count ---------------------------------------------------------------------
    const { task_then } = m.nets({ task_then: mux(io.exchange, next.task, r.active_task) });
    r.active_task.next = task_then;
    m.when(io.exchange, () => { r.active_known.next = next.ready; });
    r.active.forEach((region, i) => { m.scope(`active_${i}`, () => {
      const { is_newer } = m.nets({ is_newer: isWritten(task_then, i) });
      m.when(is_newer, () => { becomes(region, r.edited); })
        .elsewhen(io.exchange, () => { becomes(region, r.waiting[i] ?? region); });
    }); });
    r.common.forEach((region, i) => {
      m.when(and(r.written.valid, r.written.common, r.written.region.eq(i)), () => { becomes(region, r.edited); });
    });

    // --- what is edited -----------------------------------------------------------------------------
    r.entry.asked.next = and(writes, at(SELECT), r.clearing.not());
    r.entry.arrives.next = r.entry.asked;
    const { entry } = m.nets({
      entry: mux(chosen.common, select(chosen.region, padded(r.common.map(packed), width)),
        select(column, Array.from({ length: columns }, (_, i) => packed(inRow(i))))),
    });
    m.when(r.entry.arrives.and(commits.not()), () => { becomes(r.edited, unpacked(entry, granuleBits)); });
    m.when(writes.and(at(BASE)), () => { r.edited.base.next = granuleOf(bus.wdata); });
    m.when(writes.and(at(LIMIT)), () => { r.edited.limit.next = granuleOf(bus.wdata); });
    m.when(written, () => { r.edited.rights.next = new_rights; });

    // --- what the kernel reads ----------------------------------------------------------------------
    const { rdata } = m.nets({ rdata: 32 });
    rdata.value = 0;
    m.when(at(CONTROL), () => {
      rdata.value = pack(32, CONTROL.fields, { ENABLE: r.enabled, LOCK_WX: r.wx_locked });
    }).elsewhen(at(STATE), () => {
      rdata.value = pack(32, STATE.fields, {
        READY: r.clearing.not(), REFUSED: r.refused, TASK: r.active_task.zext(STATE.fields.TASK.width),
      });
    }).elsewhen(at(SELECT), () => {
      rdata.value = pack(32, SELECT.fields, {
        TASK: chosen.task.zext(SELECT.fields.TASK.width), COMMON: chosen.common,
        REGION: chosen.region.zext(SELECT.fields.REGION.width),
      });
    }).elsewhen(at(BASE), () => { rdata.value = addressWord(r.edited.base, constant(0, granuleOffsetBits)); })
      .elsewhen(at(LIMIT), () => { rdata.value = addressWord(r.edited.limit, constant(-1, granuleOffsetBits)); })
      .elsewhen(at(RIGHTS), () => { rdata.value = r.edited.rights.zext(32); })
      .elsewhen(at(LOCK), () => { rdata.value = r.locked.zext(32); });
    bus.rdata.value = mux(kernel, rdata, 0);

    // --- the checks ---------------------------------------------------------------------------------
    const inForce: readonly { readonly region: Region; readonly counts: Bit }[] = [
      ...r.active.map((region) => ({ region, counts: r.active_known })),
      ...r.common.map((region) => ({ region, counts: constant(1, 1) })),
    ];
    /** Whether any region that counts holds the place and says so. */
    const any = (says: (region: Region) => Bit): Bit =>
      anyOf(inForce.map(({ region, counts }) => counts.and(says(region))));
    const checkData = (name: string, granule: Bits, crosses: Bit, ring: Bits<2>) => m.scope(name, () => {
      const { goes_on } = m.nets({ goes_on: crosses });
      const may = (what: "read" | "write"): Bit => any((region) =>
        holds(region, granule, goes_on).and(rightsOf(region.rights, ring, r.wx_locked)[what]));
      const { may_read, may_write } = m.nets({ may_read: may("read"), may_write: may("write") });
      return { read: r.enabled.and(may_read.not()), write: r.enabled.and(may_write.not()) };
    });
    const checkFetch = (name: string, granule: Bits): Bit => m.scope(name, () => {
      const says = (what: "execute" | "writtenByLess"): Bit => any((region) =>
        holds(region, granule).and(rightsOf(region.rights, core.fetch.ring, r.wx_locked)[what]));
      const { may_execute, written_by_less } = m.nets({
        may_execute: says("execute"), written_by_less: says("writtenByLess"),
      });
      return r.enabled.and(or(may_execute.not(), r.wx_locked.and(written_by_less)));
    });
    const { data, other, fetch } = core;
    m.drive(data.refuses, checkData("data", data.granule, data.crosses, data.ring));
    m.drive(other.refuses, checkData("other", other.granule, constant(0, 1), other.ring));
    m.drive(io.dma.refuses, checkData("dma", io.dma.granule, io.dma.crosses, io.dma.ring));
    fetch.refuses.first.value = checkFetch("first", fetch.first);
    fetch.refuses.second.value = checkFetch("second", fetch.second);

    m.drive(io.event, {
      valid: core.violation.valid, kind: kindOf("violation"), task: r.active_task.zext(8),
      argument: core.violation.linear,
    });
    claims(m, config, { ...r, rows, row, writes: written, new_word, load, next, exchange: io.exchange, core });
  });
}

const addressWord = (granule: Bits, low: Bits): Bits<32> => cat(granule, low).zext(32).as(32);

function becomes(register: Record<keyof Region, Register<number>>, region: Region): void {
  register.base.next = region.base;
  register.limit.next = region.limit;
  register.rights.next = region.rights;
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** A list as long as a region's number can be; what is not there is the last. */
function padded(words: readonly Bits[], { region }: { readonly region: number }): readonly Bits[] {
  const last = words.at(-1);
  if (last === undefined) throw new Error("there must be a region");
  return Array.from({ length: 2 ** region }, (_, i) => words[i] ?? last);
}
