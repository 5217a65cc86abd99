// Direct channels on the generated hardware: messages go from process to process without the kernel, nobody does what he has
// no right to, and on a machine without accelerators the same programs do the same through the kernel.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { BUILD } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { buildHeaders } from "../commands/steps/software.ts";
import { regionAt } from "../commands/steps/system.ts";
import { bootHeader } from "../kernel/boot-header.ts";
import { readElf } from "../kernel/elf.ts";
import { refusals } from "../kernel/system-calls.ts";
import { createMachine, type Machine } from "../sim/machine.ts";
import { statuses, type Status } from "../soc/mailbox/shape.ts";
import { buildSystem, type BuiltSystem } from "./build.ts";
import described from "./direct-channels/system.ts";
import { observer, variable, type Stretch } from "./observe.ts";

const test = suite("direct channels");

/** The boot, and what is looked at. */
const boot_cycles = 1_300_000;
const seen_cycles = 100_000;
/** In which a job of the sender's and one of the receiver's are over. */
const period_cycles = 12_500;

const refusal = (name: keyof typeof refusals): number => -1 - Object.keys(refusals).indexOf(name);
const status = (name: Status): number => (statuses[name] << 28) | 0;

let built: BuiltSystem;
test.before(async () => {
  built = await buildSystem(described, join(BUILD, "test", "direct-channels"), await buildHeaders());
});

interface Seen {
  readonly stretches: readonly Stretch[];
  /** How often each of the kernel's functions was begun. */
  readonly entered: (name: string) => number;
  readonly value: (task: string, name: string, index?: number) => number;
  /** Words of a region. */
  readonly words: (region: string, count: number) => readonly number[];
}

async function run(accelerated: boolean, look: (seen: Seen) => void): Promise<void> {
  const machine: Machine = createMachine(await buildMachine({ traced: false, accelerated }));
  try {
    machine.reset();
    machine.load(bootHeader.address, readFileSync(built.image));
    machine.run(boot_cycles);
    machine.retirements(() => {});
    machine.logRetirements(true);
    machine.run(seen_cycles);
    const seen = observer(built);
    const begun = new Map<number, number>();
    machine.retirements((eip, cycle) => {
      seen.completed(eip, cycle);
      begun.set(eip, (begun.get(eip) ?? 0) + 1);
    });
    machine.logRetirements(false);
    const { symbols } = readElf(readFileSync(built.elf), built.elf);
    const base = regionAt(built);
    look({
      stretches: seen.stretches,
      entered(name) {
        const symbol = symbols.find((each) => each.name === name);
        if (symbol === undefined) throw new Error(`the kernel has no ${name}`);
        return begun.get(symbol.address) ?? 0;
      },
      value: (task, name, index = 0) => variable(machine, built, task, name, index),
      words(region, count) {
        const bytes = Buffer.from(machine.read(base(region), 4 * count));
        return Array.from({ length: count }, (_, index) => bytes.readInt32LE(4 * index));
      },
    });
  } finally {
    machine.free();
  }
}

/** Three messages a job arrive, unchanged and in order, and no more are accepted than the credit says. */
function messagesArrive({ value }: Seen): void {
  assert.ok(value("receiver", "received") >= 3 * 20);
  assert.is(value("receiver", "wrong"), 0);
  const number = built.system.tasks.find(({ name }) => name === "sender")?.number;
  assert.is(value("receiver", "sender"), number);
  assert.is(value("receiver", "end"), refusal("EMPTY"));
  assert.equal(Array.from({ length: 5 }, (_, index) => value("sender", "answers", index)),
    [0, 0, 0, refusal("NO_CREDIT"), refusal("NO_CREDIT")]);
  const waiting = value("sender", "number") - value("receiver", "received");
  assert.ok(waiting >= 0 && waiting <= 3, `${waiting} messages are in the channel`);
}

test("messages go from process to process, and the kernel's calls for messages are never made", async () => {
  await run(true, (seen) => {
    messagesArrive(seen);
    for (const call of ["call_send", "call_poll", "call_receive"]) assert.is(seen.entered(call), 0, call);
    // A job is one stretch: sends and refusals without the kernel; and so is each of the receiver's.
    for (const task of ["sender", "receiver"]) {
      const jobs = seen.stretches.filter((stretch) => stretch.task === task).length;
      assert.ok(Math.abs(jobs - seen_cycles / period_cycles) <= 1, `${task}: ${jobs} stretches`);
    }
    assert.is(seen.entered("call_next_period") > 0, true);
  });
});

test("on a machine without accelerators the same goes through the kernel", async () => {
  await run(false, (seen) => {
    messagesArrive(seen);
    assert.ok(seen.entered("call_send") > 0 && seen.entered("call_poll") > 0);
  });
});

const lifeFields = [
  "window_at_first", "unstaged", "poll_unstaged", "unstaged_word", "others_commit", "others_receive", "others_poll",
  "others_discard", "others_after_all", "wait", "send", "poll", "word", "poll_empty", "kernels_send", "discard",
  "send_discarded", "poll_discarded",
] as const;

test("in the mailbox a task does what it has a right to and nothing else; anew, it has its rights and no old words", async () => {
  await run(true, ({ words }) => {
    const [begun, ended, ...rest] = words("results", 2 + 2 * lifeFields.length);
    assert.equal([begun, ended], [2, 2]);
    const own = built.system.tasks.find(({ name }) => name === "meddler")?.number;
    const expected: Readonly<Record<(typeof lifeFields)[number], number | undefined>> = {
      window_at_first: 0, unstaged: 0, poll_unstaged: own, unstaged_word: 0,
      others_commit: status("DENIED"), others_receive: status("DENIED"), others_poll: status("DENIED"),
      others_discard: status("DENIED"), others_after_all: status("DENIED"), wait: status("DENIED"),
      send: 0, poll: own, word: 42, poll_empty: refusal("EMPTY"), kernels_send: refusal("NOT_ALLOWED"), discard: 0,
      send_discarded: refusal("NOT_ALLOWED"), poll_discarded: refusal("NOT_ALLOWED"),
    };
    for (const life of [0, 1]) {
      const found = Object.fromEntries(lifeFields.map((name, index) => [name, rest[life * lifeFields.length + index]]));
      assert.equal(found, expected, `life ${life}`);
    }
  });
});

test.run();
