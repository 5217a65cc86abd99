// The PC's ports that are no chip of their own.
import { simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cmos, cmosBytes } from "./cmos.ts";
import { debugPorts } from "./debug-ports.ts";
import { pcIoMap } from "./memory-map.ts";
import { systemControl } from "./system-control.ts";

const test = suite("ports of the PC");

interface ByteBus { access: number; write: number; address: number; wdata: number; readonly rdata: number }

/** One access; what was read, and whatever `seen` gives during it. */
function access<T>(
  sim: { step(cycles?: number): unknown }, bus: ByteBus, address: number, write: 0 | 1, wdata: number, seen: () => T,
): { rdata: number; seen: T } {
  Object.assign(bus, { access: 1, write, address: address & 7, wdata });
  const found = { rdata: bus.rdata, seen: seen() };
  sim.step();
  bus.access = 0;
  return found;
}
const nothing = (): undefined => undefined;

test("each of the user's ports makes an event, their neighbours none", () => {
  const sim = simulate(debugPorts);
  const { io } = sim;
  sim.reset();
  const event = () => (io.event.valid === 1 ? [io.event.port, io.event.data] : undefined);
  for (const [bus, port] of [[io.post, 0x80], [io.text, 0xe9], [io.exit, 0xf4]] as const) {
    for (let n = 0; n < 8; n++) {
      const at = (port & ~7) + n;
      assert.equal(access(sim, bus, at, 1, 0x5a, event).seen, at === port ? [port, 0x5a] : undefined);
      const { rdata, seen } = access(sim, bus, at, 0, 0x5a, event);
      assert.is(rdata, at === 0xe9 ? 0xe9 : 0xff);
      assert.is(seen, undefined);
    }
  }
});

test("port 61h drives counter 2's gate and shows its output and the refresh", () => {
  const sim = simulate(systemControl);
  const { io } = sim;
  sim.reset();
  const read = (): number => access(sim, io.keyboard, 0x61, 0, 0, nothing).rdata;
  access(sim, io.keyboard, 0x61, 1, 0xff, nothing);
  assert.is(io.counter_2.gate, 1);
  assert.is(read(), 0x0f);
  io.counter_2.out = 1;
  assert.is(read(), 0x2f);
  io.pit_tick = 1;
  sim.step(18);
  io.pit_tick = 0;
  assert.is(read(), 0x3f);
  io.pit_tick = 1;
  sim.step(18);
  io.pit_tick = 0;
  assert.is(read(), 0x2f);
});

test("the keyboard controller has nothing to say, and resets the machine when told FEh", () => {
  const sim = simulate(systemControl);
  const { io } = sim;
  sim.reset();
  const resets = (): number => io.reset_request;
  assert.is(access(sim, io.keyboard, 0x64, 0, 0, nothing).rdata, 0);
  assert.is(access(sim, io.keyboard, 0x60, 0, 0, nothing).rdata, 0xff);
  assert.is(access(sim, io.keyboard, 0x64, 1, 0xd1, resets).seen, 0);
  assert.is(access(sim, io.keyboard, 0x60, 1, 0xfe, resets).seen, 0);
  assert.is(access(sim, io.keyboard, 0x64, 1, 0xfe, resets).seen, 1);
  assert.is(io.reset_request, 0);
});

test("port 92h says that A20 is on whatever is written, and its bit 0 resets the machine", () => {
  const sim = simulate(systemControl);
  const { io } = sim;
  sim.reset();
  const resets = (): number => io.reset_request;
  assert.is(access(sim, io.port92, 0x92, 1, 0x00, resets).seen, 0);
  assert.is(access(sim, io.port92, 0x92, 0, 0, resets).rdata, 0x02);
  assert.is(access(sim, io.port92, 0x92, 1, 0x03, resets).seen, 1);
});

test("the edge and level registers keep the lines that can be levels", () => {
  const sim = simulate(systemControl);
  const { io } = sim;
  sim.reset();
  for (const [port, kept] of [[0x4d0, 0xf8], [0x4d1, 0xde]] as const) {
    access(sim, io.edge_level, port, 1, 0xff, nothing);
    assert.is(access(sim, io.edge_level, port, 0, 0, nothing).rdata, kept);
  }
  assert.is(io.levels, 0xdef8);
});

test("the CMOS tells the memory's size, with a checksum, and keeps what is written", () => {
  const sim = simulate(cmos(64 * 2 ** 20));
  const { bus } = sim.io;
  sim.reset();
  const read = (index: number): number => {
    access(sim, bus, pcIoMap.cmos.base, 1, index, nothing);
    return access(sim, bus, pcIoMap.cmos.base + 1, 0, 0, nothing).rdata;
  };
  assert.equal([0x15, 0x16, 0x30, 0x31, 0x34, 0x35].map(read), [0x80, 0x02, 0x00, 0xfc, 0x00, 0x03]);
  assert.is(read(0x0d), 0x80);
  access(sim, bus, 0x71, 1, 0x00, nothing);
  assert.is(read(0x0d), 0x80, "status D is read only");
  read(0x40);
  access(sim, bus, 0x71, 1, 0x77, nothing);
  assert.is(read(0xc0), 0x77, "bit 7 of the index is no part of it");
  const bytes = cmosBytes(2 ** 20);
  const sum = bytes.slice(0x10, 0x2e).reduce((total, byte) => total + byte, 0);
  assert.is((bytes[0x2e] ?? 0) * 256 + (bytes[0x2f] ?? 0), sum);
});

test.run();
