// The scheduler: what it does in a few cases, each to the cycle, and beside its model at random.
import { waves } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstDifference, recorder, runVerilator } from "../../hdl-gen/fuzz/compare.ts";
import { bench, type Bench } from "./bench.ts";
import { compare } from "./compare.ts";
import { idleSetup, type TaskSetup } from "./model.ts";
import { reports, scheduler as page } from "./registers.ts";
import { scheduler } from "./scheduler.ts";
import { decision_cycles, dispatchInterval_cycles, schedulerConfig } from "./shape.ts";

const test = suite("scheduler");
const long = Number(process.env["ATOMICOS_TEST_ALL"] ?? 0) === 1;

const edf: TaskSetup = { ...idleSetup, policy: "edf", deadline: 500, period: 1000, budget: undefined };
const server: TaskSetup = { ...edf, sporadic: true, period: 0 };
const decision = decision_cycles(schedulerConfig);

function withTask(b: Bench, task: number, setup: TaskSetup, firstRelease = b.now()): void {
  b.setUp(task, setup);
  b.start(task, firstRelease);
}
function wake(b: Bench, task: number): void {
  b.offerWake("message", task);
  for (let taken = false; !taken;) {
    taken = b.isTaken("message");
    b.step();
  }
  b.withdraw("message");
}
/** The cycle in which the choice becomes this, from now on. */
function untilChoice(b: Bench, task: number | undefined, limit = 1000): number {
  for (let i = 0; i < limit; i++) {
    if (b.choice() === task) return b.now();
    b.step();
  }
  throw new Error(`the choice is ${b.choice()}, not ${task}, after ${limit} cycles`);
}
function events(b: Bench): { readonly kind: string; readonly task: number; readonly time: number }[] {
  const f = page.registers.EVENT.fields;
  const found = [];
  for (;;) {
    const event = b.read("EVENT") >>> 0;
    if (event >>> f.VALID.lsb === 0) return found;
    found.push({ kind: reports[(event >>> f.KIND.lsb) & 7] ?? "?", task: event & 0xff, time: b.read("EVENT_TIME") });
    b.write("EVENT_TAKE", 0);
  }
}

test("a wake-up is decided upon in nine cycles, and another one may come in each", () => {
  const b = bench();
  for (const [task, deadline] of [[40, 900], [41, 800], [42, 700]] as const) withTask(b, task, { ...server, deadline });
  b.step(50);
  const seen = waves(b.sim, ["wake_message_valid", "wake_message_ready", "wake_message_number", "choice_valid", "choice_number"]);
  const at = b.now();
  for (const task of [40, 41, 42]) wake(b, task);
  assert.is(untilChoice(b, 42), at + 2 + decision);
  b.step();
  assert.is(decision, 9);
  assert.is(seen.text(), [
    "wake_message_valid   ------------\\___________________________________",
    "wake_message_ready   ------------\\___________________________________",
    "wake_message_number  |28 |29 |2a",
    "choice_valid         ____________________________________/-----------",
    "choice_number        |00                                 |28 |29 |2a",
    "",
  ].join("\n"));
});

test("a job is released at its time, to the cycle, and its task is chosen nine cycles later", () => {
  const b = bench();
  for (let phase = 0; phase < 40; phase++) {
    const release = b.now() + 150 + phase;
    withTask(b, 9, edf, release);
    assert.is(untilChoice(b, 9), release + decision);
    b.command("stop", 9);
    untilChoice(b, undefined);
  }
});

test("periodic releases do not drift, and a late job puts none of them off", () => {
  const b = bench();
  const first = b.now() + 150;
  withTask(b, 5, { ...edf, period: 100, deadline: 100 }, first);
  b.step();
  const deadlines: number[] = [];
  b.onCycle(() => { if (b.sim.io.released.valid === 1) deadlines.push(b.now() - 2 + (b.sim.io.released.argument | 0)); });
  b.step(first - b.now() + 10);
  b.dispatch(5);
  b.step(330); // three releases go by
  for (let i = 0; i < 4; i++) {
    b.own("FINISH");
    b.step(20);
  }
  b.step(500);
  b.own("FINISH");
  b.step(20);
  assert.equal(deadlines.slice(0, 5), [1, 2, 3, 4, 5].map((k) => first + 100 * k));
});

test("all 256 tasks released at once: each has its job, and the most urgent one is chosen", () => {
  const b = bench();
  const release = b.now() + 256 * 40 + 2000;
  const { tasks } = schedulerConfig;
  for (let task = 0; task < tasks; task++) {
    withTask(b, task, { ...edf, deadline: 20_000 + ((task * 167) % tasks), period: 100_000 }, release + 20_000);
  }
  const released = new Map<number, number>();
  b.onCycle(() => { if (b.sim.io.released.valid === 1) released.set(b.sim.io.released.task, b.now()); });
  b.step(release + 20_000 - b.now() + 400);
  assert.is(released.size, tasks);
  // One in each cycle, but for a few.
  const last = Math.max(...released.values()) - (release + 20_000);
  assert.ok(last <= tasks + 16, `the last one after ${last} cycles`);
  assert.is(b.choice(), 0);
  b.dispatch(0);
  b.own("FINISH");
  const second = Array.from({ length: tasks }, (_, task) => task).find((task) => (task * 167) % tasks === 1);
  untilChoice(b, second);
});

test("of equal deadlines the smaller task number goes first; urgent goes before EDF, EDF before fixed, then background", () => {
  const b = bench();
  const release = b.now() + 600;
  for (const [task, policy] of [[70, "background"], [30, "fixed"], [201, "edf"], [200, "edf"], [255, "urgent"]] as const) {
    withTask(b, task, { ...edf, policy, deadline: 5000, period: 9000, priority: 3 }, release);
  }
  b.step(release - b.now());
  for (const task of [255, 200, 201, 30, 70]) {
    untilChoice(b, task);
    b.step(20);
    assert.is(b.choice(), task);
    b.command("finish", task);
  }
});

test("a budget is used up after exactly as many cycles as were granted, over several switches", () => {
  const b = bench();
  withTask(b, 3, { ...server, budget: 100, onOverrun: "stop_job" });
  b.step(20);
  wake(b, 3);
  untilChoice(b, 3);
  b.sim.io.counts = 1;
  let ran = 0;
  let running = 0;
  const ended: number[] = [];
  b.onCycle(() => {
    if (running === 3) ran++;
    if (b.sim.io.dispatched.valid === 1) running = Number(b.sim.io.dispatched.number);
    if (b.sim.io.happened.valid === 1) ended.push(ran);
  });
  for (let i = 0; i < 5; i++) {
    b.dispatch(3);
    b.step(22);
    b.dispatch(0);
    b.step(dispatchInterval_cycles);
  }
  // Seen two cycles after the operation that the 101st cycle asks for
  assert.equal(ended, [100 + 1 + 3]);
  assert.is(untilChoice(b, undefined), b.now());
  assert.equal(events(b).map(({ kind, task }) => [kind, task]), [["overrun", 3]]);
});

test("a missed deadline is reported once, at its time, and stops the task if it is to", () => {
  for (const onMiss of ["report", "stop_task"] as const) {
    const b = bench();
    const release = b.now() + 200;
    withTask(b, 77, { ...edf, deadline: 300, period: 1000, onMiss }, release);
    b.step(release + 900 - b.now());
    assert.equal(events(b), [{ kind: "miss", task: 77, time: release + 300 }]);
    assert.is(b.choice(), onMiss === "report" ? 77 : undefined);
  }
});

test("a sporadic release before its time waits for it, and is reported if that is wanted", () => {
  const b = bench();
  withTask(b, 12, { ...server, period: 400, reportsEarly: true });
  b.step(20);
  const at = b.now();
  wake(b, 12);
  untilChoice(b, 12);
  b.dispatch(12);
  b.step(15);
  b.own("FINISH");
  untilChoice(b, undefined);
  const early = b.now();
  wake(b, 12);
  assert.is(untilChoice(b, 12), at + 400 + decision);
  assert.equal(events(b), [{ kind: "early", task: 12, time: early }]);
});

test("a window begins for all tasks of its partitions at once", () => {
  const b = bench();
  for (const task of [10, 40]) withTask(b, task, { ...server, deadline: task === 10 ? 100 : 5000 });
  b.step(20);
  for (const task of [10, 40]) wake(b, task);
  untilChoice(b, 10);
  b.write("PARTITIONS", 0b01);
  b.write("WINDOW", 50, 0);
  b.write("PARTITIONS", 0b10);
  b.write("WINDOW", 30, 1);
  const begin = b.now() + 60;
  b.time(begin);
  b.write("FRAME", 0x301);
  const chosen = new Map<number, number | undefined>();
  b.onCycle(() => { chosen.set(b.now() - begin, b.choice()); });
  b.step(250);
  // The mask follows the window in the next cycle; two more until the choice.
  for (const [cycle, task] of [[45, 10], [52, 10], [53, 40], [82, 40], [83, 10], [132, 10], [133, 40]] as const) {
    assert.is(chosen.get(cycle), task, `cycle ${cycle}`);
  }
});

test("under a ceiling only a task of a higher level takes the CPU, and the ceiling falls when its holder blocks", () => {
  const b = bench();
  withTask(b, 20, { ...server, deadline: 5000, level: 1 });
  withTask(b, 21, { ...server, deadline: 600, level: 3 });
  withTask(b, 22, { ...server, deadline: 400, level: 5 });
  b.step(20);
  wake(b, 20);
  untilChoice(b, 20);
  b.dispatch(20);
  const f = page.registers.CEILING.fields;
  b.write("CEILING", (1 << f.RAISED.lsb) | (20 << f.HOLDER.lsb) | (4 << f.LEVEL.lsb));
  wake(b, 21);
  b.step(30);
  assert.is(b.choice(), 20);
  wake(b, 22);
  untilChoice(b, 22);
  b.command("finish", 22);
  untilChoice(b, 20);
  b.own("BLOCK");
  untilChoice(b, 21);
});

test("an inherited urgency counts until the job blocks, and the own one after that", () => {
  const b = bench();
  withTask(b, 50, { ...server, deadline: 9000 });
  withTask(b, 51, { ...server, deadline: 3000 });
  b.step(20);
  for (const task of [50, 51]) wake(b, task);
  untilChoice(b, 51);
  b.offerWake("message", 50, { inherits: { policy: "edf", value: b.now() + 100 } });
  b.step();
  b.withdraw("message");
  untilChoice(b, 50);
  b.command("restore", 50);
  untilChoice(b, 51);
});

test("software reads what has become of a task", () => {
  const b = bench();
  const release = b.now() + 300;
  withTask(b, 99, edf, release);
  b.step(350);
  b.command("read", 99);
  b.step(4);
  const f = page.registers.RESULT.fields;
  assert.is(b.read("RESULT"), (f.MODE.values.READY << f.MODE.lsb) | (1 << f.ARMED.lsb) | (1 << f.FRESH.lsb) | (1 << f.POLICY.lsb));
  assert.is(b.read("RELEASE_LOW"), release + 1000);
  assert.is(b.read("URGENCY_LOW"), release + 500);
  assert.is(b.read("STATUS") >>> 30, 0b10);
});

test("the alarm is an event at its time, and raises the line", () => {
  const b = bench();
  b.write("INTERRUPT", 1);
  const time = b.now() + 100;
  b.time(time);
  b.write("ALARM", 1);
  b.step(time + 5 - b.now());
  assert.is(b.sim.io.line, 1);
  assert.equal(events(b).map(({ kind }) => kind), ["alarm"]);
  assert.is(b.sim.io.line, 0);
});

for (const [tasks, firstNow, what] of [
  [256, 0, "of 256 tasks"],
  [12, 2 ** 41 - 15_000, "of 12 tasks, while the lower bits of the clock go round"],
] as const) {
  test(`random operations ${what} do what the model says, each in its cycle`, () => {
    const operations = long ? 200_000 : 4000;
    const { lateness_cycles_max, reports: reported } = compare({ seed: 11 + tasks, operations, tasks, firstNow });
    assert.ok(lateness_cycles_max <= 64, `a due task was looked at ${lateness_cycles_max} cycles late`);
    for (const kind of ["miss", "overrun", "early"]) assert.ok((reported.get(kind) ?? 0) > 0, kind);
  });
}

test("Verilator sees the same in every cycle", () => {
  const design = scheduler(schedulerConfig);
  const { see, recorded, outputs } = recorder(design, { reset_cycles: 2 });
  compare({ seed: 5, operations: 600, tasks: 40, record: (b) => { b.onCycle(() => { see(b.sim); }); } });
  const [theirs = []] = runVerilator([recorded], "build/tests/scheduler-verilator");
  assert.is(firstDifference(recorded, outputs, theirs, "Verilator"), undefined);
});

test.run();
