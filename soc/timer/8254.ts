// The 8254: three counters behind four addresses.
import { and, cat, input, module, mux, or, output, select, type Design } from "#hdl-gen";
import { byteDevice } from "../bus/ports.ts";
import { flag, part } from "../fields.ts";
import { pitCounter } from "./8254-counter.ts";
import { pit8254 as description } from "./registers.ts";

/** 14.31818 MHz / 12, as in every PC. */
export const pitClock_hz = 1_193_182;

const counters = [0, 1, 2] as const;

const ports = {
  bus: byteDevice,
  tick: input(1, "a pulse of CLK ends in this cycle"),
  gate: input(counters.length, "a bit for each counter"),
  out: output(counters.length, "likewise"),
};

const { CONTROL, READ_BACK, COUNTER } = description.registers;
const latchAccess = CONTROL.fields.ACCESS.values.LATCH;
const readBackCommand = 3;

export function pit8254(): Design<typeof ports> {
  return module("pit8254", description.doc, ports, (m, io) => {
    const { bus } = io;
    const { at, controls, chosen, latches } = m.nets({
      at: bus.address.slice(1, 0),
      controls: and(bus.access, bus.write, bus.address.eq(CONTROL.offset)),
      chosen: part(bus.wdata, CONTROL.fields.COUNTER).as(2),
      latches: part(bus.wdata, CONTROL.fields.ACCESS).eq(latchAccess),
    });
    const { reads_back } = m.nets({ reads_back: controls.and(chosen.eq(readBackCommand)) });
    const found = counters.map((n) => {
      const here = bus.access.and(bus.address.eq(COUNTER.offset + n));
      const controlled = controls.and(chosen.eq(n));
      const back = reads_back.and(part(bus.wdata, READ_BACK.fields.COUNTERS).bit(n));
      const counter = m.instance(`counter_${n}`, pitCounter, {
        tick: io.tick,
        gate: io.gate.bit(n),
        control: { written: controlled.and(latches.not()), word: bus.wdata.slice(5, 0) },
        latch: {
          count: or(controlled.and(latches), back.and(flag(bus.wdata, READ_BACK.fields.NOT_COUNT).not())),
          status: back.and(flag(bus.wdata, READ_BACK.fields.NOT_STATUS).not()),
        },
        byte: { written: here.and(bus.write), read: here.and(bus.write.not()), wdata: bus.wdata },
      });
      return { out: counter.out, rdata: counter.byte.rdata };
    });
    io.out.value = cat(...found.map(({ out }) => out).toReversed()).as(counters.length);
    bus.rdata.value = mux(bus.address.bit(2), 0xff, select(at, [...found.map(({ rdata }) => rdata), 0xff]));
  });
}
