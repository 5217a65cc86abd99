// What a PC's software expects around a core, as far as a test program needs it: docs/pc.md has the picture.
import {
  asyncInput, cat, constant, module, mux, output, reg, type Bit, type Bits, type Builder, type Design,
} from "#hdl-gen";
import { bus } from "../bus/bus.ts";
import { clock_hz, uartTicksPerBit } from "../clock.ts";
import { performanceCounters } from "../counters/counters.ts";
import { leavesOfSwitch, noSwitch } from "../cpu/context.ts";
import { pic8259 } from "../interrupts/8259.ts";
import { fullLocalApic } from "../interrupts/full-local-apic.ts";
import { leavesOfDebug, noDebug } from "../debug/ports.ts";
import { ioApicLineCount } from "../interrupts/io-apic-registers.ts";
import { ioApic } from "../interrupts/io-apic.ts";
import type { corePorts } from "../machine.ts";
import { leavesOf, noMpu } from "../mpu/ports.ts";
import { memory } from "../memory/memory.ts";
import { pit8254, pitClock_hz } from "../timer/8254.ts";
import { plainUart } from "../uart/plain.ts";
import { cmos } from "./cmos.ts";
import { debugPorts } from "./debug-ports.ts";
import { ioApicTimerLine, lowRom, pcIoMap, pcLines, pcMemoryMap, vgaHole } from "./memory-map.ts";
import { systemControl } from "./system-control.ts";

const ports = {
  uart_rx: asyncInput(1, "COM1, line in"),
  uart_tx: output(1, "COM1, line out"),
  leds: output(8, "0 halted, 1 interrupt offered"),
  retired: output(1, "an instruction is complete"),
  eip: output(32, "its address"),
  halted: output(1, "the core waits for an interrupt"),
  event: {
    valid: output(1, "something was written to one of the ports for the simulator's user"),
    port: output(8, "which port"),
    data: output(8, "what was written"),
  },
  reset_request: output(1, "software wants the machine to be reset"),
};

export function pcMachine(ramBytes: number, core: Design<typeof corePorts>): Design<typeof ports> {
  const map = pcMemoryMap(ramBytes);
  return module("pc_soc", "A machine for software that was written for PCs; for the simulator.", ports, (m, io) => {
    const wires = m.nets({
      fetch: { data: 64 },
      data: { rdata: 64 },
      device: { ready: 1, rdata: 32 },
      interrupt: { request: 1, vector: 8 },
      now: 64,
      counter: 64,
      memory_rdata: { local_apic: 32, io_apic: 32 },
      io_rdata: {
        master_pic: 8, pit: 8, keyboard: 8, cmos: 8, post: 8, port92: 8, slave_pic: 8, text: 8, exit: 8, com1: 8,
        edge_level: 8,
      },
    });
    const cpu = m.instance("cpu", core, {
      fetch: wires.fetch, data: wires.data, device: wires.device, interrupt: wires.interrupt, switch: noSwitch,
      now: wires.now, counter: { value: wires.counter }, debug: noDebug, mpu: noMpu,
    });
    const counted = m.instance("counters", performanceCounters(), {
      running: { task: 0 },
      happens: {
        retired: cpu.probe.retired,
        interrupts: cpu.interrupt.acknowledge,
        switches: 0,
        stalls: cpu.probe.retired.or(cpu.probe.halted).not(),
      },
      read: { number: cpu.counter.number },
    });
    wires.now.value = counted.now.as(64);
    wires.counter.value = counted.read.value.as(64);
    const store = m.instance("memory", memory({
      ram: map.ram, ramHoles: [vgaHole, lowRom], rom: map.rom, romMirrors: [lowRom],
    }), { fetch: cpu.fetch, data: cpu.data });
    wires.fetch.data.value = store.fetch.data;
    wires.data.rdata.value = store.data.rdata;

    const rdata = wires.io_rdata;
    const devices = m.instance("bus", bus(
      { local_apic: map.localApic, io_apic: map.ioApic },
      {
        master_pic: pcIoMap.masterPic, pit: pcIoMap.pit, keyboard: pcIoMap.keyboard, cmos: pcIoMap.cmos,
        post: pcIoMap.post, port92: pcIoMap.port92, slave_pic: pcIoMap.slavePic, text: pcIoMap.text,
        exit: pcIoMap.exit, com1: pcIoMap.com1, edge_level: pcIoMap.edgeLevel,
      },
    ), {
      cpu: cpu.device,
      memory: {
        local_apic: { rdata: wires.memory_rdata.local_apic }, io_apic: { rdata: wires.memory_rdata.io_apic },
      },
      io: {
        master_pic: { rdata: rdata.master_pic }, pit: { rdata: rdata.pit }, keyboard: { rdata: rdata.keyboard },
        cmos: { rdata: rdata.cmos }, post: { rdata: rdata.post }, port92: { rdata: rdata.port92 },
        slave_pic: { rdata: rdata.slave_pic }, text: { rdata: rdata.text }, exit: { rdata: rdata.exit },
        com1: { rdata: rdata.com1 }, edge_level: { rdata: rdata.edge_level },
      },
    });
    m.drive(wires.device, devices.cpu);

    const pitTick = ticksOf(m, "pit_clock", pitClock_hz);
    const { counter_2_out } = m.nets({ counter_2_out: 1 });
    const system = m.instance("system", systemControl, {
      keyboard: devices.io.keyboard, port92: devices.io.port92, edge_level: devices.io.edge_level,
      pit_tick: pitTick, counter_2: { out: counter_2_out },
    });
    rdata.keyboard.value = system.keyboard.rdata;
    rdata.port92.value = system.port92.rdata;
    rdata.edge_level.value = system.edge_level.rdata;
    io.reset_request.value = system.reset_request;

    const clock = m.instance("clock_memory", cmos(ramBytes), { bus: devices.io.cmos });
    rdata.cmos.value = clock.bus.rdata;

    const debug = m.instance("debug", debugPorts, {
      post: devices.io.post, text: devices.io.text, exit: devices.io.exit,
    });
    rdata.post.value = debug.post.rdata;
    rdata.text.value = debug.text.rdata;
    rdata.exit.value = debug.exit.rdata;
    m.drive(io.event, debug.event);

    const serial = plainUart(m, { ticksPerBit: uartTicksPerBit }, { bus: devices.io.com1, rx: io.uart_rx });
    rdata.com1.value = serial.bus.rdata;
    io.uart_tx.value = serial.tx;

    const timer = m.instance("pit", pit8254(), {
      bus: devices.io.pit,
      tick: pitTick,
      gate: cat(system.counter_2.gate, constant(0b11, 2)),
    });
    rdata.pit.value = timer.bus.rdata;
    counter_2_out.value = timer.out.bit(2);
    m.unused(timer.out.bit(1));

    // Interrupts: each line goes to an 8259 and to the I/O APIC
    const { slave, external, message, ended } = m.nets({
      slave: { request: 1 },
      external: { acknowledge: 1 },
      message: { accepted: 1 },
      ended: { valid: 1, vector: 8 },
    });
    const others = { [pcLines.com1]: serial.interrupt_request };
    const masterBus = firstTwo(devices.io.master_pic);
    const slaveBus = firstTwo(devices.io.slave_pic);
    const master = m.instance("master_pic", pic8259("master"), {
      bus: masterBus.bus,
      lines: wired({ ...others, [pcLines.timer]: timer.out.bit(0), [pcLines.slave]: slave.request }).slice(7, 0),
      levels: system.levels.slice(7, 0),
      cpu: { acknowledge: external.acknowledge },
    });
    rdata.master_pic.value = mux(masterBus.here, master.bus.rdata, 0xff);
    const slavePic = m.instance("slave_pic", pic8259("slave"), {
      bus: slaveBus.bus,
      lines: wired(others).slice(15, 8),
      levels: system.levels.slice(15, 8),
      cpu: { acknowledge: external.acknowledge.and(master.slave.chosen) },
    });
    rdata.slave_pic.value = mux(slaveBus.here, slavePic.bus.rdata, 0xff);
    slave.request.value = slavePic.cpu.request;
    m.unused(master.slave.line, slavePic.slave.chosen, slavePic.slave.line);

    const router = m.instance("io_apic", ioApic(), {
      bus: devices.memory.io_apic,
      lines: wired({ ...others, [ioApicTimerLine]: timer.out.bit(0) }).zext(ioApicLineCount),
      message,
      ended,
    });
    wires.memory_rdata.io_apic.value = router.bus.rdata;

    const apic = m.instance("apic", fullLocalApic(), {
      bus: devices.memory.local_apic,
      message: router.message,
      external: {
        request: master.cpu.request, vector: mux(master.slave.chosen, slavePic.cpu.vector, master.cpu.vector),
      },
      cpu: { acknowledge: cpu.interrupt.acknowledge },
    });
    wires.memory_rdata.local_apic.value = apic.bus.rdata;
    message.accepted.value = apic.message.accepted;
    external.acknowledge.value = apic.external.acknowledge;
    m.drive(ended, apic.ended);
    m.drive(wires.interrupt, apic.cpu);

    io.leds.value = cat(constant(0, 6), apic.cpu.request, cpu.probe.halted);
    io.retired.value = cpu.probe.retired;
    io.eip.value = cpu.probe.eip;
    io.halted.value = cpu.probe.halted;
    m.unused(cpu.probe.walking, ...Object.values(cpu.probe.delivery), cpu.running.cpl, ...leavesOf(cpu.mpu));
    m.unused(...leavesOfSwitch(cpu.switch), ...leavesOfDebug(cpu.debug));
  });
}

/** A slower clock's pulses: over any time as many as its rate says, each a cycle long, at most a cycle late. */
function ticksOf(m: Builder, name: string, rate_hz: number): Bit {
  return m.scope(name, () => {
    const width = Math.ceil(Math.log2(clock_hz)) + 1;
    const { phase } = m.regs({ phase: reg(width, 0, "how far the next pulse is, in periods times the rate") });
    const { tick } = m.nets({ tick: phase.ge(clock_hz - rate_hz) });
    phase.next = mux(tick, phase.sub(clock_hz - rate_hz), phase.add(rate_hz));
    return tick;
  });
}

interface ByteAccess {
  readonly access: Bit;
  readonly write: Bit;
  readonly address: Bits<3>;
  readonly wdata: Bits<8>;
}

/** An 8259 has two ports of its block of eight. */
function firstTwo(block: ByteAccess): { readonly bus: ByteAccess; readonly here: Bit } {
  const { access, write, address, wdata } = block;
  const here = address.slice(2, 1).eq(0);
  return { bus: { access: access.and(here), write, address, wdata }, here };
}

/** Sixteen lines, 0 where nothing is. */
const wired = (lines: Readonly<Record<number, Bit>>): Bits<16> =>
  cat(...Array.from({ length: 16 }, (_, i) => lines[15 - i] ?? constant(0, 1))).as(16);
