// Decides when the core goes from one task to another, and moves contexts between block RAM, the shadow registers and
// the core's bank of general registers that is not in use.
//
//   cycle     0          1     2     3     4     5        N          N+1   N+2   N+3   N+4
//             decision                           loaded   exchange
//   turn      t          t+1   t+2   t+3   t     t+1                 u     u+1   u+2   u+3
//   read      row t+1    t+2   t+3   t
//   shadow               t+1   t+2   t+3   t                         the context that ran before
//   save                                                             row u u+1   u+2   u+3
//
// Every row has its turn once in four cycles, in the same cycle for all who move rows: what comes out of the RAM goes
// into the row whose turn it is, and a save writes the row whose turn it is. So a load may begin at any time, with
// whatever row is next: during a save it follows row by row, and takes four cycles as always.
//
// The RAM's first port only reads, for the shadow registers; its second one saves, and gives software its turn when no
// save needs it.
//
// The shadow registers and the bank together hold one context besides the running one. After an exchange it is the one
// that ran until then: if the choice returns to it, nothing has to be loaded. If software writes to the context that
// they hold, it is loaded anew.
import {
  and, array, cat, constant, input, module, mux, or, output, reg, regNoReset, select, type Design,
} from "#hdl-gen";
import { claims } from "./claims.ts";
import { interval_cycles, rowBits, rows, taskBitsOf, type SwitcherConfig } from "./shape.ts";

const ports = (config: SwitcherConfig) => {
  const task = taskBitsOf(config);
  const wordBits = config.bankBits + config.shadowBits;
  return {
    choice: { valid: input(1), number: input(task), settled: input(1) },
    waits: input(1, "the running task has nothing to run for"),
    follow: input(1, "the choice is who shall run, if there is one"),
    wanted: input(task, "who shall run else"),
    ready: input(1, "whatever else is exchanged along is loaded"),
    held: input(1, "the core is at a boundary and stays there"),
    hold: output(1, "it shall"),
    exchange: output(1, "in this cycle"),
    next: { valid: output(1, "a switch is under way"), task: output(task, "to this one") },
    running: output(task),
    outgoing: array(rows, input(config.shadowBits)),
    incoming: array(rows, output(config.shadowBits)),
    bank: {
      row: output(rowBits), write: output(1), wdata: output(config.bankBits), rdata: input(config.bankBits),
    },
    lateness: output(config.lateBits, "of an exchange: cycles that it comes too late; all ones: at least"),
    /**
     * Software's access to a row: it is read, then written as changed, if that is wanted. Of the running task, what was
     * saved last is read, and nothing is written.
     */
    page: {
      begin: input(1, "not while one is under way"),
      write: input(1, "held until done"),
      task: input(task, "held until done"),
      row: input(rowBits, "held until done"),
      done: output(1, "`found` is there, `data` is written"),
      found: output(wordBits, "shadow bits above bank bits"),
      data: input(wordBits, "`found` with what is to be changed"),
    },
  };
};

export type SwitcherPorts = ReturnType<typeof ports>;

export function switcher(config: SwitcherConfig): Design<SwitcherPorts> {
  const taskBits = taskBitsOf(config);
  const { bankBits, shadowBits, lateBits, exchange_cycles } = config;
  const wordBits = bankBits + shadowBits;
  const ageBits = lateBits + 1;
  return module("context_switcher", `Switches between ${config.tasks} contexts.`, ports(config), (m, io) => {
    const all = 2 ** rows - 1;
    const r = m.regs({
      current: reg(taskBits, 0, "whose state is in the core"),
      turn: reg(rowBits, 0, "the row that is moved in this cycle"),
      distance: reg(4, interval_cycles, "cycles since the exchange before"),
      decision: {
        valid: reg(1, 0, "in the last cycle, a switch was wanted to this task"),
        task: regNoReset(taskBits),
        age: regNoReset(ageBits, "cycles since it first was"),
      },
      fetched: {
        valid: reg(1, 0, "the row in turn, of this task, has been read for the shadow"), task: regNoReset(taskBits),
      },
      shadow: {
        valid: reg(1, 0, "the shadow and the bank hold this task's context"),
        task: regNoReset(taskBits),
        left: regNoReset(rows, "but for these rows"),
        row: array(rows, regNoReset(shadowBits)),
      },
      save: {
        left: reg(rows, 0, "rows of this task that are only in the shadow and the bank"), task: regNoReset(taskBits),
      },
      access: { valid: reg(1, 0, "software's"), found: reg(1, 0, "its row has been read in the last cycle") },
    });
    r.turn.next = r.turn.add(1);
    const { turn_bit } = m.nets({ turn_bit: constant(1, rows).shl(r.turn) });

    // --- who shall run --------------------------------------------------------------------------------
    // That there is no choice, nothing can take back.
    const { target, is_final } = m.nets({
      target: mux(io.follow.and(io.choice.valid), io.choice.number, io.wanted),
      is_final: or(io.follow.not(), io.choice.settled, io.choice.valid.not()),
    });
    const { wants } = m.nets({ wants: is_final.and(target.ne(r.current)) });
    const { goes_on } = m.nets({ goes_on: and(wants, r.decision.valid, r.decision.task.eq(target)) });
    const { age } = m.nets({ age: mux(goes_on, r.decision.age, 0) });

    // --- when -----------------------------------------------------------------------------------------
    const { loaded, rested, saving } = m.nets({
      loaded: and(r.shadow.valid, r.shadow.task.eq(target), r.shadow.left.eq(0)),
      rested: r.distance.eq(interval_cycles),
      saving: r.save.left.any(),
    });
    const { swaps } = m.nets({
      swaps: and(wants, io.held, io.ready, loaded, rested, saving.not(), age.ge(exchange_cycles)),
    });
    r.decision.valid.next = wants.and(swaps.not());
    r.decision.task.next = target;
    r.decision.age.next = mux(age.all(), age, age.add(1));
    m.when(rested.not(), () => { r.distance.next = r.distance.add(1); });
    m.when(swaps, () => {
      r.current.next = target;
      r.distance.next = 1;
    });
    const { late } = m.nets({ late: age.sub(exchange_cycles) });
    io.lateness.value = mux(late.msb(), constant(2 ** lateBits - 1, lateBits), late.slice(lateBits - 1, 0));
    // As long before the exchange as ever, so that a task runs while the distance to the one before is still to come.
    const { is_near } = m.nets({ is_near: r.distance.ge(interval_cycles - exchange_cycles) });
    // A task that has given up runs no further instruction. Who runs while there is no choice has nothing to give up.
    io.hold.value = or(and(wants, is_near), and(io.follow, io.waits, r.current.ne(io.wanted)));
    io.exchange.value = swaps;
    io.running.value = r.current;
    io.next.valid.value = wants;
    io.next.task.value = target;

    // --- software -------------------------------------------------------------------------------------
    const { page } = io;
    const { accesses, is_running, done } = m.nets({
      accesses: or(page.begin, r.access.valid),
      is_running: page.task.eq(r.current),
      done: r.access.found.and(saving.not()),
    });
    r.access.valid.next = accesses.and(done.not());
    r.access.found.next = and(accesses, saving.not(), r.access.found.not());
    page.done.value = done;
    const { writes, changes } = m.nets({
      writes: and(done, page.write, is_running.not()), changes: and(accesses, page.write, is_running.not()),
    });

    // --- the RAM --------------------------------------------------------------------------------------
    // What the first port reads while the second one writes it is never used.
    const words = m.memory("words", {
      width: wordBits, depth: config.tasks * rows, collisions: "undefined", doc: "by task and row",
    });
    const { next_turn } = m.nets({ next_turn: r.turn.add(1) });
    const { first_place, second_place } = m.nets({
      first_place: cat(target, next_turn),
      second_place: mux(saving, cat(r.save.task, r.turn), cat(page.task, page.row)),
    });
    const loads = words.readSync("loads", { address: first_place });
    const { saves, saved_row } = m.nets({
      saves: r.save.left.and(turn_bit).any(), saved_row: select(r.turn, r.shadow.row),
    });
    const second = words.port("second", {
      address: second_place,
      enable: constant(1, 1),
      write: or(saves, writes),
      data: mux(saving, cat(saved_row, io.bank.rdata), page.data),
    });
    page.found.value = second;

    // --- the shadow -----------------------------------------------------------------------------------
    // What the RAM holds of a context is not what it is while it is being saved, or written by software.
    const { fetches } = m.nets({
      fetches: and(
        wants, swaps.not(), and(changes, page.task.eq(target)).not(), and(saving, r.save.task.eq(target)).not()),
    });
    m.drive(r.fetched, { valid: fetches, task: target });
    m.assert("fetches_nothing_that_is_being_written",
      and(fetches, or(saves, writes), first_place.eq(second_place)).not());
    const { holds_it } = m.nets({ holds_it: r.shadow.valid.and(r.shadow.task.eq(r.fetched.task)) });
    const { left } = m.nets({ left: mux(holds_it, r.shadow.left, all) });
    const { moves } = m.nets({ moves: and(r.fetched.valid, left.and(turn_bit).any(), swaps.not()) });
    const { holder } = m.nets({ holder: mux(r.fetched.valid, r.fetched.task, r.shadow.task) });
    m.when(r.fetched.valid, () => {
      r.shadow.valid.next = 1;
      r.shadow.task.next = r.fetched.task;
      r.shadow.left.next = left.and(turn_bit.not());
    });
    m.when(and(changes, page.task.eq(holder)), () => { r.shadow.valid.next = 0; });
    m.when(swaps, () => {
      r.shadow.valid.next = 1;
      r.shadow.task.next = r.current;
      r.shadow.left.next = 0;
    });
    r.shadow.row.forEach((row, i) => {
      m.when(swaps, () => { row.next = io.outgoing[i] ?? row; })
        .elsewhen(moves.and(turn_bit.bit(i)), () => { row.next = loads.slice(wordBits - 1, bankBits); });
    });
    io.incoming.forEach((row, i) => { row.value = r.shadow.row[i] ?? constant(0, shadowBits); });
    io.bank.row.value = r.turn;
    io.bank.write.value = moves;
    io.bank.wdata.value = loads.slice(bankBits - 1, 0);

    m.when(saves, () => { r.save.left.next = r.save.left.and(turn_bit.not()); });
    m.when(swaps, () => {
      r.save.left.next = all;
      r.save.task.next = r.current;
    });

    claims(m, config, {
      words, loads, turn: r.turn, running: r.current, target, wants, distance: r.distance, saving, exchange: swaps,
      fetches, writes, changes, done, moves, fetched: r.fetched, shadow: r.shadow, save: r.save, decision: r.decision,
      access: r.access, io,
    });
  });
}
