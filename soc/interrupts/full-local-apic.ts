// The local APIC with all its vectors, for software that expects one: IRR, ISR and TMR have a bit for each. It takes
// more than ten times the flip-flops of the subset in local-apic.ts, which says how the two rank and offer requests.
//
// Requests come from the I/O APIC, from the timer, and from ICR_LOW if they are for this CPU. An interrupt that was
// requested as a level is told to the I/O APIC when it ends.
//
// The 8259s reach the CPU in virtual wire mode: what they request is offered whenever LINT0 is not masked and set to
// ExtINT, whatever the priority, unless the APIC has something to offer itself. They give the vector.
import {
  and, cat, constant, flip, input, module, mux, or, output, reg, regNoReset, select,
  type Bit, type Bits, type Builder, type Design, type Register,
} from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { flag, pack, part } from "../fields.ts";
import { fullLocalApic as description } from "./full-local-apic-registers.ts";
import { highestOf16 } from "./highest.ts";
import { timer } from "./timer.ts";

/** A request of the I/O APIC's, as it sends it. */
export const interruptMessage = {
  valid: output(1),
  vector: output(8),
  level: output(1, "requested by a level"),
  destination: output(8),
  logical: output(1, "the destination is a logical one"),
  accepted: input(1, "it is for this CPU"),
};

const ports = {
  bus: wordDevice,
  message: flip(interruptMessage),
  ended: { valid: output(1, "the interrupt with this vector has ended, and was a level"), vector: output(8) },
  external: { request: input(1), vector: input(8), acknowledge: output(1) },
  cpu: { request: output(1), vector: output(8), acknowledge: input(1) },
};

const registers = description.registers;
const everyone = 0xff;
const vectorCount = 256;

export function fullLocalApic(): Design<typeof ports> {
  return module("full_local_apic", description.doc, ports, (m, io) => {
    const { bus, cpu } = io;
    const offset = bus.address.slice(9, 2);
    const { written } = m.nets({ written: bus.access.and(bus.write, bus.mask.all()) });
    const writes = (register: { readonly offset: number }): Bit => written.and(offset.eq(register.offset / 16));
    m.unused(bus.address.slice(1, 0));

    const r = m.regs({
      id: reg(8),
      tpr: reg(8),
      ldr: reg(8),
      flat: reg(4, 0xf, "DFR"),
      svr: { vector: reg(8, registers.SVR.reset), enable: reg(1) },
      icr: { low: reg(20), destination: reg(8) },
      divide: reg(3, 0, "bits 3, 1 and 0 of DIVIDE"),
      periodic: reg(1),
      requested: reg(vectorCount, 0, "IRR"),
      in_service: reg(vectorCount, 0, "ISR"),
      by_level: reg(vectorCount, 0, "TMR"),
      offer: { valid: reg(1), vector: regNoReset(8) },
    });
    const svr = registers.SVR.fields;
    m.when(writes(registers.ID), () => { r.id.next = bus.wdata.slice(31, 24); });
    m.when(writes(registers.TPR), () => { r.tpr.next = bus.wdata.slice(7, 0); });
    m.when(writes(registers.LDR), () => { r.ldr.next = bus.wdata.slice(31, 24); });
    m.when(writes(registers.DFR), () => { r.flat.next = bus.wdata.slice(31, 28); });
    m.when(writes(registers.SVR), () => {
      r.svr.vector.next = part(bus.wdata, svr.VECTOR).as(8);
      r.svr.enable.next = flag(bus.wdata, svr.ENABLE);
    });
    m.when(writes(registers.DIVIDE), () => { r.divide.next = cat(bus.wdata.bit(3), bus.wdata.slice(1, 0)); });
    const { disables } = m.nets({ disables: writes(registers.SVR).and(flag(bus.wdata, svr.ENABLE).not()) });
    const local = { enabled: r.svr.enable, disables, wdata: bus.wdata };
    const lvtOf = (register: LvtRegister): LocalVectorInputs => ({ ...local, register, written: writes(register) });
    const lvt = {
      timer: localVector(m, "lvt_timer", lvtOf(registers.LVT_TIMER)),
      lint0: localVector(m, "lvt_lint0", lvtOf(registers.LVT_LINT0)),
      lint1: localVector(m, "lvt_lint1", lvtOf(registers.LVT_LINT1)),
      error: localVector(m, "lvt_error", lvtOf(registers.LVT_ERROR)),
    };
    const { PERIODIC } = registers.LVT_TIMER.fields;
    m.when(writes(registers.LVT_TIMER), () => {
      r.periodic.next = flag(bus.wdata, PERIODIC);
    });
    const time = timer(m, {
      started: writes(registers.INITIAL_COUNT), value: bus.wdata, periodic: r.periodic, divide: r.divide,
    });

    // Requests
    const isHere = (destination: Bits<8>, logical: Bit): Bit => or(
      destination.eq(everyone), mux(logical, destination.and(r.ldr).any(), destination.eq(r.id)),
    );
    const { message_here } = m.nets({
      message_here: and(io.message.valid, r.svr.enable, isHere(io.message.destination, io.message.logical)),
    });
    io.message.accepted.value = message_here;
    const icr = registers.ICR_LOW.fields;
    const shorthand = part(bus.wdata, icr.SHORTHAND).as(2);
    const { to_self } = m.nets({
      to_self: and(
        writes(registers.ICR_LOW), r.svr.enable,
        part(bus.wdata, icr.DELIVERY_MODE).le(icr.DELIVERY_MODE.values.LOWEST_PRIORITY),
        mux(shorthand.eq(icr.SHORTHAND.values.NONE), isHere(r.icr.destination, flag(bus.wdata, icr.LOGICAL)),
          shorthand.ne(icr.SHORTHAND.values.OTHERS)),
      ),
    });
    const keptIcr = ~(1 << icr.PENDING.lsb) & 0xcfff;
    m.when(writes(registers.ICR_LOW), () => { r.icr.low.next = bus.wdata.slice(19, 0).and(0xc_0000 | keptIcr); });
    m.when(writes(registers.ICR_HIGH), () => { r.icr.destination.next = bus.wdata.slice(31, 24); });

    const { taken, ticking } = m.nets({
      taken: and(cpu.acknowledge, r.offer.valid),
      ticking: and(time.expires, lvt.timer.masked.not(), r.svr.enable),
    });
    // Under conditions, although they would hold without: a simulator skips what is so wide and changes so rarely.
    const arrivals = or(
      only(message_here, io.message.vector), only(ticking, lvt.timer.vector),
      only(to_self, part(bus.wdata, icr.VECTOR).as(8)),
    );
    const arrives = or(message_here, ticking, to_self);
    m.when(taken.or(arrives), () => {
      r.requested.next = or(r.requested.and(only(taken, r.offer.vector).not()), arrivals);
    });
    m.when(arrives, () => {
      r.by_level.next = or(
        r.by_level.and(arrivals.not()), only(message_here.and(io.message.level), io.message.vector),
      );
    });

    // In service: the end of interrupt is for the highest vector
    const serving = highestOf256(m, "serving", r.in_service);
    const { ends } = m.nets({ ends: writes(registers.EOI).and(serving.any) });
    m.when(ends.or(taken), () => {
      r.in_service.next = or(r.in_service.and(only(ends, serving.index).not()), only(taken, r.offer.vector));
    });
    io.ended.valid.value = 0;
    m.when(ends, () => { io.ended.valid.value = r.by_level.and(only(ends, serving.index)).any(); });
    io.ended.vector.value = serving.index;

    // The offer: the highest request, if it is of a higher class than what runs; else the 8259s'
    const { tpr_rules } = m.nets({ tpr_rules: r.tpr.slice(7, 4).ge(serving.index.slice(7, 4)) });
    const { ppr } = m.nets({ ppr: mux(tpr_rules, r.tpr, cat(serving.index.slice(7, 4), constant(0, 4))) });
    const first = highestOf256(m, "first", r.requested);
    m.drive(r.offer, {
      valid: and(
        r.svr.enable, first.any, first.index.slice(7, 4).gt(ppr.slice(7, 4)), cpu.acknowledge.not(), written.not(),
      ),
      vector: first.index,
    });
    const { external } = m.nets({
      external: and(
        io.external.request, r.offer.valid.not(), lvt.lint0.masked.not(),
        lvt.lint0.mode.eq(registers.LVT_LINT0.fields.DELIVERY_MODE.values.EXTINT),
      ),
    });
    cpu.request.value = r.offer.valid.or(external);
    cpu.vector.value = mux(r.offer.valid, r.offer.vector, io.external.vector);
    io.external.acknowledge.value = external.and(cpu.acknowledge);

    // Reading
    const { row } = m.nets({ row: offset.slice(2, 0) });
    const rowOf = (bits: Bits<256>): Bits<32> =>
      select(row, Array.from({ length: 8 }, (_, n) => bits.slice(32 * n + 31, 32 * n).as(32)));
    const words: readonly (readonly [{ readonly offset: number; readonly count?: number }, Bits<32>])[] = [
      [registers.ID, pack(32, registers.ID.fields, { APIC_ID: r.id })],
      [registers.VERSION, constant(registers.VERSION.reset, 32)],
      [registers.TPR, r.tpr.zext(32)],
      [registers.PPR, ppr.zext(32)],
      [registers.LDR, pack(32, registers.LDR.fields, { LOGICAL_ID: r.ldr })],
      [registers.DFR, cat(r.flat, constant(0xfff_ffff, 28))],
      [registers.SVR, pack(32, svr, { VECTOR: r.svr.vector, ENABLE: r.svr.enable })],
      [registers.ISR, rowOf(r.in_service)],
      [registers.TMR, rowOf(r.by_level)],
      [registers.IRR, rowOf(r.requested)],
      [registers.ICR_LOW, r.icr.low.zext(32)],
      [registers.ICR_HIGH, pack(32, registers.ICR_HIGH.fields, { DESTINATION: r.icr.destination })],
      [registers.LVT_TIMER, lvt.timer.word.or(mux(r.periodic, constant(1 << PERIODIC.lsb, 32), 0))],
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
    m.assume("only_offers_are_acknowledged", cpu.acknowledge.not().or(cpu.request));
  });
}

/** The vector's bit, if `condition` holds. */
const only = (condition: Bit, vector: Bits<8>): Bits<256> => condition.zext(vectorCount).shl(vector);

/** First the highest class with a set bit, then the highest bit in it. */
function highestOf256(m: Builder, name: string, bits: Bits<256>): { readonly any: Bit; readonly index: Bits<8> } {
  return m.scope(name, () => {
    const classes = Array.from({ length: 16 }, (_, n) => bits.slice(16 * n + 15, 16 * n).as(16));
    const { used } = m.nets({ used: cat(...classes.map((of) => of.any()).toReversed()).as(16) });
    const high = highestOf16(m, "class", used);
    const low = highestOf16(m, "member", m.nets({ members: select(high.index, classes) }).members);
    m.unused(low.any);
    return { any: high.any, ...m.nets({ index: cat(high.index, low.index) }) };
  });
}

interface LvtRegister {
  readonly offset: number;
  readonly reset: number;
}

interface LocalVectorInputs {
  readonly register: LvtRegister;
  readonly written: Bit;
  readonly wdata: Bits<32>;
  readonly enabled: Bit;
  readonly disables: Bit;
}

interface LocalVector {
  readonly vector: Register<8>;
  readonly mode: Register<3>;
  readonly masked: Register<1>;
  readonly word: Bits<32>;
}

/** A register of the local vector table: its mask cannot be cleared while the APIC is disabled. */
function localVector(m: Builder, name: string, of: LocalVectorInputs): LocalVector {
  const { VECTOR, DELIVERY_MODE, MASKED } = registers.LVT_LINT0.fields;
  return m.scope(name, () => {
    const r = m.regs({
      vector: reg(8),
      mode: reg(3, (of.register.reset >> DELIVERY_MODE.lsb) & 7),
      masked: reg(1, (of.register.reset >> MASKED.lsb) & 1),
    });
    m.when(of.written, () => {
      r.vector.next = part(of.wdata, VECTOR).as(8);
      r.mode.next = part(of.wdata, DELIVERY_MODE).as(3);
      r.masked.next = or(flag(of.wdata, MASKED), of.enabled.not());
    });
    m.when(of.disables, () => { r.masked.next = 1; });
    const word = pack(32, registers.LVT_LINT0.fields, { VECTOR: r.vector, DELIVERY_MODE: r.mode, MASKED: r.masked });
    return { ...r, word };
  });
}
