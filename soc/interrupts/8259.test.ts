// The 8259A against its data sheet.
import { simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { pic8259 } from "./8259.ts";

const test = suite("8259A");

const [eoi, eoiOfLine, rotateOnEoi, setLowest, rotateOnAutoEoi] = [0x20, 0x60, 0xa0, 0xc0, 0x80];
const [readRequests, readInService, poll, specialMask, noSpecialMask] = [0x0a, 0x0b, 0x0c, 0x68, 0x48];

interface Setting {
  readonly icw1?: number;
  readonly icw3?: number;
  readonly icw4?: number;
  readonly role?: "master" | "slave";
}

function picBench({ icw1 = 0x11, icw3 = 0, icw4 = 0x01, role = "master" }: Setting = {}) {
  const sim = simulate(pic8259(role));
  const { io } = sim;
  sim.reset();
  const access = (address: 0 | 1, write: 0 | 1, wdata: number): number => {
    Object.assign(io.bus, { access: 1, write, address, wdata });
    const found = io.bus.rdata;
    sim.step();
    io.bus.access = 0;
    return found;
  };
  const bench = {
    sim, io,
    write: (address: 0 | 1, value: number): void => { access(address, 1, value); },
    read: (address: 0 | 1): number => access(address, 0, 0),
    begin(): void {
      for (const [address, value] of [[0, icw1], [1, 0x40]] as const) bench.write(address, value);
      if ((icw1 & 2) === 0) bench.write(1, icw3);
      if ((icw1 & 1) === 1) bench.write(1, icw4);
    },
    raise(...lines: number[]): void {
      for (const n of lines) io.lines |= 1 << n;
      sim.step(1);
    },
    lower(...lines: number[]): void {
      for (const n of lines) io.lines &= ~(1 << n);
      sim.step(1);
    },
    /** The line on offer, by its vector. */
    offered: (): number | undefined => (io.cpu.request === 1 ? io.cpu.vector - 0x40 : undefined),
    acknowledge(): number {
      const { vector } = io.cpu;
      io.cpu.acknowledge = 1;
      sim.step();
      io.cpu.acknowledge = 0;
      return vector - 0x40;
    },
    inService: (): number => (bench.write(0, readInService), bench.read(0)),
    requests: (): number => (bench.write(0, readRequests), bench.read(0)),
  };
  bench.begin();
  return bench;
}

test("an edge requests the line's vector once, and again only after another edge", () => {
  const pic = picBench();
  assert.is(pic.offered(), undefined);
  pic.raise(3);
  assert.is(pic.acknowledge(), 3);
  pic.write(0, eoi);
  assert.is(pic.offered(), undefined);
  pic.lower(3);
  pic.raise(3);
  assert.is(pic.offered(), 3);
});

test("an edge whose line falls before the acknowledgement is forgotten", () => {
  const pic = picBench();
  pic.raise(3);
  pic.lower(3);
  assert.is(pic.offered(), undefined);
  assert.is(pic.requests(), 0);
});

test("a level requests as long as it stands, also where only its own line is a level", () => {
  for (const [icw1, levels] of [[0x19, 0], [0x11, 0x08]] as const) {
    const pic = picBench({ icw1 });
    pic.io.levels = levels;
    pic.raise(3);
    assert.is(pic.acknowledge(), 3);
    assert.is(pic.offered(), undefined);
    pic.write(0, eoi);
    assert.is(pic.acknowledge(), 3);
    pic.lower(3);
    pic.write(0, eoi);
    assert.is(pic.offered(), undefined);
  }
});

test("initialization forgets edges, the mask and what is in service", () => {
  const pic = picBench();
  pic.write(1, 0xf0);
  pic.raise(0, 5);
  pic.acknowledge();
  pic.begin();
  assert.is(pic.read(1), 0);
  assert.is(pic.requests(), 0);
  assert.is(pic.inService(), 0);
  pic.lower(5);
  pic.raise(5);
  assert.is(pic.offered(), 5);
});

test("ICW3 is skipped without a cascade, ICW4 if it is not wanted", () => {
  for (const [icw1, extra] of [[0x12, []], [0x13, [1]], [0x10, [0]], [0x11, [0, 1]]] as const) {
    const pic = picBench();
    pic.write(0, icw1);
    for (const value of [0x40, ...extra]) pic.write(1, value);
    pic.write(1, 0xa5);
    assert.is(pic.read(1), 0xa5);
  }
});

test("line 0 goes first, what is in service holds back its like and less, EOI ends the most urgent", () => {
  const pic = picBench();
  pic.raise(6, 4);
  assert.is(pic.acknowledge(), 4);
  assert.is(pic.requests(), 0x40);
  assert.is(pic.offered(), undefined);
  pic.raise(1);
  assert.is(pic.acknowledge(), 1);
  assert.is(pic.inService(), 0x12);
  pic.write(0, eoi);
  assert.is(pic.inService(), 0x10);
  pic.write(0, eoi);
  assert.is(pic.offered(), 6);
});

test("a masked line is not offered, but requested and shown", () => {
  const pic = picBench();
  pic.write(1, 0x10);
  assert.is(pic.read(1), 0x10);
  pic.raise(4);
  assert.is(pic.offered(), undefined);
  assert.is(pic.requests(), 0x10);
  pic.write(1, 0);
  assert.is(pic.offered(), 4);
});

test("an EOI of a line ends that one", () => {
  const pic = picBench();
  pic.raise(5);
  pic.acknowledge();
  pic.raise(2);
  pic.acknowledge();
  pic.write(0, eoiOfLine | 5);
  assert.is(pic.inService(), 0x04);
});

test("rotating on EOI makes the line just served the last", () => {
  const pic = picBench({ icw1: 0x19 });
  pic.raise(2, 4);
  const served = Array.from({ length: 4 }, () => {
    const line = pic.acknowledge();
    pic.write(0, rotateOnEoi);
    return line;
  });
  assert.equal(served, [2, 4, 2, 4]);
});

test("the line of lowest priority can be set, also together with an EOI", () => {
  const pic = picBench();
  pic.write(0, setLowest | 4);
  pic.raise(4, 5, 0);
  assert.is(pic.acknowledge(), 5);
  pic.write(0, eoiOfLine | 0x80 | 5);
  assert.is(pic.acknowledge(), 0);
  pic.write(0, eoi);
  assert.is(pic.offered(), 4);
});

test("with automatic EOI nothing stays in service, and priorities rotate if told to", () => {
  const pic = picBench({ icw1: 0x19, icw4: 0x03 });
  pic.raise(1, 3);
  assert.is(pic.acknowledge(), 1);
  assert.is(pic.inService(), 0);
  assert.is(pic.acknowledge(), 1);
  pic.write(0, rotateOnAutoEoi);
  assert.equal([pic.acknowledge(), pic.acknowledge(), pic.acknowledge()], [1, 3, 1]);
  pic.write(0, 0);
  assert.equal([pic.acknowledge(), pic.acknowledge()], [3, 3]);
});

test("in special mask mode a masked line in service holds back nothing, and plain EOI leaves it", () => {
  const pic = picBench();
  pic.raise(2);
  pic.acknowledge();
  pic.raise(6);
  assert.is(pic.offered(), undefined);
  pic.write(1, 0x04);
  pic.write(0, specialMask);
  assert.is(pic.acknowledge(), 6);
  pic.write(0, eoi);
  assert.is(pic.inService(), 0x04);
  pic.raise(7);
  pic.write(0, noSpecialMask);
  assert.is(pic.offered(), undefined);
});

test("a poll acknowledges and gives the line", () => {
  const pic = picBench();
  pic.write(0, poll);
  assert.is(pic.read(0) & 0x80, 0);
  pic.raise(5);
  pic.write(0, poll);
  assert.is(pic.read(0), 0x85);
  assert.is(pic.inService(), 0x20);
});

test("a request of a slave is for the slave to answer; fully nested, it is not held back by itself", () => {
  for (const [icw4, nested] of [[0x01, undefined], [0x11, 2]] as const) {
    const pic = picBench({ icw3: 0x04, icw4 });
    pic.raise(2);
    assert.is(pic.io.slave.chosen, 1);
    assert.is(pic.io.slave.line, 2);
    pic.acknowledge();
    assert.is(pic.offered(), nested);
    pic.raise(3);
    assert.is(pic.offered(), nested);
    pic.lower(2);
    pic.raise(0);
    assert.is(pic.offered(), 0);
    assert.is(pic.io.slave.chosen, 0);
  }
});

test("an acknowledgement without a request gives the vector of line 7, which is then not in service", () => {
  const pic = picBench({ role: "slave" });
  assert.is(pic.acknowledge(), 7);
  assert.is(pic.inService(), 0);
});

test.run();
