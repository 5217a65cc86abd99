// All accelerators together on the Verilated machine: tasks.c, a program without an operating system, sets up 255 tasks
// and lets the hardware schedule them. What it has done is read from memory, and from the trace on the serial line.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildMachine } from "../../commands/steps/machine.ts";
import { analyse, channelReports, taskReports } from "../../console/trace/analysis.ts";
import { ganttSvg } from "../../console/trace/gantt.ts";
import { names } from "../../console/trace/names.ts";
import { perfettoTrace } from "../../console/trace/perfetto.ts";
import { readRecording, type Recording } from "../../console/trace/recording.ts";
import { lineSplitter } from "../../console/trace/splitter.ts";
import { lostRecords, missingFrames, type Run } from "../../console/trace/timeline.ts";
import { createMachine } from "../../sim/machine.ts";
import { counters, firstTaskCounter } from "../../soc/counters/numbers.ts";
import { memoryMap } from "../../soc/memory-map.ts";
import { buildProgram, places, symbolsOf } from "./build.ts";
import { earliest, jobClocks, moments } from "./schedule.ts";

const test = suite("256 tasks on the machine");

const here = dirname(fileURLToPath(import.meta.url));
const tasks = 256;
const everybody = Array.from({ length: tasks - 1 }, (_, i) => i + 1);
/** Who does what, as in tasks.c. */
const kinds = {
  senders: [1, 2, 3, 4, 5, 6, 7, 8], receivers: [40, 41, 42, 43, 44, 45, 46, 47], hogs: [70, 71, 72, 73],
  privileged: 100, forbiddenSend: 101, forbiddenReceive: 102, foreignRights: 103,
  // Refused by the MPU
  foreignStore: 104, kernelLoad: 105, codeOnStack: 106, kernelPage: 107, codeStore: 108,
} as const;
/** Those that an exception stops. */
const stopped = [
  kinds.privileged, kinds.foreignStore, kinds.kernelLoad, kinds.codeOnStack, kinds.kernelPage, kinds.codeStore,
] as const;
const senderFirst = 1;
const receiverFirst = 40;
const hogBudget_cycles = 8000;
const noVector = 0xff;
const generalProtection = 13;
const pageFault = 14;
/** Bits of a page fault's error code (Intel SDM 3, 4.7). */
const fault = { present: 1, write: 2, user: 4, code: 16, protectionKey: 32 } as const;

/** All first jobs and about half of the second ones. */
const run_cycles = 4_600_000;
/** From a release to its task's first instruction if a handler of tasks.c is running, at most. */
const quiet_cycles = 2000n;

interface Result {
  readonly jobs: number;
  readonly sum: number;
  readonly refused: number;
  readonly vector: number;
  readonly error_code: number;
  readonly address: number;
}

const result_bytes = 32;
const stack_bytes = 256;

let line: Uint8Array;
let recording: Recording;
let run: Run;
let results: readonly Result[];
let symbol: (name: string) => number;

test.before(async () => {
  const program = await buildProgram({
    name: "tasks", sources: [join(here, "tasks.c")], defines: {
      ...Object.fromEntries(Object.entries(counters).map(([name, { number }]) => [`COUNTER_${name.toUpperCase()}`, `${number}`])),
      COUNTER_TASKS: `${firstTaskCounter}`,
    },
  });
  symbol = symbolsOf(program);
  const machine = createMachine(await buildMachine({ traced: false }));
  try {
    machine.load(program.address, program.bytes);
    machine.reset();
    const received: Uint8Array[] = [];
    while (machine.cycles < run_cycles) {
      machine.run(100_000);
      for (let bytes = machine.receive(); bytes.length > 0; bytes = machine.receive()) received.push(bytes.slice());
    }
    const words = new DataView(machine.read(places.results, result_bytes * tasks).slice().buffer);
    results = Array.from({ length: tasks }, (_, task) => {
      const word = (n: number): number => words.getUint32(result_bytes * task + 4 * n, true);
      return { jobs: word(0), sum: word(1), refused: word(2), vector: word(3), error_code: word(4), address: word(5) };
    });
    line = Buffer.concat(received);
    recording = readRecording(line);
    const [only] = recording.runs;
    assert.ok(only);
    run = only;
  } finally {
    machine.free();
  }
});

const result = (task: number): Result => {
  const found = results[task];
  if (found === undefined) throw new Error(`there is no task ${task}`);
  return found;
};
const resultAt = (task: number): number => places.results + result_bytes * task;
const stackOf = (task: number): number => places.stacks + stack_bytes * task;
const eventsOf = (name: string, task?: number) =>
  run.events.filter((event) => event.name === name && (task === undefined || event.task === task));

test("from the trace come response times of every task that has done a job, times of messages, and a picture", () => {
  const analysis = analyse(run.events);
  const reported = new Set(taskReports(analysis).flatMap(({ task, response }) => (response === undefined ? [] : [task])));
  const done = everybody.filter((task) => result(task).jobs > 0);
  assert.equal(done.filter((task) => !reported.has(task)), []);
  const times = channelReports(analysis);
  assert.equal(times.map(({ channel }) => channel).toSorted((a, b) => a - b), kinds.senders.map((_, channel) => channel));
  const [first] = analysis.messages;
  assert.ok(first);
  const span_cycles = 100_000n;
  const svg = ganttSvg(run, names(), { from: first.sent - span_cycles, to: first.received + span_cycles });
  for (const text of [`>task ${first.from}<`, `>task ${first.to}<`, `>channel ${first.channel}<`]) assert.ok(svg.includes(text), text);
  assert.ok(perfettoTrace(run, names()).length > 10_000);
});

test("the trace is whole: no record lost, no frame missing or damaged, and the boot ROM's text around it", () => {
  assert.is(recording.runs.length, 1);
  assert.is(lostRecords(run), 0);
  assert.is(missingFrames(run), 0);
  // It may end in the midst of a frame.
  assert.is([...lineSplitter().take(line)].filter(({ kind }) => kind === "damage").length, 0);
  assert.match(Buffer.from(recording.text).toString(), "AtomicOS boot ROM");
});

test("the hardware released every task, and every one has run", () => {
  const released = new Set(eventsOf("release").map(({ task }) => task));
  const ran = new Set(eventsOf("switch").map(({ task }) => task));
  assert.equal(everybody.filter((task) => !released.has(task)), []);
  assert.equal(everybody.filter((task) => !ran.has(task)), []);
  const notWorkers: ReadonlySet<number> = new Set([...kinds.hogs, ...stopped]);
  assert.equal(everybody.filter((task) => result(task).jobs === 0 && !notWorkers.has(task)), []);
});

test("whenever the hardware has decided, the task with the earliest deadline runs", () => {
  let [seen, choices] = [0, 0];
  for (const { from, running, deadlines } of moments(run.events, quiet_cycles)) {
    assert.is(running, earliest(deadlines), `at ${from}`);
    seen++;
    if (deadlines.size > 1) choices++;
  }
  assert.ok(seen > 300 && choices > 100, `${seen} times, ${choices} with more than one job`);
});

test("no deadline was missed", () => {
  assert.is(eventsOf("miss").length, 0);
});

test("the counters that RDPMC reads say what the trace says: switches, interrupts, and a task's clocks", () => {
  const { jobs: switches, sum: clocks, refused: interrupts, error_code: retired, address: stalls } = result(0);
  const overruns = eventsOf("overrun");
  const last = overruns.at(-1)?.time ?? 0n;
  // The handler runs soon after the last overrun, behind the switch that this makes.
  const before = eventsOf("switch").filter(({ time }) => time <= last).length;
  assert.ok(switches >= before && switches <= before + 2, `${switches}, ${before}`);
  assert.is(interrupts, overruns.length);
  const ran = analyse(run.events).executions.filter(({ task, to }) => task === senderFirst && to <= last);
  assert.is(clocks, ran.reduce((sum, { from, to }) => sum + Number(to - from), 0));
  assert.ok(clocks > 0 && retired > 1_000_000 && stalls > 10_000 && retired + stalls <= run_cycles);
});

test("a job beyond its budget is stopped within its budget and the switch, and begins anew at the next release", () => {
  const slack_cycles = 60;
  const clocks = jobClocks(run.events);
  for (const hog of kinds.hogs) {
    assert.is(result(hog).jobs, 0);
    const overruns = eventsOf("overrun", hog).length;
    assert.ok(eventsOf("overrun", hog).every(({ argument }) => argument === hogBudget_cycles));
    // The last job may not have come to its end.
    assert.ok(overruns >= 1 && eventsOf("release", hog).length - overruns <= 1);
    for (const job of (clocks.get(hog) ?? []).slice(0, overruns)) {
      assert.ok(job >= hogBudget_cycles && job <= hogBudget_cycles + slack_cycles, `${hog}: ${job} clocks`);
    }
  }
  const others = eventsOf("overrun").filter(({ task }) => !(kinds.hogs as readonly number[]).includes(task));
  assert.equal(others, []);
});

test("messages arrive once, unchanged, at the receiver that they release", () => {
  kinds.senders.forEach((sender, channel) => {
    const receiver = receiverFirst + channel;
    const sent = eventsOf("send", sender).length;
    assert.ok(sent >= 1);
    assert.is(result(sender).refused, 0);
    assert.is(eventsOf("receive", receiver).length, sent);
    assert.is(eventsOf("release", receiver).length, sent);
    let expected = 0;
    for (let job = 0; job < sent; job++) expected += (senderFirst + channel) ^ job;
    assert.is(result(receiver).sum, expected);
  });
});

test("what a task may not do does not happen: rights in the mailbox, privileged instructions", () => {
  assert.is(result(kinds.privileged).vector, generalProtection);
  for (const task of [kinds.forbiddenSend, kinds.forbiddenReceive, kinds.foreignRights]) {
    assert.is(result(task).refused, result(task).jobs);
    assert.ok(result(task).jobs > 0);
  }
  assert.is(eventsOf("refused", kinds.forbiddenSend).length, result(kinds.forbiddenSend).jobs);
  assert.is(eventsOf("refused", kinds.forbiddenReceive).length, result(kinds.forbiddenReceive).jobs);
  assert.is(eventsOf("send", kinds.forbiddenSend).length, 0);
});

test("accesses outside a task's regions are page faults with the protection-key bit, and change nothing", () => {
  const { write, code } = fault;
  const textEnd = symbol("text_end");
  const expected: readonly (readonly [task: number, errorCode: number, first: number, last: number])[] = [
    [kinds.foreignStore, write, resultAt(senderFirst), resultAt(senderFirst) + result_bytes - 1],
    [kinds.kernelLoad, 0, textEnd, textEnd],
    [kinds.codeOnStack, code, stackOf(kinds.codeOnStack), stackOf(kinds.codeOnStack + 1) - 1],
    [kinds.kernelPage, write, memoryMap.scheduler.base, memoryMap.scheduler.base + memoryMap.scheduler.size - 1],
    [kinds.codeStore, write, symbol("image_start"), symbol("image_start")],
  ];
  for (const [task, errorCode, first, last] of expected) {
    const { vector, error_code, address, jobs } = result(task);
    assert.is(jobs, 0);
    assert.equal([task, vector, error_code], [task, pageFault, fault.present | fault.user | fault.protectionKey | errorCode]);
    assert.ok(address >= first && address <= last, `${task}: ${address.toString(16)}`);
    assert.equal(eventsOf("violation", task).map(({ argument }) => argument), [address]);
  }
  assert.is(eventsOf("violation").length, expected.length);
  assert.ok(result(senderFirst).jobs > 0 && result(senderFirst).sum !== 2 ** 32 - 1);
});

test("an exception stops the task that caused it, once, and nobody else", () => {
  assert.equal(
    eventsOf("fault").map(({ task, argument }) => [task, argument & 0xff]).toSorted(([a = 0], [b = 0]) => a - b),
    stopped.map((task) => [task, task === kinds.privileged ? generalProtection : pageFault]),
  );
  assert.equal(eventsOf("stop").map(({ task }) => task).toSorted((a, b) => a - b), [...stopped]);
  const others = everybody.filter((task) => !(stopped as readonly number[]).includes(task));
  assert.equal(others.filter((task) => result(task).vector !== noVector), []);
});

test.run();
