// What makes this machine different from other x86s: scheduler, contexts, MPU, mailbox, interrupt router and trace unit,
// each of which may be left out, and what they say to each other.
//
//   lines ─▶ router ─┬─ vector ──▶ local APIC
//                    ├─ message ─▶ mailbox ─ doorbell ─▶ scheduler ─ choice ─▶ contexts ◀─ exchange ─▶ core
//                    └─ release ──────────────────────▶ scheduler ◀─ dispatched ─ contexts
//   contexts ─ who is next ─▶ MPU ◀─ each access ─▶ core
//   all of them ─ events ─▶ trace unit ─ frames ─▶ serial line
//
// Where one is left out, nothing answers at its page, so that reads give all ones, which no unit's status does; lines go
// to the local APIC as they are, nobody wakes or releases anybody, the core stays with task 0, and no access is refused.
import {
  cat, constant, or, type Bit, type Bits, type Builder, type Flipped, type Given, type Yields,
} from "#hdl-gen";
import type { wordDevice } from "./bus/ports.ts";
import { contexts } from "./contexts/contexts.ts";
import { contextsConfig, type ContextsConfig } from "./contexts/shape.ts";
import type { DebugConfig } from "./debug/debug.ts";
import { leavesOfSwitch, noSwitch, type switchPort } from "./cpu/context.ts";
import { routerConfig, type RouterConfig } from "./interrupts/router-shape.ts";
import { interruptRouter, type routerPorts } from "./interrupts/router.ts";
import { mailbox } from "./mailbox/mailbox.ts";
import { mailboxConfig, type MailboxConfig } from "./mailbox/shape.ts";
import { interruptLineCount, interruptLines } from "./memory-map.ts";
import { mpu } from "./mpu/mpu.ts";
import { leavesOf, noMpu, type mpuPort } from "./mpu/ports.ts";
import { mpuConfig, type MpuConfig } from "./mpu/shape.ts";
import { scheduler } from "./scheduler/scheduler.ts";
import { schedulerConfig, type SchedulerConfig } from "./scheduler/shape.ts";
import type { bytePort, eventPort } from "./trace/ports.ts";
import { traceUnit, type TraceConfig } from "./trace/trace.ts";

/** Each is there if it is configured, all for 256 tasks. */
export interface Accelerators {
  readonly scheduler?: SchedulerConfig;
  readonly contexts?: ContextsConfig;
  readonly mpu?: MpuConfig;
  readonly mailbox?: MailboxConfig;
  readonly router?: RouterConfig;
  readonly trace?: Omit<TraceConfig, "reporters" | "clock_hz">;
  readonly debug?: DebugConfig;
}

export const allAccelerators: Accelerators = {
  scheduler: schedulerConfig, contexts: contextsConfig, mpu: mpuConfig, mailbox: mailboxConfig, router: routerConfig, trace: {},
  debug: { locked: false },
};

/** What they do is then left to software. */
export const noAccelerators: Accelerators = {};

type Access = Yields<Flipped<typeof wordDevice>>;
type Event = Yields<typeof eventPort>;

export interface Surroundings {
  /** What the trace tells of a cycle's length. */
  readonly clock_hz: number;
  /** A unit's end of the bus. */
  readonly page: (name: string) => Access;
  /** Drives what is read there. */
  readonly answer: (name: string, rdata: Bits) => void;
  /** Word address, in its page, of the access that the bus makes in the next cycle. */
  readonly ahead: Bits<10>;
  readonly now: Bits<64>;
  readonly running: { readonly task: Bits<8>; readonly cpl: Bits<2> };
  /** The core's ends of a switch, and of the check of what it accesses. */
  readonly core: { readonly switch: Yields<typeof switchPort>; readonly mpu: Yields<typeof mpuPort> };
  /** The core's data port as it reaches the mailbox's window. */
  readonly window: {
    readonly enable: Bit; readonly write: Bit; readonly address: Bits<2>; readonly mask: Bits<8>;
    readonly wdata: Bits<64>;
  };
  /** From devices; the scheduler's is added to them. */
  readonly lines: Bits<typeof interruptLineCount>;
  /** The local APIC's word that the interrupt of a line has been taken. */
  readonly accepted: { readonly valid: Bit; readonly line: Bits<4> };
  /** What else is to be traced. */
  readonly events: readonly Event[];
  /** The serial line takes a byte of the trace. */
  readonly body_taken: Bit;
}

export interface Placed {
  /** To the core. */
  readonly core: { readonly switch: Given<typeof switchPort>; readonly mpu: Given<typeof mpuPort> };
  /** The task whose state is in the core. */
  readonly running: Bits<8>;
  /** To the local APIC. */
  readonly lines: Bits<typeof interruptLineCount>;
  /** What the mailbox's window shows; none without a mailbox. */
  readonly window_rdata: Bits<64> | undefined;
  /** What the trace wants to send. */
  readonly body: Yields<typeof bytePort> | undefined;
}

/** Places those that are configured into the machine under construction. */
export function placeAccelerators(m: Builder, config: Accelerators, around: Surroundings): Placed {
  const { now, running, page, answer } = around;
  const { interrupt_lines, wake, link } = m.nets({
    interrupt_lines: interruptLineCount,
    wake: { message: wakeShape, interrupt: wakeShape },
    link: {
      doorbell_ready: 1, release_ready: 1, scheduler_line: 1,
      choice: { valid: 1, number: taskBits, settled: 1 }, waits: 1,
      dispatched: { valid: 1, number: taskBits },
      next: { valid: 1, task: taskBits, ready: 1 },
      urgency: { policy: 2, value: 64 },
      message: { done: 1, refused: 1 },
    },
  });
  interrupt_lines.value = or(around.lines, lineOf(interruptLines.scheduler, link.scheduler_line));
  const events: Event[] = [...around.events];

  // Interrupts: away to their tasks, or on to the local APIC
  let toApic: Bits<typeof interruptLineCount> = interrupt_lines;
  let message = noMessage;
  if (config.router === undefined) {
    m.drive(wake.interrupt, nobody);
    m.unused(link.release_ready, link.message.done, link.message.refused, around.accepted.valid, around.accepted.line);
  } else {
    const router = m.instance("router", interruptRouter(config.router), {
      now, running, partition: running.task.slice(7, 5), bus: page("interrupt_router"),
      lines: interrupt_lines,
      apic: { taken: around.accepted },
      message: link.message,
      release: { ready: link.release_ready },
    });
    answer("interrupt_router", router.bus.rdata);
    toApic = router.apic.lines.as(interruptLineCount);
    m.drive(wake.interrupt, { ...nobody, valid: router.release.valid, number: router.release.number });
    message = router.message;
    events.push(router.event);
  }

  // Messages
  let windowRdata: Bits<64> | undefined;
  if (config.mailbox === undefined) {
    m.drive(wake.message, nobody);
    // The router's messages find no room.
    m.drive(link.message, { done: message.valid, refused: message.valid });
    m.unused(link.doorbell_ready, link.urgency.policy, link.urgency.value, around.ahead);
    m.unused(...Object.values(around.window), message.channel, message.words, message.urgency.policy, message.urgency.value);
  } else {
    const box = m.instance("box", mailbox(config.mailbox), {
      now, running: { ...running, urgency: link.urgency }, window: around.window, ahead: around.ahead,
      bus: page("mailbox"),
      interrupt: message,
      doorbell: { ready: link.doorbell_ready },
    });
    answer("mailbox", box.bus.rdata);
    windowRdata = box.window.rdata.as(64);
    m.drive(link.message, { done: box.interrupt.done, refused: box.interrupt.refused });
    const { valid, number, waits, inherits, urgency, channel, waited, in_vain } = box.doorbell;
    const { policy, value } = urgency;
    m.drive(wake.message, { valid, number, waits, inherits, urgency: { policy, value: value.as(64) } });
    m.unused(channel, waited, in_vain);
    events.push(box.event, box.doorbell_event);
  }

  // Who runs
  if (config.scheduler === undefined) {
    m.drive(link.urgency, { policy: 0, value: 0 });
    m.drive(link.choice, { valid: 0, number: 0, settled: 0 });
    link.waits.value = 0;
    m.unused(link.dispatched.valid, link.dispatched.number);
    // Whoever would be woken is not.
    link.doorbell_ready.value = 1;
    link.release_ready.value = 1;
    link.scheduler_line.value = 0;
    for (const { valid, number, waits, inherits, urgency } of [wake.message, wake.interrupt]) {
      m.unused(valid, number, waits, inherits, urgency.policy, urgency.value);
    }
  } else {
    const chooser = m.instance("scheduler", scheduler(config.scheduler), {
      now, kernel: page("scheduler"), own: page("task_scheduler"), wake,
      dispatched: link.dispatched,
      counts: 1,
    });
    answer("scheduler", chooser.kernel.rdata);
    answer("task_scheduler", chooser.own.rdata);
    m.drive(link.urgency, chooser.running.urgency);
    link.doorbell_ready.value = chooser.wake.message.ready;
    link.release_ready.value = chooser.wake.interrupt.ready;
    link.scheduler_line.value = chooser.line;
    m.drive(link.choice, chooser.choice);
    link.waits.value = chooser.running.waits;
    events.push(chooser.released, chooser.happened);
  }

  // What of them is in the core
  let switches: Given<typeof switchPort> = noSwitch;
  let current: Bits<8> = constant(0, 8);
  if (config.contexts === undefined) {
    m.drive(link.dispatched, { valid: 0, number: 0 });
    link.next.valid.value = 0;
    link.next.task.value = 0;
    m.unused(link.choice.valid, link.choice.number, link.choice.settled, link.waits, link.next.ready);
    m.unused(...leavesOfSwitch(around.core.switch));
  } else {
    const unit = m.instance("contexts", contexts(config.contexts), {
      core: around.core.switch, bus: page("contexts"), cpl: running.cpl, choice: link.choice, waits: link.waits,
      next: { ready: link.next.ready },
    });
    answer("contexts", unit.bus.rdata);
    m.drive(link.dispatched, unit.dispatched);
    switches = unit.core;
    current = unit.running.as(8);
    link.next.valid.value = unit.next.valid;
    link.next.task.value = unit.next.task;
    events.push(unit.event);
  }

  // Who may access what
  let checks: Given<typeof mpuPort> = noMpu;
  if (config.mpu === undefined) {
    link.next.ready.value = 1;
    m.unused(link.next.valid, link.next.task, ...leavesOf(around.core.mpu));
  } else {
    const guard = m.instance("mpu", mpu(config.mpu), {
      core: around.core.mpu, next: { valid: link.next.valid, task: link.next.task }, exchange: link.dispatched.valid,
      dma: { granule: 0, crosses: 0, ring: 0 }, bus: page("mpu"),
    });
    answer("mpu", guard.bus.rdata);
    link.next.ready.value = guard.next.ready;
    checks = guard.core;
    m.unused(guard.dma.refuses.read, guard.dma.refuses.write);
    events.push(guard.event);
  }

  // What is told to the world
  if (config.trace === undefined) {
    for (const { valid, kind, task, argument } of events) m.unused(valid, kind, task, argument);
    m.unused(around.body_taken, now, running.cpl);
    return { core: { switch: switches, mpu: checks }, running: current, lines: toApic, window_rdata: windowRdata, body: undefined };
  }
  const trace = m.instance("trace", traceUnit({ ...config.trace, clock_hz: around.clock_hz, reporters: events.length }), {
    bus: page("trace"), now, running: running.task, events, body: { ready: around.body_taken },
  });
  answer("trace", trace.bus.rdata);
  return { core: { switch: switches, mpu: checks }, running: current, lines: toApic, window_rdata: windowRdata, body: trace.body };
}

const taskBits: number = 8;
const wakeShape = { valid: 1, number: taskBits, waits: 1, inherits: 1, urgency: { policy: 2, value: 64 } } as const;
const nobody = { valid: 0, number: 0, waits: 0, inherits: 0, urgency: { policy: 0, value: 0 } } as const;
type Message = Yields<ReturnType<typeof routerPorts>>["message"];
const noMessage: Message = {
  valid: constant(0, 1), channel: constant(0, 6), words: constant(0, 128),
  urgency: { policy: constant(0, 2), value: constant(0, 64) },
};

/** A word of lines of which one is set. */
const lineOf = (number: number, line: Bit): Bits<typeof interruptLineCount> =>
  cat(constant(0, interruptLineCount - 1 - number), line, ...(number === 0 ? [] : [constant(0, number)]))
    .as(interruptLineCount);
