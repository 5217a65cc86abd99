// A local APIC subset: takes requests, ranks them by vector, and offers the highest to the CPU when its class (the
// vector's upper four bits) is above the processor priority. Registers and names: registers.ts.
//
// Where requests come from:
// - Line n requests vector 20h + n and is a level, like a PC's I/O APIC input in level mode: while it is high, one
//   request is made, and the next one only after the end of that interrupt. So a device that still holds its line at
//   EOI is served again. A request once made stays, even if the line falls.
// - The timer makes one request at each expiry, for the vector that its LVT register then holds. If its last request
//   is still not acknowledged, there is one request all the same, for the new vector. If its vector is a line's too,
//   each of them makes its own interrupt.
//
// How they are kept. Requests can only be for the sixteen vectors of the lines and for one of the timer's: a bit for
// each line and a vector for the timer are all of IRR. Of the vectors in service there is one to a class at most, for
// a class in service holds back its like; so a bit and a number for each class are all of ISR.
//
// Timing: a line high in cycle k, or an expiry in k, is in IRR from k + 1 and offered to the CPU from k + 2, whatever
// else is going on. A write to any register withdraws the offer for the cycle in which the bus tells the CPU that it
// is done; what the CPU sees from then on is up to date, so it never takes what a raised TPR should have held back.
import {
  and, cat, constant, input, module, mux, or, output, reg, regNoReset, type Bit, type Bits, type Builder, type Design,
} from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { flag, pack, part } from "../fields.ts";
import { firstLineVector, interruptLineCount } from "../memory-map.ts";
import { highestOf16 } from "./highest.ts";
import { localApic as description } from "./registers.ts";
import { timer } from "./timer.ts";

/** From the rise of a line or the expiry of the timer to the offer to the CPU. */
export const requestToOffer_cycles = 2;

/** The CPU's view. */
export const interruptPort = {
  request: input(1, "an interrupt is offered; it may be withdrawn"),
  vector: input(8),
  acknowledge: output(1, "the offer is taken in this cycle"),
};

const ports = {
  bus: wordDevice,
  lines: input(interruptLineCount, "levels, in time with the clock"),
  cpu: { request: output(1), vector: output(8), acknowledge: input(1) },
  accepted: { valid: output(1, "the CPU takes a line's interrupt in this cycle"), line: output(4) },
};

const registers = description.registers;
const lineClass = firstLineVector / 16;

export function localApic(): Design<typeof ports> {
  return module("local_apic", description.doc, ports, (m, io) => {
    const { bus, cpu } = io;
    const offset = bus.address.slice(9, 2);
    const { written } = m.nets({ written: bus.access.and(bus.write, bus.mask.all()) });
    const writes = (register: { readonly offset: number }): Bit => written.and(offset.eq(register.offset / 16));

    const r = m.regs({
      tpr: reg(8),
      svr: { vector: reg(8, registers.SVR.reset), enable: reg(1) },
      divide: reg(3, 0, "bits 3, 1 and 0 of DIVIDE"),
      requested_lines: reg(16, 0, "IRR of the lines' class"),
      timer_request: { valid: reg(1), vector: regNoReset(8) },
      served_classes: reg(16, 0, "classes in service"),
      served_line: regNoReset(4, "the line in service, if its class is"),
      offer: { valid: reg(1), vector: regNoReset(8), from_timer: regNoReset(1) },
    });
    const enabled = r.svr.enable;

    // Plain registers
    m.when(writes(registers.TPR), () => { r.tpr.next = bus.wdata.slice(7, 0); });
    const svr = registers.SVR.fields;
    m.when(writes(registers.SVR), () => {
      r.svr.vector.next = part(bus.wdata, svr.VECTOR).as(8);
      r.svr.enable.next = flag(bus.wdata, svr.ENABLE);
    });
    m.when(writes(registers.DIVIDE), () => { r.divide.next = cat(bus.wdata.bit(3), bus.wdata.slice(1, 0)); });
    const { disables } = m.nets({ disables: writes(registers.SVR).and(flag(bus.wdata, svr.ENABLE).not()) });
    const local = { enabled, disables, wdata: bus.wdata };
    const lvt = {
      timer: localVector(m, "lvt_timer", { ...local, written: writes(registers.LVT_TIMER) }),
      lint0: localVector(m, "lvt_lint0", { ...local, written: writes(registers.LVT_LINT0) }),
      lint1: localVector(m, "lvt_lint1", { ...local, written: writes(registers.LVT_LINT1) }),
      error: localVector(m, "lvt_error", { ...local, written: writes(registers.LVT_ERROR) }),
    };
    const { lvt_timer_periodic } = m.regs({ lvt_timer_periodic: reg(1) });
    m.when(writes(registers.LVT_TIMER), () => {
      lvt_timer_periodic.next = flag(bus.wdata, registers.LVT_TIMER.fields.PERIODIC);
    });
    const time = timer(m, {
      started: writes(registers.INITIAL_COUNT), value: bus.wdata, periodic: lvt_timer_periodic, divide: r.divide,
    });

    // Requests: acknowledging one clears it and puts its class in service
    const { taken, taken_line, taken_timer } = m.nets({
      taken: mux(cpu.acknowledge, oneHot(r.offer.vector.slice(7, 4)), 0),
      taken_line: mux(cpu.acknowledge.and(r.offer.from_timer.not()), oneHot(r.offer.vector.slice(3, 0)), 0),
      taken_timer: cpu.acknowledge.and(r.offer.from_timer),
    });
    io.accepted.valid.value = cpu.acknowledge.and(r.offer.from_timer.not());
    io.accepted.line.value = r.offer.vector.slice(3, 0);
    const lineServed = r.served_classes.bit(lineClass);
    const { asking_lines } = m.nets({
      asking_lines: mux(enabled, io.lines, 0).and(mux(lineServed, oneHot(r.served_line), 0).not()),
    });
    r.requested_lines.next = r.requested_lines.or(asking_lines).and(taken_line.not());
    m.when(time.expires.and(lvt.timer.masked.not()), () => {
      m.drive(r.timer_request, { valid: 1, vector: lvt.timer.vector });
    }).elsewhen(taken_timer, () => { r.timer_request.valid.next = 0; });

    // In service: the end of interrupt is for the highest class
    const serving = highestOf16(m, "serving", r.served_classes);
    const { ended } = m.nets({ ended: mux(writes(registers.EOI).and(serving.any), oneHot(serving.index), 0) });
    r.served_classes.next = r.served_classes.and(ended.not()).or(taken);
    const served = m.memory("served", { width: 4, depth: 16, doc: "low half of the vector in service in each class" });
    served.write({ address: r.offer.vector.slice(7, 4), data: r.offer.vector.slice(3, 0), enable: cpu.acknowledge });
    m.when(taken.bit(lineClass), () => { r.served_line.next = r.offer.vector.slice(3, 0); });

    // The offer: the highest request, if it is of a higher class than what runs
    const { tpr_rules } = m.nets({ tpr_rules: r.tpr.slice(7, 4).ge(serving.index) });
    const { ppr } = m.nets({ ppr: mux(tpr_rules, r.tpr, cat(serving.index, constant(0, 4))) });
    const line = highestOf16(m, "line", r.requested_lines);
    const { line_vector } = m.nets({ line_vector: cat(constant(lineClass, 4), line.index) });
    const { timer_first } = m.nets({
      timer_first: r.timer_request.valid.and(line.any.not().or(r.timer_request.vector.gt(line_vector))),
    });
    const { first } = m.nets({ first: mux(timer_first, r.timer_request.vector, line_vector) });
    const anyRequest = line.any.or(r.timer_request.valid);
    m.drive(r.offer, {
      valid: and(enabled, anyRequest, first.slice(7, 4).gt(ppr.slice(7, 4)), cpu.acknowledge.not(), written.not()),
      vector: first,
      from_timer: timer_first,
    });
    cpu.request.value = r.offer.valid;
    cpu.vector.value = r.offer.vector;

    // Reading
    const row = offset.slice(2, 0);
    const classes = [cat(row, constant(1, 1)), cat(row, constant(0, 1))] as const;
    const servedIn = (of: Bits<4>): Bits<16> => mux(bitOf(r.served_classes, of), oneHot(served.readAsync(of)), 0);
    const { valid: timerAsks, vector: timerVector } = r.timer_request;
    const timerIn = (of: Bits<4>): Bits<16> =>
      mux(timerAsks.and(timerVector.slice(7, 4).eq(of)), oneHot(timerVector.slice(3, 0)), 0);
    const lineRow = (word: Bits<16>): Bits<32> => mux(row.eq(lineClass >> 1), word.zext(32), 0);
    const { isr_row, irr_row, tmr_row } = m.nets({
      isr_row: cat(servedIn(classes[0]), servedIn(classes[1])),
      irr_row: cat(timerIn(classes[0]), timerIn(classes[1])).or(lineRow(r.requested_lines)),
      tmr_row: lineRow(constant(0xffff, 16)),
    });
    const words: readonly (readonly [{ readonly offset: number; readonly count?: number }, Bits<32>])[] = [
      [registers.VERSION, constant(registers.VERSION.reset, 32)],
      [registers.TPR, r.tpr.zext(32)],
      [registers.PPR, ppr.zext(32)],
      [registers.SVR, pack(32, svr, { VECTOR: r.svr.vector, ENABLE: r.svr.enable })],
      [registers.ISR, isr_row],
      [registers.TMR, tmr_row],
      [registers.IRR, irr_row],
      [registers.LVT_TIMER, pack(32, registers.LVT_TIMER.fields, {
        VECTOR: lvt.timer.vector, MASKED: lvt.timer.masked, PERIODIC: lvt_timer_periodic,
      })],
      [registers.LVT_LINT0, lvt.lint0.word],
      [registers.LVT_LINT1, lvt.lint1.word],
      [registers.LVT_ERROR, lvt.error.word],
      [registers.INITIAL_COUNT, time.initial],
      [registers.CURRENT_COUNT, time.current],
      [registers.DIVIDE, cat(r.divide.bit(2), constant(0, 1), r.divide.slice(1, 0)).zext(32)],
    ];
    m.match(
      offset,
      words.map(([{ offset: start, count = 1 }, word]) =>
        [Array.from({ length: count }, (_, i) => start / 16 + i), () => { bus.rdata.value = word; }] as const),
      () => { bus.rdata.value = 0; },
    );
    m.unused(bus.address.slice(1, 0));

    m.assume("only_offers_are_acknowledged", cpu.acknowledge.not().or(cpu.request));
    m.assert("one_vector_of_a_class_in_service",
      taken.and(r.served_classes).eq(0));
  });
}

const oneHot = (index: Bits<4>): Bits<16> => constant(1, 16).shl(index);
const bitOf = (bits: Bits<16>, index: Bits<4>): Bit => bits.and(oneHot(index)).any();

interface LocalVectorInputs {
  readonly written: Bit;
  readonly wdata: Bits<32>;
  readonly enabled: Bit;
  readonly disables: Bit;
}

/** A register of the local vector table: its mask cannot be cleared while the APIC is disabled. */
function localVector(m: Builder, name: string, of: LocalVectorInputs) {
  const fields = registers.LVT_ERROR.fields;
  return m.scope(name, () => {
    const r = m.regs({ vector: reg(8), masked: reg(1, 1) });
    m.when(of.written, () => {
      r.vector.next = part(of.wdata, fields.VECTOR).as(8);
      r.masked.next = or(flag(of.wdata, fields.MASKED), of.enabled.not());
    });
    m.when(of.disables, () => { r.masked.next = 1; });
    return { ...r, word: pack(32, fields, { VECTOR: r.vector, MASKED: r.masked }) };
  });
}
