// Modules: names, records, instances, and the checks' finer points. What each error says is held by its page.
/* oxlint-disable typescript/no-unsafe-type-assertion -- what tsc would refuse is what is tested */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { array, constant, enumeration, flip, HdlError, input, module, net, output, reg, simulate, stream, moves, verilog, type Bits, type Builder, type Design, type Net } from "../index.ts";

const test = suite("modules");

function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    if (error instanceof HdlError) return error.code;
    throw error;
  }
  return "no error";
}
const ports = (d: Design): string[] => [...verilog(d).matchAll(/input {2}wire +(clk|rst)\b/g)].map(([, name]) => name ?? "");

const labels = (design: Design): string[] => design.signals.map((s) => s.label);

test("names of nested ports, registers and nets are joined with _", () => {
  const d: Design = module("m", "", { bus: { request: { valid: input(1) } }, y: output(1) }, (m, io) => {
    const r = m.regs({ gpr: array(2, reg(1)), exec: { valid: reg(1) } });
    const n = m.nets({ some: { either: r.gpr[0]?.or(r.exec.valid) ?? 0 }, other: 1 });
    m.drive(r, { gpr: [io.bus.request.valid, n.other], exec: { valid: n.some.either as never } });
    n.other.value = 0;
    io.y.value = r.gpr[1] ?? 0;
  });
  assert.equal(labels(d), ["bus_request_valid", "y", "gpr_0", "gpr_1", "exec_valid", "some_either", "other"]);
});

test("a scope goes before every name, also of instances and memories", () => {
  const leaf = module("leaf", "", { a: input(1), y: output(1) }, (_m, io) => { io.y.value = io.a; });
  const d: Design = module("m", "", { a: input(1), y: output(1) }, (m, io) => {
    const y = m.scope("left", () => m.scope("inner", () => {
      const words = m.memory("words", { width: 1, depth: 2, init: [0, 1] });
      return m.instance("u", leaf, { a: words.readAsync(io.a) }).y;
    }));
    io.y.value = y;
  });
  assert.equal(labels(d), ["a", "y", "left_inner_u_y"]);
  assert.is(d.memories[0]?.label, "left_inner_words");
  assert.is(d.instances[0]?.label, "left_inner_u");
});

test("flip turns every direction, at any depth", () => {
  const bus = { request: { valid: output(1), lanes: array(2, output(4)) }, ready: input(1) };
  const flipped = flip(bus);
  assert.equal([flipped.ready.direction, flipped.request.valid.direction, flipped.request.lanes[1]?.direction], ["out", "in", "in"]);
});

test("a stream moves when it is valid and ready", () => {
  const source = module("source", "", { out: stream(output(4)), moved: output(1) }, (_m, io) => {
    io.out.valid.value = 1;
    io.out.data.value = 5;
    io.moved.value = moves(io.out);
  });
  const s = simulate(source);
  assert.is(s.io.moved, 0);
  s.io.out.ready = 1;
  assert.is(s.io.moved, 1);
});

test("an expression named inside a branch is not conditional", () => {
  const d = module("m", "", { on: input(1), a: input(4), y: output(4) }, (m, io) => {
    io.y.value = 0;
    m.when(io.on, () => {
      const { more } = m.nets({ more: io.a.add(1) });
      io.y.value = more;
    });
  });
  const s = simulate(d);
  s.io.a = 3;
  assert.equal([s.io.y, s.peek("more")], [0, 4]);
});

test("later conditions override earlier ones", () => {
  const d = module("m", "", { a: input(1), b: input(1), y: output(2) }, (m, io) => {
    io.y.value = 0;
    m.when(io.a, () => { io.y.value = 1; });
    m.when(io.b, () => { io.y.value = 2; });
  });
  const s = simulate(d);
  s.io.a = 1;
  s.io.b = 1;
  assert.is(s.io.y, 2);
});

const incomplete = (f: (m: Builder, y: { value: number }, sel: ReturnType<typeof choice>) => void): string =>
  codeOf(() => module("m", "", { sel: input(Sel), y: output(2) }, (m, io) => f(m, io.y as never, io.sel as never)));
const Sel = enumeration("sel", ["a", "b", "c"]);
const choice = (): ReturnType<typeof Sel> => Sel("a");

const nested = (m: Builder, y: { value: number }, sel: ReturnType<typeof choice>): void => {
  m.when(sel.is("a"), () => { y.value = 1; }).otherwise(() => {
    m.when(sel.is("b"), () => { y.value = 2; });
  });
};

test("a match that names every value of an enumeration leaves no gap", () => {
  assert.is(incomplete((m, y, sel) => m.match(sel, [[["a", "b"], () => { y.value = 1; }], ["c", () => { y.value = 2; }]])), "no error");
  assert.is(incomplete((m, y, sel) => m.match(sel, [[["a", "b"], () => { y.value = 1; }]])), "latch");
});

test("parts of a register are assigned on their own, and the last assignment of a bit counts", () => {
  const d = module("m", "", { low: input(1), high: input(1), a: input(40), y: output(40), z: output(8) }, (m, io) => {
    const r = m.regs({ held: reg(40, 0x11_2233_4455n) });
    m.when(io.low, () => { r.held.part(7, 0).next = io.a.slice(7, 0); });
    m.when(io.high, () => { r.held.part(39, 28).next = io.a.slice(39, 28); });
    io.y.value = r.held;
    io.z.value = 0;
    m.when(io.low, () => { io.z.part(3, 3).value = io.high; });
    m.unused(io.a.slice(27, 8));
  });
  const s = simulate(d).reset();
  s.io.a = 0xff_ffff_ffffn;
  s.io.low = 1;
  s.io.high = 1;
  assert.is(s.io.z, 8);
  s.step();
  assert.is(s.io.y, 0xff_f233_44ffn);
  assert.match(verilog(d), "held[39:28] <= a[39:28];");
});

const driven = (drive: (y: Net<8>, a: Bits<4>) => void): string =>
  codeOf(() => module("m", "", { a: input(4), y: output(8) }, (_m, io) => drive(io.y, io.a)));

test("parts are no substitute for a default, nor may they overlap", () => {
  assert.is(driven((y, a) => { y.part(3, 0).value = a; }), "latch");
  assert.is(driven((y, a) => { y.value = 0; y.part(3, 0).value = a; y.part(7, 4).value = a; }), "no error");
  assert.is(driven((y, a) => { y.value = 0; y.part(3, 0).value = a; y.part(6, 3).value = a; }), "two-drivers");
  assert.is(driven((y, a) => { y.part(3, 0).value = a; y.value = 0; }), "two-drivers");
});

const opsMeet = (second: readonly string[]): string =>
  codeOf(() => module("m", "", { a: input(enumeration("op", ["add", "sub"])), b: input(enumeration("op", second)), y: output(1) }, (_m, io) => {
    io.y.value = io.a.is("add").and(io.b.is("add"));
  }));

test("two enumerations of one label meet in a module only if they agree", () => {
  assert.equal([opsMeet(["add", "sub"]), opsMeet(["sub", "add"])], ["no error", "duplicate-name"]);
});

test("an input cannot be driven, not even as part of a record", () => {
  assert.is(codeOf(() => module("m", "", { bus: { a: input(1), y: output(1) } }, (m, io) => m.drive(io.bus, { a: 0, y: 0 } as never))), "not-driven-here");
});

test("a gap within a branch is found, and a default before it closes it", () => {
  assert.is(incomplete(nested), "latch");
  assert.is(incomplete((m, y, sel) => { y.value = 0; nested(m, y, sel); }), "no error");
});

test("a condition is part of a loop", () => {
  assert.is(codeOf(() => module("m", "", { a: input(1), y: output(1) }, (m, io) => {
    const { turn } = m.nets({ turn: 1 });
    turn.value = 0;
    m.when(turn.or(io.a), () => { turn.value = 1; });
    io.y.value = turn;
  })), "loop");
});

test("a loop through two instances names every hop", () => {
  const pass = module("pass", "", { a: input(1), y: output(1) }, (_m, io) => { io.y.value = io.a.not(); });
  let message = "";
  try {
    module("ring", "", {}, (m) => {
      const { back } = m.nets({ back: 1 });
      const first = m.instance("first", pass, { a: back });
      const second = m.instance("second", pass, { a: first.y });
      back.value = second.y;
    });
  } catch (error) {
    message = (error as Error).message;
  }
  assert.match(message, 'combinational loop: "back" depends on "second_y" depends on "first_y" depends on "back"');
  assert.match(message, 'note: "second_y" depends on "first_y" here');
});

test("a path through a register is no loop", () => {
  const delay = module("delay", "", { a: input(1), y: output(1) }, (m, io) => {
    const r = m.regs({ held: reg(1) });
    r.held.next = io.a;
    io.y.value = r.held;
  });
  assert.is(codeOf(() => module("ring", "", { y: output(1) }, (m, io) => {
    const { back } = m.nets({ back: net(1, "what comes round") });
    back.value = m.instance("u", delay, { a: back.not() }).y;
    io.y.value = back;
  })), "no error");
});

test("what an instance gives back fits what another takes", () => {
  const link = { valid: output(1), data: output(4) };
  const from = module("from", "", { link, ready: input(1) }, (_m, io) => {
    io.link.valid.value = io.ready;
    io.link.data.value = 7;
  });
  const to = module("to", "", { link: flip(link), y: output(4) }, (_m, io) => {
    io.y.value = io.link.data.and(io.link.valid.replicate(4));
  });
  const top = module("top", "", { y: output(4) }, (m, io) => {
    const source = m.instance("source", from, { ready: constant(1, 1) });
    io.y.value = m.instance("sink", to, { link: source.link }).y;
  });
  assert.is(simulate(top).io.y, 7);
});

test("a module has a clock only if it holds state, and a reset only if some of it is reset", () => {
  const plain = module("plain", "", { a: input(1), y: output(1) }, (_m, io) => { io.y.value = io.a; });
  const memory = module("held", "", { a: input(1), y: output(1) }, (m, io) => {
    io.y.value = m.memory("words", { width: 1, depth: 2, init: [1, 0] }).readSync("word", { address: io.a });
  });
  const both = module("both", "", { a: input(1), y: output(1) }, (m, io) => {
    const r = m.regs({ held: reg(1) });
    r.held.next = io.a;
    io.y.value = r.held;
  });
  assert.equal([ports(plain), ports(memory), ports(both)], [[], ["clk"], ["clk", "rst"]]);
});

test("elaborating and writing 2000 slices is a matter of linear work", () => {
  const d = module("big", "", { a: array(2000, { x: input(32), y: input(32), z: output(32) }) }, (m, io) => {
    io.a.forEach((p, i) => m.scope(`s${i}`, () => {
      const { sum } = m.nets({ sum: p.x.add(p.y).xor(p.x.sub(p.y)).and(p.y.or(i)) });
      m.when(p.x.lt(p.y), () => { p.z.value = sum; }).otherwise(() => { p.z.value = sum.add(1).xor(p.x).add(p.y); });
    }));
  });
  assert.ok(verilog(d).split("\n").length > 20_000);
});

test.run();
