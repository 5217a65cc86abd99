// The local APIC with all vectors against Intel's manual.
import { simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Register } from "../registers.ts";
import { fullLocalApic as description } from "./full-local-apic-registers.ts";
import { fullLocalApic } from "./full-local-apic.ts";

const test = suite("local APIC with all vectors");

type RegisterName = keyof typeof description.registers;
const registerOf = (name: RegisterName): Register => description.registers[name];
const masked = 1 << description.registers.LVT_TIMER.fields.MASKED.lsb;
const extInt = description.registers.LVT_LINT0.fields.DELIVERY_MODE.values.EXTINT << 8;
const self = 1 << description.registers.ICR_LOW.fields.SHORTHAND.lsb;

function apicBench({ enabled = true } = {}) {
  const sim = simulate(fullLocalApic());
  const { io } = sim;
  sim.reset();
  const access = (name: RegisterName, n: number, write: 0 | 1, wdata: number): number => {
    const { offset, stride = 0 } = registerOf(name);
    Object.assign(io.bus, { access: 1, write, address: (offset + n * stride) / 4, mask: 0b1111, wdata });
    const found = io.bus.rdata;
    sim.step();
    io.bus.access = 0;
    return found;
  };
  const apic = {
    sim, io,
    write: (name: RegisterName, value: number): void => { access(name, 0, 1, value); },
    read: (name: RegisterName, n = 0): number => access(name, n, 0, 0),
    offered(): number | undefined {
      sim.step(3);
      return io.cpu.request === 1 ? io.cpu.vector : undefined;
    },
    acknowledge(): number {
      const vector = apic.offered();
      assert.is.not(vector, undefined);
      io.cpu.acknowledge = 1;
      sim.step();
      io.cpu.acknowledge = 0;
      return vector ?? 0;
    },
    /** Whether it was accepted. */
    message(vector: number, { level = 0, destination = 0, logical = 0 } = {}): boolean {
      Object.assign(io.message, { valid: 1, vector, level, destination, logical });
      const { accepted } = io.message;
      sim.step();
      io.message.valid = 0;
      return accepted === 1;
    },
    /** Ends the highest interrupt; the vector that the I/O APIC is told of. */
    end(): number | undefined {
      const { bus } = io;
      Object.assign(bus, { access: 1, write: 1, address: registerOf("EOI").offset / 4, mask: 0b1111, wdata: 0 });
      const told = io.ended.valid === 1 ? io.ended.vector : undefined;
      sim.step();
      bus.access = 0;
      return told;
    },
    vectorsIn: (name: "ISR" | "IRR" | "TMR"): number[] =>
      Array.from({ length: 8 }, (_, n) => apic.read(name, n)).flatMap((word, n) =>
        Array.from({ length: 32 }, (_, b) => b).filter((b) => ((word >>> b) & 1) === 1).map((b) => 32 * n + b)),
  };
  if (enabled) apic.write("SVR", 0x1ff);
  return apic;
}

test("after reset it is disabled and everything but LINT0 is masked", () => {
  const apic = apicBench({ enabled: false });
  for (const name of [
    "ID", "VERSION", "TPR", "LDR", "DFR", "SVR", "ICR_LOW", "LVT_TIMER", "LVT_LINT0", "LVT_LINT1", "LVT_ERROR",
  ] as const) assert.is(apic.read(name), registerOf(name).reset ?? 0, name);
  assert.not(apic.message(0x41));
  assert.is(apic.offered(), undefined);
});

test("any vector is requested, served and ended", () => {
  const apic = apicBench();
  for (const vector of [0x10, 0x1f, 0x20, 0x7f, 0x80, 0xfe, 0xff]) {
    assert.ok(apic.message(vector));
    assert.equal(apic.vectorsIn("IRR"), [vector]);
    assert.is(apic.acknowledge(), vector);
    assert.equal(apic.vectorsIn("IRR"), []);
    assert.equal(apic.vectorsIn("ISR"), [vector]);
    assert.is(apic.read("PPR"), vector & 0xf0);
    assert.is(apic.end(), undefined);
    assert.equal(apic.vectorsIn("ISR"), []);
  }
});

test("a higher class interrupts a lower one, its own class waits", () => {
  const apic = apicBench();
  apic.message(0x55);
  apic.acknowledge();
  apic.message(0x5f);
  assert.is(apic.offered(), undefined);
  apic.message(0x60);
  assert.is(apic.acknowledge(), 0x60);
  apic.end();
  assert.is(apic.offered(), undefined);
  apic.end();
  assert.is(apic.offered(), 0x5f);
});

test("TPR holds back its class and those below", () => {
  const apic = apicBench();
  apic.message(0x55);
  for (const [tpr, offered] of [[0x50, undefined], [0x4f, 0x55], [0xf0, undefined], [0, 0x55]] as const) {
    apic.write("TPR", tpr);
    assert.is(apic.offered(), offered);
  }
});

test("the end of a level is told, that of an edge is not", () => {
  const apic = apicBench();
  apic.message(0x66, { level: 1 });
  assert.equal(apic.vectorsIn("TMR"), [0x66]);
  apic.acknowledge();
  assert.is(apic.end(), 0x66);
  apic.message(0x66);
  assert.equal(apic.vectorsIn("TMR"), []);
  apic.acknowledge();
  assert.is(apic.end(), undefined);
});

test("a message is for this CPU by its number, by a bit of its logical destination, or if it is for everyone", () => {
  const apic = apicBench();
  apic.write("ID", 3 * 2 ** 24);
  apic.write("LDR", 0x04 * 2 ** 24);
  for (const [destination, logical, accepted] of [
    [3, 0, true], [0, 0, false], [0xff, 0, true], [0x0c, 1, true], [0x08, 1, false], [0xff, 1, true],
  ] as const) {
    assert.is(apic.message(0x40, { destination, logical }), accepted, `${destination} ${logical}`);
  }
});

test("an interrupt sent to itself arrives, one sent to others does not", () => {
  for (const [low, high, arrives] of [
    [self, 0, true], [2 * self, 0, true], [3 * self, 0, false], [0, 0, true], [0, 1, false], [0, 0xff, true],
    [self | (5 << 8), 0, false],
  ] as const) {
    const apic = apicBench();
    apic.write("ICR_HIGH", high * 2 ** 24);
    apic.write("ICR_LOW", low | 0x4000 | 0x77);
    assert.is(apic.offered(), arrives ? 0x77 : undefined);
    assert.is(apic.read("ICR_LOW"), low | 0x4077);
  }
});

test("the timer requests its vector, unless it is masked", () => {
  for (const [lvt, offered] of [[0x99, 0x99], [masked | 0x99, undefined]] as const) {
    const apic = apicBench();
    apic.write("LVT_TIMER", lvt);
    apic.write("DIVIDE", 0xb);
    apic.write("INITIAL_COUNT", 5);
    apic.sim.step(6);
    assert.is(apic.offered(), offered);
    assert.is(apic.read("CURRENT_COUNT"), 0);
  }
});

test("the 8259 passes through LINT0 while it is ExtINT and not masked, after reset without enabling anything", () => {
  for (const enabled of [false, true]) {
    const apic = apicBench({ enabled });
    apic.write("TPR", 0xff);
    Object.assign(apic.io.external, { request: 1, vector: 0x08 });
    assert.is(apic.offered(), 0x08);
    apic.io.cpu.acknowledge = 1;
    assert.is(apic.io.external.acknowledge, 1);
    apic.sim.step();
    apic.io.cpu.acknowledge = 0;
    assert.equal(apic.vectorsIn("ISR"), []);
    if (!enabled) continue;
    for (const [lint0, offered] of [[masked | extInt, undefined], [0x31, undefined], [extInt, 0x08]] as const) {
      apic.write("LVT_LINT0", lint0);
      assert.is(apic.offered(), offered);
    }
  }
});

test("the APIC's own offer goes before the 8259's", () => {
  const apic = apicBench();
  Object.assign(apic.io.external, { request: 1, vector: 0x08 });
  apic.message(0x40);
  assert.is(apic.acknowledge(), 0x40);
  assert.is(apic.io.external.acknowledge, 0);
  assert.is(apic.offered(), 0x08);
});

test("disabling masks LINT0, too", () => {
  const apic = apicBench();
  Object.assign(apic.io.external, { request: 1, vector: 0x08 });
  apic.write("SVR", 0xff);
  assert.is(apic.offered(), undefined);
  assert.is(apic.read("LVT_LINT0"), masked | extInt);
});

test.run();
