// Decoder, arbiter and interconnect of the request bus, against devices that take their time.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { busArbiter, busDecoder, constant, HdlError, interconnect, requireProof, simulate, type BusRanges } from "../index.ts";
import { refuted, withFault } from "./testing.ts";

const test = suite("request bus");
const shape = { address: 8, data: 16 };
const ranges = { ram: { base: 0x00, size: 64 }, uart: { base: 0x80, size: 16 } };

test("the device whose range it is gets the access, with the address within it", () => {
  const { io } = simulate(busDecoder("decoder", shape, ranges));
  Object.assign(io.host, { request: 1, write: 1, address: 0x8a, mask: 0b10, wdata: 0x1234 });
  const { request, write, address, mask, wdata } = io.devices.uart;
  assert.equal({ request, write, address, mask, wdata }, { request: 1, write: 1, address: 0xa, mask: 0b10, wdata: 0x1234 });
  assert.is(io.devices.ram.request, 0);
  assert.is(io.host.ready, 0, "the device is not ready");
  io.devices.uart.ready = 1;
  io.devices.uart.rdata = 0xbeef;
  assert.equal([io.host.ready, io.host.rdata], [1, 0xbeef]);
});

test("where nobody answers, an access is ready at once and reads all ones", () => {
  const { io } = simulate(busDecoder("decoder", shape, ranges));
  io.host.request = 1;
  for (const address of [0x40, 0x7f, 0x90, 0xff]) {
    io.host.address = address;
    assert.equal([io.host.ready, io.host.rdata, io.devices.ram.request, io.devices.uart.request], [1, 0xffff, 0, 0]);
  }
});

function refused(wrong: BusRanges): void {
  assert.throws(() => busDecoder("decoder", shape, wrong), (e: unknown) => e instanceof HdlError && e.code === "library-parameter");
}

test("ranges that overlap, or do not lie on their size, are refused", () => {
  refused({ ram: { base: 0, size: 64 }, uart: { base: 0x30, size: 16 } });
  refused({ ram: { base: 8, size: 64 } });
  refused({ ram: { base: 0, size: 48 } });
  refused({ ram: { base: 0x100, size: 16 } });
});

test("hosts go in turn, and each finishes what it began", () => {
  const sim = simulate(busArbiter("arbiter", shape, 2));
  const { hosts, device } = sim.io;
  sim.reset();
  const served: string[] = [];
  hosts.forEach((host, i) => Object.assign(host, { request: 1, address: 0x10 * (i + 1) }));
  for (let cycle = 0; cycle < 9; cycle++) {
    device.ready = cycle % 3 === 2 ? 1 : 0;
    served.push(`${device.address.toString(16)}${hosts.map((host) => host.ready).join("")}`);
    sim.step();
  }
  assert.equal(served, ["1000", "1000", "1010", "2000", "2000", "2001", "1000", "1000", "1010"]);
});

test("through an interconnect two hosts reach two devices", () => {
  const sim = simulate(interconnect("machine", shape, 2, ranges));
  const { hosts, devices } = sim.io;
  sim.reset();
  devices.ram.ready = 1;
  devices.ram.rdata = 0x1111;
  devices.uart.ready = 1;
  devices.uart.rdata = 0x2222;
  const [first, second] = hosts;
  assert.ok(first !== undefined && second !== undefined);
  Object.assign(first, { request: 1, address: 0x05 });
  Object.assign(second, { request: 1, address: 0x81 });
  assert.equal([first.ready, second.ready, first.rdata, devices.ram.address], [1, 0, 0x1111, 5]);
  sim.step();
  assert.equal([first.ready, second.ready, second.rdata, devices.uart.address], [0, 1, 0x2222, 1]);
});

test("the decoder is proved", async () => {
  await requireProof(busDecoder("decoder", shape, ranges));
});
test("the arbiter is proved", async () => {
  await requireProof(busArbiter("arbiter", shape, 3), { depth: 4 });
});
test("the interconnect is proved", async () => {
  await requireProof(interconnect("machine", shape, 2, ranges), { depth: 4 });
});

test("an arbiter that lets another host break in is found out", async () => {
  const failed = await refuted(withFault(busArbiter("arbiter", shape, 3), "unfinished", (value) => value.shl(1)), { depth: 5 });
  assert.ok(failed.length > 0);
});
test("a decoder that asks everybody is found out", async () => {
  const faulty = withFault(busDecoder("decoder", shape, ranges), "ram_here", () => constant(1, 1));
  assert.ok((await refuted(faulty, {})).includes("asks_one_device_at_most"));
});
test("an interconnect that gives a host another device's answer is found out", async () => {
  const faulty = withFault(interconnect("machine", shape, 2, ranges), "rdata", (value) => value.not());
  assert.ok((await refuted(faulty, { depth: 3 })).some((name) => name.endsWith("_is_reached")));
});
test("an interconnect that says ready when no device is, is found out", async () => {
  const faulty = withFault(interconnect("machine", shape, 2, ranges), "ready", () => constant(1, 1));
  assert.ok((await refuted(faulty, { depth: 3 })).some((name) => name.endsWith("_is_reached")));
});

test.run();
