// Contexts as the core, the scheduler and the kernel see them, and by chance against the model. What holds whatever is
// done is proved in proofs/.
import { verilog } from "#hdl-gen";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstDifference, recorder, runVerilator } from "../../hdl-gen/fuzz/compare.ts";
import { random } from "../../hdl-gen/fuzz/random.ts";
import { areaByModule, areaTable, lut4Of } from "../area.ts";
import { eventKinds } from "../trace/events.ts";
import { anyContext, compare, contextsBench, follow, type ContextsBench } from "./bench.ts";
import { contexts } from "./contexts.ts";
import { bankBits, contextWords, levelLsb, wordBits } from "./layout.ts";
import { contextsConfig, interval_cycles, rows } from "./shape.ts";

const test = suite("contexts");
const folder = join("build", "tests", "contexts");
mkdirSync(folder, { recursive: true });

const { exchange_cycles } = contextsConfig;
const chance = random(3);

/** Some tasks with contexts; the scheduler's choice is what counts; task 0 runs. */
function withTasks(tasks: readonly number[], drain: () => number = () => 0) {
  const b = contextsBench(contextsConfig, drain);
  const given = new Map(tasks.map((task) => [task, anyContext(chance)]));
  for (const [task, words] of given) b.writeContext(task, words);
  b.write("CONTROL", follow);
  b.step(interval_cycles);
  return { ...b, given };
}

/** Steps until the exchange, and what is left of the task that ran. */
function switchTo(b: ContextsBench, task: number): { readonly at: number; readonly left: readonly number[] } {
  b.choose(task);
  while (b.io.core.exchange === 0) b.step();
  const left = [...b.core.live];
  return { at: b.untilExchange(), left };
}

test("after reset the kernel runs as task 0, and nobody else until it says so", () => {
  const b = contextsBench(contextsConfig);
  b.choose(7);
  b.step(50);
  assert.is(b.io.running, 0);
  assert.is(b.io.core.hold, 0);
});

test("a context that the kernel wrote is what the core is given, every word of it", () => {
  const b = withTasks([200]);
  b.choose(200);
  b.untilExchange();
  assert.equal(b.core.live, b.given.get(200));
  assert.is(b.io.running, 200);
});

test("a task goes on with what it was left with, whoever ran meanwhile", () => {
  const b = withTasks([3, 4, 5]);
  switchTo(b, 3);
  b.step(30);
  const { left } = switchTo(b, 4);
  b.step(30);
  switchTo(b, 5);
  b.step(30);
  b.choose(3);
  b.untilExchange();
  assert.equal(b.core.live, left);
  assert.equal(b.readContext(0).length, left.length);
});

test("the kernel reads what a task was left with, and changes single words of it", () => {
  const b = withTasks([3, 4]);
  switchTo(b, 3);
  b.step(30);
  const { left } = switchTo(b, 4);
  b.step(10);
  assert.equal(b.readContext(3), left);
  b.write("TASK", 3);
  b.write("EIP", 0x1234_5678);
  b.write("RIGHTS", 0x7f_0023, 2);
  b.choose(3);
  b.untilExchange();
  assert.equal(b.core.live, left.with(32, 0x1234_5678).with(10, 0x7f_0023));
});

test("of the running task nothing is written", () => {
  const b = withTasks([3, 4]);
  switchTo(b, 3);
  b.step(10);
  b.write("TASK", 3);
  b.write("EIP", 0x1234_5678);
  const { left } = switchTo(b, 4);
  b.step(10);
  assert.equal(b.readContext(3), left);
});

test("an access that is not to a whole word changes nothing", () => {
  const b = withTasks([3]);
  b.write("TASK", 3);
  Object.assign(b.io.bus, { access: 1, write: 1, address: 0, mask: 0b0011, wdata: 0 });
  b.step();
  b.io.bus.access = 0;
  b.step(4);
  b.write("LOOK", 0);
  assert.is(b.read("VALUE"), b.given.get(3)?.[0]);
});

test("the exchange comes a constant time after the decision, whenever the core is held by then", () => {
  for (const drain of [0, 1, 2, exchange_cycles - 1]) {
    for (let phase = 0; phase < 4; phase++) {
      const b = withTasks([9], () => drain);
      b.step(phase);
      b.choose(9);
      const decided = b.now();
      assert.is(b.untilExchange() - decided, exchange_cycles, `drain ${drain}, phase ${phase}`);
      assert.is(b.read("LATE"), 0);
    }
  }
});

test("while the kernel cannot be interrupted there is no exchange; then it comes at once, counted and traced", () => {
  const masked_cycles = 300;
  const b = withTasks([9], () => masked_cycles);
  const events: string[] = [];
  b.onCycle(() => {
    const { valid, kind, task, argument } = b.io.event;
    if (valid === 1) events.push(`${kind} ${task} ${argument}`);
  });
  b.choose(9);
  const decided = b.now();
  const at = b.untilExchange();
  // One cycle for the core to be held.
  assert.is(at - decided, masked_cycles + 1);
  b.step(8);
  const late_cycles = masked_cycles + 1 - exchange_cycles;
  assert.equal(events, [`${eventKinds.switch.code} 9 0`, `${eventKinds.late.code} 9 ${late_cycles}`]);
  assert.is(b.read("LATE"), late_cycles * 2 ** 16 + 1);
  b.write("LATE", 0);
  assert.is(b.read("LATE"), 0);
});

test("a choice that changes during a load: the time counts from the change", () => {
  for (let cycles = 1; cycles < exchange_cycles; cycles++) {
    const b = withTasks([9, 10]);
    b.choose(9);
    b.step(cycles);
    b.choose(10);
    const decided = b.now();
    assert.is(b.untilExchange() - decided, exchange_cycles);
    assert.equal(b.core.live, b.given.get(10));
  }
});

test("a choice that changes during a save: exchanges keep their distance, and nothing is lost", () => {
  for (let cycles = 0; cycles < 6; cycles++) {
    const b = withTasks([9, 10]);
    const { at, left } = switchTo(b, 9);
    b.step(cycles);
    b.choose(10);
    const decided = b.now();
    assert.is(b.untilExchange(), Math.max(at + interval_cycles, decided + exchange_cycles));
    assert.equal(b.core.live, b.given.get(10));
    b.choose(undefined);
    b.untilExchange();
    assert.equal(b.core.live, left, `${cycles} cycles`);
  }
});

test("a choice that returns to the running task: the core goes on, and nothing is exchanged", () => {
  const b = withTasks([9]);
  b.choose(9);
  b.step(4);
  assert.is(b.io.core.hold, 1);
  b.choose(0);
  b.step();
  assert.is(b.io.core.hold, 0);
  b.step(30);
  assert.is(b.io.running, 0);
  b.choose(9);
  const decided = b.now();
  assert.is(b.untilExchange() - decided, exchange_cycles);
  assert.equal(b.core.live, b.given.get(9));
});

test("what can still be taken back is not acted on", () => {
  const b = withTasks([9]);
  b.choose(9, false);
  b.step(40);
  assert.is(b.io.core.hold, 0);
  b.choose(9);
  const decided = b.now();
  assert.is(b.untilExchange() - decided, exchange_cycles);
});

test("with no choice it is the kernel's task that runs: at first, task 0", () => {
  const b = withTasks([9]);
  const { left } = switchTo(b, 9);
  b.step(20);
  b.choose(undefined, false);
  b.untilExchange();
  assert.is(b.io.running, 0);
  assert.equal(b.core.live, left);
});

test("with no choice it is the kernel's task that runs, which is never held for having given up", () => {
  const b = withTasks([9, 10]);
  b.choose(9);
  b.untilExchange();
  b.write("CONTROL", follow + 10);
  b.step(20);
  assert.is(b.io.running, 9);
  b.io.waits = 1;
  b.choose(undefined, false);
  const decided = b.now();
  assert.is(b.untilExchange() - decided, exchange_cycles);
  assert.is(b.io.running, 10);
  assert.equal(b.core.live, b.given.get(10));
  b.step(20);
  assert.is(b.io.core.hold, 0);
  // Another one of the kernel's: the one that runs has nothing to do any more.
  b.write("CONTROL", follow + 9);
  assert.is(b.io.core.hold, 1);
  b.untilExchange();
  assert.is(b.io.running, 9);
});

test("the cycles that the scheduler's choice runs are counted, those of the kernel's task are not", () => {
  const b = withTasks([9]);
  assert.is(b.read("CHOSEN"), 0);
  b.choose(9);
  b.untilExchange();
  b.step(100);
  b.choose(undefined);
  b.untilExchange();
  const counted = b.read("CHOSEN");
  assert.is(counted, 100 + exchange_cycles + 1);
  b.step(100);
  assert.is(b.read("CHOSEN"), counted);
});

test("a task that has given up is held at once, before it is known who runs next; the idle task is not", () => {
  const b = withTasks([9, 10]);
  b.io.waits = 1;
  b.step(5);
  assert.is(b.io.core.hold, 0);
  b.io.waits = 0;
  switchTo(b, 9);
  b.step(20);
  b.io.waits = 1;
  b.choose(9, false);
  b.step();
  assert.is(b.io.core.hold, 1);
  b.step(20);
  assert.is(b.core.held, true);
  assert.is(b.io.running, 9);
  b.choose(10);
  const decided = b.now();
  assert.is(b.untilExchange() - decided, exchange_cycles);
});

test("the kernel switches itself to whom it likes, and back to the scheduler's choice", () => {
  const b = withTasks([9, 10]);
  b.choose(9);
  b.write("CONTROL", 10);
  b.untilExchange();
  assert.equal(b.core.live, b.given.get(10));
  b.step(40);
  assert.is(b.io.running, 10);
  b.io.waits = 1;
  b.step(4);
  assert.is(b.io.core.hold, 0);
  b.write("CONTROL", follow);
  b.untilExchange();
  assert.equal(b.core.live, b.given.get(9));
});

test("a context that is written while it is loaded, or waits for its exchange, is loaded anew", () => {
  for (let cycles = 0; cycles < 12; cycles++) {
    const b = withTasks([9], () => 30);
    b.write("TASK", 9);
    b.choose(9);
    b.step(cycles);
    b.write("EIP", 0xcafe);
    b.untilExchange();
    assert.equal(b.core.live, b.given.get(9)?.with(32, 0xcafe), `${cycles} cycles`);
  }
});

test("whoever loads something along is waited for", () => {
  const b = withTasks([9]);
  b.io.next.ready = 0;
  b.choose(9);
  b.step(20);
  assert.equal([b.io.next.valid, b.io.next.task, b.io.running], [1, 9, 0]);
  b.io.next.ready = 1;
  assert.is(b.untilExchange(), b.now() - 1);
});

test("in rings 1 to 3 the page reads as 0 and keeps what it has", () => {
  const b = withTasks([9]);
  b.write("TASK", 9);
  const before = [b.read("TASK"), b.read("CONTROL")];
  for (const ring of [1, 2, 3]) {
    b.io.cpl = ring;
    for (const name of ["TASK", "CONTROL", "STATUS", "VALUE", "LATE"] as const) assert.is(b.read(name), 0);
    b.write("TASK", 5);
    b.write("CONTROL", 5);
    b.write("EIP", 0x1234);
  }
  b.io.cpl = 0;
  assert.equal([b.read("TASK"), b.read("CONTROL")], before);
  assert.equal(b.readContext(9), b.given.get(9));
});

test("the words are all of a context, and no two of them share a bit", () => {
  const taken = Array.from({ length: rows }, () => 0n);
  for (const { row, lsb, width } of contextWords) {
    const bits = ((1n << BigInt(width)) - 1n) << BigInt(lsb);
    assert.is((taken[row] ?? 0n) & bits, 0n);
    taken[row] = (taken[row] ?? 0n) | bits;
  }
  // Only the first row has a level.
  const [first = 0n, ...others] = taken;
  assert.is(first, (1n << BigInt(wordBits)) - 1n);
  for (const other of others) assert.is(other, (1n << BigInt(bankBits + levelLsb)) - 1n);
});

const wanted = [
  "exchanged in time", "exchanged late", "switch given up", "switch to another task", "switch during a save",
  "held for a task that gave up", "write", "write to the running task", "write to the wanted task", "read",
];

for (const [tasks, cycles] of [[256, 10_000], [4, 5000]] as const) {
  test(`by chance, ${tasks} contexts are as the model says in every cycle, and everything occurs`, () => {
    const tally = compare({ ...contextsConfig, tasks }, cycles, tasks);
    for (const what of wanted) assert.ok((tally.get(what) ?? 0) > 0, what);
  });
}

test("Verilator sees what the simulator here sees", () => {
  const config = { ...contextsConfig, tasks: 4 };
  const design = contexts(config);
  const { see, recorded, outputs } = recorder(design);
  compare(config, 1500, 5, { blank: true, see });
  const [theirs = []] = runVerilator([recorded], join(folder, "verilator"));
  assert.is(firstDifference(recorded, outputs, theirs, "Verilator"), undefined);
});

test("at full size it takes at most 2900 LUT4 and 16 block RAMs of an ECP5, and Verilator has nothing to say", () => {
  const path = join(folder, "contexts.v");
  writeFileSync(path, verilog(contexts(contextsConfig)));
  const areas = areaByModule(path, "contexts");
  const total = areas.reduce((sum, area) => sum + area.instances * lut4Of(area), 0);
  assert.ok(total <= 2900, areaTable(areas));
  assert.is(areas.reduce((sum, { instances, cells }) => sum + instances * (cells.get("DP16KD") ?? 0), 0), 16);
  const args = ["--lint-only", "-Wall", "--top-module", "contexts", path];
  assert.is(spawnSync("verilator", args, { encoding: "utf8" }).stderr, "");
});

test.run();
