// The trace unit: events in, bodies of frames out, which `framer` and `lineMux` put on the serial line. Nothing that it
// does costs the software a cycle, and nothing waits for it.
//
//   events ─▶ merger ─▶ FIFO ─▶ packer ─▶ framer ─▶ line mux ─▶ transmitter
//                      (block RAM)                    ▲ text
import { and, array, cat, constant, fifo, flip, input, module, reg, type Bit, type Bits, type Design } from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { flag, pack } from "../fields.ts";
import { eventBits } from "./events.ts";
import { eventMerger } from "./merger.ts";
import { now_bits, recordPacker, recordShape } from "./packer.ts";
import { bytePort, eventPort, kindOf } from "./ports.ts";
import { trace as description } from "./registers.ts";
import { traceShape } from "./wire.ts";

export interface TraceConfig {
  /** How many units report, beside software's marks. */
  readonly reporters: number;
  /** What the host takes a cycle for. */
  readonly clock_hz: number;
  /** Records that may wait for the line; 512 fill two block RAMs. */
  readonly records?: number;
  /** Cycles of events that may wait for those records' FIFO. */
  readonly rows?: number;
  readonly sync_cycles?: number;
}

const usual = { records: 512, rows: 16, sync_cycles: traceShape.sync_cycles } as const;

const { kind: kind_bits, task: task_bits, argument: argument_bits } = eventBits;
const record_bits = kind_bits + task_bits + argument_bits + traceShape.time_bits;

/** As it waits in the FIFO. */
const recordOf = (word: Bits) => {
  let top = word.width;
  const below = <const N extends number>(width: N): Bits<N> => word.slice((top -= width) + width - 1, top).as(width);
  const [kind, task, argument] = [below(kind_bits), below(task_bits), below(argument_bits)];
  return { kind, task, argument, time: below(traceShape.time_bits) };
};

const ports = (reporters: number) => ({
  bus: wordDevice,
  now: input(now_bits, "the clock"),
  running: input(eventBits.task, "the task that runs"),
  events: array(reporters, flip(eventPort)),
  body: bytePort,
});

export function traceUnit(config: TraceConfig): Design<ReturnType<typeof ports>> {
  const { reporters, clock_hz, records, rows, sync_cycles } = { ...usual, ...config };
  return module("trace", description.doc, ports(reporters), (m, io) => {
    const { bus } = io;
    const { CONTROL, KINDS, STATUS, MARK } = description.registers;
    const { written } = m.nets({ written: and(bus.access, bus.write, bus.mask.all()) });
    const at = ({ offset }: { readonly offset: number }): Bit => bus.address.eq(offset / 4);
    const r = m.regs({ enable: reg(1), kinds: reg(32, KINDS.reset) });
    m.when(written.and(at(CONTROL)), () => { r.enable.next = flag(bus.wdata, CONTROL.fields.ENABLE); });
    m.when(written.and(at(KINDS)), () => { r.kinds.next = bus.wdata; });
    // Marks have the upper half of the page.
    const { marks } = m.nets({ marks: written.and(bus.address.bit(Math.log2(MARK.offset / 4))) });

    const { room, taken } = m.nets({ room: 1, taken: 1 });
    const shape = { ...recordShape, now_bits, inputs: reporters + 1, rows, sync_cycles };
    const merger = m.instance("merger", eventMerger(shape), {
      now: io.now, enable: r.enable, kinds: r.kinds,
      events: [
        { valid: marks, kind: constant(kindOf("mark"), eventBits.kind), task: io.running, argument: bus.wdata },
        ...io.events,
      ],
      take: { ready: room },
    });
    const { kind, task, argument, time } = merger.take.record;
    const queue = m.instance("queue", fifo(record_bits, records, { storage: "block" }), {
      put: { valid: merger.take.valid, data: cat(kind, task, argument, time).as(record_bits) },
      take: { ready: taken },
    });
    room.value = queue.put.ready;
    const packer = m.instance("packer", recordPacker({ clock_hz }), {
      take: { valid: queue.take.valid, record: recordOf(queue.take.data) },
      body: { ready: io.body.ready },
    });
    taken.value = packer.take.ready;
    io.body.valid.value = packer.body.valid;
    io.body.data.value = packer.body.data;
    io.body.last.value = packer.body.last;

    m.match(bus.address, [
      [CONTROL.offset / 4, () => { bus.rdata.value = pack(32, CONTROL.fields, { ENABLE: r.enable }); }],
      [KINDS.offset / 4, () => { bus.rdata.value = r.kinds; }],
      [STATUS.offset / 4, () => { bus.rdata.value = pack(32, STATUS.fields, { WAITING: queue.count.zext(16) }); }],
    ], () => { bus.rdata.value = 0; });
  });
}
