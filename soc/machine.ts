// The machine around a core: memory, device bus, local APIC, UART, and the accelerators that are configured. Any core
// with these ports will do.
import {
  array, asyncInput, cat, constant, flip, input, module, mux, output, reg, type Bit, type Bits, type Builder, type Design,
} from "#hdl-gen";
import { pagesOf, placeAccelerators, type Accelerators } from "./accelerators.ts";
import { bus } from "./bus/bus.ts";
import { devicePort } from "./bus/ports.ts";
import { contextSegments, segmentShape, stateShape, switchPort } from "./cpu/context.ts";
import { performanceCounters } from "./counters/counters.ts";
import { deliveryProbe } from "./cpu/execute-ports.ts";
import { debugCorePort, noDebug } from "./debug/ports.ts";
import { interruptPort, localApic } from "./interrupts/local-apic.ts";
import { firstOutsideLine, interruptLineCount, type PortRange, type Region } from "./memory-map.ts";
import { dataPort, fetchPort, memory, type MemoryConfig } from "./memory/memory.ts";
import { leavesOf, mpuPort, noMpu } from "./mpu/ports.ts";
import { placeSerialLine } from "./serial.ts";
import { kindOf } from "./trace/ports.ts";
import type { UartConfig } from "./uart/uart.ts";

export interface SocConfig {
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
        hold: 1, exchange: 1, bank: { row: 2, write: 1, wdata: 64 },
        incoming: { ...stateShape, segments: array(contextSegments.length, segmentShape) },
      },
      body_taken: 1,
    });
    const cpu = m.instance("cpu", core, {
      fetch: wires.fetch, data: wires.data, device: wires.device, interrupt: wires.interrupt, switch: wires.switch,
      now: wires.now, counter: { value: wires.counter }, debug: noDebug, mpu: noMpu,
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

    const devices = m.instance("bus", bus(pages, { uart: config.uart.ports }), {
      cpu: cpu.device,
      memory: Object.fromEntries(Object.entries(wires.page_rdata).map(([name, rdata]) => [name, { rdata }])),
      io: { uart: { rdata: wires.uart_rdata } },
    });
    m.drive(wires.device, devices.cpu);
    const page = (name: string) => present(devices.memory[name], name);
    const answer = (name: string, rdata: Bits): void => { present(wires.page_rdata[name], name).value = rdata.as(32); };

    const { device_lines } = m.nets({
      device_lines: cat(io.lines, constant(0, firstOutsideLine)).as(interruptLineCount)
        .or(cat(constant(0, interruptLineCount - 1 - config.uart.line), wires.uart_line, constant(0, config.uart.line))
          .as(interruptLineCount)),
    });
    const { in_window } = m.nets({ in_window: within(config.window, cpu.data.address) });
    const { delivery } = cpu.probe;
    const placed = placeAccelerators(m, config.accelerators, {
      page, answer, ahead: cpu.device.address.slice(11, 2), now: now.as(64), running: wires.running, core: cpu.switch,
      window: {
        enable: cpu.data.enable.and(in_window), write: cpu.data.write, address: cpu.data.address.slice(1, 0),
        mask: cpu.data.mask, wdata: cpu.data.wdata,
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
      body_taken: wires.body_taken,
    });

    m.drive(wires.running, { task: placed.running, cpl: cpu.running.cpl });
    m.drive(wires.switch, placed.switches);

    const store = m.instance("memory", memory(config.memory), { fetch: cpu.fetch, data: cpu.data });
    wires.fetch.data.value = store.fetch.data;
    wires.data.rdata.value = withWindow(m, cpu.data.enable, in_window, store.data.rdata, placed.window_rdata);

    const serial = placeSerialLine(m, config.uart, {
      bus: devices.io.uart, rx: io.uart_rx, bodies: placed.body === undefined ? [] : [placed.body],
    });
    wires.uart_rdata.value = serial.bus.rdata;
    wires.uart_line.value = serial.interrupt_request;
    wires.body_taken.value = serial.taken[0] ?? 0;
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
    m.unused(cpu.probe.walking, ...leavesOf(cpu.mpu));
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

/** Whether a word address lies in a region that starts at a multiple of its size. */
const within = ({ base, size }: Region, address: Bits<30>): Bit =>
  address.slice(29, Math.log2(size / 4)).eq(Math.floor(base / size));

function present<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the bus has no device "${name}"`);
  return found;
}
