// The machine around a puppet: a core that does what the test says, to see that the parts are connected as the memory
// map has it.
import { module, reg, simulate } from "#hdl-gen";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deviceAccess_cycles } from "./bus/bus.ts";
import { localApic } from "./interrupts/registers.ts";
import { corePorts, machine } from "./machine.ts";
import { interruptLines, ioMap, memoryMap } from "./memory-map.ts";
import { romBanks } from "./memory/rom-image.ts";
import { atomicosConfig } from "./soc.ts";
import { uart16550 } from "./uart/registers.ts";

const test = suite("machine");
const folder = join("build", "tests", "machine");
const { IER, LCR, THR, RBR } = uart16550.registers;
const { SVR, TPR, EOI, LVT_TIMER, INITIAL_COUNT } = localApic.registers;

/** Its outputs are registers that the test pokes. */
const puppet = module("cpu", "A core on strings.", corePorts, (m, io) => {
  const r = m.regs({
    fetch_at: reg(30), data_at: reg(30), data_mask: reg(8), data_write: reg(1), stored: reg(64),
    request: reg(1), write: reg(1), port: reg(1), address: reg(32), mask: reg(4), written: reg(32), acknowledge: reg(1),
  });
  for (const register of Object.values(r)) m.drive({ register }, { register });
  m.drive(
    { enable: io.fetch.enable, address: io.fetch.address, data_enable: io.data.enable, data: io.data.address },
    { enable: 1, address: r.fetch_at, data_enable: 1, data: r.data_at },
  );
  m.drive(
    { write: io.data.write, mask: io.data.mask, wdata: io.data.wdata },
    { write: r.data_write, mask: r.data_mask, wdata: r.stored },
  );
  io.device.request.value = r.request;
  io.device.write.value = r.write;
  io.device.io.value = r.port;
  io.device.address.value = r.address;
  io.device.mask.value = r.mask;
  io.device.wdata.value = r.written;
  io.interrupt.acknowledge.value = r.acknowledge;
  m.drive({ retired: io.probe.retired, eip: io.probe.eip, halted: io.probe.halted }, { retired: 0, eip: 0, halted: 0 });
});

function machineBench() {
  mkdirSync(folder, { recursive: true });
  const image = new Uint8Array(memoryMap.bootRom.size);
  image.set([0xea, 0x5b, 0xe0, 0x00, 0xf0], image.length - 16);
  const banks = romBanks(image, image.length);
  const romContents = { even: join(folder, "even.hex"), odd: join(folder, "odd.hex") };
  writeFileSync(romContents.even, banks.even);
  writeFileSync(romContents.odd, banks.odd);
  const config = atomicosConfig(romContents);
  const sim = simulate(machine(config, puppet));
  sim.io.uart_rx = 1;
  sim.reset(4);
  sim.step(4);
  const poke = (values: Readonly<Record<string, number>>): void => {
    for (const [name, value] of Object.entries(values)) sim.poke(`cpu.${name}`, value);
  };
  const access = (what: Readonly<Record<string, number>>): number => {
    poke({ request: 1, ...what });
    for (let i = 0; i < deviceAccess_cycles; i++) {
      assert.is(sim.peek("bus.cpu_ready"), 0);
      sim.step();
    }
    assert.is(sim.peek("bus.cpu_ready"), 1);
    const found = Number(sim.peek("bus.cpu_rdata"));
    sim.step();
    poke({ request: 0 });
    return found;
  };
  const shift = (port: number): number => 8 * (port % 4);
  const byteAt = (port: number) => ({ port: 1, address: port, mask: 1 << (port % 4) });
  return {
    sim, poke,
    clocksPerBit: config.uart.ticksPerBit,
    out: (port: number, value: number): void => {
      access({ ...byteAt(port), write: 1, written: (value << shift(port)) >>> 0 });
    },
    in: (port: number): number => (access({ ...byteAt(port), write: 0 }) >>> shift(port)) & 0xff,
    writeApic: ({ offset }: { readonly offset: number }, written: number): void => {
      access({ port: 0, address: memoryMap.localApic.base + offset, mask: 0b1111, write: 1, written });
    },
    offered: (): number | undefined =>
      sim.peek("apic.cpu_request") === 1 ? Number(sim.peek("apic.cpu_vector")) : undefined,
  };
}

const uart = ioMap.uart.base;
const enabled = (1 << SVR.fields.ENABLE.lsb) | 0xff;

test("the reset vector is fetched from the boot ROM", () => {
  const { sim, poke } = machineBench();
  poke({ fetch_at: 0xffff_fff0 >>> 2 });
  sim.step();
  assert.is(sim.peek("memory.fetch_data"), 0x0000_00f0_00e0_5bean);
});

test("what the data port stores, both ports read", () => {
  const { sim, poke } = machineBench();
  poke({ data_at: 0x1000 / 4, data_write: 1, data_mask: 0xff, stored: 0x0123_4567 });
  sim.step();
  poke({ data_write: 0, fetch_at: 0x1000 / 4 });
  sim.step();
  assert.is(sim.peek("memory.data_rdata"), 0x0123_4567n);
  assert.is(sim.peek("memory.fetch_data"), 0x0123_4567n);
});

test("a character written to the UART's port leaves on the serial line, at 1 Mbaud with divisor 1", () => {
  const machine = machineBench();
  machine.out(uart + LCR.offset, LCR.fields.WLS.values.EIGHT);
  machine.out(uart + THR.offset, 0x53);
  machine.sim.until(() => machine.sim.io.uart_tx === 0, 20);
  machine.sim.step(machine.clocksPerBit >> 1);
  const levels = Array.from({ length: 10 }, () => {
    const level = machine.sim.io.uart_tx;
    machine.sim.step(machine.clocksPerBit);
    return level;
  });
  assert.equal(levels, [0, 1, 1, 0, 0, 1, 0, 1, 0, 1]);
});

test("a received character interrupts as its line's vector, and again after EOI until it is read", () => {
  const machine = machineBench();
  const vector = 0x20 + interruptLines.uart;
  machine.writeApic(SVR, enabled);
  machine.out(uart + LCR.offset, LCR.fields.WLS.values.EIGHT);
  machine.out(uart + IER.offset, 1 << IER.fields.ERBFI.lsb);
  for (const level of [0, 1, 0, 0, 0, 0, 1, 0, 0, 1]) {
    machine.sim.io.uart_rx = level;
    machine.sim.step(machine.clocksPerBit);
  }
  const acknowledge = (): void => {
    assert.is(machine.offered(), vector);
    machine.poke({ acknowledge: 1 });
    machine.sim.step();
    machine.poke({ acknowledge: 0 });
  };
  acknowledge();
  machine.writeApic(EOI, 0);
  machine.sim.step(2);
  acknowledge();
  assert.is(machine.in(uart + RBR.offset), 0x21);
  machine.writeApic(EOI, 0);
  machine.sim.step(4);
  assert.is(machine.offered(), undefined);
});

test("the timer's interrupt reaches the core; once a write to TPR is done, what it holds back is not offered", () => {
  const machine = machineBench();
  machine.writeApic(SVR, enabled);
  machine.writeApic(LVT_TIMER, 0x40);
  machine.writeApic(INITIAL_COUNT, 5);
  machine.sim.until(() => machine.offered() === 0x40, 20);
  machine.writeApic(TPR, 0x40);
  assert.is(machine.offered(), undefined);
});

test("a port without a device reads FFh, the UART's do not", () => {
  const machine = machineBench();
  assert.is(machine.in(0x60), 0xff);
  assert.is(machine.in(uart + uart16550.registers.LSR.offset), uart16550.registers.LSR.reset);
});

test.run();
