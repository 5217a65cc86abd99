// The simulator: time, hierarchy, memories, waves.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { constant, enumeration, HdlError, input, module, output, PropertyViolation, reg, regNoReset, simulate, traceVcd, waves } from "../index.ts";

const test = suite("simulator");

const counter = module("counter", "Counts while enabled.", { enable: input(1), count: output(4), last: output(1) }, (m, io) => {
  const r = m.regs({ value: reg(4) });
  m.when(io.enable, () => { r.value.next = r.value.add(1); });
  io.count.value = r.value;
  io.last.value = r.value.all();
  m.cover("reached_three", r.value.eq(3));
});

test("registers change at the edge, outputs follow inputs at once", () => {
  const s = simulate(counter);
  s.io.enable = 1;
  assert.is(s.io.count, 0);
  s.step();
  assert.is(s.io.count, 1);
  s.step(20);
  assert.equal([s.io.count, s.cycle], [5, 21]);
  s.reset();
  assert.is(s.io.count, 0);
});

test("a cover point counts the cycles in which it holds", () => {
  const s = simulate(counter);
  s.io.enable = 1;
  s.step(16 * 3);
  assert.is(s.covered("reached_three"), 3);
});

test("until steps to the cycle in which something holds, and gives up at the limit", () => {
  const s = simulate(counter);
  s.io.enable = 1;
  s.until(() => s.io.last === 1, 100);
  assert.is(s.cycle, 15);
  assert.throws(() => s.until(() => s.io.count === 16, 10), /not within 10 cycles/);
});

test("waves show cycles as text", () => {
  const blink = module("blink", "", { go: input(1), lit: output(1), rest: output(8) }, (m, io) => {
    const r = m.regs({ left: reg(8, 0xa2) });
    const state = m.fsm("state", {
      off: (go) => { m.when(io.go, () => go("on")); },
      on: (go) => {
        r.left.next = r.left.sub(1);
        m.when(r.left.eq(0xa0), () => go("off"));
      },
    });
    io.lit.value = state.on;
    io.rest.value = r.left;
  });
  const s = simulate(blink).reset();
  const w = waves(s, ["go", "state", "lit", "left"]);
  s.step();
  s.io.go = 1;
  s.step();
  s.io.go = 0;
  s.step(4);
  w.stop();
  s.step(100);
  assert.snapshot(`\n${w.text()}`, `
go     _____/----\\___________________
state  |off      |on            |off
lit    __________/--------------\\____
left   |a2            |a1  |a0  |9f
`);
});

test("a trace declares signals in their scopes and says when they change", () => {
  const outer = module("outer", "", { enable: input(1), y: output(4) }, (m, io) => {
    const u = m.instance("u", counter, { enable: io.enable });
    m.unused(u.last);
    io.y.value = u.count;
  });
  const s = simulate(outer);
  let text = "";
  traceVcd(s, (more) => { text += more; }, ["enable", "u.count"]);
  s.step();
  s.io.enable = 1;
  s.step(2);
  assert.snapshot(text, [
    "$timescale 1 ns $end",
    "$scope module outer $end",
    "$var wire 1 ! clk $end",
    '$var wire 1 " enable $end',
    "$scope module u $end",
    "$var wire 4 # count $end",
    "$upscope $end",
    "$upscope $end",
    "$enddefinitions $end",
    "#0", "1!", '0"', "b0 #", "#5", "0!",
    "#10", "1!", '1"', "#15", "0!",
    "#20", "1!", "b1 #", "#25", "0!",
    "",
  ].join("\n"));
});

test("internal signals are read and registers set by path", () => {
  const s = simulate(counter);
  s.poke("value", 9);
  assert.is(s.io.count, 9);
  s.step();
  assert.is(s.peek("value"), 9, "a register that nothing drives in a cycle keeps what was poked");
  assert.throws(() => s.peek("cuont"), (error: unknown) => error instanceof HdlError && error.code === "unknown-port");
});

test("choices are read and set as their names", () => {
  const Op = enumeration("op", ["add", "sub"]);
  const d = module("swap", "", { op: input(Op), other: output(Op) }, (m, io) => {
    m.match(io.op, [["add", () => { io.other.value = "sub"; }], ["sub", () => { io.other.value = "add"; }]]);
  });
  const s = simulate(d);
  s.io.op = "sub";
  assert.is(s.io.other, "add");
  s.io.op = "add";
  assert.is(s.io.other, "sub");
});

test("a clocked read gives the word from before the write, and holds while not enabled", () => {
  const d = module("ram", "", { address: input(3), data: input(40), write: input(1), enable: input(1), out: output(40) }, (m, io) => {
    const words = m.memory("words", { width: 40, depth: 8, init: [10, 11, 12] });
    io.out.value = words.port("word", { address: io.address, enable: io.enable, write: io.write, data: io.data });
  });
  const s = simulate(d);
  s.io.address = 1;
  s.io.enable = 1;
  s.io.write = 1;
  s.io.data = 0xff_1234_5678n;
  s.step();
  assert.is(s.io.out, 11n);
  s.io.write = 0;
  s.step();
  assert.is(s.io.out, 0xff_1234_5678n);
  s.io.enable = 0;
  s.io.address = 2;
  s.step();
  assert.is(s.io.out, 0xff_1234_5678n);
  assert.is(s.memory("words").read(1), 0xff_1234_5678n);
  s.memory("words").write(2, 7);
  s.io.enable = 1;
  s.step();
  assert.is(s.io.out, 7n);
});

test("byte enables write their part of the word only", () => {
  const d = module("lanes", "", { data: input(32), lanes: input(4), out: output(32) }, (m, io) => {
    const words = m.memory("words", { width: 32, depth: 2, init: [0x11223344, 0] });
    words.write({ address: constant(0, 1), data: io.data, enable: constant(1, 1), byteEnable: io.lanes });
    io.out.value = words.readAsync(constant(0, 1));
  });
  const s = simulate(d);
  s.io.data = 0xaabbccdd;
  s.io.lanes = 0b0110;
  s.step();
  assert.is(s.io.out, 0x11bbcc44);
});

test("instances within instances are simulated, also where a whole block would seem to depend on itself", () => {
  const crossing = module("crossing", "", { a: input(8), b: input(8), s: input(1), x: output(8), y: output(8) }, (m, io) => {
    m.when(io.s, () => {
      io.x.value = io.a.add(1);
      io.y.value = io.b.add(2);
    }).otherwise(() => {
      io.x.value = io.a;
      io.y.value = io.b;
    });
  });
  const chain = module("chain", "", { a: input(8), s: input(1), y: output(8) }, (m, io) => {
    const back = m.nets({ back: 8 });
    const u = m.instance("u", crossing, { a: io.a, b: back.back, s: io.s });
    back.back.value = u.x.add(10);
    io.y.value = u.y;
  });
  const top = module("top", "", { a: input(8), y: output(8) }, (m, io) => {
    const first = m.instance("first", chain, { a: io.a, s: 1 });
    io.y.value = m.instance("second", chain, { a: first.y, s: 0 }).y;
  });
  const s = simulate(top);
  s.io.a = 5;
  assert.is(s.io.y, 5 + 1 + 10 + 2 + 10);
  assert.is(s.peek("first.u.x"), 6);
});

test("a register without reset keeps its value through reset", () => {
  const d = module("keeper", "", { a: input(8), y: output(8) }, (m, io) => {
    const r = m.regs({ kept: regNoReset(8) });
    m.when(io.a.any(), () => { r.kept.next = io.a; });
    io.y.value = r.kept;
  });
  const s = simulate(d);
  s.io.a = 3;
  s.step();
  s.io.a = 0;
  s.reset();
  assert.is(s.io.y, 3);
});

test("an assertion that fails stops the simulation and says where", () => {
  const d = module("short_count", "", { a: input(4) }, (m, io) => {
    const r = m.regs({ seen: reg(4) });
    r.seen.next = io.a;
    m.assert("stays_small", r.seen.lt(10));
  });
  const outer = module("outer", "", { a: input(4) }, (m, io) => { m.instance("u", d, { a: io.a }); });
  const s = simulate(outer);
  s.io.a = 12;
  s.step();
  assert.throws(
    () => s.step(),
    (error: unknown) => error instanceof PropertyViolation
      && /^assertion "u\.stays_small" does not hold in cycle 1 \(hdl-gen\/simulator\/simulator\.test\.ts:\d+\)$/.test(error.message),
  );
});

test("values that do not fit are refused", () => {
  const s = simulate(counter);
  assert.throws(() => { s.io.enable = 2; }, (error: unknown) => error instanceof HdlError && error.code === "simulator-value");
  assert.throws(() => s.poke("value", 1.5), (error: unknown) => error instanceof HdlError && error.code === "simulator-value");
});

test.run();
