// From the events in the hardware to what the host says about them: the trace unit and the framed line in the simulator
// send, the console's decoder reads.
import { simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { motorClock_hz, motorEvents } from "../console/fixtures/motor.ts";
import { analyse, taskReports } from "../console/trace/analysis.ts";
import { readRecording } from "../console/trace/recording.ts";
import { lostRecords } from "../console/trace/timeline.ts";
import { tracedLine } from "../soc/trace/bench.ts";
import { eventKinds } from "../soc/trace/events.ts";
import { trace } from "../soc/trace/registers.ts";

const test = suite("trace, from hardware to host");

const { CONTROL, KINDS } = trace.registers;
const reporters = 2;

/** Gives the hardware a motor's events at their times, on a line of so many clocks a byte; what comes over the line. */
function send(cycles: number, clocksPerByte: number, { kinds = 0xffff_ffff, records = 512 } = {}) {
  const sim = simulate(tracedLine({ reporters, records, clock_hz: motorClock_hz, sync_cycles: 2 ** 16 })).reset();
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
  write(KINDS.offset, kinds);
  write(CONTROL.offset, 1);
  const start = 10n;
  const events = motorEvents(cycles, start).filter(({ kind }) => kind !== eventKinds.sync.code);
  const greeting = Buffer.from("motor control\r\n");
  let [given, typed] = [0, 0];
  for (let now = 2; now < cycles || line.length === 0; now++) {
    io.events.forEach((port) => {
      port.valid = 0;
    });
    for (const port of io.events) {
      const event = events[given];
      // One that finds both reporters busy comes a clock late; this motor never has three at once for long.
      if (event === undefined || event.time > BigInt(now)) break;
      Object.assign(port, { valid: 1, kind: event.kind, task: event.task, argument: event.argument });
      given++;
    }
    io.line.ready = now % clocksPerByte === 0 ? 1 : 0;
    Object.assign(io.text, { valid: typed < greeting.length ? 1 : 0, data: greeting[typed] ?? 0 });
    if (io.text.valid === 1 && io.text.ready === 1) typed++;
    sim.step();
  }
  io.events.forEach((port) => {
    port.valid = 0;
  });
  write(CONTROL.offset, 0);
  io.line.ready = 1;
  sim.step(10_000);
  return { events: events.slice(0, given), recording: readRecording(Uint8Array.from(line)) };
}

const brief = ({ kind, task, argument }: { kind: number; task: number; argument: number }): string =>
  `${kind} ${task} ${argument}`;

test("every event of a motor's control arrives, and reports say the same of them on both sides", () => {
  const { events, recording } = send(120_000, 20);
  const [run] = recording.runs;
  assert.ok(run);
  assert.is(Buffer.from(recording.text).toString(), "motor control\r\n");
  assert.is(recording.damaged_bytes, 0);
  assert.equal(run.events.map(brief), events.map(brief));
  run.events.forEach(({ time }, i) => assert.ok(Math.abs(Number(time - (events[i]?.time ?? 0n))) <= 2));
  const current = taskReports(analyse(run.events)).find(({ task }) => task === 1);
  assert.ok(
    current?.response !== undefined &&
      current.response.count > 90 &&
      current.response.max < 500 &&
      current.misses === 0,
  );
});

test("on a line that is too slow, the host knows how much is missing, and counts no job of which it saw only a part", () => {
  const { events, recording } = send(120_000, 250, { records: 64 });
  const [run] = recording.runs;
  assert.ok(run);
  const seen = run.events.filter(({ name }) => name !== "lost").length;
  assert.ok(lostRecords(run) > 0);
  assert.ok(events.length - seen - lostRecords(run) >= 0 && events.length - seen - lostRecords(run) < 100);
  for (const { release, end } of analyse(run.events).jobs)
    assert.ok(end === undefined || Number(end - release) < 40_000);
});

test("with fewer kinds, the same line loses nothing", () => {
  const { recording } = send(120_000, 250, { kinds: 1 << eventKinds.switch.code });
  const [run] = recording.runs;
  assert.ok(run);
  assert.is(lostRecords(run), 0);
  assert.ok(run.events.every(({ name }) => name === "switch"));
});

test.run();
