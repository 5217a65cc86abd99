// The counters against plain numbers, and their proof.
import { constant, requireProof, simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { random } from "../../hdl-gen/fuzz/random.ts";
import { refuted, withFault } from "../../hdl-gen/library/testing.ts";
import { performanceCounters } from "./counters.ts";
import { counters, firstTaskCounter, type CounterName } from "./numbers.ts";

const test = suite("performance counters");

const names: readonly CounterName[] = ["retired", "interrupts", "switches", "stalls"];

/** The reference: how often it happened, how long each task ran. */
function countersModel(tasks: number) {
  const counted = new Map<number, bigint>();
  const add = (number: number): void => { counted.set(number, (counted.get(number) ?? 0n) + 1n); };
  return {
    clock(task: number, happens: readonly CounterName[]): void {
      add(firstTaskCounter + (task % tasks));
      for (const name of happens) add(counters[name].number);
    },
    read: (number: number): bigint => counted.get(number) ?? 0n,
  };
}

test("every number reads as the model has it, while tasks change at any time", () => {
  const long = process.env["ATOMICOS_TEST_ALL"] === "1";
  const sim = simulate(performanceCounters()).reset();
  const { io } = sim;
  const r = random(11);
  const model = countersModel(256);
  let last = 0;
  for (let clock = 0; clock < (long ? 1_000_000 : 60_000); clock++) {
    const task = clock < 256 ? 0 : r.oneIn(3) ? last : r.oneIn(2) ? r.below(256) : r.below(3);
    const happens = names.filter(() => r.oneIn(3));
    io.running.task = task;
    for (const name of names) io.happens[name] = happens.includes(name) ? 1 : 0;
    assert.is(BigInt(io.now), BigInt(clock));
    const number = r.oneIn(2) ? firstTaskCounter + r.below(256) : r.oneIn(8) ? 4 + r.below(2 ** 31) : r.below(4);
    io.read.number = number;
    model.clock(task, happens);
    sim.step();
    // The core reads between changes of the task; of events it reads what has happened until now.
    if (task === last) {
      const expected = model.read(number);
      assert.is(BigInt(io.read.value), expected, `counter ${number.toString(16)}h in clock ${clock}`);
    }
    last = task;
  }
});

test("the clocks of all tasks together are the clock", () => {
  const sim = simulate(performanceCounters({ tasks: 16 })).reset();
  const { io } = sim;
  const r = random(3);
  sim.step(16);
  for (let n = 0; n < 500; n++) {
    io.running.task = r.below(16);
    sim.step(1 + r.below(4));
  }
  const now = BigInt(io.now);
  let sum = 0n;
  for (let task = 0; task < 16; task++) {
    io.read.number = firstTaskCounter + task;
    sim.step();
    sum += BigInt(io.read.value);
  }
  // The running task goes on while it is read.
  const read = sum - now;
  assert.ok(read >= 0n && read <= 16n);
});

const small = { tasks: 4, count_bits: 5 };

test("no clock of any task is lost or given to another", async () => {
  await requireProof(performanceCounters(small), { depth: 12 });
});

for (const [what, label] of [
  ["forgets the clock in which the total comes from RAM", "fresh"],
  ["reads what the RAM held before reset", "number_zero"],
] as const) {
  test(`a unit that ${what} is found out`, async () => {
    const failed = await refuted(withFault(performanceCounters(small), label, () => constant(0, 1)), { depth: 10 });
    assert.ok(failed.length > 0);
  });
}

test.run();
