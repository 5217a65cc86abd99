// The I/O APIC against the 82093AA data sheet.
import { simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ioApic as description } from "./io-apic-registers.ts";
import { ioApic } from "./io-apic.ts";

const test = suite("I/O APIC");

const { REDIRECTION_LOW, REDIRECTION_HIGH, IOAPICID, IOAPICVER } = description.registers;
const fields = REDIRECTION_LOW.fields;
const bitOf = ({ lsb }: { readonly lsb: number }): number => 1 << lsb;
const [level, activeLow] = [bitOf(fields.LEVEL), bitOf(fields.ACTIVE_LOW)];
const [masked, logical, remoteIrr] = [bitOf(fields.MASKED), bitOf(fields.LOGICAL), bitOf(fields.REMOTE_IRR)];

function bench() {
  const sim = simulate(ioApic());
  const { io } = sim;
  sim.reset();
  io.message.accepted = 1;
  const access = (address: number, write: 0 | 1, wdata: number): number => {
    Object.assign(io.bus, { access: 1, write, address: address / 4, mask: 0b1111, wdata });
    const found = io.bus.rdata;
    sim.step();
    io.bus.access = 0;
    return found;
  };
  const apic = {
    io, sim,
    write(register: number, value: number): void {
      access(0x00, 1, register);
      access(0x10, 1, value);
    },
    read(register: number): number {
      access(0x00, 1, register);
      return access(0x10, 0, 0);
    },
    redirect(line: number, low: number, destination = 0): void {
      apic.write(REDIRECTION_HIGH.offset + 2 * line, destination * 2 ** 24);
      apic.write(REDIRECTION_LOW.offset + 2 * line, low);
    },
    raise: (line: number): void => { io.lines |= 1 << line; },
    lower: (line: number): void => { io.lines &= ~(1 << line); },
    /** The vectors sent in so many cycles. */
    sent: (cycles = 4): number[] => Array.from({ length: cycles }, () => {
      const vector = io.message.valid === 1 && io.message.accepted === 1 ? [io.message.vector] : [];
      sim.step();
      return vector;
    }).flat(),
    end(vector: number): void {
      Object.assign(io.ended, { valid: 1, vector });
      sim.step();
      io.ended.valid = 0;
    },
  };
  return apic;
}

test("after reset every line is masked, and there are 24", () => {
  const apic = bench();
  for (let n = 0; n < 24; n++) assert.is(apic.read(REDIRECTION_LOW.offset + 2 * n), masked);
  assert.is(apic.read(IOAPICVER.offset), 0x0017_0011);
  apic.write(IOAPICID.offset, 0xffff_ffff);
  assert.is(apic.read(IOAPICID.offset), 0x0f00_0000);
  assert.is(apic.read(0x40), 0);
});

test("a redirection reads as written, but for what is read only", () => {
  const apic = bench();
  apic.redirect(23, 0xffff_ffff, 0x5a);
  assert.is(apic.read(0x3e), 0x0001_afff);
  assert.is(apic.read(0x3f), 0x5a00_0000);
});

test("an edge is sent once, with its destination", () => {
  const apic = bench();
  apic.redirect(5, logical | 0x55, 0x81);
  apic.raise(5);
  apic.sim.step();
  assert.is(apic.io.message.valid, 1);
  assert.is(apic.io.message.destination, 0x81);
  assert.is(apic.io.message.logical, 1);
  assert.equal(apic.sent(), [0x55]);
  apic.lower(5);
  apic.sent();
  apic.raise(5);
  assert.equal(apic.sent(), [0x55]);
});

test("an edge on a masked line is forgotten", () => {
  const apic = bench();
  apic.raise(5);
  apic.sim.step(2);
  apic.redirect(5, 0x55);
  assert.equal(apic.sent(), []);
});

test("a level is sent again after its end, as long as it stands, whichever way it is active", () => {
  for (const polarity of [0, activeLow]) {
    const apic = bench();
    const [activate, release] = polarity === 0 ? [apic.raise, apic.lower] : [apic.lower, apic.raise];
    release(7);
    apic.redirect(7, polarity | level | 0x66);
    assert.equal(apic.sent(), []);
    activate(7);
    assert.equal(apic.sent(), [0x66]);
    assert.is(apic.read(REDIRECTION_LOW.offset + 14) & remoteIrr, remoteIrr);
    apic.end(0x67);
    assert.equal(apic.sent(), []);
    apic.end(0x66);
    assert.equal(apic.sent(), [0x66]);
    release(7);
    apic.end(0x66);
    assert.equal(apic.sent(), []);
    assert.is(apic.read(REDIRECTION_LOW.offset + 14) & remoteIrr, 0);
  }
});

test("a level that nobody accepts is sent until somebody does", () => {
  const apic = bench();
  apic.io.message.accepted = 0;
  apic.redirect(7, level | 0x66);
  apic.raise(7);
  apic.sim.step(5);
  apic.io.message.accepted = 1;
  assert.equal(apic.sent(), [0x66]);
});

test("several lines are sent one after the other, the lowest first", () => {
  const apic = bench();
  for (const n of [9, 3, 20]) apic.redirect(n, 0x40 + n);
  for (const n of [9, 3, 20]) apic.raise(n);
  assert.equal(apic.sent(6), [0x43, 0x49, 0x54]);
});

test("delivery modes other than fixed and lowest priority send nothing", () => {
  for (const [mode, sent] of [[0, 1], [1, 1], [2, 0], [4, 0], [7, 0]] as const) {
    const apic = bench();
    apic.redirect(1, (mode << fields.DELIVERY_MODE.lsb) | 0x31);
    apic.raise(1);
    assert.is(apic.sent().length, sent);
  }
});

test.run();
