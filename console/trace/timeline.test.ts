// From frames to events with their time, and what they mean.
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventKinds, eventNames, type EventName } from "../../soc/trace/events.ts";
import { decodeFrame } from "../../soc/trace/frame.ts";
import { encodeStream } from "../../soc/trace/model.ts";
import type { TimedRecord } from "../../soc/trace/records.ts";
import { motorEvents, motorNames, motorRecording } from "../fixtures/motor.ts";
import { analyse, channelReports, taskReports } from "./analysis.ts";
import { names } from "./names.ts";
import { readRecording } from "./recording.ts";
import { eventLine, reportText } from "./text.ts";
import { timelineReader, type Run, type TraceEvent } from "./timeline.ts";

const test = suite("trace timeline");
const clock_hz = 25_000_000;

const record = (time: bigint, name: EventName, task = 0, argument = 0): TimedRecord => ({
  kind: eventKinds[name].code,
  task,
  argument,
  time,
});

/** Those frames of a stream that arrive. */
function read(records: readonly TimedRecord[], arrives: (index: number) => boolean = () => true): readonly Run[] {
  const reader = timelineReader();
  encodeStream(records, clock_hz).forEach((bytes, i) => {
    const frame = decodeFrame(bytes.subarray(1, -1));
    if (frame !== undefined && arrives(i)) reader.take(frame);
  });
  return reader.runs();
}

const brief = (events: readonly TraceEvent[]) =>
  events.map(({ time, name, argument }) => `${time} ${name} ${argument}`);
const withoutSync = (records: readonly TimedRecord[]): readonly TimedRecord[] =>
  records.filter(({ kind }) => kind !== eventKinds.sync.code);

test("events have the time at which they were recorded, however far apart", () => {
  const records = [
    record(0x1_0000_0000n, "sync"),
    record(0x1_0000_0005n, "mark", 1, 7),
    record(0x1_00ff_0005n, "mark", 1, 8),
  ];
  const [run] = read(records);
  assert.equal(brief(run?.events ?? []), ["4294967301 mark 7", "4311678981 mark 8"]);
  assert.is(run?.timed, true);
});

test("who begins to listen late has the right time from the next ident frame on, and before it too", () => {
  const start = 0x5_0000_0000n;
  const records = [
    record(start, "sync"),
    ...Array.from({ length: 9 }, (_, i) => record(start + BigInt(i) * 3_000_000n, "mark", 1, i)),
    record(start + 27_000_000n, "sync"),
    record(start + 27_000_001n, "mark", 1, 9),
  ];
  const [run] = read(records, (i) => i > 0);
  const expected = withoutSync(records).map(({ time, argument }) => `${time} mark ${argument}`);
  assert.equal(brief(run?.events ?? []), expected);
});

test("without any ident frame, time counts from the first event", () => {
  const [run] = read([record(100n, "mark"), record(350n, "mark")]);
  assert.is(run?.timed, false);
  assert.equal(
    run?.events.map(({ time }) => time),
    [100n, 350n],
  );
});

test("a frame that does not arrive leaves a gap, and the right time behind it", () => {
  const records = [
    record(50n, "sync"),
    ...Array.from({ length: 5 }, (_, i) => record(BigInt(100_000 * (i + 1)), "mark", 1, i)),
  ];
  const [run] = read(records, (i) => i !== 2 && i !== 3);
  assert.equal(brief(run?.events ?? []), ["100000 mark 0", "100000 gap 2", "400000 mark 3", "500000 mark 4"]);
});

test("a machine that is reset begins a new run", () => {
  const one = [record(900n, "sync"), record(1000n, "mark", 1, 1)];
  const reader = timelineReader();
  for (const bytes of [
    ...encodeStream(one, clock_hz),
    ...encodeStream([record(5n, "sync"), record(6n, "mark", 1, 2)], clock_hz),
  ]) {
    const frame = decodeFrame(bytes.subarray(1, -1));
    if (frame !== undefined) reader.take(frame);
  }
  assert.equal(
    reader.runs().map(({ events }) => brief(events)),
    [["1000 mark 1"], ["6 mark 2"]],
  );
});

test("what a newer machine records is kept under its number", () => {
  const [run] = read([record(1n, "sync"), { kind: 31, task: 3, argument: 5, time: 2n }]);
  const event = run?.events[0];
  assert.ok(event);
  assert.is(event.name, "unknown");
  assert.is(eventLine(event, clock_hz, names()), "          0.08  task 3           event of kind 31  5");
});

test("whatever frames arrive, the time never runs backwards within a run", () => {
  const step = fc.record({
    gap: fc.nat(2 ** 23),
    name: fc.constantFrom<EventName>("sync", "mark", "switch", "release"),
    arrives: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let time = 0n;
      const records = steps.map(({ gap, name }) => record((time += BigInt(gap)), name));
      for (const { events } of read(records, (i) => steps[i]?.arrives ?? true)) {
        events.forEach((event, i) => assert.ok(i === 0 || event.time >= (events[i - 1]?.time ?? 0n)));
      }
    }),
  );
});

test("a recording of a motor's control comes back event for event, and its text beside it", () => {
  const cycles = 500_000;
  const { runs, text, damaged_bytes } = readRecording(motorRecording(cycles));
  const expected = withoutSync(motorEvents(cycles)).map(
    ({ time, kind, argument }) => `${time} ${eventNames.find((name) => eventKinds[name].code === kind)} ${argument}`,
  );
  assert.equal(brief(runs[0]?.events ?? []), expected);
  assert.match(Buffer.from(text).toString(), /^speed 1510 rpm\r\nspeed 1530 rpm\r\n/);
  assert.is(damaged_bytes, 0);
});

const us = (cycles: number): bigint => BigInt(cycles * 25);
/** Events at times in microseconds: "10 release 1 50". */
const script = (...lines: readonly string[]): TraceEvent[] =>
  lines.map((line) => {
    const [at = "", name = "", task = "0", argument = "0"] = line.split(" ");
    const known = eventNames.find((one) => one === name);
    assert.ok(known !== undefined || name === "gap", name);
    return { time: us(Number(at)), name: known ?? "gap", kind: 0, task: Number(task), argument: Number(argument) };
  });

test("a job lasts from its release to its end, and the next one waits its turn", () => {
  const { jobs } = analyse(
    script("0 release 1 1000", "2 switch 1 0", "10 release 1 500", "30 done 1", "50 done 1", "50 switch 0 1"),
  );
  assert.equal(
    jobs.map(({ release, start, end, deadline }) => [release, start, end, deadline]),
    [
      [us(0), us(2), us(30), 1000n],
      [us(10), us(30), us(50), us(10) + 500n],
    ],
  );
});

test("time on the CPU is from switch to switch, the task before the first one included", () => {
  const { executions } = analyse(script("0 mark 5", "4 switch 1 5", "9 switch 0 1", "20 mark 0"));
  assert.equal(
    executions.map(({ task, from, to }) => [task, from, to]),
    [
      [5, us(0), us(4)],
      [1, us(4), us(9)],
      [0, us(9), us(20)],
    ],
  );
});

test("messages of a channel are received in the order in which they were sent", () => {
  const { messages } = analyse(
    script("0 send 1 7", "1 send 2 7", "2 send 1 8", "5 receive 3 7", "9 receive 3 7", "9 receive 4 8"),
  );
  assert.equal(
    messages.map(({ channel, from, to, sent, received }) => [channel, from, to, sent, received]),
    [
      [7, 1, 3, us(0), us(5)],
      [7, 2, 3, us(1), us(9)],
      [8, 1, 4, us(2), us(9)],
    ],
  );
});

test("no job and no message is made of halves from before and behind a gap", () => {
  const { jobs, messages } = analyse(
    script("0 release 1", "1 send 1 7", "2 gap 0 3", "3 done 1", "4 receive 2 7", "5 send 1 7", "6 receive 2 7"),
  );
  assert.equal(
    jobs.map(({ end }) => end),
    [undefined],
  );
  assert.equal(
    messages.map(({ sent }) => sent),
    [us(5)],
  );
});

test("a stopped task's jobs have no end, a missed one is marked", () => {
  const { jobs, moments } = analyse(
    script("0 release 1 100", "1 release 2 100", "4 miss 1", "5 stop 2", "6 done 1", "7 release 2 100", "9 done 2"),
  );
  assert.equal(
    jobs.map(({ task, missed, end }) => [task, missed, end]),
    [
      [1, true, us(6)],
      [2, false, undefined],
      [2, false, us(9)],
    ],
  );
  assert.equal(
    moments.map(({ name }) => name),
    ["miss", "stop"],
  );
});

test("reports have response, jitter and latency", () => {
  const analysis = analyse(
    script(
      "0 release 1",
      "1 switch 1 0",
      "5 send 1 3",
      "6 done 1",
      "6 switch 2 1",
      "8 receive 2 3",
      "10 release 1",
      "13 switch 1 2",
      "20 send 1 3",
      "21 done 1",
      "21 switch 2 1",
      "30 receive 2 3",
      "40 release 1",
      "50 overrun 1",
      "50 miss 1",
    ),
  );
  const [one] = taskReports(analysis);
  assert.equal(one, {
    task: 1,
    running_cycles: Number(us(13)),
    releases: 3,
    misses: 1,
    overruns: 1,
    response: { count: 2, min: 150, mean: 212.5, max: 275 },
    start: { count: 2, min: 25, mean: 50, max: 75 },
    period: { count: 2, min: 250, mean: 500, max: 750 },
  });
  assert.equal(channelReports(analysis), [
    { channel: 3, from: 1, to: 2, latency: { count: 2, min: 75, mean: 162.5, max: 250 } },
  ]);
});

test("a report reads like this", () => {
  const [run] = readRecording(motorRecording(1_000_000)).runs;
  assert.ok(run);
  assert.is(
    reportText(analyse(run.events), run.clock_hz, names(motorNames)),
    `\
39964.60 µs; all times in µs

                                             response                               start           release
task             CPU  jobs  missed  overrun       min     mean      max   jitter      max   jitter   jitter
idle           4.3 %     0       0        0
current loop  27.7 %   800       0        0     12.64    13.82    15.00     2.36     0.24     0.00     0.00
speed loop    25.0 %    80       0        0    166.20   174.96   183.36    17.16    10.08     2.00     0.00
telemetry     36.4 %    40      10        0    619.92   801.55  1163.68   543.76   163.68   110.24     0.00
console        6.6 %    16       0        0    213.96  1427.11  2600.52  2386.56  1598.00  1597.76     0.00

channel    from          to            messages     min    mean     max  jitter
speed      current loop  speed loop          80    1.64    1.64    1.64    0.00
set point  speed loop    current loop        79  463.48  471.90  480.64   17.16
log        speed loop    telemetry           40    1.64   23.51   98.52   96.88
`,
  );
});

test.run();
