// Black boxes: connected by their pins in the Verilog, replaced by their model in simulation.
/* oxlint-disable typescript/no-unsafe-type-assertion -- a wrong argument is the point */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { blackBox, HdlError, input, module, output, reg, simulate, verilog, type Design } from "../index.ts";

const test = suite("black boxes");
const ports = { d: input(4), q: output(4) };

const model = module("delay_model", "What the device does, as far as a simulation minds.", ports, (m, io) => {
  const r = m.regs({ held: reg(4) });
  r.held.next = io.d;
  io.q.value = r.held;
});
const delay = (of?: Design<typeof ports>) =>
  blackBox("DELAY4", "A primitive of the device.", ports, {
    parameters: { MODE: "FAST", STEPS: 3 },
    pins: { d: "D", q: "Q" },
    clock: "CK",
    reset: "RS",
    paths: "none",
    ...(of === undefined ? {} : { model: of }),
  });
const around = (of?: Design<typeof ports>): Design =>
  module("around", "", { a: input(4), y: output(4) }, (m, io) => {
    io.y.value = m.instance("u", delay(of), { d: io.a }).q;
  });

const ring = (paths: "all" | "none"): Design =>
  module("ring", "", { y: output(1) }, (m, io) => {
    const { back } = m.nets({ back: 1 });
    const box = blackBox("BOX", "", { a: input(1), y: output(1) }, { paths });
    back.value = m.instance("u", box, { a: back }).y;
    io.y.value = back;
  });

test("an instance names parameters, clock and pins as the box does, and the box itself is not written", () => {
  const text = verilog(around());
  assert.match(text, /\n {2}DELAY4 #\(\.MODE\("FAST"\), \.STEPS\(3\)\) u \( .*\n {4}\.CK\(clk\),\n {4}\.RS\(rst\),\n {4}\.D\(a\),\n {4}\.Q\(u_q\)\n/);
  assert.not.match(text, "module DELAY4");
});

test("a model stands in, here and where there is no synthesis", () => {
  const s = simulate(around(model));
  s.poke("a", 9);
  s.step();
  assert.is(s.peek("y"), 9);
  const folder = join("build", "hdl-black-box");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "around.v");
  writeFileSync(file, verilog(around(model)));
  assert.not.throws(() => execFileSync("verilator", ["--lint-only", "-Wall", "--top-module", "around", file], { stdio: "pipe" }));
  assert.not.throws(() => execFileSync("iverilog", ["-g2005", "-Wall", "-s", "around", "-o", join(folder, "around.vvp"), file], { stdio: "pipe" }));
});

test("without a model it cannot be simulated", () => {
  assert.throws(() => simulate(around()), (error: unknown) => error instanceof HdlError && error.code === "black-box");
});

test("a model with other ports is refused", () => {
  const other = module("other", "", { d: input(5), q: output(4) }, (_m, io) => { io.q.value = io.d.slice(3, 0); });
  assert.throws(() => delay(other as never), /has other ports: in d: 5, out q: 4/);
});

test("a box that says it has no paths is no part of a loop", () => {
  assert.not.throws(() => ring("none"));
  assert.throws(() => ring("all"), /combinational loop/);
});

test.run();
