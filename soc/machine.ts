// Everything around a core: memory, device bus, local APIC, UART. Any core with these ports will do.
import { asyncInput, cat, constant, module, output, reg, type Design } from "#hdl-gen";
import { bus } from "./bus/bus.ts";
import { devicePort } from "./bus/ports.ts";
import { noSwitch, switchPort } from "./cpu/context.ts";
import { interruptPort, localApic } from "./interrupts/local-apic.ts";
import { interruptLineCount, type PortRange, type Region } from "./memory-map.ts";
import { dataPort, fetchPort, memory, type MemoryConfig } from "./memory/memory.ts";
import { uart, type UartConfig } from "./uart/uart.ts";

export interface SocConfig {
  readonly memory: MemoryConfig;
  readonly localApic: Region;
  readonly uart: UartConfig & { readonly ports: PortRange; readonly line: number };
}

/** The core's view of the machine. */
export const corePorts = {
  fetch: fetchPort,
  data: dataPort,
  device: devicePort,
  interrupt: interruptPort,
  switch: switchPort,
  probe: {
    retired: output(1, "an instruction is complete"),
    eip: output(32, "its address"),
    halted: output(1, "waiting for an interrupt"),
    walking: output(1, "page tables are being walked"),
  },
};

const ports = {
  uart_rx: asyncInput(1, "serial line in"),
  uart_tx: output(1, "serial line out"),
  leds: output(8, "0 blinks while the clock runs, 1 halted, 2 sending, 3 interrupt offered"),
  retired: output(1, "an instruction is complete"),
  eip: output(32, "its address"),
  halted: output(1, "the core waits for an interrupt"),
};

/** Clocks between two changes of the blinking LED, as a power of two: a third of a second at 25 MHz. */
const blinkBits = 23;

export function machine(config: SocConfig, core: Design<typeof corePorts>): Design<typeof ports> {
  const doc = "AtomicOS's machine.";
  return module("atomicos_soc", doc, ports, (m, io) => {
    const wires = m.nets({
      fetch: { data: 64 },
      data: { rdata: 64 },
      device: { ready: 1, rdata: 32 },
      interrupt: { request: 1, vector: 8 },
      local_apic_rdata: 32,
      uart_rdata: 8,
      interrupt_lines: 16,
    });
    const cpu = m.instance("cpu", core, {
      fetch: wires.fetch, data: wires.data, device: wires.device, interrupt: wires.interrupt, switch: noSwitch,
    });

    const store = m.instance("memory", memory(config.memory), { fetch: cpu.fetch, data: cpu.data });
    wires.fetch.data.value = store.fetch.data;
    wires.data.rdata.value = store.data.rdata;

    const devices = m.instance("bus", bus({ local_apic: config.localApic }, { uart: config.uart.ports }), {
      cpu: cpu.device,
      memory: { local_apic: { rdata: wires.local_apic_rdata } },
      io: { uart: { rdata: wires.uart_rdata } },
    });
    m.drive(wires.device, devices.cpu);

    const serial = m.instance("serial", uart(config.uart), { bus: devices.io.uart, rx: io.uart_rx });
    wires.uart_rdata.value = serial.bus.rdata;
    io.uart_tx.value = serial.tx;

    wires.interrupt_lines.value = cat(
      ...Array.from({ length: interruptLineCount }, (_, i) =>
        interruptLineCount - 1 - i === config.uart.line ? serial.interrupt_request : constant(0, 1)),
    ).as(interruptLineCount);
    const apic = m.instance("apic", localApic(), {
      bus: devices.memory.local_apic,
      lines: wires.interrupt_lines,
      cpu: { acknowledge: cpu.interrupt.acknowledge },
    });
    wires.local_apic_rdata.value = apic.bus.rdata;
    m.drive(wires.interrupt, apic.cpu);

    const { blink } = m.regs({ blink: reg(blinkBits + 1) });
    blink.next = blink.add(1);
    io.leds.value = cat(constant(0, 4), apic.cpu.request, serial.tx.not(), cpu.probe.halted, blink.msb());
    io.retired.value = cpu.probe.retired;
    io.eip.value = cpu.probe.eip;
    io.halted.value = cpu.probe.halted;
    m.unused(cpu.probe.walking);
  });
}

