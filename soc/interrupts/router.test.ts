// The interrupt router as its users see it, and by chance against the model. What holds whatever is done is proved in
// router.proof.test.ts.
import { verilog, waves, type Simulation } from "#hdl-gen";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstDifference, recorder, runVerilator } from "../../hdl-gen/fuzz/compare.ts";
import { areaByModule, areaTable, lut4Of } from "../area.ts";
import { interruptRouter } from "./router.ts";
import { compareRouter, routerBench, type RouterBench } from "./router-bench.ts";
import { gapEnd_cycles, lineToRelease_cycles, routerConfig, type RouterConfig } from "./router-shape.ts";

const test = suite("interrupt router");
const folder = join("build", "tests", "interrupt-router");
mkdirSync(folder, { recursive: true });

const few: RouterConfig = { ...routerConfig, lines: 4, partitions: 2, tasks: 4, channels: 4, gapBits: 10 };
const line = 2;

/** Lets cycles pass; in which of them, counted from the first, a release was accepted or a message sent. */
function deliveries({ sim, io }: RouterBench, cycles: number): { readonly at: number; readonly what: string }[] {
  const found: { at: number; what: string }[] = [];
  io.release.ready = 1;
  for (let at = 0; at < cycles; at++) {
    io.message.done = io.message.valid;
    if (io.release.valid === 1) found.push({ at, what: `release ${io.release.number}` });
    if (io.message.valid === 1) {
      found.push({ at, what: `line ${BigInt(io.message.words) & 0xffn} to ${io.message.channel}` });
    }
    sim.step();
  }
  io.message.done = 0;
  return found;
}

test("a rising line releases its task's job, two cycles later, without an instruction", () => {
  const bench = routerBench(few);
  const { sim, io, setLine } = bench;
  setLine(line, { route: "RELEASE", task: 3 });
  io.release.ready = 1;
  const shown = waves(sim, ["lines", "line_2_pending", "release_valid", "release_number"]);
  sim.step();
  io.lines = 1 << line;
  sim.step(lineToRelease_cycles);
  assert.equal([io.release.valid, io.release.number], [1, 3]);
  sim.step(2);
  assert.is(shown.text(), [
    "lines           |0  |4",
    "line_2_pending  ________/---\\_______",
    "release_valid   ____________/---\\___",
    "release_number  |0          |3",
    "",
  ].join("\n"));
});

test("a line becomes a message with its number, the time, and a deadline as far off as its distance", () => {
  const { sim, io, now, setLine } = routerBench(few);
  setLine(line, { route: "MESSAGE", channel: 1 }, 100);
  io.lines = 1 << line;
  sim.step(2);
  assert.is(io.message.valid, 1);
  assert.is(io.message.channel, 1);
  const words = BigInt(io.message.words);
  const time = words >> 32n;
  assert.is(words & 0xffff_ffffn, BigInt(line));
  assert.is(BigInt(now()) - time, 0n, "the cycle in which it was chosen is the last one");
  assert.equal(io.message.urgency, { policy: few.deadlinePolicy, value: time + 100n });
});

test("a storm gets through once in its distance, no sooner; the rest is counted", () => {
  const bench = routerBench(few);
  bench.setLine(line, { route: "RELEASE" }, 50);
  const { io, sim } = bench;
  io.release.ready = 1;
  const at: number[] = [];
  for (let cycle = 0; cycle < 400; cycle++) {
    io.lines = cycle % 2 === 0 ? 1 << line : 0;
    if (io.release.valid === 1) at.push(cycle);
    sim.step();
  }
  io.lines = 0;
  const apart = at.slice(1).map((cycle, i) => cycle - (at[i] ?? 0));
  const longest = 50 + gapEnd_cycles(few) + 2;
  assert.ok(apart.length > 4 && apart.every((cycles) => cycles >= 50 && cycles <= longest), apart.join());
  sim.step(few.lines);
  const rises = 200;
  const pending = bench.read("STATE", line) & 0x4000_0000 ? 1 : 0;
  assert.is((bench.read("STATE", line) & 0xffff) + at.length + pending, rises);
});

test("of several the highest priority goes first, and of equals the lowest line", () => {
  const bench = routerBench(few);
  [2, 5, 5, 1].forEach((priority, n) => { bench.setLine(n, { route: "RELEASE", task: n, priority }); });
  bench.io.lines = 0b1111;
  assert.equal(deliveries(bench, 20).map(({ what }) => what), ["release 1", "release 2", "release 0", "release 3"]);
});

test("a message that waits for the mailbox does not hold up a release", () => {
  const bench = routerBench(few);
  bench.setLine(0, { route: "MESSAGE", priority: 9 });
  bench.setLine(1, { route: "RELEASE", task: 1 });
  bench.io.lines = 0b01;
  bench.sim.step(5);
  bench.io.lines = 0b11;
  bench.sim.step(lineToRelease_cycles);
  assert.equal([bench.io.message.valid, bench.io.release.valid], [1, 1]);
});

test("what the mailbox has no room for is tried again", () => {
  const bench = routerBench(few);
  const { io, sim } = bench;
  bench.setLine(line, { route: "MESSAGE", channel: 3 }, 500);
  io.lines = 1 << line;
  sim.step(2);
  Object.assign(io.message, { done: 1, refused: 1 });
  sim.step();
  Object.assign(io.message, { done: 0, refused: 0 });
  const again = deliveries(bench, 40);
  assert.equal(again.map(({ what }) => what), [`line ${line} to 3`]);
  assert.ok((again[0]?.at ?? 0) <= gapEnd_cycles(few) + 3);
});

test("a level requests again only when it has been low, or its task has served the device", () => {
  const bench = routerBench(few);
  const { io } = bench;
  bench.setLine(line, { level: true, task: 3 });
  io.lines = 1 << line;
  assert.is(deliveries(bench, 50).length, 1);
  Object.assign(io.running, { task: 1, cpl: 3 });
  bench.write("REARM", line, 0);
  assert.is(deliveries(bench, 50).length, 0, "another task has no say");
  io.running.task = 3;
  bench.write("REARM", line, 0);
  assert.is(deliveries(bench, 50).length, 1);
  io.lines = 0;
  assert.is(deliveries(bench, 50).length, 0);
  io.lines = 1 << line;
  assert.is(deliveries(bench, 50).length, 1);
});

test("a line that the partition masks waits for another partition", () => {
  const bench = routerBench(few);
  bench.setLine(line, { task: 3 });
  bench.write("PARTITION", 1, 0b1011);
  bench.io.partition = 1;
  bench.io.lines = 1 << line;
  assert.is(deliveries(bench, 50).length, 0);
  bench.io.partition = 0;
  assert.equal(deliveries(bench, 10).map(({ what }) => what), ["release 3"]);
});

test("to the local APIC a level goes as it is, and after it is taken not before its distance has passed", () => {
  const { io, sim, setLine } = routerBench(few);
  setLine(line, { route: "VECTOR", level: true }, 30);
  io.lines = 1 << line;
  assert.is(io.apic.lines, 1 << line, "in the same cycle");
  sim.step(5);
  Object.assign(io.apic.taken, { valid: 1, line });
  sim.step();
  io.apic.taken.valid = 0;
  let low = 0;
  for (; io.apic.lines === 0; low++) sim.step();
  assert.ok(low >= 29 && low <= 30 + gapEnd_cycles(few), `${low} cycles`);
});

test("software in rings 1 to 3 changes nothing and reads nothing", () => {
  const bench = routerBench(few);
  bench.setLine(line, { task: 2 }, 7);
  Object.assign(bench.io.running, { task: 2, cpl: 3 });
  bench.setLine(line, { task: 1 }, 9);
  bench.write("PARTITION", 0, 0);
  assert.equal([bench.read("LINE", line), bench.read("GAP", line), bench.read("PARTITION", 0)], [0, 0, 0]);
  bench.io.running.cpl = 0;
  assert.equal([bench.read("LINE", line), bench.read("GAP", line), bench.read("PARTITION", 0)], [0x203, 7, 0xf]);
});

test("by chance, everything is as the model says in every cycle, and everything occurs", () => {
  let watched: Pick<Simulation, "covered"> | undefined;
  const tally = compareRouter({ ...few, lines: 2, tasks: 2 }, 4_000, 4, (sim) => { watched = sim; });
  for (const what of ["delivered: VECTOR", "delivered: MESSAGE", "delivered: RELEASE", "refused", "written: REARM"]) {
    assert.ok((tally.get(what) ?? 0) > 0, what);
  }
  for (const point of ["distance_is_delivered_again", "account_some_become_one", "account_a_message_is_refused"]) {
    assert.ok((watched?.covered(point) ?? 0) > 0, point);
  }
});

test("at full size as well", () => {
  assert.ok((compareRouter(routerConfig, 1_500, 2).get("delivered: VECTOR") ?? 0) > 0);
});

test("Verilator sees what the simulator here sees", () => {
  const design = interruptRouter(few);
  const { see, recorded, outputs } = recorder(design);
  compareRouter(few, 1_200, 3, see);
  const [theirs = []] = runVerilator([recorded], join(folder, "verilator"));
  assert.is(firstDifference(recorded, outputs, theirs, "Verilator"), undefined);
});

test("it takes at most 2300 LUT4 of an ECP5, and Verilator has nothing to say", () => {
  const path = join(folder, "interrupt_router.v");
  writeFileSync(path, verilog(interruptRouter(routerConfig)));
  const areas = areaByModule(path, "interrupt_router");
  assert.ok(areas.reduce((sum, area) => sum + area.instances * lut4Of(area), 0) <= 2300, areaTable(areas));
  const args = ["--lint-only", "-Wall", "--top-module", "interrupt_router", path];
  assert.is(spawnSync("verilator", args, { encoding: "utf8" }).stderr, "");
});

test.run();
