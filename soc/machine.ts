// The machine around a core: memory, device bus, local APIC, UART, and the accelerators that are configured. Any core
// with these ports will do.
import {
  array, asyncInput, cat, constant, flip, input, module, mux, output, reg, type Bit, type Bits, type Builder, type Design,
} from "#hdl-gen";
import { placeAccelerators, type Accelerators } from "./accelerators.ts";
import { bus } from "./bus/bus.ts";
import { devicePort } from "./bus/ports.ts";
import { contextSegments, segmentShape, stateShape, switchPort } from "./cpu/context.ts";
import { performanceCounters } from "./counters/counters.ts";
import { deliveryProbe } from "./cpu/execute-ports.ts";
import { debugAccess } from "./debug/access.ts";
import { debugCorePort, leavesOfDebug } from "./debug/ports.ts";
import { interruptPort, localApic } from "./interrupts/local-apic.ts";
import { firstOutsideLine, interruptLineCount, memoryMap, type PortRange, type Region } from "./memory-map.ts";
import { dataPort, fetchPort, memory, type MemoryConfig } from "./memory/memory.ts";
import { mpuPort } from "./mpu/ports.ts";
import { placeSerialLine } from "./serial.ts";
import { kindOf } from "./trace/ports.ts";
import type { UartConfig } from "./uart/uart.ts";

export interface SocConfig {
  /** What a cycle is told to be, to whom has no other measure of time: the hardware counts cycles only. */
  readonly clock_hz: number;
  readonly memory: MemoryConfig;
  readonly localApic: Region;
  readonly uart: UartConfig & { readonly ports: PortRange; readonly line: number };
  readonly accelerators: Accelerators;
  /** Of the mailbox, if there is one. */
  readonly window: Region;
}

/** The core's view of the machine. */
export const corePorts = {
  fetch: fetchPort,
  data: dataPort,
  device: devicePort,
  interrupt: interruptPort,
  switch: switchPort,
  debug: flip(debugCorePort),
  now: input(64, "clocks since reset: what the time-stamp counter counts"),
  counter: {
    number: output(32, "ECX of RDPMC"),
    value: input(64, "one clock after the number"),
  },
  running: { cpl: output(2, "the current privilege level") },
  mpu: mpuPort,
  probe: {
    retired: output(1, "an instruction is complete"),
    eip: output(32, "its address"),
    halted: output(1, "waiting for an interrupt"),
    walking: output(1, "page tables are being walked"),
    delivery: deliveryProbe,
  },
};

const outsideLines = interruptLineCount - firstOutsideLine;

const ports = {
  uart_rx: asyncInput(1, "serial line in"),
  uart_tx: output(1, "serial line out"),
  lines: input(outsideLines, `interrupt lines ${firstOutsideLine} to ${interruptLineCount - 1}, in time with the clock`),
  leds: output(8, "0 blinks while the clock runs, 1 halted, 2 sending, 3 interrupt offered, 4 a task runs"),
  retired: output(1, "an instruction is complete"),
  eip: output(32, "its address"),
  halted: output(1, "the core waits for an interrupt"),
};

/** Clocks between two changes of the blinking LED, as a power of two: a third of a second at 25 MHz. */
const blinkBits = 23;

/** What may be refused. */
const access = { read: 1, write: 1 } as const;

/** Where those that are there answer, by the name of the bus's end. */
function pagesOf(there: Accelerators): Readonly<Record<string, Region>> {
  return {
    ...(there.scheduler && { scheduler: memoryMap.scheduler, task_scheduler: memoryMap.taskScheduler }),
    ...(there.contexts && { contexts: memoryMap.contextStore }),
    ...(there.mpu && { mpu: memoryMap.memoryProtection }),
    ...(there.mailbox && { mailbox: memoryMap.mailbox }),
    ...(there.router && { interrupt_router: memoryMap.interruptRouter }),
    ...(there.trace && { trace: memoryMap.trace }),
  };
}

export function machine(config: SocConfig, core: Design<typeof corePorts>): Design<typeof ports> {
  const doc = "AtomicOS's machine.";
  return module("atomicos_soc", doc, ports, (m, io) => {
    const pages: Readonly<Record<string, Region>> = { local_apic: config.localApic, ...pagesOf(config.accelerators) };
    const wires = m.nets({
      fetch: { data: 64 },
      data: { rdata: 64 },
      device: { ready: 1, rdata: 32 },
      interrupt: { request: 1, vector: 8 },
      now: 64,
      counter: 64,
      page_rdata: Object.fromEntries(Object.keys(pages).map((name) => [name, 32 as const])),
      uart_rdata: 8,
      uart_line: 1,
      accepted: { valid: 1, line: 4 },
      running: { task: 8, cpl: 2 },
      switch: {
        hold: 1, anywhere: 1, exchange: 1, bank: { row: 2, write: 1, wdata: 64 },
        incoming: { ...stateShape, segments: array(contextSegments.length, segmentShape) },
      },
      mpu: { data: { refuses: access }, other: { refuses: access }, fetch: { refuses: { first: 1, second: 1 } } },
      trace_taken: 1,
      debug: { fetched: { breaks: 1 }, stop: 1, registers: { request: 1, write: 1, number: 8, wdata: 32 } },
      debug_memory: { request: 1, write: 1, address: 32, mask: 4, wdata: 32 },
    });
    const cpu = m.instance("cpu", core, {
      fetch: wires.fetch, data: wires.data, device: wires.device, interrupt: wires.interrupt, switch: wires.switch,
      now: wires.now, counter: { value: wires.counter }, debug: wires.debug, mpu: wires.mpu,
    });
    const { now, read } = m.instance("counters", performanceCounters(), {
      running: { task: wires.running.task },
      happens: {
        retired: cpu.probe.retired,
        interrupts: cpu.interrupt.acknowledge,
        switches: wires.switch.exchange,
        stalls: cpu.probe.retired.or(cpu.probe.halted).not(),
      },
      read: { number: cpu.counter.number },
    });
    wires.now.value = now.as(64);
    wires.counter.value = read.value.as(64);

    // Where there is a debug unit, it has a way to memory and devices.
    const { answered: { data, device } } = m.nets({
      answered: { data: { rdata: 64 }, device: { ready: 1, rdata: 32 } },
    });
    const ways = config.accelerators.debug === undefined
      ? { data: cpu.data, device: cpu.device, unit: { ready: 0, rdata: 0 }, core: { data, device } }
      : m.instance("debug_access", debugAccess(onChipOf(config)), {
        unit: wires.debug_memory, core: { data: cpu.data, device: cpu.device }, data, device,
      });
    if (config.accelerators.debug === undefined) m.unused(...Object.values(wires.debug_memory), ...leavesOfDebug(cpu.debug));
    m.drive(wires.data, ways.core.data);
    m.drive(wires.device, ways.core.device);

    const devices = m.instance("bus", bus(pages, { uart: config.uart.ports }), {
      cpu: ways.device,
      memory: Object.fromEntries(Object.entries(wires.page_rdata).map(([name, rdata]) => [name, { rdata }])),
      io: { uart: { rdata: wires.uart_rdata } },
    });
    m.drive(device, devices.cpu);
    const ends = new Map(Object.entries(devices.memory));
    const page = (name: string) => present(ends.get(name), name);
    const answer = (name: string, rdata: Bits): void => { present(wires.page_rdata[name], name).value = rdata.as(32); };

    const { device_lines } = m.nets({
      device_lines: cat(io.lines, constant(0, firstOutsideLine)).as(interruptLineCount)
        .or(cat(constant(0, interruptLineCount - 1 - config.uart.line), wires.uart_line, constant(0, config.uart.line))
          .as(interruptLineCount)),
    });
    const { in_window } = m.nets({ in_window: within(config.window, cat(ways.data.address, constant(0, 2))) });
    const { delivery } = cpu.probe;
    const placed = placeAccelerators(m, config.accelerators, {
      clock_hz: config.clock_hz, page, answer, ahead: ways.device.address.slice(11, 2), now: now.as(64), running: wires.running, core: { switch: cpu.switch, mpu: cpu.mpu },
      window: {
        enable: ways.data.enable.and(in_window), write: ways.data.write, address: ways.data.address.slice(1, 0),
        mask: ways.data.mask, wdata: ways.data.wdata,
      },
      lines: device_lines,
      accepted: wires.accepted,
      events: [{
        valid: cpu.interrupt.acknowledge, kind: constant(kindOf("interrupt"), 5), task: wires.running.task,
        argument: wires.interrupt.vector.zext(32),
      }, {
        valid: delivery.valid.and(delivery.external.or(delivery.software).not()),
        kind: constant(kindOf("fault"), 5), task: wires.running.task,
        argument: cat(delivery.error_code, delivery.vector).zext(32),
      }],
      body_taken: wires.trace_taken,
    });

    m.drive(wires.running, { task: placed.running, cpl: cpu.running.cpl });
    m.drive(wires.switch, placed.core.switch);
    m.drive(wires.mpu, placed.core.mpu);

    const store = m.instance("memory", memory(config.memory), { fetch: cpu.fetch, data: ways.data });
    wires.fetch.data.value = store.fetch.data;
    data.rdata.value = withWindow(m, ways.data.enable, in_window, store.data.rdata, placed.window_rdata);

    const serial = placeSerialLine(m, config.uart, {
      bus: devices.io.uart, rx: io.uart_rx, trace: placed.body,
      debug: {
        config: config.accelerators.debug, core: cpu.debug, memory: ways.unit, number: wires.debug.registers.number,
        task: wires.running.task,
      },
    });
    m.drive(wires.debug, serial.debug.core);
    m.drive(wires.debug_memory, serial.debug.memory);
    wires.uart_rdata.value = serial.rdata;
    wires.uart_line.value = serial.interrupt_request;
    wires.trace_taken.value = serial.trace_taken;
    io.uart_tx.value = serial.tx;

    const apic = m.instance("apic", localApic(), {
      bus: page("local_apic"),
      lines: placed.lines,
      cpu: { acknowledge: cpu.interrupt.acknowledge },
    });
    answer("local_apic", apic.bus.rdata);
    m.drive(wires.interrupt, apic.cpu);
    m.drive(wires.accepted, apic.accepted);

    const { blink } = m.regs({ blink: reg(blinkBits + 1) });
    blink.next = blink.add(1);
    io.leds.value = cat(constant(0, 3), wires.running.task.any(), apic.cpu.request, serial.tx.not(), cpu.probe.halted,
      blink.msb());
    io.retired.value = cpu.probe.retired;
    io.eip.value = cpu.probe.eip;
    io.halted.value = cpu.probe.halted;
    m.unused(cpu.probe.walking);
  });
}

/** What the core loads: the mailbox's window where that is, else what memory has. */
function withWindow(
  m: Builder, enable: Bit, here: Bit, memory_rdata: Bits<64>, window_rdata: Bits<64> | undefined,
): Bits<64> {
  if (window_rdata === undefined) return memory_rdata;
  const { from_window } = m.regs({ from_window: reg(1, 0, "the last load was from the mailbox's window") });
  m.when(enable, () => { from_window.next = here; });
  return mux(from_window, window_rdata, memory_rdata);
}

/** Whether a physical address lies behind the core's fetch and data ports; all else is a device's. */
export const onChipOf = ({ memory: { ram, rom }, accelerators, window }: SocConfig) => (address: Bits<32>): Bit => {
  const others = accelerators.mailbox === undefined ? [rom] : [rom, window];
  return within(ram, address).or(...others.map((region) => within(region, address)));
};

/** For a region that starts at a multiple of its size. */
const within = ({ base, size }: Region, address: Bits<32>): Bit =>
  address.slice(31, Math.log2(size)).eq(Math.floor(base / size));

function present<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the bus has no device "${name}"`);
  return found;
}
