// A minimal I/O APIC: lines become requests to the local APIC, one each cycle, lowest line first.
//
// An edge on a line that is not masked is remembered until it is sent. A level is sent when it is seen, and again, if
// it still stands, after the local APIC has told the end of the interrupt. What no local APIC accepts is dropped if it
// is an edge, and sent again if it is a level.
import {
  and, array, cat, constant, input, module, mux, or, reg, select, type Bit, type Bits, type Design,
} from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { flag, pack, part } from "../fields.ts";
import { interruptMessage } from "./full-local-apic.ts";
import { ioApic as description, ioApicLineCount } from "./io-apic-registers.ts";

const ports = {
  bus: wordDevice,
  lines: input(ioApicLineCount, "in time with the clock"),
  message: interruptMessage,
  ended: { valid: input(1, "an interrupt requested by a level has ended"), vector: input(8) },
};

const { IOREGSEL, IOWIN, IOAPICID, IOAPICVER, IOAPICARB, REDIRECTION_LOW, REDIRECTION_HIGH } = description.registers;
const low = REDIRECTION_LOW.fields;

export function ioApic(): Design<typeof ports> {
  return module("io_apic", description.doc, ports, (m, io) => {
    const { bus, message } = io;
    const r = m.regs({
      selected: reg(8, 0, "IOREGSEL"),
      id: reg(4),
      were_high: reg(ioApicLineCount, 0, "the lines, a cycle ago, each with its polarity"),
      edges: reg(ioApicLineCount, 0, "edges to be sent"),
      served: reg(ioApicLineCount, 0, "REMOTE_IRR"),
      line: array(ioApicLineCount, {
        requests: reg(8), mode: reg(3), logical: reg(1), active_low: reg(1), level: reg(1), masked: reg(1, 1),
        destination: reg(8),
      }),
    });
    const { at, writes } = m.nets({
      at: { select: bus.address.eq(IOREGSEL.offset / 4), window: bus.address.eq(IOWIN.offset / 4) },
      writes: bus.access.and(bus.write),
    });
    m.unused(bus.mask, bus.wdata);
    m.when(writes.and(at.select), () => { r.selected.next = bus.wdata.slice(7, 0); });
    const { writes_window } = m.nets({ writes_window: writes.and(at.window) });
    m.when(writes_window.and(r.selected.eq(IOAPICID.offset)), () => {
      r.id.next = part(bus.wdata, IOAPICID.fields.ID).as(4);
    });
    const places = r.line.map((line, n) => ({
      line,
      low: REDIRECTION_LOW.offset + n * REDIRECTION_LOW.stride,
      high: REDIRECTION_HIGH.offset + n * REDIRECTION_HIGH.stride,
      bit: (of: Bits<24>): Bit => of.bit(n),
    }));
    for (const place of places) {
      m.when(writes_window.and(r.selected.eq(place.low)), () => {
        m.drive(place.line, {
          requests: part(bus.wdata, low.VECTOR).as(8),
          mode: part(bus.wdata, low.DELIVERY_MODE).as(3),
          logical: flag(bus.wdata, low.LOGICAL),
          active_low: flag(bus.wdata, low.ACTIVE_LOW),
          level: flag(bus.wdata, low.LEVEL),
          masked: flag(bus.wdata, low.MASKED),
          destination: place.line.destination,
        });
      });
      m.when(writes_window.and(r.selected.eq(place.high)), () => {
        place.line.destination.next = part(bus.wdata, REDIRECTION_HIGH.fields.DESTINATION).as(8);
      });
    }

    const all = (bitOf: (place: (typeof places)[number]) => Bit): Bits<24> =>
      cat(...places.map(bitOf).toReversed()).as(ioApicLineCount);
    const { high, open, levels } = m.nets({
      high: io.lines.xor(all(({ line }) => line.active_low)),
      open: all(({ line }) => line.masked.not().and(line.mode.le(low.DELIVERY_MODE.values.LOWEST_PRIORITY))),
      levels: all(({ line }) => line.level),
    });
    const { asking } = m.nets({ asking: open.and(eachFrom(levels, high.and(r.served.not()), r.edges)) });
    const { first } = m.nets({ first: asking.and(asking.sub(1).not()) });
    const { number } = m.nets({
      number: places.reduce<Bits<5>>((index, { bit }, n) => index.or(bit(first).replicate(5).and(n)), constant(0, 5)),
    });

    const ofFirst = <N extends number>(value: (line: (typeof places)[number]["line"]) => Bits<N>): Bits<N> =>
      select(number, places.map(({ line }) => value(line)));
    message.valid.value = asking.any();
    message.vector.value = ofFirst((line) => line.requests);
    message.level.value = ofFirst((line) => line.level);
    message.destination.value = ofFirst((line) => line.destination);
    message.logical.value = ofFirst((line) => line.logical);

    const { ended } = m.nets({
      ended: all(({ line }) => and(io.ended.valid, line.level, line.requests.eq(io.ended.vector))),
    });
    r.were_high.next = high;
    r.edges.next = and(or(r.edges, high.and(r.were_high.not())), open, levels.not(), first.not());
    r.served.next = and(or(r.served, mux(message.accepted, first, 0)), ended.not(), levels);

    const { window } = m.nets({ window: 32 });
    const lowWord = (place: (typeof places)[number]): Bits<32> => pack(32, low, {
      VECTOR: place.line.requests, DELIVERY_MODE: place.line.mode, LOGICAL: place.line.logical, STATUS: constant(0, 1),
      ACTIVE_LOW: place.line.active_low, REMOTE_IRR: place.bit(r.served), LEVEL: place.line.level,
      MASKED: place.line.masked,
    });
    m.match(r.selected, [
      [[IOAPICID.offset, IOAPICARB.offset], () => { window.value = pack(32, IOAPICID.fields, { ID: r.id }); }],
      [IOAPICVER.offset, () => { window.value = IOAPICVER.reset; }],
      ...places.flatMap((place) => [
        [place.low, () => { window.value = lowWord(place); }] as const,
        [place.high, () => {
          window.value = pack(32, REDIRECTION_HIGH.fields, { DESTINATION: place.line.destination });
        }] as const,
      ]),
    ], () => { window.value = 0; });
    bus.rdata.value = mux(at.window, window, mux(at.select, r.selected.zext(32), 0));
  });
}

/** Bit by bit: of `a` where `choice` is set, else of `b`. */
const eachFrom = (choice: Bits<24>, a: Bits<24>, b: Bits<24>): Bits<24> => or(and(choice, a), and(choice.not(), b));
