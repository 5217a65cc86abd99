// The MPU as the kernel and the core see it, and by chance against the model. What holds whatever is done is proved in
// proofs/; what the core makes of a refusal is tested in tests/mpu.
import { verilog, waves, type Simulation } from "#hdl-gen";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstDifference, recorder, runVerilator } from "../../hdl-gen/fuzz/compare.ts";
import { areaByModule, areaTable, lut4Of } from "../area.ts";
import { compare, mpuBench, rightsWord } from "./bench.ts";
import { mpu } from "./mpu.ts";
import { load_cycles, mpuConfig, writeToEffect_cycles, type MpuConfig } from "./shape.ts";

const test = suite("MPU");
const folder = join("build", "tests", "mpu");
mkdirSync(folder, { recursive: true });

const few: MpuConfig = { tasks: 4, own: 4, common: 2, granuleBits: 5 };
/** With as many regions as the real one, so that a region's number is as wide. */
const fewTasks: MpuConfig = { ...mpuConfig, tasks: 4 };

const enabled = (config = fewTasks) => {
  const bench = mpuBench(config);
  bench.write("CONTROL", 1);
  return bench;
};
const [none, read, write, execute] = ["NONE", "READ", "WRITE", "EXECUTE"] as const;
const ring3 = 3;

test("until it is enabled nothing is refused, from then on all that is in no region", () => {
  const { refuses, write: set } = mpuBench(fewTasks);
  assert.not(refuses("write", ring3, 0x1000));
  set("CONTROL", 1);
  for (const ring of [0, 1, 2, 3]) {
    assert.ok(refuses("read", ring, 0) && refuses("write", ring, 0) && refuses("execute", ring, 0), `ring ${ring}`);
  }
});

test("each ring has rights of its own", () => {
  const { setRegion, refuses } = enabled();
  setRegion("common", 3, 0x2000, 0x2fff, [write, read, none, execute]);
  const lets = (ring: number): string => (["read", "write", "execute"] as const)
    .filter((kind) => !refuses(kind, ring, 0x2ffc)).join();
  assert.equal([0, 1, 2, 3].map(lets), ["read,write", "read", "", "read,execute"]);
});

test("a region begins and ends at 32 bytes, and an access must lie in one", () => {
  const { setRegion, refuses } = enabled();
  setRegion(0, 0, 0x1020, 0x107f, [read]);
  setRegion(0, 11, 0x1080, 0x109f, [read]);
  assert.equal(
    [refuses("read", 0, 0x101f), refuses("read", 0, 0x1020), refuses("read", 0, 0x109f), refuses("read", 0, 0x10a0)],
    [true, false, false, true]);
  assert.not(refuses("read", 0, 0x103e, 0x1041), "from one granule of it to the next");
  assert.ok(refuses("read", 0, 0x101e, 0x1021), "from before it into it");
  assert.ok(refuses("read", 0, 0x107e, 0x1081), "from one region into another");
  setRegion(0, 1, 0xffffffe0, 0xffffffff, [read]);
  assert.not(refuses("read", 0, 0xffffffff));
  assert.ok(refuses("read", 0, 0xffffffff, 0x1_0000_0002), "beyond the last address");
});

test("a task's regions count from the exchange on, and those of no other; common ones always", () => {
  const { setRegion, refuses, switchTo, sim, io } = enabled();
  setRegion(0, 0, 0x1000, 0x1fff, [none, none, none, write]);
  setRegion(2, 7, 0x2000, 0x2fff, [none, none, none, write]);
  setRegion("common", 0, 0x3000, 0x3fff, [none, none, none, read]);
  const lets = (): readonly boolean[] => [0x1000, 0x2000, 0x3000].map((at) => !refuses("read", ring3, at));
  assert.equal(lets(), [true, false, true]);
  Object.assign(io.next, { valid: 1, task: 2 });
  sim.step(10);
  assert.equal(lets(), [true, false, true], "loaded, and not begun");
  assert.ok(switchTo(2) <= load_cycles);
  assert.equal(lets(), [false, true, true]);
});

test("a load takes three clocks, and the regions count behind the exchange", () => {
  const bench = enabled();
  bench.setRegion(1, 1, 0x1000, 0x1fff, [none, none, none, read]);
  const { sim, io } = bench;
  Object.assign(io.core.data, { granule: 0x1000 / 32, ring: 3 });
  const shown = waves(sim, ["next_task", "next_ready", "exchange", "active_task", "core_data_refuses_read"]);
  sim.step();
  Object.assign(io.next, { valid: 1, task: 1 });
  sim.step(3);
  io.exchange = 1;
  sim.step();
  io.exchange = 0;
  sim.step(2);
  assert.is(shown.text(), [
    "next_task               |0  |1",
    "next_ready              ----\\___________/-----------",
    "exchange                ________________/---\\_______",
    "active_task             |0                  |1",
    "core_data_refuses_read  --------------------\\_______",
    "",
  ].join("\n"));
});

test("what is written for the running task counts two clocks later, and for the waiting one at the exchange", () => {
  const { setRegion, refuses, write: set, sim, io } = enabled();
  setRegion(0, 5, 0x1000, 0x1fff, [read]);
  set("BASE", 0x8000);
  set("LIMIT", 0x8fff);
  assert.not(refuses("read", 0, 0x1000), "not before RIGHTS is written");
  Object.assign(io.bus, { access: 1, write: 1, address: 0x14 / 4, mask: 0xf, wdata: rightsWord([read]) });
  sim.step();
  io.bus.access = 0;
  sim.step(writeToEffect_cycles - 1);
  assert.equal([refuses("read", 0, 0x1000), refuses("read", 0, 0x8000)], [true, false]);
});

test("a region that is selected shows what was written last", () => {
  const { setRegion, read: get, write: set } = enabled();
  setRegion(3, 10, 0x1234_5678, 0x2345_6789, [read, write, execute, none]);
  setRegion("common", 1, 0, 0xffff_ffff, [execute]);
  set("SELECT", (3 << 8) | 10);
  const shown = (): readonly number[] => [get("BASE"), get("LIMIT"), get("RIGHTS")];
  assert.equal(shown(), [0x1234_5660, 0x2345_679f, 0b00_11_10_01]);
  set("SELECT", 0x81);
  assert.equal(shown(), [0, 0xffff_ffff, 3]);
});

test("rings 1 to 3 read 0 and change nothing", () => {
  const { setRegion, read: get, write: set, as } = enabled();
  setRegion(0, 0, 0x1000, 0x1fff, [read]);
  for (const ring of [1, 2, 3]) {
    as(ring);
    set("CONTROL", 0);
    setRegion(0, 0, 0, 0xffff_ffff, [write, write, write, write]);
    assert.equal([get("CONTROL"), get("BASE"), get("RIGHTS")], [0, 0, 0]);
  }
  as(0);
  assert.equal([get("CONTROL"), get("BASE"), get("RIGHTS")], [1, 0x1000, 1]);
});

test("the W^X lock enables the MPU, and refuses regions and fetches that would be both, until reset", () => {
  const { setRegion, refuses, read: get, write: set, sim } = mpuBench(fewTasks);
  const writeExecutes = 0x100;
  setRegion(0, 0, 0x1000, 0x1fff, [none, none, none, write]);
  set("RIGHTS", get("RIGHTS") | writeExecutes);
  set("CONTROL", 1);
  assert.not(refuses("execute", ring3, 0x1000));
  set("CONTROL", 2);
  set("CONTROL", 0);
  assert.is(get("CONTROL"), 3);
  assert.ok(refuses("execute", ring3, 0x1000), "of a region from before");
  assert.not(refuses("write", ring3, 0x1000));
  setRegion(0, 1, 0x1000, 0x1fff, [none, none, none, execute]);
  assert.ok(refuses("execute", ring3, 0x1000), "by two regions");
  setRegion(0, 2, 0x2000, 0x2fff, [write, none, none, execute]);
  assert.is(get("STATE") & 2, 2);
  assert.ok(refuses("read", ring3, 0x2000), "a region that would be both was not written");
  setRegion(0, 2, 0x2000, 0x2fff, [none, none, none, execute]);
  setRegion(0, 3, 0x2000, 0x2fff, [write]);
  assert.not(refuses("execute", ring3, 0x2000), "ring 0 may write what ring 3 executes");
  setRegion(0, 4, 0x2000, 0x2fff, [execute]);
  assert.ok(refuses("execute", 0, 0x2000), "and not what itself executes");
  sim.reset();
  assert.is(get("CONTROL"), 0);
});

test("a locked common region stays", () => {
  const { setRegion, refuses, read: get, write: set } = enabled();
  setRegion("common", 2, 0x1000, 0x1fff, [execute]);
  set("LOCK", 1 << 2);
  set("LOCK", 0);
  setRegion("common", 2, 0x1000, 0x1fff, [write]);
  assert.equal([get("STATE") & 2, get("LOCK")], [2, 4]);
  assert.not(refuses("execute", 0, 0x1000));
  assert.ok(refuses("write", 0, 0x1000));
});

test("until all regions are cleared, none can be written", () => {
  const { sim, setRegion, refuses, read: get, write: set } = mpuBench(fewTasks);
  setRegion(0, 0, 0x1000, 0x1fff, [read]);
  sim.reset();
  set("CONTROL", 1);
  assert.is(get("STATE") & 1, 0);
  set("RIGHTS", 1);
  assert.is(get("STATE") & 2, 2);
  sim.until(() => sim.peek("clearing") === 0, 20);
  assert.ok(refuses("read", 0, 0x1000));
});

test("who begins to run before his regions are there has none of his own", () => {
  const { setRegion, refuses, sim, io } = enabled();
  setRegion(0, 0, 0x1000, 0x1fff, [read]);
  setRegion(1, 0, 0x2000, 0x2fff, [read]);
  Object.assign(io.next, { valid: 1, task: 1 });
  sim.step();
  io.exchange = 1;
  sim.step();
  io.exchange = 0;
  sim.step(10);
  assert.equal([refuses("read", 0, 0x1000), refuses("read", 0, 0x2000)], [true, true]);
});

test("a violation is an event for the trace, of the running task", () => {
  const { io, switchTo } = enabled();
  switchTo(3);
  Object.assign(io.core.violation, { valid: 1, linear: 0x1234 });
  assert.equal([io.event.valid, io.event.task, io.event.argument], [1, 3, 0x1234]);
});

test("by chance, everything is refused as the model says in every clock, and everything occurs", () => {
  let watched: Pick<Simulation, "covered"> | undefined;
  const tally = new Map<string, number>();
  for (const seed of [1, 2]) {
    for (const [what, count] of compare(few, 3_000, seed, (sim) => { watched = sim; })) {
      tally.set(what, (tally.get(what) ?? 0) + count);
    }
  }
  for (const kind of ["read", "write", "execute"]) {
    assert.ok((tally.get(`${kind} refused`) ?? 0) > 0 && (tally.get(`${kind} allowed`) ?? 0) > 0, kind);
  }
  for (const what of ["exchange", "exchange too soon", "region refused"]) assert.ok(tally.has(what), what);
  for (const point of [
    "an_own_region_is_written_while_it_waits", "an_access_crosses_and_is_refused",
    "an_access_crosses_and_is_not_refused",
  ]) assert.ok((watched?.covered(`claim_${point}`) ?? 0) > 0, point);
});

test("at full size as well", () => {
  assert.ok(compare(mpuConfig, 500, 4).has("exchange"));
});

test("Verilator sees what the simulator here sees", () => {
  const design = mpu(few);
  const { see, recorded, outputs } = recorder(design);
  compare(few, 1_000, 3, see);
  const [theirs = []] = runVerilator([recorded], join(folder, "verilator"));
  assert.is(firstDifference(recorded, outputs, theirs, "Verilator"), undefined);
});

const lut4_max = 9700;
test(`it takes at most ${lut4_max} LUT4 and 11 block RAMs of an ECP5, and Verilator has nothing to say`, () => {
  const path = join(folder, "mpu.v");
  writeFileSync(path, verilog(mpu(mpuConfig)));
  const areas = areaByModule(path, "mpu");
  assert.ok(areas.reduce((sum, area) => sum + area.instances * lut4Of(area), 0) <= lut4_max, areaTable(areas));
  assert.is(areas.reduce((sum, { cells }) => sum + (cells.get("DP16KD") ?? 0), 0), 11, areaTable(areas));
  const args = ["--lint-only", "-Wall", "--top-module", "mpu", path];
  assert.is(spawnSync("verilator", args, { encoding: "utf8" }).stderr, "");
});

test.run();
