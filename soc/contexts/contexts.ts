// The unit that holds every task's context and puts the one that shall run into the core: its ports, the kernel's page,
// and what is reported. How contexts are moved, and when, is in switcher.ts.
import {
  and, cat, constant, flip, input, module, mux, oneHotMux, or, output, reg, regNoReset, type Bit, type Bits,
  type Design,
} from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { switchPort } from "../cpu/context.ts";
import { flag, pack, part } from "../fields.ts";
import { eventPort, kindOf } from "../trace/ports.ts";
import { bankBits, contextOf, contextWords, levelLsb, rowsOf, shadowBits, stackRow, wordBits } from "./layout.ts";
import { contexts as description, contextsPage_words } from "./registers.ts";
import { rowBits, rows, taskBitsOf, type ContextsConfig } from "./shape.ts";
import { switcher } from "./switcher.ts";

const { registers } = description;

const ports = (config: ContextsConfig) => {
  const task = taskBitsOf(config);
  return {
    core: flip(switchPort),
    bus: wordDevice,
    cpl: input(2, "the running task's: in rings 1 to 3 the page reads as 0, and writes do nothing"),
    choice: {
      valid: input(1, "some task is ready and may run; else the one in CONTROL runs"),
      number: input(task, "who shall run"),
      settled: input(1, "nothing under way takes that back"),
    },
    waits: input(1, "the scheduler's running task has no job, or its job is blocked"),
    dispatched: { valid: output(1, "from the next cycle on this task runs"), number: output(task) },
    running: output(task, "the task whose state is in the core"),
    /** For others whose state is exchanged along, as the MPU's; they look at `dispatched` too. */
    next: {
      valid: output(1, "a switch to this task is under way: what belongs to it is to be loaded"),
      task: output(task),
      ready: input(1, "it is loaded; without it there is no exchange"),
    },
    event: eventPort,
  };
};

export type ContextsPorts = ReturnType<typeof ports>;

const lateBits = 16;

export function contexts(config: ContextsConfig): Design<ContextsPorts> {
  const taskBits = taskBitsOf(config);
  return module("contexts", description.doc, ports(config), (m, io) => {
    const { bus, core } = io;
    const { is_kernel } = m.nets({ is_kernel: io.cpl.eq(0) });
    const { written } = m.nets({ written: and(bus.access, bus.write, bus.mask.all(), is_kernel) });
    const at = ({ offset }: { readonly offset: number }): Bit => bus.address.eq(offset / 4);
    const writes = (register: { readonly offset: number }): Bit => written.and(at(register));
    const r = m.regs({
      number: reg(taskBits, 0, "whose context software looks at"),
      control: { follow: reg(1), anywhere: reg(1), task: reg(taskBits) },
      access: {
        begins: reg(1), valid: reg(1), write: regNoReset(1), task: regNoReset(taskBits),
        word: regNoReset(wordNumberBits), value: regNoReset(32),
      },
      found: reg(32),
      esp: regNoReset(32, "belongs to what the core's bank holds"),
      late: { count: reg(lateBits), most: reg(lateBits) },
      chosen: { runs: reg(1, 0, "the task that runs was the scheduler's choice"), cycles: reg(32) },
      belated: { valid: reg(1, 0, "the exchange in the last cycle was late"), by: regNoReset(lateBits) },
    });
    const wires = m.nets({ page_data: wordBits, word_row: rowBits, bank_rdata: bankBits });

    // --- the switcher ---------------------------------------------------------------------------------
    const s = m.instance("switcher", switcher({ ...config, bankBits, shadowBits, lateBits }), {
      choice: { valid: io.choice.valid, number: io.choice.number, settled: io.choice.settled },
      waits: io.waits,
      follow: r.control.follow,
      wanted: r.control.task,
      ready: io.next.ready,
      held: core.held,
      outgoing: [...rowsOf(core.outgoing)],
      bank: { rdata: wires.bank_rdata },
      page: {
        begin: r.access.begins, write: r.access.write, task: r.access.task, row: wires.word_row, data: wires.page_data,
      },
    });
    core.hold.value = s.hold;
    core.anywhere.value = r.control.anywhere;
    core.exchange.value = s.exchange;
    m.drive(core.incoming, contextOf(s.incoming, r.esp));
    m.unused(...s.incoming.slice(1).map((row) => row.slice(shadowBits - 1, levelLsb)));
    m.drive(io.dispatched, { valid: s.exchange, number: s.next.task });
    io.running.value = s.running;
    io.next.valid.value = s.next.valid;
    io.next.task.value = s.next.task;

    // The core's bank has no ESP: this is it.
    core.bank.row.value = s.bank.row;
    core.bank.write.value = s.bank.write;
    core.bank.wdata.value = s.bank.wdata.as(bankBits);
    const { at_stack } = m.nets({ at_stack: s.bank.row.eq(stackRow) });
    const [upper, lower] = [core.bank.rdata.slice(63, 32), core.bank.rdata.slice(31, 0)];
    wires.bank_rdata.value = cat(upper, mux(at_stack, r.esp, lower)).as(bankBits);
    m.when(s.exchange, () => { r.esp.next = core.outgoing.esp; })
      .elsewhen(s.bank.write.and(at_stack), () => { r.esp.next = s.bank.wdata.slice(31, 0); });

    // --- software's accesses --------------------------------------------------------------------------
    const { changes, looks } = m.nets({
      changes: and(written, bus.address.lt(contextsPage_words)), looks: writes(registers.LOOK),
    });
    r.access.begins.next = or(changes, looks);
    m.when(s.page.done, () => { r.access.valid.next = 0; });
    const { named } = m.nets({
      named: mux(changes, bus.address.slice(wordNumberBits - 1, 0), bus.wdata.slice(wordNumberBits + 1, 2)),
    });
    m.when(or(changes, looks), () => {
      m.drive(r.access, {
        begins: 1, valid: 1, write: changes, task: r.number, word: named.as(wordNumberBits), value: bus.wdata,
      });
    });
    m.assert("an_access_is_done_before_the_next", or(r.access.valid.not(), or(changes, looks).not(), s.page.done));
    const chosen = contextWords.map((word) => {
      const { hit } = m.scope(`word_${word.number}`, () => m.nets({ hit: r.access.word.eq(word.number) }));
      return { ...word, hit };
    });
    const rowHits = (row: number): Bit =>
      or(...nonEmpty(chosen.filter((word) => word.row === row).map(({ hit }) => hit)));
    wires.word_row.value = oneHotMux(
      Array.from({ length: rows }, (_, row) => [rowHits(row), constant(row, rowBits)] as const)).as(rowBits);

    // Each column: whether it is meant, what was in it, what is in it then.
    const columns = [...new Set(chosen.map(({ lsb }) => lsb))].toSorted((a, b) => a - b).map((lsb) => {
      const here = nonEmpty(chosen.filter((word) => word.lsb === lsb));
      const { width } = here[0];
      return m.scope(`column_${lsb}`, () => {
        const { meant } = m.nets({ meant: or(...nonEmpty(here.map(({ hit }) => hit))) });
        const was = s.page.found.slice(lsb + width - 1, lsb);
        return { meant, was: was.zext(32), is: mux(meant, r.access.value.slice(width - 1, 0), was) };
      });
    });
    wires.page_data.value = cat(...nonEmpty(columns.map(({ is }) => is).toReversed())).as(wordBits);
    m.when(s.page.done.and(r.access.write.not()), () => {
      r.found.next = oneHotMux(columns.map(({ meant, was }) => [meant, was] as const));
    });

    m.when(writes(registers.TASK), () => {
      r.number.next = part(bus.wdata, registers.TASK.fields.TASK).slice(taskBits - 1, 0);
    });
    m.when(writes(registers.CONTROL), () => {
      r.control.follow.next = flag(bus.wdata, registers.CONTROL.fields.FOLLOW);
      r.control.anywhere.next = flag(bus.wdata, registers.CONTROL.fields.ANYWHERE);
      r.control.task.next = part(bus.wdata, registers.CONTROL.fields.TASK).slice(taskBits - 1, 0);
    });

    // --- what is counted and reported -----------------------------------------------------------------
    const lateness = s.lateness.as(lateBits);
    const { is_late } = m.nets({ is_late: s.exchange.and(lateness.ne(0)) });
    m.when(writes(registers.LATE), () => { m.drive(r.late, { count: 0, most: 0 }); })
      .elsewhen(is_late, () => {
        r.late.count.next = mux(r.late.count.all(), r.late.count, r.late.count.add(1));
        r.late.most.next = mux(lateness.gt(r.late.most), lateness, r.late.most);
      });
    m.when(s.exchange, () => { r.chosen.runs.next = r.control.follow.and(io.choice.valid); });
    m.when(r.chosen.runs, () => { r.chosen.cycles.next = r.chosen.cycles.add(1); });
    m.drive(r.belated, { valid: is_late, by: lateness });
    io.event.valid.value = or(s.exchange, r.belated.valid);
    io.event.kind.value = mux(r.belated.valid, constant(kindOf("late"), 5), kindOf("switch"));
    io.event.task.value = mux(r.belated.valid, s.running, s.next.task).zext(8);
    io.event.argument.value = mux(r.belated.valid, r.belated.by.zext(32), s.running.zext(32));

    const wide = (task: Bits): Bits => (taskBits === 8 ? task : task.zext(8));
    const { shown } = m.nets({ shown: 32 });
    bus.rdata.value = and(shown, is_kernel.replicate(32));
    m.match(bus.address, ([
      [registers.TASK, r.number.zext(32)],
      [registers.VALUE, r.found],
      [registers.CONTROL, pack(32, registers.CONTROL.fields, {
        FOLLOW: r.control.follow, ANYWHERE: r.control.anywhere, TASK: wide(r.control.task),
      })],
      [registers.STATUS, pack(32, registers.STATUS.fields, {
        BUSY: r.access.valid, SWITCHES: s.next.valid, NEXT: wide(s.next.task), RUNNING: wide(s.running),
      })],
      [registers.LATE, pack(32, registers.LATE.fields, { COUNT: r.late.count, MOST: r.late.most })],
      [registers.CHOSEN, r.chosen.cycles],
    ] as const).map(([{ offset }, value]) => [offset / 4, () => { shown.value = value; }] as const), () => {
      shown.value = 0;
    });
  });
}

const wordNumberBits = 6;

function nonEmpty<T>(list: readonly T[]): readonly [T, ...T[]] {
  const [first, ...others] = list;
  if (first === undefined) throw new Error("one at least is needed");
  return [first, ...others];
}
