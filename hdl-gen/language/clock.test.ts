// Clocks: edges, resets and domains, in the Verilog and in the simulator.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  asyncInput, blackBox, clock, clockedBy, HdlError, input, module, output, reg, regNoReset, resetSynchronizer, simulate,
  synchronizer, verilog, type Builder, type Clock, type Inside,
} from "../index.ts";

const test = suite("clocks");

function toggle(m: Builder, name: string, under: Clock) {
  return m.domain(under, () => {
    const { [name]: r } = m.regs({ [name]: reg(1) });
    if (r === undefined) throw new Error(`no register "${name}"`);
    r.next = r.not();
    return r;
  });
}

test("the edge and the reset of a clock are as its port says", () => {
  const ports = {
    up: clock(),
    down: clock({ edge: "falling", reset: { kind: "asynchronous", active: "low" } }),
    ...clockedBy("up", { a: output(1) }),
    ...clockedBy("down", { b: output(1) }),
  };
  const design = module("edges", "Two clocks.", ports, (m, io) => {
    io.a.value = toggle(m, "rising", io.up);
    io.b.value = toggle(m, "falling", io.down);
  });
  const text = verilog(design);
  for (const part of [
    "input  wire up_clk,", "input  wire up_rst,", "input  wire down_clk,", "input  wire down_rst_n,",
    "always @(posedge up_clk) begin\n    if (up_rst) begin",
    "always @(negedge down_clk or negedge down_rst_n) begin\n    if (!down_rst_n) begin",
  ]) {
    assert.ok(text.includes(part), `${part} in\n${text}`);
  }
  assert.not.match(text, /\bclk\b/);
});

test("the names of a clock's wires are taken", () => {
  assert.throws(
    () => module("clash", "", { fast: clock(), y: output(1) }, (m, io) => {
      const { fast_clk } = m.nets({ fast_clk: 1 });
      fast_clk.value = 0;
      io.y.value = fast_clk;
    }),
    (error: unknown) => error instanceof HdlError && error.code === "duplicate-name",
  );
});

test("each clock ticks by itself, and all together in a step", () => {
  const ports = { fast: clock(), slow: clock(), ...clockedBy("fast", { a: output(1) }), ...clockedBy("slow", { b: output(1) }) };
  const sim = simulate(module("two", "Two clocks.", ports, (m, io) => {
    io.a.value = toggle(m, "quick", io.fast);
    io.b.value = toggle(m, "lazy", io.slow);
  }));
  sim.reset();
  const both = (): readonly number[] => [sim.io.a, sim.io.b];
  assert.equal(both(), [0, 0]);
  sim.tick("fast");
  assert.equal(both(), [1, 0]);
  sim.tick("slow");
  assert.equal(both(), [1, 1]);
  sim.tick("fast", "slow");
  assert.equal(both(), [0, 0]);
  sim.step(3);
  assert.equal(both(), [1, 1]);
  assert.throws(() => sim.tick("medium"), /"two" has no clock "medium"/);
});

test("a module of one clock can be instantiated under any", () => {
  const inner = module("inner", "Toggles.", { y: output(1) }, (m, io) => { io.y.value = toggle(m, "state", m.clock); });
  const ports = { fast: clock({ reset: { active: "low" } }), ...clockedBy("fast", { y: output(1) }) };
  const design = module("outer", "Has it.", ports, (m, io) => {
    io.y.value = m.domain(io.fast, () => m.instance("inner", inner, {})).y;
  });
  assert.match(verilog(design), /\.clk\(fast_clk\),\n +\.rst\(~fast_rst_n\)/);
  const sim = simulate(design);
  assert.is(sim.reset().tick("fast").io.y, 1);
});

test("a clock made inside takes the reset it is given", () => {
  const pll = blackBox("PLL", "Makes a clock.", { crystal: input(1), fast: output(1) }, {
    model: module("pll_model", "Stands in.", { crystal: input(1), fast: output(1) }, (_m, io) => { io.fast.value = io.crystal; }),
  });
  const design = module("board_with_pll", "Has a PLL.", { crystal: input(1), clear: asyncInput(1), y: output(1) }, (m, io) => {
    const made = m.clockFrom(m.instance("pll", pll, { crystal: io.crystal }).fast);
    const clear = m.domain(made, () => {
      const r = m.regs({ clear_now: regNoReset(1) });
      r.clear_now.next = m.crossing("clear_pin", m.domain(m.clock, () => m.synchronize("clear_seen", io.clear)), "comes rarely");
      return r.clear_now;
    });
    io.y.value = m.crossing("state_pin", toggle(m, "state", m.withReset(made, clear)), "for a pin");
  });
  assert.match(verilog(design), /always @\(posedge pll_fast\) begin\n +if \(clear_now\) begin\n +state <= 1'd0|state <= 1'b0/);
  const sim = simulate(design);
  sim.io.clear = 1;
  sim.tick("clk").tick("clk").tick("pll_fast").tick("pll_fast");
  assert.is(sim.io.y, 0);
  sim.tick("pll_fast");
  assert.is(sim.io.y, 0);
  sim.io.clear = 0;
  sim.tick("clk").tick("clk").tick("pll_fast").tick("pll_fast");
  assert.is(sim.io.y, 1);
});

test("a reset synchroniser gives a clock its reset", () => {
  const ports = { raw: clock({ reset: { kind: "asynchronous", active: "low" } }), ...clockedBy("raw", { y: output(1) }) };
  const design = module("board", "Resets cleanly.", ports, (m, io) => {
    const { reset } = m.instance("resetter", resetSynchronizer(), { raw: io.raw });
    io.y.value = toggle(m, "state", m.withReset(io.raw, reset));
  });
  const sim = simulate(design);
  sim.reset();
  const seen = Array.from({ length: 5 }, () => sim.tick("raw").io.y);
  assert.equal(seen, [0, 0, 1, 0, 1]);
});

test("reading another domain is refused, through conditions, instances and memories too", () => {
  const ports = { one: clock(), two: clock(), ...clockedBy("one", { a: input(1) }), ...clockedBy("two", { b: output(1) }) };
  const refused = (build: (m: Builder, io: Inside<typeof ports>) => void) =>
    assert.throws(
      () => module("mixed", "Two clocks.", ports, build),
      (error: unknown) => error instanceof HdlError && error.code === "clock-domain",
    );
  refused((_m, io) => { io.b.value = io.a; });
  refused((m, io) => {
    io.b.value = 0;
    m.when(io.a, () => { io.b.value = 1; });
  });
  refused((m, io) => {
    const words = m.memory("words", { width: 1, depth: 2 });
    m.domain(io.one, () => words.write({ address: io.a, data: io.a, enable: io.a }));
    io.b.value = words.readAsync(m.domain(io.two, () => synchronizer(m, "seen", io.a)));
  });
  const inner = module("inner_register", "Holds.", { x: input(1), y: output(1) }, (m, io) => {
    const r = m.regs({ held: reg(1) });
    r.held.next = io.x;
    io.y.value = r.held;
  });
  refused((m, io) => { io.b.value = m.domain(io.two, () => m.instance("inner", inner, { x: io.a })).y; });
});

test.run();
