// A 16550: registers, FIFOs and interrupts around transmitter and receiver. The names are the manual's, see
// registers.ts. What differs from the chip:
//
// - A bit takes `ticksPerBit` periods of the divided clock instead of 16 (clock.ts says why).
// - No modem pins: CTS, DSR and DCD read as 1, RI as 0. Loopback connects them to MCR as the chip does.
// - No DMA pins, so FCR.DMA_MODE does nothing.
// - A character written to a full transmitter FIFO is dropped; the manual leaves this undefined.
// - The transmitter-empty interrupt comes at once; the chip may delay it by the last character's time.
//
// The interrupt output is a level: it stays high until the cause has gone.
import {
  asyncInput, cat, constant, flip, input, module, mux, output, reg, select, type Bit, type Bits, type Builder, type Design,
} from "#hdl-gen";
import { byteDevice } from "../bus/ports.ts";
import { flag, pack, part } from "../fields.ts";
import { textPort } from "../trace/ports.ts";
import { baudTick } from "./baud.ts";
import { fifo } from "./fifo.ts";
import { characterBits } from "./line-format.ts";
import { lineStatus } from "./line-status.ts";
import { modemStatus } from "./modem-status.ts";
import { receiver } from "./receiver.ts";
import { uart16550 } from "./registers.ts";
import { characterTimeout } from "./timeout.ts";
import { transmitter } from "./transmitter.ts";

export interface UartConfig {
  /** Periods of the divided clock in a bit; the clock divided by this is the rate at divisor 1. */
  readonly ticksPerBit: number;
}

const ports = {
  bus: byteDevice,
  rx: asyncInput(1, "serial line in"),
  tx: output(1, "serial line out"),
  // Between the FIFOs and the line there may be somebody who puts frames between the text, and takes such out of it.
  text: textPort,
  line: flip(textPort),
  heard: {
    valid: output(1, "a character has come over the line"),
    data: output(8),
    is_text: input(1, "in the same cycle: it is for software"),
  },
  interrupt_request: output(1, "high while a cause that is enabled stands"),
};

const { IER, IIR, FCR, LCR, MCR, LSR, ...other } = uart16550.registers;
const cause = IIR.fields.ID.values;
/** FCR.RX_TRIGGER's levels, in characters. */
const triggerLevels = [1, 4, 8, 14] as const;

export function uart({ ticksPerBit }: UartConfig): Design<typeof ports> {
  return module("uart16550", uart16550.doc, ports, (m, io) => {
    const { bus } = io;
    const r = m.regs({
      ier: reg(4),
      lcr: reg(8),
      mcr: reg(5),
      scr: reg(8),
      divisor: reg(16, 1, "DLM and DLL"),
      fifos_enabled: reg(1),
      trigger: reg(2),
    });
    const { reads, writes } = accesses(m, bus, flag(r.lcr, LCR.fields.DLAB));
    m.when(writes.ier, () => { r.ier.next = bus.wdata.slice(3, 0); });
    m.when(writes.lcr, () => { r.lcr.next = bus.wdata; });
    m.when(writes.mcr, () => { r.mcr.next = bus.wdata.slice(4, 0); });
    m.when(writes.scr, () => { r.scr.next = bus.wdata; });
    m.when(writes.dll, () => { r.divisor.next = cat(r.divisor.slice(15, 8), bus.wdata); });
    m.when(writes.dlm, () => { r.divisor.next = cat(bus.wdata, r.divisor.slice(7, 0)); });

    const enables = flag(bus.wdata, FCR.fields.ENABLE);
    m.when(writes.fcr, () => {
      r.fifos_enabled.next = enables;
      m.when(enables, () => { r.trigger.next = part(bus.wdata, FCR.fields.RX_TRIGGER).as(2); });
    });
    const switches = enables.ne(r.fifos_enabled);
    const { clears } = m.nets({
      clears: {
        rx: writes.fcr.and(switches.or(enables.and(flag(bus.wdata, FCR.fields.RX_RESET)))),
        tx: writes.fcr.and(switches.or(enables.and(flag(bus.wdata, FCR.fields.TX_RESET)))),
      },
    });

    const tick = baudTick(m, r.divisor, writes.dll.or(writes.dlm));
    const format = {
      word_length: part(r.lcr, LCR.fields.WLS).as(2),
      long_stop: flag(r.lcr, LCR.fields.STB),
      parity: flag(r.lcr, LCR.fields.PEN),
      parity_even: flag(r.lcr, LCR.fields.EPS),
      parity_stick: flag(r.lcr, LCR.fields.STICK),
    };
    const loopback = flag(r.mcr, MCR.fields.LOOP);

    // Transmitter
    const { sender_takes } = m.nets({ sender_takes: 1 });
    const toSend = m.instance("to_send", fifo(8), {
      enabled: r.fifos_enabled, clear: clears.tx, write: { valid: writes.thr, data: bus.wdata }, take: sender_takes,
    });
    const { thr_empty } = m.nets({ thr_empty: toSend.count.eq(0) });
    io.text.valid.value = thr_empty.not();
    io.text.data.value = toSend.front.as(8);
    sender_takes.value = thr_empty.not().and(io.text.ready);
    const sender = m.instance("sender", transmitter({ ticksPerBit }), {
      tick, format, character: { valid: io.line.valid, data: io.line.data },
    });
    io.line.ready.value = sender.character.taken;
    const { sent } = m.nets({ sent: sender.line.and(flag(r.lcr, LCR.fields.BREAK).not()) });
    io.tx.value = sent.or(loopback);
    m.unused(toSend.lost);

    // Receiver
    const line = m.synchronize("rx_now", io.rx);
    const listener = m.instance("listener", receiver({ ticksPerBit }), {
      tick, format, line: mux(loopback, sent, line),
    });
    const { character } = listener;
    io.heard.valid.value = listener.received;
    io.heard.data.value = character.data;
    const { comes } = m.nets({ comes: listener.received.and(io.heard.is_text) });
    const received = m.instance("received", fifo(11), {
      enabled: r.fifos_enabled,
      clear: clears.rx,
      write: {
        valid: comes,
        data: cat(character.break_seen, character.framing_error, character.parity_error, character.data),
      },
      take: reads.rbr,
    });
    const { waiting, written } = m.nets({
      waiting: received.count.ne(0),
      written: comes.and(received.lost.and(r.fifos_enabled).not()),
    });
    const status = lineStatus(m, {
      written,
      written_errors: cat(character.break_seen, character.framing_error, character.parity_error),
      written_to_front: written.and(waiting.and(r.fifos_enabled).not()),
      front_errors: received.front.slice(10, 8),
      count: received.count,
      taken: reads.rbr.and(waiting),
      overrun: received.lost,
      cleared: clears.rx,
      lsr_read: reads.lsr,
    });
    const timeout = characterTimeout(m, {
      tick, ticksPerBit, characterBits: characterBits(format),
      waiting: waiting.and(r.fifos_enabled), received: comes, taken: reads.rbr,
    });
    const { lsr, msr } = m.nets({
      lsr: pack(8, LSR.fields, {
        DR: waiting,
        OE: status.overrun,
        PE: status.errors.bit(0),
        FE: status.errors.bit(1),
        BI: status.errors.bit(2),
        THRE: thr_empty,
        TEMT: thr_empty.and(sender.idle),
        RX_FIFO_ERROR: status.any_in_fifo.and(r.fifos_enabled),
      }),
      msr: modemStatus(m, r.mcr, reads.msr),
    });

    // Interrupts, the most urgent first
    const thrEmptied = thrEmptyEvent(m, {
      thr_empty, enabled: flag(r.ier, IER.fields.ETBEI), writes, wdata: bus.wdata,
    });
    const enough = received.count.ge(select(r.trigger, triggerLevels.map((level) => constant(level, 5))));
    const { id } = m.nets({ id: 4 });
    const causes: readonly (readonly [Bit, number])[] = [
      [flag(r.ier, IER.fields.ELSI).and(status.overrun.or(status.errors.any())), cause.LINE_STATUS],
      [flag(r.ier, IER.fields.ERBFI).and(mux(r.fifos_enabled, enough, waiting)), cause.DATA_AVAILABLE],
      [flag(r.ier, IER.fields.ERBFI).and(timeout), cause.CHARACTER_TIMEOUT],
      [flag(r.ier, IER.fields.ETBEI).and(thrEmptied.pending), cause.THR_EMPTY],
      [flag(r.ier, IER.fields.EDSSI).and(msr.slice(3, 0).any()), cause.MODEM_STATUS],
    ];
    id.value = causes.reduceRight<Bits<4>>(
      (lessUrgent, [holds, code]) => mux(holds, constant(code, 4), lessUrgent), constant(cause.NONE, 4),
    );
    thrEmptied.reported.value = reads.iir.and(id.eq(cause.THR_EMPTY));
    io.interrupt_request.value = id.ne(cause.NONE);

    const { iir, dlab } = m.nets({
      iir: pack(8, IIR.fields, { ID: id, FIFO_STATE: r.fifos_enabled.replicate(2) }),
      dlab: flag(r.lcr, LCR.fields.DLAB),
    });
    const atOffset: Bits<8>[] = [];
    atOffset[other.RBR.offset] = mux(dlab, r.divisor.slice(7, 0), received.front.slice(7, 0));
    atOffset[IER.offset] = mux(dlab, r.divisor.slice(15, 8), r.ier.zext(8));
    atOffset[IIR.offset] = iir;
    atOffset[LCR.offset] = r.lcr;
    atOffset[MCR.offset] = r.mcr.zext(8);
    atOffset[LSR.offset] = lsr;
    atOffset[other.MSR.offset] = msr;
    atOffset[other.SCR.offset] = r.scr;
    bus.rdata.value = select(bus.address, atOffset);
  });
}

interface Bus {
  readonly access: Bit;
  readonly write: Bit;
  readonly address: Bits<3>;
}

/** Which register this cycle's access reads or writes, where that matters. */
function accesses(m: Builder, bus: Bus, dlab: Bit) {
  const writes = (register: { readonly offset: number }): Bit =>
    bus.access.and(bus.write, bus.address.eq(register.offset));
  const reads = (register: { readonly offset: number }): Bit =>
    bus.access.and(bus.write.not(), bus.address.eq(register.offset));
  return m.nets({
    writes: {
      thr: writes(other.THR).and(dlab.not()),
      ier: writes(IER).and(dlab.not()),
      dll: writes(other.DLL).and(dlab),
      dlm: writes(other.DLM).and(dlab),
      fcr: writes(FCR),
      lcr: writes(LCR),
      mcr: writes(MCR),
      scr: writes(other.SCR),
    },
    reads: {
      rbr: reads(other.RBR).and(dlab.not()),
      iir: reads(IIR),
      lsr: reads(LSR),
      msr: reads(other.MSR),
    },
  });
}

interface ThrInputs {
  readonly thr_empty: Bit;
  readonly enabled: Bit;
  readonly writes: { readonly thr: Bit; readonly ier: Bit };
  readonly wdata: Bits<8>;
}

/**
 * The transmitter's interrupt is an event: it is pending from when the FIFO becomes empty, or is found empty when the
 * interrupt is switched on, until IIR has reported it or a character is written. `reported` is to be driven.
 */
function thrEmptyEvent(m: Builder, { thr_empty, enabled, writes, wdata }: ThrInputs) {
  const r = m.scope("thr", () => m.regs({ pending: reg(1), was_empty: reg(1, 1) }));
  const { reported } = m.nets({ reported: 1 });
  const switchedOn = writes.ier.and(flag(wdata, IER.fields.ETBEI), enabled.not(), thr_empty);
  const emptied = thr_empty.and(r.was_empty.not());
  r.was_empty.next = thr_empty;
  m.when(writes.thr, () => { r.pending.next = 0; })
    .elsewhen(switchedOn.or(emptied), () => { r.pending.next = 1; })
    .elsewhen(reported, () => { r.pending.next = 0; });
  return { pending: r.pending, reported };
}
