// What is claimed of the switcher, for properties alone. They are about one row of one context, and the prover chooses
// which: so they hold for each.
//
// - Contents: what a context was when its task last ran, changed by nothing but what software wrote to it since, is
//   what the core is given when the task runs again; and the RAM holds it as long as the task does not run.
// - Exchange: only while the core is held, to the task that is wanted, and exactly so many cycles after the decision
//   if the core is held by then.
import {
  and, cat, constant, mux, or, reg, regNoReset, select, type Bit, type Bits, type Builder, type Inside, type MemoryHandle,
} from "#hdl-gen";
import { exchangeMin_cycles, interval_cycles, rowBits, rows, type SwitcherConfig } from "./shape.ts";
import type { SwitcherPorts } from "./switcher.ts";

export interface SwitcherInsides {
  readonly words: MemoryHandle<number>;
  readonly loads: Bits;
  readonly turn: Bits<typeof rowBits>;
  readonly running: Bits;
  readonly target: Bits;
  readonly wants: Bit;
  readonly distance: Bits;
  readonly saving: Bit;
  readonly exchange: Bit;
  readonly fetches: Bit;
  readonly writes: Bit;
  readonly done: Bit;
  readonly changes: Bit;
  readonly moves: Bit;
  readonly fetched: { readonly valid: Bit; readonly task: Bits };
  readonly shadow: {
    readonly valid: Bit; readonly task: Bits; readonly left: Bits<typeof rows>; readonly row: readonly Bits[];
  };
  readonly save: { readonly left: Bits<typeof rows>; readonly task: Bits };
  readonly decision: { readonly valid: Bit; readonly task: Bits; readonly age: Bits };
  readonly access: { readonly valid: Bit; readonly found: Bit };
  readonly io: Inside<SwitcherPorts>;
}

export function claims(m: Builder, config: SwitcherConfig, inside: SwitcherInsides): void {
  m.scope("page", () => { claimAccesses(m, inside); });
  m.scope("contents", () => { claimContents(m, config, inside); });
  m.scope("time", () => { claimExchange(m, config, inside); });
}

function claimAccesses(m: Builder, { access, done, io: { page } }: SwitcherInsides): void {
  m.ghost(() => {
    const { begun } = m.regs({ begun: reg(1, 0, "an access is") });
    begun.next = or(page.begin, begun.and(done.not()));
    m.assert("does_what_is_asked_once", done.not().or(begun));
    m.assert("knows_what_is_asked", begun.eq(access.valid));
    m.assume("one_access_at_a_time", and(page.begin, access.valid).not());
    m.assume("an_access_is_held_until_done",
      or(access.valid.not(), and(m.stable(page.task), m.stable(page.row), m.stable(page.write))));
  });
}

function claimContents(m: Builder, { bankBits, shadowBits }: SwitcherConfig, inside: SwitcherInsides): void {
  const { shadow, save, fetched, running, turn, exchange, io } = inside;
  const wordBits = bankBits + shadowBits;
  const task = m.symbolic("chosen_task", inside.running.width, "any task");
  const row = m.symbolic("chosen_row", rowBits, "any row");
  m.ghost(() => {
    const g = m.regs({
      begun: reg(1, 0, "the cycle after reset is over"),
      truth: { shadow: regNoReset(shadowBits), bank: regNoReset(bankBits) },
      bank: {
        known: reg(1, 0, "what the row is in the core's bank that is not in use"),
        value: regNoReset(bankBits),
      },
    });
    const bitOf = (mask: Bits<typeof rows>): Bit => select(row, [0, 1, 2, 3].map((i) => mask.bit(i)));
    const { in_ram, now, left_to_save, left_to_load, shadow_row, outgoing } = m.nets({
      in_ram: inside.words.readAsync(cat(task, row)),
      now: turn.eq(row),
      left_to_save: bitOf(save.left),
      left_to_load: bitOf(shadow.left),
      shadow_row: select(row, shadow.row),
      outgoing: select(row, io.outgoing),
    });
    const { saves_now, loads_now, written } = m.nets({
      saves_now: and(now, left_to_save),
      loads_now: and(now, inside.moves),
      written: and(
        inside.done, io.page.write, running.ne(io.page.task), io.page.task.eq(task), io.page.row.eq(row)),
    });
    const is_saved = save.task.eq(task);

    // The core's bank keeps what is written to it. What it holds after an exchange is seen when it is first read.
    m.assume("the_bank_keeps_its_rows", or(now.not(), g.bank.known.not(), io.bank.rdata.eq(g.bank.value)));
    m.when(saves_now.and(g.bank.known.not()), () => { m.drive(g.bank, { known: 1, value: io.bank.rdata }); });
    m.when(and(now, io.bank.write), () => { m.drive(g.bank, { known: 1, value: io.bank.wdata }); });
    m.when(exchange, () => { g.bank.known.next = 0; });

    // The truth
    g.begun.next = 1;
    m.when(g.begun.not(), () => {
      g.truth.shadow.next = in_ram.slice(wordBits - 1, bankBits);
      g.truth.bank.next = in_ram.slice(bankBits - 1, 0);
    });
    m.when(written, () => {
      g.truth.shadow.next = io.page.data.slice(wordBits - 1, bankBits);
      g.truth.bank.next = io.page.data.slice(bankBits - 1, 0);
    });
    m.when(saves_now.and(is_saved), () => { g.truth.bank.next = io.bank.rdata; });
    m.when(exchange.and(running.eq(task)), () => { g.truth.shadow.next = outgoing; });
    const { truth } = m.nets({ truth: cat(g.truth.shadow, g.truth.bank) });

    const waits_for_save = left_to_save.and(is_saved);
    const runs = running.eq(task);
    const { held_here } = m.nets({ held_here: and(shadow.valid, shadow.task.eq(task), left_to_load.not()) });
    m.assert("the_ram_holds_every_context_that_does_not_run", or(g.begun.not(), runs, waits_for_save, in_ram.eq(truth)));
    m.assert("the_core_is_given_the_context_as_it_was_left", or(
      g.begun.not(), exchange.not(), inside.target.ne(task),
      and(shadow_row.eq(g.truth.shadow), g.bank.known, g.bank.value.eq(g.truth.bank))));
    m.assert("what_is_still_to_be_saved_is_in_the_shadow",
      waits_for_save.not().or(and(shadow_row.eq(g.truth.shadow), g.bank.known.not())));
    m.assert("what_is_loaded_is_the_context", or(held_here.not(), waits_for_save, g.begun.not(),
      and(shadow_row.eq(g.truth.shadow), g.bank.known, g.bank.value.eq(g.truth.bank))));
    m.assert("what_is_being_loaded_is_the_context",
      or(loads_now.not(), fetched.task.ne(task), g.begun.not(), inside.loads.eq(truth)));
    m.assert("what_comes_from_the_ram_is_the_context",
      or(fetched.valid.not(), now.not(), fetched.task.ne(task), g.begun.not(), inside.loads.eq(truth)));
    m.assert("nothing_is_overwritten_before_it_is_saved", or(loads_now.not(), left_to_save.not(), saves_now));
    m.assert("a_row_is_loaded_after_it_is_saved",
      or(shadow.valid.not(), left_to_save.not(), shadow.task.eq(save.task), left_to_load));
    m.assert("a_row_is_not_loaded_that_is_to_be_saved",
      or(left_to_save.not(), shadow.valid.not(), shadow.task.ne(save.task), left_to_load.not()));
    m.assert("nothing_runs_and_is_saved", left_to_save.not().or(save.task.ne(running)));
    m.assert("nothing_is_fetched_that_is_being_saved",
      or(fetched.valid.not(), left_to_save.not(), fetched.task.ne(save.task)));
    m.assert("nothing_runs_and_is_loaded", shadow.valid.not().or(shadow.task.ne(running)));
    m.assert("nothing_runs_and_is_fetched", fetched.valid.not().or(fetched.task.ne(running)));
    m.assert("nothing_is_moved_at_first",
      or(g.begun, and(shadow.valid.not(), fetched.valid.not(), save.left.eq(0), exchange.not(), inside.writes.not())));
    m.assert("what_software_reads_is_the_context", or(
      inside.access.found.not(), inside.saving, io.page.task.ne(task), io.page.row.ne(row), runs, g.begun.not(),
      io.page.found.eq(truth)));
  });
}

function claimExchange(m: Builder, { exchange_cycles }: SwitcherConfig, inside: SwitcherInsides): void {
  const { shadow, save, decision, fetched, exchange, wants, io } = inside;
  m.ghost(() => {
    const g = m.regs({
      wanted: {
        valid: reg(1, 0, "in the last cycle, a switch was wanted to this task"), task: regNoReset(inside.target.width),
      },
      counted: reg(4, 0, "cycles since the decision, as counted here; all ones: or more"),
      rested: reg(4, interval_cycles, "cycles since the exchange before, likewise"),
      alone: reg(1, 0, "software has not written to the context since the decision"),
      fetches: reg(3, 0, "of the wanted context, one after the other, up to now; 5: or more"),
    });
    const { goes_on } = m.nets({ goes_on: and(wants, g.wanted.valid, g.wanted.task.eq(inside.target)) });
    const { age } = m.nets({ age: mux(goes_on, g.counted, 0) });
    m.drive(g.wanted, { valid: wants.and(exchange.not()), task: inside.target });
    g.counted.next = mux(age.all(), age, age.add(1));
    g.rested.next = mux(exchange, constant(1, 4), mux(g.rested.eq(interval_cycles), g.rested, g.rested.add(1)));
    const { written } = m.nets({ written: and(inside.changes, io.page.task.eq(inside.target)) });
    g.alone.next = and(written.not(), or(goes_on.not(), g.alone));
    const { before } = m.nets({ before: mux(goes_on, g.fetches, 0) });
    g.fetches.next = mux(inside.fetches, mux(before.eq(exchangeMin_cycles), before, before.add(1)), 0);

    m.assert("exchanges_only_while_the_core_is_held", exchange.not().or(and(io.held, io.hold)));
    m.assert("exchanges_only_when_everything_is_ready", exchange.not().or(io.ready));
    m.assert("exchanges_only_to_the_choice", or(exchange.not(), io.follow.not(), and(
      or(io.choice.settled, io.choice.valid.not()), inside.target.eq(mux(io.choice.valid, io.choice.number, io.wanted)))));
    m.assert("never_exchanges_too_early", exchange.not().or(age.ge(exchange_cycles)));
    m.assert("exchanges_in_time_if_the_core_is_held_in_time", or(
      wants.not(), age.lt(exchange_cycles), io.held.not(), io.ready.not(), g.rested.ne(interval_cycles),
      and(goes_on, g.alone).not(), exchange));
    m.assert("exchanges_keep_their_distance", exchange.not().or(g.rested.eq(interval_cycles)));
    m.assert("knows_how_long_ago_the_exchange_was", inside.distance.eq(g.rested));
    m.assert("knows_what_is_decided", and(decision.valid.eq(g.wanted.valid), or(
      g.wanted.valid.not(), and(decision.task.eq(g.wanted.task), or(decision.age.eq(g.counted.zext(decision.age.width)),
        and(g.counted.all(), decision.age.gt(g.counted.zext(decision.age.width))))))));
    m.assert("the_choice_is_never_run_against_its_will", or(exchange.not(), inside.target.ne(inside.running)));
    m.cover("a_context_is_exchanged", exchange);

    // How it comes that everything is loaded in time: rows ahead, the one whose turn it is first.
    const ahead = (mask: Bits): Bits => select(inside.turn, [
      mask, ...[1, 2, 3].map((i) => cat(mask.slice(i - 1, 0), mask.slice(rows - 1, i))),
    ]);
    const { ahead_to_load, ahead_to_save } = m.nets({
      ahead_to_load: ahead(shadow.left), ahead_to_save: ahead(save.left),
    });
    const { distance } = inside;
    for (const cycles of Array.from({ length: exchangeMin_cycles }, (_, i) => i + 1)) {
      const done = constant(2 ** (exchangeMin_cycles - cycles) - 1, rows);
      m.assert(`a_save_of_${cycles}_cycles_has_come_so_far`, or(distance.lt(cycles), ahead_to_save.and(done.not()).eq(0)));
      m.assert(`after_${cycles}_cycles_as_many_fetches`, or(
        decision.valid.not(), g.alone.not(), decision.age.lt(cycles), distance.lt(exchangeMin_cycles + cycles),
        g.fetches.ge(cycles)));
      if (cycles === 1) {
        m.assert("a_fetch_is_of_what_is_wanted", or(g.fetches.eq(0),
          and(decision.valid, fetched.valid, fetched.task.eq(decision.task))));
        continue;
      }
      m.assert(`after_${cycles}_fetches_a_row_less`, or(decision.valid.not(), g.fetches.lt(cycles),
        and(shadow.valid, shadow.task.eq(decision.task), ahead_to_load.and(done.not()).eq(0))));
    }
    m.assert("does_not_count_too_far", g.fetches.le(exchangeMin_cycles));
    m.assert("rests_no_longer_than_counted", distance.le(interval_cycles));
  });
}
