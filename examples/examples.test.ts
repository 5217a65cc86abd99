// Every example is built, prints on the generated hardware what its page shows, and does what its page says: who ran when
// is seen in the instructions that the machine completed, the rest in the tasks' variables.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { buildHeaders } from "../commands/steps/software.ts";
import { describedAt } from "../commands/steps/system.ts";
import { bootHeader } from "../kernel/boot-header.ts";
import { createMachine, type Machine, type Snapshot } from "../sim/machine.ts";
import { serialLine } from "../sim/serial-line.ts";
import { buildSystem, type BuiltSystem } from "../system/build.ts";
import { observer, variable, type Stretch } from "../system/observe.ts";
import { manualWithExamples, numberedExamples } from "./pages.ts";

const test = suite("examples");

const wait_cycles_max = 3e6;
const ms_cycles = 25_000;
/** No operation of the kernel is longer. */
const kernel_cycles_max = 1000;
const folder = fromRoot("build", "tests", "examples");
const examples = numberedExamples();

/** Behind the kernel's own line. */
const BEGINNING = " cycles\r\n";

interface Seen {
  /** Of one task, in order. */
  readonly ran: (task: string) => readonly Stretch[];
  readonly variable: (task: string, name: string, index?: number) => number;
}

const typed: Readonly<Record<string, string>> = { "10-driver-restart": "hello!world!\r" };

/** What a page says besides what the run prints. */
const claims: Readonly<Record<string, (seen: Seen) => void>> = {
  "02-periodic-tasks"({ ran }) {
    const begins = beginnings(ran("fast"), ms_cycles);
    assert.ok(begins.length >= 5);
    for (const [index, at] of begins.entries()) near(at - (begins[0] ?? 0), index * 2 * ms_cycles, kernel_cycles_max);
  },
  "05-zero-copy"({ variable: of }) {
    const [icon, frame] = [of("painter", "lend_cycles", 0), of("painter", "lend_cycles", 1)];
    near(frame, icon, 100);
    // Less than a cycle for each of its 2048 words.
    assert.ok(frame > 0 && frame < kernel_cycles_max, `lending takes ${frame} cycles`);
  },
  "06-capabilities-refused"({ ran }) {
    assert.ok(ran("curious").length > 0);
    assert.is(ran("neighbour").length, 0, "the neighbour had its turn before the curious one was done");
  },
  "07-overrun-contained"({ ran }) {
    const own = ran("greedy");
    const first = own[0]?.from ?? 0;
    const periods = Math.floor(((own.at(-1)?.from ?? 0) - first) / ms_cycles);
    assert.ok(periods >= 12, `${periods} periods`);
    for (let period = 0; period < periods; period++) {
      const [from, to] = [first + period * ms_cycles, first + (period + 1) * ms_cycles - kernel_cycles_max];
      near(cyclesWithin(own, from, to), 0.4 * ms_cycles, kernel_cycles_max);
    }
  },
  "08-inversion-avoided"({ ran }) {
    const [middle] = ran("middle");
    const before = ran("high").filter(({ to }) => middle !== undefined && to <= middle.from);
    assert.is(before.length >= 2, true, "high waited for the lock and had it before middle ran");
    assert.ok(cyclesWithin(ran("low"), before[0]?.to ?? 0, middle?.from ?? 0) > ms_cycles, "meanwhile low worked");
  },
  "09-partitions"({ ran }) {
    const windows = beginnings(ran("hog"), ms_cycles);
    assert.ok(windows.length >= 5, `${windows.length} windows`);
    for (const from of windows.slice(1, -1)) {
      // It pays for what its overruns and misses make of work.
      near(cyclesWithin(ran("hog"), from, from + 2 * ms_cycles), 2 * ms_cycles, 6 * kernel_cycles_max);
      assert.is(cyclesWithin(ran("control"), from, from + 2 * ms_cycles - kernel_cycles_max), 0);
      assert.is(cyclesWithin(ran("hog"), from + 2 * ms_cycles + kernel_cycles_max, from + 4 * ms_cycles - 2 * kernel_cycles_max), 0);
    }
  },
  "10-driver-restart"({ variable: of, ran }) {
    assert.ok(ran("steady").length >= 10);
    near(of("steady", "apart_cycles_max"), ms_cycles / 5, 2 * kernel_cycles_max);
  },
  "11-admission-at-run-time"({ ran, variable: of }) {
    const [lamp, mixer, pump, steady] = [ran("lamp"), ran("mixer"), ran("pump"), ran("steady")];
    assert.ok(lamp.length > 0 && pump.length > 0 && mixer.length > 0);
    assert.ok((mixer[0]?.from ?? 0) > (lamp.at(-1)?.to ?? 0), "the mixer ran beside the lamp");
    // Whoever misses a deadline is stopped.
    const [first, last] = [steady[0]?.from ?? 0, steady.at(-1)?.to ?? 0];
    near(of("steady", "jobs"), (last - first) / (2 * ms_cycles) + 1, 1);
  },
  "13-hardware-jobs"({ ran }) {
    const [, ...jobs] = ran("pulse");
    assert.ok(jobs.length > 400, `${jobs.length} jobs`);
    for (const [index, { from }] of jobs.entries()) near(from - (jobs[0]?.from ?? 0), (index * ms_cycles) / 20, 20);
  },
  "12-direct-messages"({ ran }) {
    // Four sends and a refusal in each, and it is one stretch: the kernel was not asked.
    const jobs = ran("sensor");
    assert.ok(jobs.length >= 2);
    for (const [index, { from }] of jobs.entries()) near(from - (jobs[0]?.from ?? 0), index * 2 * ms_cycles, kernel_cycles_max);
  },
  "14-timer-service"({ ran }) {
    const woken = beginnings(ran("meter"), ms_cycles / 2);
    assert.ok(woken.length >= 6);
    for (const [index, at] of woken.slice(2).entries()) {
      const slept_cycles = at - (woken[index + 1] ?? 0);
      // The timer asks for the time, waits, asks, notifies; each is a call, and so are the client's two.
      assert.ok(slept_cycles >= ms_cycles && slept_cycles < ms_cycles + 8 * kernel_cycles_max, `${slept_cycles} cycles`);
    }
  },
};

/** Where a task begins to run after it has not for so long. */
const beginnings = (of: readonly Stretch[], pause_cycles: number): number[] =>
  of.filter(({ from }, index) => index === 0 || from - (of[index - 1]?.to ?? 0) >= pause_cycles).map(({ from }) => from);

const cyclesWithin = (of: readonly Stretch[], from: number, to: number): number =>
  of.reduce((sum, stretch) => sum + Math.max(0, Math.min(stretch.to, to) - Math.max(stretch.from, from)), 0);

function near(actual: number, expected: number, difference: number): void {
  assert.ok(Math.abs(actual - expected) <= difference, `${actual}, not ${expected}, to within ${difference}`);
}

let machine: Machine;
let atReset: Snapshot;
test.before(async () => {
  machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  atReset = machine.save();
});
test.after(() => {
  atReset.free();
  machine.free();
});

async function built(name: string): Promise<BuiltSystem> {
  return buildSystem(await describedAt(fromRoot("examples", name)), join(folder, name), await buildHeaders());
}

for (const name of examples) {
  test(`${name} does what its page shows`, async () => {
    const page = readFileSync(fromRoot("examples", name, "README.md"), "utf8");
    const shown = /^```\n(?<text>[^]*?)^```/mu.exec(page)?.groups?.["text"] ?? "";
    assert.ok(shown.length > 0, "the page shows nothing");
    const system = await built(name);
    atReset.restore();
    machine.load(bootHeader.address, readFileSync(system.image));
    const line = serialLine(machine, wait_cycles_max);
    await line.waitFor(BEGINNING);
    machine.retirements(() => {});
    machine.logRetirements(true);
    const keys = typed[name];
    if (keys !== undefined) {
      await line.waitFor("\r\n");
      line.type(keys);
    }
    const end = `${shown.trimEnd().split("\n").slice(keys === undefined ? 0 : 1).join("\r\n")}\r\n`;
    await line.waitFor(end);
    assert.is(line.output.split(BEGINNING).slice(1).join("").replaceAll("\r", ""), shown);
    const seen = observer(system);
    machine.retirements((eip, cycle) => {
      seen.completed(eip, cycle);
    });
    machine.logRetirements(false);
    claims[name]?.({
      ran: (task) => seen.stretches.filter((stretch) => stretch.task === task),
      variable: (task, variableName, index = 0) => variable(machine, system, task, variableName, index),
    });
  });
}

test("the kernel's manual lists them all, in their pages' words", () => {
  const { is, mustBe } = manualWithExamples();
  assert.is(is, mustBe, "npx tsx examples/pages.ts writes it anew");
});

test.run();
