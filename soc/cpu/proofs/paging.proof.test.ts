// The paging unit against 32-bit paging as a formula of the two words that a walk reads (Intel SDM 3, 4.3 and 4.6 to
// 4.10), with memory that answers anything. One page, of which the prover takes every one, is followed: what the last
// walk for it gave, and whether flushes and INVLPG have left that standing. The TLB here has two entries.
import {
  bitsOf, cat, constant, mux, reg, regNoReset, requireProof, select, type Bit, type Bits, type Builder,
} from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { refuted, withFault } from "../../../hdl-gen/library/testing.ts";
import { pagingUnit, walk_clocks, walk_clocks_max, type PagingConfig } from "../paging.ts";

const test = suite("proofs: paging unit");

type Properties = NonNullable<PagingConfig["properties"]>;
type Ports = Parameters<Properties>[1];

/** A walk's outcome, from the words of directory and table. */
function outcomeOf(m: Builder, { control, walk }: Ports, pde: Bits<32>, pte: Bits<32>) {
  const large = pde.bit(7).and(control.extensions);
  const { leaf } = m.nets({ leaf: mux(large, pde, pte) });
  const { user, writable } = m.nets({ user: pde.bit(2).and(leaf.bit(2)), writable: pde.bit(1).and(leaf.bit(1)) });
  const user_fault = walk.user.and(user.not());
  const write_fault = walk.writes.and(writable.not(), walk.user.or(control.write_protect));
  return m.nets({
    large,
    ends_early: pde.bit(0).not().or(large.and(pde.slice(21, 13).any())),
    present: pde.bit(0).and(leaf.bit(0)),
    reserved: pde.bit(0).and(large, pde.slice(21, 13).any()),
    denied: user_fault.or(write_fault),
    frame: mux(large, cat(pde.slice(31, 22), walk.page.slice(9, 0)), pte.slice(31, 12)),
    user_may: user,
    may_write: writable,
    dirty: leaf.bit(6).or(walk.writes),
    kept: leaf.bit(8).and(control.global_pages),
    pde_after: pde.or(0x20).or(mux(large.and(walk.writes), constant(0x40, 32), 0)),
    pte_after: pte.or(0x20).or(mux(walk.writes, constant(0x40, 32), 0)),
  });
}

interface Refused {
  readonly read: Bit;
  readonly write: Bit;
}
const same_rights = (a: Refused, b: Refused): Bit => a.read.eq(b.read).and(a.write.eq(b.write));

const implies = (a: Bit, b: Bit): Bit => a.not().or(b);

const claims: Properties = (m, io, inside) => m.scope("proof", () => m.ghost(() => {
  const { control, walk, memory, data, fetch, flush, invalidate } = io;
  const { state } = inside;
  m.assume("paging_is_on", control.enabled);
  const r = m.regs({
    under_way: reg(1, 0, "a walk was requested and was not done"),
    clocks: reg(4, 0, "of this walk, before this one"),
    reads: reg(2, 0, "words read in this walk"),
    asked: reg(1, 0, "memory answers in this clock"),
    pde: regNoReset(32),
    pte: regNoReset(32),
    barred: {
      pde: { read: regNoReset(1), write: regNoReset(1) },
      pte: { read: regNoReset(1), write: regNoReset(1) },
    },
    wrote: { pde: reg(1), pte: reg(1) },
    disturbed: reg(1, 0, "a flush or an INVLPG came while the walk was on its way"),
    asks: { control: regNoReset(23), page: regNoReset(20), writes: regNoReset(1), user: regNoReset(1) },
  });
  const controls = cat(control.write_protect, control.extensions, control.global_pages, control.directory);
  m.drive(r.asks, { control: controls, page: walk.page, writes: walk.writes, user: walk.user });
  m.assume("a_request_stays_until_done", implies(r.under_way, walk.request.and(
    r.asks.control.eq(controls), r.asks.page.eq(walk.page), r.asks.writes.eq(walk.writes), r.asks.user.eq(walk.user))));

  // --- the walk ---------------------------------------------------------------------------------------
  const { disturbs } = m.nets({ disturbs: flush.valid.or(invalidate.valid) });
  const { reading } = m.nets({ reading: memory.enable.and(memory.write.not()) });
  const { pde_address, pte_address } = m.nets({
    pde_address: cat(control.directory, walk.page.slice(19, 10)),
    pte_address: cat(r.pde.slice(31, 12), walk.page.slice(9, 0)),
  });
  const w = m.scope("walk_gives", () => outcomeOf(m, io, r.pde, r.pte));
  // As the MPU says where an entry is read.
  m.when(reading.and(r.reads.eq(0)), () => { m.drive(r.barred.pde, memory.refuses); });
  m.when(reading.and(r.reads.eq(1)), () => { m.drive(r.barred.pte, memory.refuses); });
  m.assert("asks_where_it_reads", implies(reading, memory.looks));
  const { ends_early, table_is_barred, otherwise_refused, marks_are_barred } = m.nets({
    ends_early: r.barred.pde.read.or(w.ends_early),
    table_is_barred: w.large.not().and(r.barred.pte.read),
    otherwise_refused: w.ends_early.or(w.present.not(), w.denied),
    marks_are_barred: w.pde_after.ne(r.pde).and(r.barred.pde.write).or(
      w.large.not().and(w.pte_after.ne(r.pte), r.barred.pte.write)),
  });
  const { barred } = m.nets({
    barred: r.barred.pde.read.or(w.ends_early.not().and(
      table_is_barred.or(otherwise_refused.not().and(marks_are_barred)))),
  });
  const { running } = m.nets({ running: walk.request.and(walk.done.not()) });
  r.under_way.next = running;
  r.clocks.next = mux(running, r.clocks.add(1), 0);
  r.asked.next = reading;
  r.disturbed.next = running.and(r.under_way, r.disturbed.or(disturbs));
  m.when(walk.done, () => { r.reads.next = 0; }).elsewhen(reading, () => { r.reads.next = r.reads.add(1); });
  m.when(r.asked.and(r.reads.eq(1)), () => { r.pde.next = memory.rdata; });
  m.when(r.asked.and(r.reads.eq(2)), () => { r.pte.next = memory.rdata; });
  const writing = memory.enable.and(memory.write);
  const { writes_pde } = m.nets({ writes_pde: writing.and(state.judge) });
  const { writes_pte } = m.nets({ writes_pte: writing.and(state.judge.not()) });
  r.wrote.pde.next = running.and(r.wrote.pde.or(writes_pde));
  r.wrote.pte.next = running.and(r.wrote.pte.or(writes_pte));

  m.assert("reads_directory_then_table", implies(reading,
    memory.address.eq(mux(r.reads.eq(0), pde_address, pte_address)).and(r.reads.lt(2))));
  m.assert("marks_the_directory", implies(writes_pde,
    memory.address.eq(pde_address).and(memory.wdata.eq(w.pde_after), w.pde_after.ne(r.pde))));
  m.assert("marks_the_table", implies(writes_pte,
    memory.address.eq(pte_address).and(memory.wdata.eq(w.pte_after), w.pte_after.ne(r.pte), w.large.not())));
  m.assert("walks_only_when_asked", implies(walk.done.or(memory.enable), walk.request));
  m.assert("counts_a_walk_s_clocks", io.walking.eq(walk.request));
  m.assert("ends_in_time", r.clocks.lt(walk_clocks_max));
  const { refused } = m.nets({ refused: otherwise_refused.or(barred) });
  const { in_vain } = m.nets({ in_vain: r.disturbed.or(disturbs.and(r.under_way)) });
  m.when(walk.done, () => {
    m.assert("faults_as_it_should", walk.faults.eq(refused.and(in_vain.not())));
    m.when(walk.faults, () => {
      m.assert("right_error_code", walk.error_code.eq(
        cat(constant(0, 10), barred, constant(0, 1), w.reserved.and(barred.not()), walk.user, walk.writes,
          w.present.or(w.reserved, barred))));
    });
    m.when(refused, () => { m.assert("refused_without_a_mark", r.wrote.pde.or(r.wrote.pte, writing).not()); });
    m.when(refused.not(), () => {
      m.assert("directory_is_marked", r.wrote.pde.or(writes_pde, w.pde_after.eq(r.pde)));
      m.assert("table_is_marked", w.large.or(writes_pte, w.pte_after.eq(r.pte)));
    });
    const clocks = mux(ends_early, constant(walk_clocks.directory_fault, 4), mux(refused,
      mux(w.large, constant(walk_clocks.large_page_fault, 4), walk_clocks.page_fault),
      mux(w.large, constant(walk_clocks.large_page, 4), walk_clocks.page)));
    m.assert("takes_the_clocks_stated", r.clocks.add(1).eq(clocks));
  });

  // --- the TLB ----------------------------------------------------------------------------------------
  const page = m.symbolic("page", 20, "the page that is followed");
  const known = m.regs({
    known: {
      stands: reg(1, 0, "a walk gave this, and nothing has dropped it"),
      frame: regNoReset(20),
      user: regNoReset(1),
      writable: regNoReset(1),
      dirty: regNoReset(1),
      kept: regNoReset(1),
      large: regNoReset(1),
    },
  }).known;
  const in_4mb = known.large.and(invalidate.page.slice(19, 10).eq(page.slice(19, 10)));
  m.when(flush.valid.and(flush.global.or(known.kept.not())), () => { known.stands.next = 0; });
  m.when(invalidate.valid.and(invalidate.page.eq(page).or(in_4mb)), () => { known.stands.next = 0; });
  m.when(walk.done.and(in_vain.not(), walk.page.eq(page)), () => {
    m.drive(known, {
      stands: refused.not(), frame: w.frame, user: w.user_may, writable: w.may_write,
      dirty: w.dirty, kept: w.kept, large: w.large,
    });
  });
  const may_write = known.dirty.and(known.writable.or(data.user.or(control.write_protect).not()));
  m.when(data.hit.and(data.page.eq(page)), () => {
    m.assert("data_hits_what_a_walk_gave", known.stands.and(data.frame.eq(known.frame)));
    m.assert("data_has_rights_that_a_walk_gave",
      implies(data.user, known.user).and(implies(data.writes, may_write)));
  });
  m.when(fetch.hit.and(fetch.page.eq(page)), () => {
    m.assert("fetch_hits_what_a_walk_gave", known.stands.and(fetch.frame.eq(known.frame)));
    m.assert("fetch_has_rights_that_a_walk_gave", implies(fetch.user, known.user));
  });
  const same = data.page.eq(fetch.page);
  m.assert("what_can_be_written_can_be_read", implies(data.hit.and(same, data.user.or(fetch.user.not())),
    fetch.hit.and(data.frame.eq(fetch.frame))));
  const { index } = m.nets({ index: page.slice(0, 0) });
  const entry = inside.entry(index);
  const bitOf = (set: Bits): Bit => select(index, bitsOf(set));
  const { here } = m.nets({ here: bitOf(inside.valid).and(entry.tag.eq(page.slice(19, 1))) });
  m.cover("hits_after_a_flush", m.past(flush.valid).and(data.hit));
  m.cover("faults_for_a_reserved_bit", walk.faults.and(walk.error_code.bit(3)));
  m.cover("hits_the_user_s", data.hit.and(data.user, data.writes, fetch.hit));

  // --- invariants, which tie the insides to what was seen from outside -----------------------------------
  m.assert("an_entry_is_what_a_walk_gave", implies(here, known.stands.and(
    entry.frame.eq(known.frame), entry.user.eq(known.user), entry.writable.eq(known.writable),
    entry.dirty.eq(known.dirty), bitOf(inside.kept).eq(known.kept), bitOf(inside.parts).eq(known.large))));
  m.assert("idle_between_walks", state.idle.eq(r.under_way.not()));
  m.assert("is_somewhere", Object.values(state).reduce((a, b) => a.or(b)));
  m.assert("remembers_what_disturbs", implies(r.under_way, inside.spoiled.eq(r.disturbed)));
  const at = (clock: number): Bit => r.clocks.eq(clock - 1);
  const { judges } = m.nets({ judges: state.judge.or(state.finish) });
  m.assert("each_state_has_its_clock",
    implies(state.idle, at(1)).and(implies(state.ask_directory, at(2)), implies(state.take_directory, at(3)),
      implies(state.follow, at(4)), implies(state.take_table, at(5)),
      implies(state.judge, mux(w.large, at(5), at(6))), implies(state.finish, mux(w.large, at(6), at(7)))));
  m.assert("each_state_has_its_reads", r.asked.eq(state.take_directory.or(state.take_table))
    .and(implies(state.idle.or(state.ask_directory), r.reads.eq(0)),
      implies(state.take_directory.or(state.follow), r.reads.eq(1)), implies(state.take_table, r.reads.eq(2)),
      implies(judges, r.reads.eq(mux(w.large, constant(1, 2), 2)))));
  m.assert("holds_the_words_read", implies(state.follow.or(state.take_table, judges), inside.directory_entry.eq(r.pde))
    .and(implies(judges.and(w.large.not()), inside.table_entry.eq(r.pte))));
  m.assert("remembers_what_is_barred", implies(state.idle.or(state.ask_directory).not(),
    same_rights(inside.directory_refuses, r.barred.pde)).and(
    implies(state.take_table.or(judges.and(w.large.not())), same_rights(inside.table_refuses, r.barred.pte))));
  m.assert("goes_on_only_where_it_may", implies(state.take_table.or(judges), ends_early.not())
    .and(implies(state.take_table, w.large.not()), implies(state.finish, refused.not())));
  m.assert("marks_in_order", implies(r.wrote.pde.or(r.wrote.pte), state.finish).and(r.wrote.pte.not())
    .and(implies(state.finish, r.wrote.pde.or(w.pde_after.eq(r.pde)))));
}));

const unit = pagingUnit({ entries: 2, properties: claims });

test("a walk does and takes what it should, and the TLB holds what walks gave and nothing else", async () => {
  const proof = await requireProof(unit, { depth: 10, timeout_s: 300 });
  assert.is(proof.verdict.kind, "proved");
});

// Which of the assertions that a fault breaks fails first is the solver's choice.
const rights = ["proof_takes_the_clocks_stated", "proof_right_error_code", "proof_faults_as_it_should"];
const translations = ["proof_data_hits_what_a_walk_gave", "proof_what_can_be_written_can_be_read"];

for (const [fault, label, plant, expected] of [
  ["does not look at rights", "denied", (value) => value.and(0), rights],
  ["takes one page for another", "data_here", (value) => value.or(1), translations],
  ["keeps everything at a flush", "dropped", (value) => value.and(0), ["proof_an_entry_is_what_a_walk_gave"]],
  ["walks through a table that is barred", "table_is_barred", (value) => value.and(0), rights],
  ["marks what it must not", "marks_are_barred", (value) => value.and(0), rights],
  ["takes the user's pages for a supervisor's", "may_user", (value) => value.and(0), rights],
] as const satisfies readonly (readonly [string, string, (value: Bits) => Bits, readonly string[]])[]) {
  test(`a unit that ${fault} is found out`, async () => {
    const failed = await refuted(withFault(unit, label, plant), { depth: 10 });
    assert.ok(expected.some((name) => failed.includes(name)), failed.join());
  });
}

test.run();
