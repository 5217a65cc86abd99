// The machine around a puppet: a core that does what the test says, to see that the parts are connected as the memory
// map has it.
import { module, reg, simulate } from "#hdl-gen";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deviceAccess_cycles } from "./bus/bus.ts";
import { localApic } from "./interrupts/registers.ts";
import { noSwitch } from "./cpu/context.ts";
import { gapEnd_cycles, routerConfig } from "./interrupts/router-shape.ts";
import { corePorts, machine } from "./machine.ts";
import { interruptLines, ioMap, memoryMap } from "./memory-map.ts";
import { romBanks } from "./memory/rom-image.ts";
import { atomicosConfig } from "./soc.ts";
import { uart16550 } from "./uart/registers.ts";

const test = suite("machine");
const folder = join("build", "tests", "machine");
const { IER, LCR, THR, RBR } = uart16550.registers;
const { SVR, TPR, EOI, LVT_TIMER, INITIAL_COUNT } = localApic.registers;

/** Its outputs are registers that the test pokes, `string_<port>`; the fetch and the data port are always enabled. */
const puppet = module("cpu", "A core on strings.", corePorts, (m, io) => {
  const { fetch, data, device, interrupt, running, switch: task_switch, counter, debug, mpu, probe } = io;
  const { string } = m.regs({
    string: {
      fetch_address: reg(30),
      data_address: reg(30), data_mask: reg(8), data_write: reg(1), data_wdata: reg(64),
      device_request: reg(1), device_write: reg(1), device_io: reg(1), device_address: reg(32), device_mask: reg(4),
      device_wdata: reg(32),
      acknowledge: reg(1), cpl: reg(2),
    },
  });
  m.drive(string, string);
  fetch.enable.value = 1;
  fetch.address.value = string.fetch_address;
  data.enable.value = 1;
  data.address.value = string.data_address;
  data.mask.value = string.data_mask;
  data.write.value = string.data_write;
  data.wdata.value = string.data_wdata;
  device.request.value = string.device_request;
  device.write.value = string.device_write;
  device.io.value = string.device_io;
  device.address.value = string.device_address;
  device.mask.value = string.device_mask;
  device.wdata.value = string.device_wdata;
  interrupt.acknowledge.value = string.acknowledge;
  running.cpl.value = string.cpl;
  task_switch.held.value = 0;
  m.drive(task_switch.outgoing, noSwitch.incoming);
  task_switch.bank.rdata.value = 0;
  counter.number.value = 0;
  debug.fetched.address.value = 0;
  debug.stopped.value = 0;
  m.drive(debug.boundary, { reached: 0, breaks: 0 });
  m.drive(debug.access, { valid: 0, write: 0, first: 0, last: 0 });
  debug.registers.ready.value = 0;
  debug.registers.rdata.value = 0;
  const { data: loads, other, fetch: words } = mpu;
  for (const port of [loads.granule, loads.crosses, loads.ring, other.granule, other.ring, words.first, words.second, words.ring]) {
    port.value = 0;
  }
  m.drive(mpu.violation, { valid: 0, linear: 0 });
  m.drive(probe, {
    retired: 0, eip: 0, halted: 0, walking: 0,
    delivery: { valid: 0, vector: 0, external: 0, software: 0, error_code: 0 },
  });
});

const shift = (port: number): number => 8 * (port % 4);
const byteAt = (port: number) => ({ device_io: 1, device_address: port, device_mask: 1 << (port % 4) });

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
    for (const [name, value] of Object.entries(values)) sim.poke(`cpu.string_${name}`, value);
  };
  const access = (what: Readonly<Record<string, number>>): number => {
    poke({ device_request: 1, ...what });
    for (let i = 0; i < deviceAccess_cycles; i++) {
      assert.is(sim.peek("bus.cpu_ready"), 0);
      sim.step();
    }
    assert.is(sim.peek("bus.cpu_ready"), 1);
    const found = Number(sim.peek("bus.cpu_rdata"));
    sim.step();
    poke({ device_request: 0 });
    return found;
  };
  return {
    sim, poke,
    clocksPerBit: config.uart.ticksPerBit,
    out: (port: number, value: number): void => {
      access({ ...byteAt(port), device_write: 1, device_wdata: (value << shift(port)) >>> 0 });
    },
    in: (port: number): number => (access({ ...byteAt(port), device_write: 0 }) >>> shift(port)) & 0xff,
    writeApic: ({ offset }: { readonly offset: number }, value: number): void => {
      const device_address = memoryMap.localApic.base + offset;
      access({ device_io: 0, device_address, device_mask: 0b1111, device_write: 1, device_wdata: value });
    },
    offered: (): number | undefined =>
      sim.peek("apic.cpu_request") === 1 ? Number(sim.peek("apic.cpu_vector")) : undefined,
  };
}

const uart = ioMap.uart.base;
const enabled = (1 << SVR.fields.ENABLE.lsb) | 0xff;

test("the reset vector is fetched from the boot ROM", () => {
  const { sim, poke } = machineBench();
  poke({ fetch_address: 0xffff_fff0 >>> 2 });
  sim.step();
  assert.is(sim.peek("memory.fetch_data"), 0x0000_00f0_00e0_5bean);
});

test("what the data port stores, both ports read", () => {
  const { sim, poke } = machineBench();
  poke({ data_address: 0x1000 / 4, data_write: 1, data_mask: 0xff, data_wdata: 0x0123_4567 });
  sim.step();
  poke({ data_write: 0, fetch_address: 0x1000 / 4 });
  sim.step();
  assert.is(sim.peek("memory.data_rdata"), 0x0123_4567n);
  assert.is(sim.peek("memory.fetch_data"), 0x0123_4567n);
});

test("a character written to the UART's port leaves on the serial line, at 1 Mbaud with divisor 1", () => {
  const bench = machineBench();
  bench.out(uart + LCR.offset, LCR.fields.WLS.values.EIGHT);
  bench.out(uart + THR.offset, 0x53);
  bench.sim.until(() => bench.sim.io.uart_tx === 0, 20);
  bench.sim.step(bench.clocksPerBit >> 1);
  const levels = Array.from({ length: 10 }, () => {
    const level = bench.sim.io.uart_tx;
    bench.sim.step(bench.clocksPerBit);
    return level;
  });
  assert.equal(levels, [0, 1, 1, 0, 0, 1, 0, 1, 0, 1]);
});

test("a received character interrupts as its line's vector, and again after EOI until it is read", () => {
  const bench = machineBench();
  const vector = 0x20 + interruptLines.uart;
  bench.writeApic(SVR, enabled);
  bench.out(uart + LCR.offset, LCR.fields.WLS.values.EIGHT);
  bench.out(uart + IER.offset, 1 << IER.fields.ERBFI.lsb);
  for (const level of [0, 1, 0, 0, 0, 0, 1, 0, 0, 1]) {
    bench.sim.io.uart_rx = level;
    bench.sim.step(bench.clocksPerBit);
  }
  const acknowledge = (): void => {
    assert.is(bench.offered(), vector);
    bench.poke({ acknowledge: 1 });
    bench.sim.step();
    bench.poke({ acknowledge: 0 });
  };
  acknowledge();
  bench.writeApic(EOI, 0);
  bench.sim.step(gapEnd_cycles(routerConfig));
  acknowledge();
  assert.is(bench.in(uart + RBR.offset), 0x21);
  bench.writeApic(EOI, 0);
  bench.sim.step(2 * gapEnd_cycles(routerConfig));
  assert.is(bench.offered(), undefined);
});

test("the timer's interrupt reaches the core; once a write to TPR is done, what it holds back is not offered", () => {
  const bench = machineBench();
  bench.writeApic(SVR, enabled);
  bench.writeApic(LVT_TIMER, 0x40);
  bench.writeApic(INITIAL_COUNT, 5);
  bench.sim.until(() => bench.offered() === 0x40, 20);
  bench.writeApic(TPR, 0x40);
  assert.is(bench.offered(), undefined);
});

test("a port without a device reads FFh, the UART's do not", () => {
  const bench = machineBench();
  assert.is(bench.in(0x60), 0xff);
  assert.is(bench.in(uart + uart16550.registers.LSR.offset), uart16550.registers.LSR.reset);
});

test.run();
