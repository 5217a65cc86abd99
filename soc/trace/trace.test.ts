// The trace unit against its reference model, from events to bytes on the line.
import { simulate, waves } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { randomCase, runHere, runVerilator } from "../../hdl-gen/fuzz/compare.ts";
import { random } from "../../hdl-gen/fuzz/random.ts";
import { readLine, tracedLine } from "./bench.ts";
import { compareMerger } from "./campaign.ts";
import { eventKinds } from "./events.ts";
import { encodeFrame } from "./frame.ts";
import { framer } from "./framer.ts";
import { encodeStream, type ReportedEvent } from "./model.ts";
import { kindOf } from "./ports.ts";
import type { TimedRecord } from "./records.ts";
import { trace } from "./registers.ts";
import { frameShape } from "./wire.ts";

const test = suite("trace unit");
const long = process.env["ATOMICOS_TEST_ALL"] === "1";
const clock_hz = 25_000_000;

const { CONTROL, KINDS, STATUS, MARK } = trace.registers;

function benchOf({ reporters = 3, records = 32, rows = 4, sync_cycles = 2 ** 20 } = {}) {
  const sim = simulate(tracedLine({ reporters, clock_hz, records, rows, sync_cycles })).reset();
  const { io } = sim;
  const line: number[] = [];
  sim.watch(() => {
    if (io.line.valid === 1 && io.line.ready === 1) line.push(io.line.data);
  });
  const write = (offset: number, wdata: number): void => {
    Object.assign(io.bus, { access: 1, write: 1, address: offset / 4, mask: 15, wdata });
    sim.step();
    io.bus.access = 0;
  };
  /** Sets what reporters report in the coming cycle. */
  const report = (events: readonly (ReportedEvent | undefined)[]): void => {
    io.events.forEach((event, i) => Object.assign(event, { valid: events[i] === undefined ? 0 : 1, ...events[i] }));
  };
  /** Until everything is on the line. */
  const drain = (): ReturnType<typeof readLine> => {
    report([]);
    write(CONTROL.offset, 0);
    io.line.ready = 1;
    sim.step(200 + 15 * records);
    return readLine(line);
  };
  return { sim, io, line, write, report, drain };
}

/** The first record that differs, so that a failure can be read. */
function assertSame(found: readonly TimedRecord[], expected: readonly TimedRecord[]): void {
  const at = found.findIndex((record, i) => JSON.stringify(plain(record)) !== JSON.stringify(plain(expected[i])));
  assert.equal([at, plain(found[at])], [-1, undefined], `expected there: ${JSON.stringify(plain(expected[at]))}`);
  assert.is(found.length, expected.length);
}
const plain = (record: TimedRecord | undefined) => record && { ...record, time: String(record.time) };

const isSync = ({ kind }: TimedRecord): boolean => kind === eventKinds.sync.code;

test("an event alone is on the line at once, behind the time in full", () => {
  const { sim, io, line, write, report, drain } = benchOf();
  io.line.ready = 1;
  sim.step(100);
  write(CONTROL.offset, 1);
  sim.step(100);
  const identBytes = line.length;
  report([undefined, { kind: kindOf("switch"), task: 7, argument: 3 }]);
  sim.step();
  report([]);
  sim.step(40);
  assert.is(line.length, identBytes + 12);
  assert.equal(drain().records, [
    { kind: kindOf("sync"), task: 0, argument: 0, time: 101n },
    { kind: kindOf("switch"), task: 7, argument: 3, time: 201n },
  ]);
});

test("kinds that are switched off are not recorded, nor is anything while tracing is off", () => {
  const { sim, write, report, drain } = benchOf();
  const all = [kindOf("send"), kindOf("receive"), kindOf("mark")].map((kind) => ({ kind, task: 1, argument: 0 }));
  report(all);
  sim.step(5);
  report([]);
  write(KINDS.offset, 1 << kindOf("receive"));
  write(CONTROL.offset, 1);
  report(all);
  sim.step(2);
  const { records } = drain();
  const kinds = records.filter((record) => !isSync(record)).map(({ kind }) => kind);
  assert.equal(kinds, [kindOf("receive"), kindOf("receive")]);
});

test("registers read as they were written, and how many records wait", () => {
  const { io, sim, write, report } = benchOf();
  const read = (offset: number): number => ((io.bus.address = offset / 4), io.bus.rdata);
  assert.equal([read(CONTROL.offset), read(KINDS.offset), read(STATUS.offset)], [0, 0xffff_ffff, 0]);
  write(CONTROL.offset, 0xffff_ffff);
  write(KINDS.offset, 0x8765_4321);
  sim.step(100);
  report([{ kind: 6, task: 1, argument: 0 }]);
  sim.step(6);
  report([]);
  sim.step(100);
  const all = [CONTROL, KINDS, STATUS, MARK].map(({ offset }) => read(offset));
  assert.equal(all, [1, 0x8765_4321, 0, 0]);
  write(KINDS.offset, -1 >>> 0);
  report([{ kind: 6, task: 1, argument: 0 }]);
  sim.step(6);
  report([]);
  sim.step(100);
  assert.is(read(STATUS.offset), 5, "one of six waits in the packer");
});

test("software's marks carry the running task, through any word of their half of the page", () => {
  const { io, write, drain } = benchOf();
  write(CONTROL.offset, 1);
  io.running = 42;
  write(MARK.offset, 0xdead_beef);
  io.running = 43;
  write(MARK.offset + 0x7fc, 5);
  const marks = drain().records.filter((record) => !isSync(record))
    .map(({ kind, task, argument }) => ({ kind, task, argument }));
  assert.equal(marks, [
    { kind: kindOf("mark"), task: 42, argument: 0xdead_beef }, { kind: kindOf("mark"), task: 43, argument: 5 },
  ]);
});

/** Events and text at random on a line that stands still now and then: what went in, and what came out. */
function randomRun(seed: number, cycles: number, { busy }: { readonly busy: number }) {
  const r = random(seed);
  const { sim, io, write, report, drain } = benchOf({ sync_cycles: 256 });
  const given: TimedRecord[] = [];
  const text: number[] = [];
  write(CONTROL.offset, 1);
  const argument = (): number => [0, r.below(256), r.below(65536), r.below(2 ** 31) * 2 + r.below(2)][r.below(4)] ?? 0;
  for (let cycle = 0; cycle < cycles; cycle++) {
    const events = Array.from({ length: 3 }, (): ReportedEvent | undefined =>
      r.oneIn(busy) ? { kind: 2 + r.below(30), task: r.below(256), argument: argument() } : undefined);
    report(events);
    const now = BigInt(sim.peek("now"));
    for (const event of events) if (event !== undefined) given.push({ ...event, time: now });
    io.line.ready = r.oneIn(3) ? 0 : 1;
    if (r.oneIn(8)) Object.assign(io.text, { valid: 1, data: r.below(20) === 0 ? 0 : 1 + r.below(255) });
    const taken = io.text.valid === 1 && io.text.ready === 1 ? io.text.data : undefined;
    if (taken !== undefined && taken !== 0) text.push(taken);
    sim.step();
    if (taken !== undefined) io.text.valid = 0;
  }
  io.text.valid = 0;
  const found = drain();
  return { given, text, found };
}

test("while the line keeps up, everything comes out as it went in, and the text beside it", () => {
  const { given, text, found } = randomRun(1, long ? 1_000_000 : 15_000, { busy: 120 });
  assertSame(found.records.filter((record) => !isSync(record)), given);
  assert.equal(found.text, text);
  assert.ok(given.length > 300 && found.records.some(isSync));
});

test("when it does not, the records say exactly how many are missing, and the rest comes out in order", () => {
  const { given, text, found } = randomRun(2, long ? 1_000_000 : 15_000, { busy: 12 });
  assert.equal(found.text, text);
  let at = 0;
  let lost_total = 0;
  for (const record of found.records) {
    if (isSync(record)) assert.is(record.argument, lost_total, "the ident frame's sum");
    else if (record.kind === kindOf("lost")) {
      at += record.argument;
      lost_total += record.argument;
    } else assert.equal(record, given[at++]);
  }
  assert.ok(lost_total > 500);
  assert.ok(given.length - at < 1000, "what was lost last has no row behind it that could say so");
});

test("the merger gives the model's records in the model's cycles", () => {
  compareMerger(long ? 1_000_000 : 20_000, 3);
});

test("frames are those of the reference, from whichever row the body comes", () => {
  const sim = simulate(framer({ rows: 2 })).reset();
  const { bodies, frame } = sim.io;
  const r = random(4);
  for (let n = 0; n < (long ? 20_000 : 400); n++) {
    const row = r.below(2);
    const length = r.below(frameShape.body_bytes_max);
    const content = Uint8Array.from({ length }, () => (r.oneIn(3) ? 0 : r.below(256)));
    const expected = encodeFrame({ type: "trace", number: n, content });
    const body = [0x40 | (n % 64), ...content];
    const found: number[] = [];
    for (let given = 0; found.length < expected.length;) {
      const port = bodies[row];
      assert.ok(port);
      Object.assign(port, {
        valid: given < body.length && !r.oneIn(4) ? 1 : 0,
        data: body[given] ?? 0,
        last: given === body.length - 1 ? 1 : 0,
      });
      frame.ready = r.oneIn(2) ? 1 : 0;
      if (port.valid === 1 && port.ready === 1) given++;
      if (frame.valid === 1 && frame.ready === 1) {
        found.push(frame.data);
        assert.is(frame.last, found.length === expected.length ? 1 : 0);
      }
      sim.step();
      port.valid = 0;
    }
    assert.equal(Uint8Array.from(found), expected);
  }
});

test("on a line that was busy until now, the bytes are those of the reference", () => {
  const { sim, io, line, write, report } = benchOf({ records: 64, rows: 4 });
  const r = random(5);
  write(CONTROL.offset, 1);
  const given: TimedRecord[] = [{ kind: kindOf("sync"), task: 0, argument: 0, time: 1n }];
  sim.step(3);
  for (let n = 0; n < 40; n++) {
    const event = { kind: 2 + r.below(14), task: r.below(9), argument: r.below(3) * r.below(70_000) };
    report([event]);
    given.push({ ...event, time: BigInt(sim.peek("now")) });
    sim.step();
    report([]);
    sim.step(r.below(500));
  }
  io.line.ready = 1;
  sim.step(2000);
  assert.is(Buffer.from(line).toString("hex"), Buffer.concat(encodeStream(given, clock_hz)).toString("hex"));
});

test("an event takes this way to the line", () => {
  const { sim, io, write, report } = benchOf({ reporters: 1 });
  io.line.ready = 1;
  write(CONTROL.offset, 1);
  sim.step(100);
  const seen = waves(sim, [
    "events_0_valid", "trace.merger.take_valid", "trace.queue.take_valid", "trace.body_data", "line_valid", "line_data",
  ]);
  report([{ kind: kindOf("switch"), task: 7, argument: 3 }]);
  sim.step();
  report([]);
  sim.step(27);
  // #region way
  assert.is(seen.text(), [
    "events_0_valid           ----\\___________________________________________________________________________________________________________",
    "trace.merger.take_valid  ____/---\\_______________________________________________________________________________________________________",
    "trace.queue.take_valid   ____________/---\\_______________________________________________________________________________________________",
    "trace.body_data          |00             |41     |65 |00     |22 |07 |03 |00",
    "line_valid               ____________________________________________________________/-----------------------------------------------\\___",
    "line_data                |00                                                             |03 |41 |65 |01 |06 |22 |07 |03 |36 |f7 |00",
    "",
  ].join("\n"));
  // #endregion
});

test("Verilator does in every cycle what the simulator here does", () => {
  const folder = "build/trace/verilated";
  const r = random(7);
  const design = tracedLine({ reporters: 2, clock_hz, records: 16, rows: 3, sync_cycles: 64 });
  const cases = [randomCase(r, design, long ? 100_000 : 3000)];
  const [theirs] = runVerilator(cases, folder);
  assert.ok(cases[0]);
  assert.equal(theirs, runHere(cases[0]));
});

test.run();
