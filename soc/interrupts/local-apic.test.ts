// The local APIC against Intel's manual, and against the reference model beside it.
import { simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstLineVector } from "../memory-map.ts";
import type { Register } from "../registers.ts";
import { localApic, requestToOffer_cycles } from "./local-apic.ts";
import { ReferenceApic } from "./reference.ts";
import { localApic as description } from "./registers.ts";

const test = suite("local APIC");

type RegisterName = keyof typeof description.registers;
const registerNames: readonly RegisterName[] = [
  "ID", "VERSION", "TPR", "PPR", "EOI", "SVR", "ISR", "TMR", "IRR", "LVT_TIMER", "LVT_LINT0", "LVT_LINT1", "LVT_ERROR",
  "INITIAL_COUNT", "CURRENT_COUNT", "DIVIDE",
];
const registerOf = (name: RegisterName): Register => description.registers[name];
const { SVR, LVT_TIMER, DIVIDE } = description.registers;
const enable = 1 << SVR.fields.ENABLE.lsb;
const masked = 1 << LVT_TIMER.fields.MASKED.lsb;
const periodic = 1 << LVT_TIMER.fields.PERIODIC.lsb;
const divideBy1 = DIVIDE.fields.DIVISOR.values.BY_1;

function apicBench({ enabled = true } = {}) {
  const sim = simulate(localApic());
  const { io } = sim;
  sim.reset(2);
  const access = (register: RegisterName, n: number, write: 0 | 1, value: number, mask: number): number => {
    const { bus } = io;
    const { offset, stride = 0 } = registerOf(register);
    bus.access = 1;
    bus.write = write;
    bus.address = (offset + n * stride) / 4;
    bus.mask = mask;
    bus.wdata = value;
    const found = bus.rdata;
    sim.step();
    bus.access = 0;
    return found;
  };
  const bench = {
    sim, io,
    write: (register: RegisterName, value: number, mask = 0b1111): void => { access(register, 0, 1, value, mask); },
    read: (register: RegisterName, n = 0): number => access(register, n, 0, 0, 0b1111),
    acknowledge(): number {
      assert.is(io.cpu.request, 1, "there is an offer to acknowledge");
      const { vector } = io.cpu;
      io.cpu.acknowledge = 1;
      sim.step();
      io.cpu.acknowledge = 0;
      return vector;
    },
    /** The vector on offer when everything has settled. */
    offered(): number | undefined {
      sim.step(requestToOffer_cycles + 1);
      return io.cpu.request === 1 ? io.cpu.vector : undefined;
    },
    setLine(n: number, level: 0 | 1): void { io.lines = (io.lines & ~(1 << n)) | (level << n); },
    vectorsIn(register: "ISR" | "IRR" | "TMR"): number[] {
      return Array.from({ length: 8 }, (_, n) => bench.read(register, n)).flatMap((word, n) =>
        Array.from({ length: 32 }, (_, b) => b).filter((b) => ((word >>> b) & 1) === 1).map((b) => 32 * n + b));
    },
    /** Cycles, counted from 0, in which the timer's requests are first offered; each is acknowledged and ended. */
    offers(cycles: number): number[] {
      const found: number[] = [];
      const from = sim.cycle;
      while (sim.cycle - from < cycles) {
        if (io.cpu.request === 1) {
          found.push(sim.cycle - from);
          bench.acknowledge();
          bench.write("EOI", 0);
        } else sim.step();
      }
      return found;
    },
  };
  if (enabled) bench.write("SVR", enable | 0xff);
  return bench;
}

test("after reset it is disabled, and every local vector is masked", () => {
  const apic = apicBench({ enabled: false });
  for (const name of registerNames) assert.is(apic.read(name), registerOf(name).reset ?? 0, name);
  apic.setLine(4, 1);
  assert.is(apic.offered(), undefined);
  apic.write("LVT_TIMER", 0x40);
  assert.is(apic.read("LVT_TIMER"), masked | 0x40, "a mask cannot be cleared while disabled");
});

test("disabling masks the local vectors and withholds what is requested", () => {
  const apic = apicBench();
  apic.write("LVT_TIMER", 0x40);
  apic.setLine(4, 1);
  assert.is(apic.offered(), 0x24);
  apic.write("SVR", 0xff);
  assert.is(apic.read("LVT_TIMER"), masked | 0x40);
  assert.is(apic.offered(), undefined);
  apic.write("SVR", enable);
  assert.is(apic.offered(), 0x24);
});

test("a line is offered as its vector two cycles after it rises", () => {
  for (let n = 0; n < 16; n++) {
    const apic = apicBench();
    apic.setLine(n, 1);
    apic.sim.step(requestToOffer_cycles - 1);
    assert.is(apic.io.cpu.request, 0);
    apic.sim.step();
    assert.is(apic.io.cpu.request, 1);
    assert.is(apic.io.cpu.vector, firstLineVector + n);
  }
});

test("a line that stays high asks again after EOI and not before, one that falls does not", () => {
  const apic = apicBench();
  apic.setLine(4, 1);
  assert.is(apic.offered(), 0x24);
  apic.acknowledge();
  apic.write("TPR", 0x00);
  assert.is(apic.offered(), undefined);
  assert.equal(apic.vectorsIn("IRR"), []);
  apic.write("EOI", 0);
  assert.is(apic.offered(), 0x24);
  apic.acknowledge();
  apic.setLine(4, 0);
  apic.write("EOI", 0);
  assert.is(apic.offered(), undefined);
});

test("a request once made stays, even if the line falls", () => {
  const apic = apicBench();
  apic.setLine(9, 1);
  apic.sim.step();
  apic.setLine(9, 0);
  assert.is(apic.offered(), 0x29);
});

test("a higher class interrupts a lower one, the same class waits, EOI ends the highest", () => {
  const apic = apicBench();
  apic.write("LVT_TIMER", 0x55);
  apic.write("DIVIDE", divideBy1);
  apic.setLine(3, 1);
  assert.is(apic.offered(), 0x23);
  apic.acknowledge();
  apic.setLine(12, 1);
  assert.is(apic.offered(), undefined, "2Ch is of the class in service");
  apic.write("INITIAL_COUNT", 1);
  assert.is(apic.offered(), 0x55);
  apic.acknowledge();
  assert.equal(apic.vectorsIn("ISR"), [0x23, 0x55]);
  assert.equal(apic.vectorsIn("IRR"), [0x2c]);
  assert.is(apic.read("PPR"), 0x50);
  apic.write("EOI", 0);
  assert.equal(apic.vectorsIn("ISR"), [0x23]);
  assert.is(apic.read("PPR"), 0x20);
  assert.is(apic.offered(), undefined);
  apic.setLine(3, 0);
  apic.write("EOI", 0);
  assert.is(apic.offered(), 0x2c);
});

test("of several requests the highest vector is offered, and a higher one that comes later takes its place", () => {
  const apic = apicBench();
  apic.io.lines = 0b0000_0110_0000_0001;
  assert.is(apic.offered(), 0x2a);
  apic.setLine(15, 1);
  assert.is(apic.offered(), 0x2f);
});

test("TPR holds back its class and those below, and shows in PPR", () => {
  const apic = apicBench();
  apic.setLine(4, 1);
  for (const [tpr, offered] of [
    [0x1f, 0x24], [0x20, undefined], [0x2f, undefined], [0xf0, undefined], [0, 0x24],
  ] as const) {
    apic.write("TPR", tpr);
    assert.is(apic.read("PPR"), tpr);
    assert.is(apic.offered(), offered);
  }
});

test("a raised TPR withdraws an offer before the CPU is told that the write is done", () => {
  const apic = apicBench();
  apic.setLine(4, 1);
  assert.is(apic.offered(), 0x24);
  apic.write("TPR", 0x20);
  for (let i = 0; i < 4; i++) {
    assert.is(apic.io.cpu.request, 0);
    apic.sim.step();
  }
});

test("the lines' vectors read as level-triggered", () => {
  assert.equal(apicBench().vectorsIn("TMR"), Array.from({ length: 16 }, (_, n) => firstLineVector + n));
});

for (const [code, divisor] of [
  [0xb, 1], [0x0, 2], [0x1, 4], [0x2, 8], [0x3, 16], [0x8, 32], [0x9, 64], [0xa, 128],
] as const) {
  test(`a period of n ticks of ${divisor} is exactly ${divisor} n cycles`, () => {
    for (const count of divisor === 1 ? [10, 37] : [3, 10]) {
      const apic = apicBench();
      apic.write("LVT_TIMER", periodic | 0x40);
      apic.write("DIVIDE", code);
      assert.is(apic.read("DIVIDE"), code);
      apic.write("INITIAL_COUNT", count);
      // The write was in the cycle before the first one counted.
      const expected = [1, 2, 3, 4].map((k) => k * count * divisor + requestToOffer_cycles - 1);
      assert.equal(apic.offers((expected[3] ?? 0) + 1), expected);
    }
  });
}

test("the current count goes from the initial count to 1, then, if periodic, around", () => {
  const apic = apicBench();
  apic.write("LVT_TIMER", periodic | masked);
  apic.write("DIVIDE", divideBy1);
  apic.write("INITIAL_COUNT", 3);
  assert.equal(Array.from({ length: 7 }, () => apic.read("CURRENT_COUNT")), [3, 2, 1, 3, 2, 1, 3]);
});

test("a single shot expires once and stays at 0, an initial count of 0 stops the timer", () => {
  const apic = apicBench();
  apic.write("LVT_TIMER", 0x40);
  apic.write("DIVIDE", divideBy1);
  apic.write("INITIAL_COUNT", 20);
  assert.equal(apic.offers(200), [20 + requestToOffer_cycles - 1]);
  assert.is(apic.read("CURRENT_COUNT"), 0);
  apic.write("INITIAL_COUNT", 20);
  apic.sim.step(5);
  apic.write("INITIAL_COUNT", 0);
  assert.equal(apic.offers(200), []);
});

test("a masked timer counts and requests nothing", () => {
  const apic = apicBench();
  apic.write("LVT_TIMER", masked | periodic | 0x40);
  apic.write("DIVIDE", divideBy1);
  apic.write("INITIAL_COUNT", 5);
  assert.equal(apic.offers(50), []);
});

test("a write of less than 32 bits does nothing", () => {
  const apic = apicBench();
  apic.write("TPR", 0x30, 0b0001);
  assert.is(apic.read("TPR"), 0);
});

test("random requests, acknowledgements, ends and priorities agree with the reference model", () => {
  const random = generator(20);
  for (let run = 0; run < 40; run++) {
    const apic = apicBench();
    const reference = new ReferenceApic();
    apic.write("DIVIDE", divideBy1);
    for (let i = 0; i < 150; i++) {
      const choice = random() % 10;
      if (choice < 4) {
        apic.io.lines = random() & random() & 0xffff;
        reference.setLines(apic.io.lines);
      } else if (choice < 5) {
        // Not a line's vector: the manual's IRR would make one interrupt of both requests.
        const vector = 0x30 + (random() % 0xd0);
        apic.write("LVT_TIMER", vector);
        apic.write("INITIAL_COUNT", 1);
        reference.timerExpires(vector);
      } else if (choice < 6) {
        const tpr = random() % 0x60;
        apic.write("TPR", tpr);
        reference.tpr = tpr;
      } else if (choice < 8) {
        apic.write("EOI", 0);
        reference.endOfInterrupt();
      }
      const offered = apic.offered();
      assert.is(offered, reference.offered, `run ${run}, step ${i}`);
      if (choice >= 8 && offered !== undefined) assert.is(apic.acknowledge(), reference.acknowledge());
      // A line that is high while its request is taken asks again only after its end.
      reference.setLines(apic.io.lines);
      if (i % 10 === 0) {
        assert.is(apic.read("PPR"), reference.ppr);
        assert.equal(apic.vectorsIn("ISR"), [...reference.isr].toSorted((a, b) => a - b));
        assert.equal(apic.vectorsIn("IRR"), [...reference.irr].toSorted((a, b) => a - b));
      }
    }
  }
});

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}

test.run();
