// Jobs that the hardware releases and dispatches, seen from outside, instruction by instruction: to the cycle whatever the
// kernel does, contained whatever they do themselves, and nobody else's time is charged for them.
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildMachine } from "../../commands/steps/machine.ts";
import { buildHeaders } from "../../commands/steps/software.ts";
import { describedAt } from "../../commands/steps/system.ts";
import { fromRoot } from "../../commands/paths.ts";
import { bootHeader } from "../../kernel/boot-header.ts";
import { createMachine, type Machine } from "../../sim/machine.ts";
import { buildSystem, type BuiltSystem } from "../../system/build.ts";
import { hardwareJobs } from "../../system/hardware-jobs.ts";
import { kernelItself, observer, variable, withoutHardwareJobs, type Stretch } from "../../system/observe.ts";
import { boundOf, subjectOf, type Bound } from "../../wcet/analyse.ts";
import { auditOf, type Audit } from "../../wcet/audit.ts";

const test = suite("hardware jobs");

const all = process.env["ATOMICOS_TEST_ALL"] === "1";
/** From the kernel's start. The warden needs 13 jobs of 2 ms to have given all orders. */
const cycles = all ? 20_000_000 : 2_000_000;
const chunk_cycles = 100_000;
const [pulse_cycles, millisecond_cycles] = [1250, 25_000] as const;

/** As in orders.h; those that are not here do no harm. */
const orders: Readonly<Record<number, { readonly what: string; readonly vector: number; readonly kind: number }>> = {
  1: { what: "divides by zero", vector: 0, kind: 1 },
  2: { what: "writes to the kernel's memory", vector: 14, kind: 1 },
  3: { what: "writes to the scheduler", vector: 14, kind: 1 },
  4: { what: "runs what is on its stack", vector: 14, kind: 1 },
  5: { what: "calls the kernel by SYSENTER", vector: 128, kind: 1 },
  6: { what: "calls it by INT", vector: 128, kind: 1 },
  7: { what: "calls it without data segments", vector: 128, kind: 1 },
  8: { what: "calls it while it single-steps", vector: 128, kind: 1 },
  10: { what: "turns interrupts on", vector: 13, kind: 1 },
  11: { what: "writes to a port", vector: 13, kind: 1 },
  12: { what: "never ends", vector: 0, kind: 2 },
};

let system: BuiltSystem;
let machine: Machine;
let stretches: readonly Stretch[];
let bounds: readonly Bound[];
let audit: Audit;
/** Of an instruction, by its address: the shortest time behind one of the same task. */
const own_cycles = new Map<number, number>();

const value = (task: string, name: string, index = 0): number => variable(machine, system, task, name, index);
const ran = (task: string): Stretch[] => stretches.filter((stretch) => stretch.task === task);

test.before(async () => {
  system = await buildSystem(
    await describedAt(fromRoot("tests", "hardware-jobs")), fromRoot("build", "tests", "hardware-jobs"), await buildHeaders(),
  );
  machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  machine.load(bootHeader.address, readFileSync(system.image));
  for (let output = ""; !output.endsWith(" cycles\r\n");) {
    machine.run(chunk_cycles, ["received"]);
    output += Buffer.from(machine.receive()).toString("latin1");
    assert.is(machine.stopMessage, "");
  }
  const seen = observer(system);
  machine.logRetirements(true);
  const subject = subjectOf(readFileSync(system.elf), system.elf);
  bounds = await Promise.all(subject.operations.map(async (operation) => boundOf(operation, subject)));
  audit = auditOf(bounds);
  const audited = withoutHardwareJobs(system, (eip, cycle) => { audit.completed(eip, cycle); });
  let [last, count] = [0, 0];
  for (const end = machine.cycles + cycles; machine.cycles < end;) {
    machine.run(chunk_cycles);
    assert.is(machine.stopMessage, "");
    machine.retirements((eip, cycle) => {
      seen.completed(eip, cycle);
      if (seen.stretches.length === count) own_cycles.set(eip, Math.min(own_cycles.get(eip) ?? Infinity, cycle - last));
      last = cycle;
      count = seen.stretches.length;
      audited(eip, cycle);
    });
  }
  ({ stretches } = seen);
});
test.after(() => machine.free());

/** Where in its period each stretch begins, from where the first ones do. */
function lateness(of: readonly Stretch[], period: number): number[] {
  const first = of[0]?.from ?? 0;
  return of.map(({ from }) => from - first - Math.round((from - first) / period) * period);
}

test("a job begins with its release, to a few cycles, whatever the kernel is doing", () => {
  const [, ...jobs] = ran("pulse");
  assert.ok(Math.abs(jobs.length - cycles / pulse_cycles) <= 20, `${jobs.length} jobs`);
  const late = lateness(jobs, pulse_cycles);
  assert.ok(Math.max(...late) - Math.min(...late) <= hardwareJobs.blocking_cycles, `${Math.min(...late)} to ${Math.max(...late)}`);
  assert.ok(late.filter((each) => each === 0).length > 0.95 * late.length, "almost all to the cycle");
  // It comes in the midst of the kernel, which goes on afterwards.
  const inKernel = stretches.filter((stretch, index) =>
    stretch.task === "pulse" && stretches[index - 1]?.task === kernelItself && stretches[index + 1]?.task === kernelItself);
  assert.ok(inKernel.length > 20, `${inKernel.length} times in the kernel`);
});

test("it takes no more from the others than admission reckons with", () => {
  for (const [index, stretch] of stretches.entries()) {
    const [before, after] = [stretches[index - 1], stretches[index + 1]];
    if (stretch.task !== "pulse" || before === undefined || after === undefined) continue;
    // What it is ahead of may be a division, whose clocks are not lost; those of one that is abandoned and begun anew are.
    const switches = stretch.from - before.to + after.from - stretch.to - (own_cycles.get(after.first) ?? 1);
    assert.ok(switches <= hardwareJobs.switches_cycles, `${switches} cycles at ${stretch.from}`);
  }
});

test("every job is done before its deadline, and the scheduler, which would stop their tasks, has found none late", () => {
  for (const task of ["pulse", "wave"]) {
    const period = system.system.tasks.find(({ name }) => name === task)?.period ?? 0;
    const first = ran(task)[0]?.from ?? 0;
    const expected = (machine.cycles - first) / period;
    assert.ok(Math.abs(value(task, "jobs") - expected) <= 2, `${task}: ${value(task, "jobs")} jobs, not ${expected}`);
  }
  assert.ok(ran("wave").length > value("wave", "jobs"), "the wave is preempted now and then");
});

test("a job that goes on is ended when its budget is used up, and the next one begins anew", () => {
  const budget = system.system.tasks.find(({ name }) => name === "greedy")?.budget ?? 0;
  const first = ran("greedy")[0]?.from ?? 0;
  const used: number[] = [];
  for (const { from, to } of ran("greedy")) {
    const job = Math.floor((from - first + millisecond_cycles / 2) / millisecond_cycles);
    used[job] = (used[job] ?? 0) + to - from;
  }
  const overruns = Object.values(used).filter((each) => each > 0.9 * budget);
  assert.ok(overruns.length >= 10 && overruns.length < Object.values(used).length / 2, `${overruns.length} overruns`);
  assert.ok(Math.max(...overruns) <= budget + hardwareJobs.overrun_cycles, `${Math.max(...overruns)} of ${budget}`);
  assert.ok(value("warden", "overruns_of_greedy") >= overruns.length - 5, `${value("warden", "overruns_of_greedy")}`);
  assert.ok(value("warden", "greedy_was_stopped") >= 2);
});

for (const [order, { what, vector, kind }] of Object.entries(orders)) {
  test(`a job that ${what} is held, and its handler told`, () => {
    const told = value("warden", "told", 4 * Number(order));
    const { number } = system.system.tasks.find(({ name }) => name === "wild") ?? { number: 0 };
    assert.equal([told & 0xff, (told >>> 8) & 0xff, (told >>> 16) & 0xff], [number, vector, kind]);
  });
}

test("what it was about is told too: where the job was, and what it could not reach", () => {
  const code = system.programs.findIndex(({ image }) => image.task.name === "wild");
  const { code: from = 0 } = system.placement.images[code] ?? {};
  for (const order of [1, 2, 3, 5, 6, 7, 8, 10, 11]) {
    const eip = value("warden", "told", 4 * order + 1);
    assert.ok(eip >= from && eip < from + (system.programs[code]?.image.sizes.code ?? 0), `order ${order}: ${eip.toString(16)}`);
  }
  assert.is(value("warden", "told", 4 * 2 + 3) >>> 0, 0x8000);
  assert.is(value("warden", "told", 4 * 3 + 3) >>> 0, 0xfed0_0000);
});

test("a job that is held is restarted by whoever may, and jobs follow again", () => {
  const restarts = value("warden", "restarts");
  assert.ok(restarts >= value("warden", "rounds") * 10, `${restarts} restarts in ${value("warden", "rounds")} rounds`);
  assert.ok(ran("wild").length > 2 * restarts, `${ran("wild").length} stretches`);
});

test("what the kernel schedules goes on underneath, and hears of every beat", () => {
  const first = ran("steady")[0]?.from ?? 0;
  const expected = (machine.cycles - first) / millisecond_cycles;
  assert.ok(Math.abs(value("steady", "jobs") - expected) <= 1, `${value("steady", "jobs")} jobs, not ${expected}`);
  // Those of the last millisecond may still be in the lane.
  const beats = value("steady", "beats");
  assert.ok(beats >= value("pulse", "jobs") - millisecond_cycles / pulse_cycles - 2, `${beats} beats`);
});

test("a process is charged for what it had, and nothing of what hardware jobs had", () => {
  const before = (end: number): number =>
    ran("worker").reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, end) - from + 1), 0);
  // As of the warden's last look, in its last job.
  const looks = ran("warden");
  const [from, to] = [before(looks.at(-1)?.from ?? 0), before(machine.cycles)];
  const charged = value("warden", "cycles_of_worker");
  assert.ok(charged > 0.9 * from && charged < 1.1 * to, `${charged}, not ${from} to ${to}`);
});

test("every operation of the kernel is proven to take at most 1000 cycles, and those seen took no longer than proven", () => {
  const slow = bounds.filter(({ bound_cycles }) => bound_cycles > 1000);
  assert.equal(slow.map(({ operation: { name }, bound_cycles }) => `${name}: ${bound_cycles}`), []);
  assert.equal(audit.violations.map(({ name, bound_cycles, observed_cycles }) => ({ name, bound_cycles, observed_cycles })), []);
  for (const name of ["restart by sysenter", "stop by sysenter", "start by sysenter", "inspect by sysenter"]) {
    assert.ok((audit.observations.get(name)?.times ?? 0) > 0, name);
  }
});

test.run();
