// The motor's control holds every deadline, while one task overruns its budget and a driver crashes, again and again.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../../commands/paths.ts";
import { readSubject } from "../../commands/wcet.ts";
import { rpm } from "../../sim/motor.ts";
import { taskNamed, type Task } from "../../system/model.ts";
import { variable, withoutHardwareJobs } from "../../system/observe.ts";
import { boundOf } from "../../wcet/analyse.ts";
import { auditOf, type Audit } from "../../wcet/audit.ts";
import { jobsOf, observedMotor, type ObservedMotor } from "./observed.ts";

const test = suite("motor");

const all = process.env["ATOMICOS_TEST_ALL"] === "1";
const cycles = all ? 10_000_000 : 1_300_000;
const wanted_rpm = 1500;
/** No operation of the kernel is longer. */
const kernel_cycles_max = 1000;

/** Those that must never be late. */
const controlling = ["current", "speed", "telemetry", "keeper"] as const;

let observed: ObservedMotor;
let audit: Audit;

test.before(async () => {
  observed = await observedMotor(fromRoot("build", "tests", "motor"), async (system) => {
    const { elf } = system;
    const { readFileSync } = await import("node:fs");
    const subject = await readSubject({ elf, bytes: readFileSync(elf) });
    audit = auditOf(await Promise.all(subject.operations.map(async (operation) => boundOf(operation, subject))));
    return withoutHardwareJobs(system, (eip, cycle) => {
      audit.completed(eip, cycle);
    });
  });
  observed.run(cycles);
});
test.after(() => observed.machine.free());

const described = (task: string): Task => taskNamed(observed.system.system, task);
const periodOf = (task: string): number => described(task).period;
/** From its first instruction on. */
const periodsOf = (task: string): number =>
  (observed.machine.cycles - (observed.stretches.find((stretch) => stretch.task === task)?.from ?? 0)) / periodOf(task);

for (const task of controlling) {
  test(`${task} runs in each of its periods, and is done before its deadline`, () => {
    const period = periodOf(task);
    const jobs = jobsOf(observed, described(task));
    assert.ok(Math.abs(jobs.length - periodsOf(task)) <= 4, `${jobs.length} periods`);
    const without = jobs.filter(({ stretches }) => stretches.length === 0);
    assert.is(without.length, 0, `${without.length} jobs did not run in their periods`);
    // Until the kernel has dealt with the job's end, and leaves.
    const response = Math.max(...jobs.map(({ release, left }) => left - release));
    assert.ok(response < period, `one took ${response} cycles of ${period}`);
  });
}

test("the kernel, which would stop a task at the first miss or overrun, has stopped none of them", () => {
  for (const task of ["current", "speed", "telemetry"] as const) {
    const jobs = variable(observed.machine, observed.system, task, "jobs");
    assert.ok(Math.abs(jobs - periodsOf(task)) <= 4, `${task}: ${jobs} jobs`);
  }
});

test("meanwhile the estimator has overrun its budget and the fan's driver has crashed, again and again", () => {
  // It looks back twice as far each time, and its budget ends the 6th job of the row at the latest.
  const estimator = jobsOf(observed, described("estimator"));
  const used = estimator.map(({ stretches }) => stretches.reduce((sum, { from, to }) => sum + to - from, 0));
  const budget = observed.system.system.tasks.find(({ name }) => name === "estimator")?.budget ?? 0;
  const overruns = used.filter((each) => each > 0.8 * budget);
  assert.ok(overruns.length >= Math.floor(estimator.length / 8), `${overruns.length} overruns in ${estimator.length} jobs`);
  assert.ok(Math.max(...used) <= budget + kernel_cycles_max, `${Math.max(...used)} cycles, the budget is ${budget}`);
  const crashes = variable(observed.machine, observed.system, "keeper", "crashes");
  assert.ok(crashes >= Math.floor(cycles / 200_000) - 1, `${crashes} crashes`);
  assert.match(observed.output, `the fan's driver has crashed and is restarted: ${Math.floor(crashes / 2)}\r\n`);
});

test("the motor turns as fast as it is to", () => {
  const { speed, current } = observed.motor;
  assert.ok(Math.abs(rpm(observed.motor) - wanted_rpm) < 0.04 * wanted_rpm, `${speed} rad/s, ${current} A`);
  assert.match(observed.output, /motor: 1[45]\d\d rpm, -?\d+ mA\r\n/);
});

test("no operation of the kernel took longer than is proven of it", () => {
  assert.equal(audit.violations.map(({ name, bound_cycles, observed_cycles }) => ({ name, bound_cycles, observed_cycles })), []);
  assert.ok((audit.observations.get("interrupt 48")?.times ?? 0) >= cycles / periodOf("speed"));
});

test.run();
