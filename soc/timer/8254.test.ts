// The 8254 against its data sheet: the waveforms of its figures, a level of OUT for each pulse of CLK.
import { simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { pit8254 } from "./8254.ts";

const test = suite("8254");

const readBack = { count: 0xd0, status: 0xe0, both: 0xc0 } as const;

function pitBench(counter: 0 | 1 | 2 = 0) {
  const sim = simulate(pit8254());
  const { io } = sim;
  io.gate = 0b111;
  sim.reset();
  const access = (address: number, write: 0 | 1, wdata: number): number => {
    Object.assign(io.bus, { access: 1, write, address, wdata });
    const found = io.bus.rdata;
    sim.step();
    io.bus.access = 0;
    return found;
  };
  const clock = (): void => {
    io.tick = 1;
    sim.step();
    io.tick = 0;
  };
  const out = (): number => (io.out >> counter) & 1;
  const bench = {
    clock, out,
    gate(level: 0 | 1): void {
      io.gate = (io.gate & ~(1 << counter)) | (level << counter);
      sim.step();
    },
    read: (): number => access(counter, 0, 0),
    write: (value: number): void => { access(counter, 1, value); },
    control: (value: number): void => { access(3, 1, value); },
    /** Low byte only unless the count is larger. */
    start(mode: number, count: number, { decimal = 0 } = {}): void {
      const wide = count > 0xff || count === 0;
      bench.control((counter << 6) | (wide ? 0x30 : 0x10) | (mode << 1) | decimal);
      bench.write(count & 0xff);
      if (wide) bench.write(count >> 8);
    },
    latched(): number {
      bench.control(counter << 6);
      return bench.read();
    },
    status(): number {
      bench.control(readBack.status | (2 << counter));
      return bench.read();
    },
    /** OUT and the count's low byte after each of so many pulses. */
    pulses: (count: number): string => Array.from({ length: count }, () => {
      clock();
      return `${out()}:${bench.latched().toString(16)}`;
    }).join(" "),
    levels: (count: number): string => Array.from({ length: count }, () => (clock(), out())).join(""),
  };
  return bench;
}

test("mode 0: OUT is low until the count has run out, then high until the next count", () => {
  const pit = pitBench();
  pit.start(0, 4);
  assert.is(pit.out(), 0);
  assert.is(pit.pulses(7), "0:4 0:3 0:2 0:1 1:0 1:ff 1:fe");
  pit.write(2);
  assert.is(pit.out(), 0);
  assert.is(pit.pulses(3), "0:2 0:1 1:0");
});

test("mode 0: the gate holds the count, the first of two bytes stops it", () => {
  const pit = pitBench(2);
  pit.start(0, 3);
  pit.clock();
  pit.gate(0);
  assert.is(pit.pulses(2), "0:3 0:3");
  pit.gate(1);
  assert.is(pit.pulses(3), "0:2 0:1 1:0");
  pit.start(0, 0x103);
  assert.is(pit.levels(2), "00");
  pit.write(5);
  assert.is(pit.levels(2), "00");
  assert.equal([pit.latched(), pit.read()], [2, 1]);
  pit.write(1);
  pit.clock();
  assert.is(pit.latched(), 5);
});

test("mode 1: an edge of the gate makes a pulse of the count's length, a second one lengthens it", () => {
  const pit = pitBench(2);
  pit.start(1, 3);
  assert.is(pit.levels(3), "111");
  const trigger = (): void => {
    pit.gate(0);
    pit.gate(1);
  };
  trigger();
  assert.is(pit.levels(5), "00011");
  trigger();
  assert.is(pit.levels(2), "00");
  trigger();
  assert.is(pit.levels(5), "00011");
});

test("mode 2: OUT is low for the last pulse of each period", () => {
  const pit = pitBench();
  pit.start(2, 3);
  assert.is(pit.pulses(8), "1:3 1:2 0:1 1:3 1:2 0:1 1:3 1:2");
});

test("mode 2: a new count waits for the next period, or for the gate, which also holds OUT high", () => {
  const pit = pitBench(2);
  pit.start(2, 4);
  pit.clock();
  pit.clock();
  pit.write(5);
  assert.is(pit.pulses(4), "1:2 0:1 1:5 1:4");
  pit.write(3);
  pit.gate(0);
  assert.is(pit.pulses(2), "1:4 1:4");
  pit.gate(1);
  assert.is(pit.pulses(3), "1:3 1:2 0:1");
  pit.gate(0);
  assert.is(pit.out(), 1);
});

test("mode 3: a square wave, of an odd count one pulse more high than low", () => {
  const even = pitBench();
  even.start(3, 4);
  assert.is(even.pulses(6), "1:4 1:2 0:4 0:2 1:4 1:2");
  const odd = pitBench();
  odd.start(3, 5);
  assert.is(odd.pulses(7), "1:4 1:2 1:0 0:4 0:2 1:4 1:2");
});

test("mode 4: one pulse low when the count has run out, once", () => {
  const pit = pitBench();
  pit.start(4, 3);
  assert.is(pit.pulses(6), "1:3 1:2 1:1 0:0 1:ff 1:fe");
  pit.write(2);
  assert.is(pit.levels(4), "1101");
});

test("mode 5: the same, started by the gate", () => {
  const pit = pitBench(2);
  pit.start(5, 3);
  assert.is(pit.levels(5), "11111");
  pit.gate(0);
  pit.gate(1);
  assert.is(pit.levels(6), "111011");
});

test("modes 6 and 7 are 2 and 3", () => {
  const pit = pitBench();
  pit.start(6, 3);
  assert.is(pit.levels(4), "1101");
  pit.start(7, 4);
  assert.is(pit.levels(4), "1100");
});

test("a count of 0 is 65536, or 10000 in decimal", () => {
  for (const [decimal, first] of [[0, 0xffff], [1, 0x9999]] as const) {
    const pit = pitBench();
    pit.start(2, 0, { decimal });
    pit.clock();
    pit.clock();
    assert.is(pit.latched() | (pit.read() << 8), first);
  }
});

test("decimal digits borrow", () => {
  const pit = pitBench();
  pit.start(2, 0x1000, { decimal: 1 });
  pit.clock();
  pit.clock();
  assert.is(pit.latched() | (pit.read() << 8), 0x0999);
  const square = pitBench();
  square.start(3, 0x20, { decimal: 1 });
  assert.is(square.pulses(3), "1:20 1:18 1:16");
});

test("a latched count stays until it is read, whole", () => {
  const pit = pitBench();
  pit.start(2, 0x1234);
  pit.clock();
  pit.control(0x00);
  pit.clock();
  pit.control(0x00);
  pit.clock();
  assert.is(pit.read(), 0x34);
  assert.is(pit.read(), 0x12);
  assert.is(pit.read(), 0x32);
});

test("reading back latches the status before the count", () => {
  const pit = pitBench(1);
  pit.control(0x74);
  assert.is(pit.status(), 0xf4, "OUT high, no count yet");
  pit.write(0x11);
  pit.write(0x22);
  assert.is(pit.status(), 0xf4, "not loaded yet");
  pit.clock();
  pit.control(readBack.both | 4);
  assert.equal([pit.read(), pit.read(), pit.read()], [0xb4, 0x11, 0x22]);
  pit.control(readBack.both | 2);
  pit.clock();
  assert.is(pit.read(), 0x10, "counter 0 was meant");
});

test("the high byte alone can be written and read", () => {
  const pit = pitBench();
  pit.control(0x24);
  pit.write(0x12);
  pit.clock();
  pit.control(0x00);
  assert.is(pit.read(), 0x12);
  pit.clock();
  assert.is(pit.read(), 0x11);
});

test.run();
