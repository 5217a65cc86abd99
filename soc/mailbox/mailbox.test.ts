// The mailbox as its users see it, and by chance against the model. What holds whatever is done is proved in proofs/.
import { simulate, verilog, waves, type Simulation } from "#hdl-gen";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstDifference, recorder, runVerilator } from "../../hdl-gen/fuzz/compare.ts";
import { areaByModule, areaTable, lut4Of } from "../area.ts";
import { bus, deviceAccess_cycles } from "../bus/bus.ts";
import { memoryMap } from "../memory-map.ts";
import { compare, mailboxBench, routerMessage_cycles, timeout_cycles } from "./bench.ts";
import { mailbox } from "./mailbox.ts";
import { mailboxConfig, statuses, type MailboxConfig } from "./shape.ts";

const test = suite("mailbox");
const folder = join("build", "tests", "mailbox");
mkdirSync(folder, { recursive: true });

const few: MailboxConfig = { ...mailboxConfig, tasks: 8, channels: 4, slots: 4 };
const fewDoorbells: MailboxConfig = { ...few, doorbells: 4 };
const [sender, other, receiver] = [3, 4, 5];
const channel = 2;

const statusOf = (word: number): string | undefined =>
  Object.entries(statuses).find(([, code]) => code === word >>> 28)?.[0];

/** One sender with a credit of 2, another with 3, and a receiver, on one channel. */
function channelBench(config = few) {
  const bench = mailboxBench(config);
  bench.grant(sender, channel, { send: true, credit: 2 });
  bench.grant(other, channel, { send: true, credit: 3 });
  bench.grant(receiver, channel, { receive: true });
  bench.as(0, 0).write("CHANNEL", receiver, channel);
  return {
    ...bench,
    send: (task: number, ...words: readonly number[]): string | undefined => {
      const of = bench.as(task);
      of.stage(...words);
      const commits = ["COMMIT_1", "COMMIT_2", "COMMIT_3", "COMMIT_4"] as const;
      return statusOf(of.read(commits[words.length - 1] ?? "COMMIT_4", channel));
    },
    receive: (): number => bench.as(receiver).read("RECEIVE", channel),
    /** The next doorbell, taken. */
    doorbell: () => {
      const { io, sim } = bench;
      sim.until(() => io.doorbell.valid === 1, timeout_cycles(config) + 1000);
      const { number, waits, waited, in_vain, inherits, urgency: { policy, value } } = io.doorbell;
      io.doorbell.ready = 1;
      sim.step();
      io.doorbell.ready = 0;
      return { number, waits, waited, in_vain, inherits, policy, value };
    },
  };
}

test("a message arrives whole, with its sender and length, and only once", () => {
  const { send, receive, received } = channelBench();
  assert.is(send(sender, 0x11111111, 0x22222222, 0x33333333, 0x44444444), "OK");
  assert.is(receive(), (sender << 8) | 3);
  assert.equal(received(), [0x11111111, 0x22222222, 0x33333333, 0x44444444]);
  assert.is(statusOf(receive()), "EMPTY");
});

test("what was staged before and not sent does not leave with a shorter message", () => {
  const { send, receive, received } = channelBench();
  send(sender, 1, 2, 3, 4);
  send(sender, 5);
  receive();
  assert.is(receive(), sender << 8);
  assert.equal(received(), [5, 0, 0, 0]);
});

test("who has no right to send is denied, and nothing happens", () => {
  const { send, receive, io } = channelBench();
  assert.is(send(receiver, 1, 2, 3, 4), "DENIED");
  assert.is(io.doorbell.valid, 0);
  assert.is(statusOf(receive()), "EMPTY");
});

test("who has no right to receive is denied, and the message stays", () => {
  const { send, receive, as } = channelBench();
  send(sender, 9);
  assert.is(statusOf(as(other).read("RECEIVE", channel)), "DENIED");
  assert.is(receive(), sender << 8);
});

test("a sender has no more messages in a channel than its credit, and gets it back as they are received", () => {
  const { send, receive } = channelBench();
  assert.equal([send(sender, 1), send(sender, 2), send(sender, 3)], ["OK", "OK", "NO_CREDIT"]);
  assert.equal([send(other, 4), send(other, 5)], ["OK", "OK"]);
  assert.is(send(other, 6), "FULL");
  receive();
  assert.equal([send(sender, 7), send(sender, 8)], ["OK", "NO_CREDIT"]);
});

test("a task that is interrupted between its stores finds its buffer as it was", () => {
  const { as, io, sim, send, receive, received } = channelBench();
  const store = (task: number, place: number, value: bigint): void => {
    as(task);
    Object.assign(io.window, { enable: 1, write: 1, address: place, mask: 0xff, wdata: value });
    sim.step();
    io.window.enable = 0;
  };
  store(sender, 0, 0xb0b0_0002_b0b0_0001n);
  assert.is(send(other, 0x77, 0x78, 0x79, 0x7a), "OK");
  store(sender, 2, 0xb0b0_0004_b0b0_0003n);
  assert.is(statusOf(as(sender).read("COMMIT_4", channel)), "OK");
  receive();
  receive();
  assert.equal(received(), [0xb0b00001, 0xb0b00002, 0xb0b00003, 0xb0b00004]);
});

test("rings 1 to 3 cannot write rights, routes or other tasks' buffers, nor read or drop what is not theirs", () => {
  const { as, read, write, send, receive } = channelBench();
  for (const cpl of [1, 2, 3] as const) {
    as(other, cpl);
    write("SELECT", (receiver << 8) | channel);
    write("RIGHTS", 0x3ff);
    write("CHANNEL", other, channel);
    write("CLEAR", receiver << 8);
    for (const name of ["SELECT", "RIGHTS", "CHANNEL", "STATE", "DISCARD"] as const) {
      assert.is(statusOf(read(name, name === "CHANNEL" || name === "DISCARD" ? channel : 0)), "DENIED", name);
    }
  }
  as(0, 0);
  assert.is(read("CHANNEL", channel), receiver);
  assert.is(send(sender, 1), "OK");
  assert.is(receive(), sender << 8);
});

test("who waits is woken by a message, with the sender's urgency where the channel hands it on", () => {
  const bench = channelBench();
  const { io, send, doorbell, receive } = bench;
  bench.as(0, 0).write("CHANNEL", (1 << 8) | receiver, channel);
  bench.as(receiver).stage(0);
  assert.is(statusOf(bench.read("WAIT", channel)), "WAITING");
  const { number, waits, inherits } = doorbell();
  assert.equal([number, waits, inherits, io.doorbell.valid], [receiver, 1, 0, 0]);
  Object.assign(io.running.urgency, { policy: 1, value: 0x1234_5678_9abcn });
  send(sender, 1);
  assert.equal(doorbell(), {
    number: receiver, waits: 0, waited: 1, in_vain: 0, inherits: 1, policy: 1, value: 0x1234_5678_9abcn,
  });
  assert.is(receive(), sender << 8);
});

test("who waits in vain is woken at its time, not before, and told so once", () => {
  const bench = channelBench();
  const { io, sim, doorbell, receive } = bench;
  let now = 0n;
  sim.watch(() => { io.now = ++now; });
  bench.as(receiver).stage(500);
  const from = now;
  assert.is(statusOf(bench.read("WAIT", channel)), "WAITING");
  doorbell();
  const { number, waits, in_vain } = doorbell();
  assert.equal([number, waits, in_vain], [receiver, 0, 1]);
  assert.ok(now - from >= 500n && now - from <= 500n + BigInt(timeout_cycles(few)), `${now - from} cycles`);
  assert.equal([statusOf(receive()), statusOf(receive())], ["TIMED_OUT", "EMPTY"]);
});

test("only a channel's receiver may wait at it", () => {
  const bench = channelBench();
  bench.grant(other, channel, { receive: true });
  assert.is(statusOf(bench.as(other).read("WAIT", channel)), "DENIED");
});

test("a dropped message gives its credit back", () => {
  const { as, send } = channelBench();
  send(sender, 1);
  send(sender, 2);
  assert.is(as(0, 0).read("DISCARD", channel), sender << 8);
  assert.equal([send(sender, 3), send(sender, 4)], ["OK", "NO_CREDIT"]);
});

test("the doorbells' queue loses nothing: when it is full, sending is put off", () => {
  const { send, as, read } = channelBench(fewDoorbells);
  assert.equal([1, 2, 3, 4].map((i) => send(i % 2 === 1 ? other : sender, i)), ["OK", "OK", "OK", "OK"]);
  as(receiver);
  for (let i = 0; i < 4; i++) read("RECEIVE", channel);
  assert.is(send(sender, 5), "BUSY");
});

test("the router's message comes in between the CPU's, however close they are", () => {
  const bench = channelBench();
  const { io, sim } = bench;
  io.doorbell.ready = 1;
  bench.as(sender);
  // The CPU goes on polling as fast as it can, from every phase.
  for (let phase = 0; phase < 3; phase++) {
    let waited = 0;
    Object.assign(io.interrupt, { valid: 1, channel });
    io.bus.address = io.ahead = (0x600 >> 2) + channel;
    sim.step();
    const poll = (): void => { io.bus.access = waited % 3 === phase ? 1 : 0; };
    for (poll(); io.interrupt.done === 0; poll()) {
      sim.step();
      waited++;
    }
    assert.ok(waited <= routerMessage_cycles, `${waited} cycles`);
    sim.step();
    io.interrupt.valid = 0;
    io.bus.access = 0;
    sim.step(4);
  }
});

test("operations take an access each; a message is in the window two cycles after its access", () => {
  const bench = channelBench();
  bench.send(sender, 0x11111111, 0x22222222, 0x33333333, 0x44444444);
  bench.as(receiver);
  const { io, sim } = bench;
  const shown = waves(sim, ["bus_access", "received", "held", "deliver_valid", "window_enable"]);
  io.ahead = (0x400 >> 2) + channel;
  sim.step();
  Object.assign(io.bus, { access: 1, write: 0, address: io.ahead });
  sim.step();
  io.bus.access = 0;
  sim.step();
  Object.assign(io.window, { enable: 1, write: 0, address: 2 });
  sim.step();
  io.window.enable = 0;
  sim.step();
  assert.is(io.window.rdata, 0x4444_4444_3333_3333n);
  assert.is(shown.text(), [
    "bus_access     ____/---\\___________",
    "received       ____/---\\___________",
    "held           |0  |1  |0",
    "deliver_valid  ________/---\\_______",
    "window_enable  ____________/---\\___",
    "",
  ].join("\n"));
});

test("through the device bus: four words are sent in eight cycles", () => {
  const devices = simulate(bus({ mailbox: { ...memoryMap.localApic, base: 0 } }, {}));
  const box = mailboxBench(few);
  box.grant(sender, channel, { send: true, credit: 1 });
  box.as(sender);
  devices.reset();
  const { cpu, memory } = devices.io;
  let cycles = 0;
  /** Both sides of the bus, one cycle. */
  const step = (): void => {
    box.io.ahead = (cpu.address >> 2) & 0x3ff;
    const { access, write, address, mask, wdata } = memory.mailbox;
    Object.assign(box.io.bus, { access, write, address, mask, wdata });
    memory.mailbox.rdata = box.io.bus.rdata;
    devices.step();
    box.sim.step();
    cycles++;
  };
  for (const place of [0, 1, 2, 3]) {
    Object.assign(box.io.window, { enable: 1, write: 1, address: place, mask: 0xf, wdata: BigInt(place + 1) });
    step();
  }
  box.io.window.enable = 0;
  Object.assign(cpu, { request: 1, io: 0, write: 0, mask: 0xf, address: 0x00c + 16 * channel });
  while (cpu.ready === 0) step();
  const answer = cpu.rdata;
  step();
  assert.is(answer, 0);
  assert.is(cycles, 4 + deviceAccess_cycles + 1);
  assert.is(box.io.doorbell.valid, 1);
});

test("by chance, everything is as the model says, and everything occurs", () => {
  const tally = compare(fewDoorbells, 8_000, 1);
  for (const what of [
    "send OK", "send FULL", "send DENIED", "send NO_CREDIT", "send BUSY", "receive OK", "receive EMPTY",
    "receive DENIED", "receive TIMED_OUT", "wait OK", "wait WAITING", "wait DENIED", "discard OK", "router sent", "router refused",
    "doorbell: message, waited for", "doorbell: timeout, waited for", "window read",
  ]) assert.ok((tally.get(what) ?? 0) > 0, what);
});

test("every claim of the proofs is about something that occurs", () => {
  let watched: Pick<Simulation, "covered"> | undefined;
  compare({ ...few, tasks: 2, channels: 2, slots: 2 }, 4_000, 1, (sim) => { watched = sim; });
  for (const point of [
    "order_channel_follows_an_item_through", "delivery_a_message_is_delivered", "law_a_message_is_sent",
  ]) {
    assert.ok((watched?.covered(point) ?? 0) > 0, point);
  }
});

test("at full size as well", () => {
  assert.ok((compare(mailboxConfig, 1_000, 2).get("send OK") ?? 0) > 0);
});

test("Verilator sees what the simulator here sees", () => {
  const design = mailbox(fewDoorbells);
  const { see, recorded, outputs } = recorder(design);
  compare(fewDoorbells, 700, 3, see);
  const [theirs = []] = runVerilator([recorded], join(folder, "verilator"));
  assert.is(firstDifference(recorded, outputs, theirs, "Verilator"), undefined);
});

test("at full size it takes at most 1700 LUT4 and 19 block RAMs of an ECP5, and Verilator has nothing to say", () => {
  const path = join(folder, "mailbox.v");
  writeFileSync(path, verilog(mailbox(mailboxConfig)));
  const areas = areaByModule(path, "task_mailbox");
  const total = areas.reduce((sum, area) => sum + area.instances * lut4Of(area), 0);
  assert.ok(total <= 1700, areaTable(areas));
  assert.is(areas.reduce((sum, { instances, cells }) => sum + instances * (cells.get("DP16KD") ?? 0), 0), 19);
  const args = ["--lint-only", "-Wall", "--top-module", "task_mailbox", path];
  assert.is(spawnSync("verilator", args, { encoding: "utf8" }).stderr, "");
});

test.run();
