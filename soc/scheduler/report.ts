// Tells the kernel: a queue of events, an interrupt line while there are any, and the alarm.
import { and, cat, fifo, input, module, mux, or, output, reg, regNoReset, type Design } from "#hdl-gen";
import { reports, type Report } from "./registers.ts";
import { timeBits, widthsOf, type SchedulerConfig } from "./shape.ts";

const kindBits = 3;
/** Of the lower bits of the clock. */
const stampBits = 32;
const lostBits = 8;

const ports = (config: SchedulerConfig) => ({
  now: input(timeBits),
  happens: {
    miss: input(1), overrun: input(1), early: input(1), dropped: input(1),
    task: input(widthsOf(config).task, "to whom"),
    at: input(stampBits, "when"),
  },
  alarm: { set: input(1), on: input(1), time: input(timeBits), armed: output(1, "it is still to come") },
  enable: input(1, "of the interrupt line"),
  event: {
    valid: output(1), kind: output(kindBits), task: output(widthsOf(config).task), at: output(stampBits),
    take: input(1),
  },
  waiting: output(6, "events"),
  lost: { count: output(lostBits, "events that found no room"), clear: input(1) },
  line: output(1, "the interrupt line, a level"),
});

const code = (name: Report): number => reports.indexOf(name);

export type ReportPorts = ReturnType<typeof ports>;

export function report(config: SchedulerConfig): Design<ReportPorts> {
  const { task } = widthsOf(config);
  return module("scheduler_report", "Events for the kernel, and the alarm.", ports(config), (m, io) => {
    const { happens } = io;
    const r = m.regs({
      bell: { on: reg(1), time: regNoReset(timeBits), due: reg(1, 0, "its event finds a cycle for itself") },
      lost: reg(lostBits, 0, "events that found no room"),
    });
    const { something } = m.nets({ something: or(happens.miss, happens.overrun, happens.dropped, happens.early) });
    const { kind } = m.nets({ kind: kindBits });
    kind.value = code("alarm");
    m.when(happens.miss, () => { kind.value = code("miss"); })
      .elsewhen(happens.overrun, () => { kind.value = code("overrun"); })
      .elsewhen(happens.dropped, () => { kind.value = code("dropped"); })
      .elsewhen(happens.early, () => { kind.value = code("early"); });

    const { rings } = m.nets({ rings: and(r.bell.on, io.now.ge(r.bell.time)) });
    m.when(rings, () => { m.drive({ on: r.bell.on, due: r.bell.due }, { on: 0, due: 1 }); })
      .elsewhen(something.not(), () => { r.bell.due.next = 0; });
    m.when(io.alarm.set, () => { m.drive(r.bell, { on: io.alarm.on, time: io.alarm.time, due: 0 }); });
    io.alarm.armed.value = r.bell.on;

    const queue = m.instance("queue", fifo(kindBits + task + stampBits, config.events), {
      put: {
        valid: something.or(r.bell.due),
        data: cat(
          kind, mux(something, happens.task, 0), mux(something, happens.at, io.now.slice(stampBits - 1, 0)),
        ).as(kindBits + task + stampBits),
      },
      take: { ready: io.event.take },
    });
    const { dropped } = m.nets({ dropped: or(something, r.bell.due).and(queue.put.ready.not()) });
    m.when(io.lost.clear, () => { r.lost.next = dropped.zext(lostBits); })
      .elsewhen(dropped.and(r.lost.all().not()), () => { r.lost.next = r.lost.add(1); });

    const { data } = queue.take;
    io.event.valid.value = queue.take.valid;
    io.event.kind.value = data.slice(data.width - 1, data.width - kindBits).as(kindBits);
    io.event.task.value = data.slice(stampBits + task - 1, stampBits);
    io.event.at.value = data.slice(stampBits - 1, 0).as(stampBits);
    io.waiting.value = queue.count.zext(6);
    io.lost.count.value = r.lost;
    io.line.value = io.enable.and(queue.take.valid);
  });
}
