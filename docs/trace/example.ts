// What docs/trace.md shows: a recording of a motor's control, made by a plain simulation, as the commands show it.
import { fileURLToPath } from "node:url";

import { motorNames, motorRecording } from "../../console/fixtures/motor.ts";
import { analyse } from "../../console/trace/analysis.ts";
import { ganttSvg } from "../../console/trace/gantt.ts";
import { names } from "../../console/trace/names.ts";
import { readRecording } from "../../console/trace/recording.ts";
import { eventLine, reportText } from "../../console/trace/text.ts";
import { commands } from "../../soc/debug/requests.ts";
import { eventKinds, eventNames } from "../../soc/trace/events.ts";
import { encodeFrame } from "../../soc/trace/frame.ts";
import { encodeIdent, encodeRecords, type TimedRecord } from "../../soc/trace/records.ts";
import { identVersion, traceShape } from "../../soc/trace/wire.ts";

const recording = readRecording(motorRecording(2_500_000));
const [run] = recording.runs;
if (run === undefined) throw new Error("the recording has a run");
const known = names(motorNames);
const first = run.events[0]?.time ?? 0n;

/** The page's picture: a millisecond in which telemetry misses its deadline. */
export const picture = (): string => ganttSvg(run, known, { from: first + 62_000n, to: first + 88_000n });
export const picturePath = fileURLToPath(new URL("motor.svg", import.meta.url));

const show = (name: string, text: string): void => {
  console.log(`=== ${name}\n${text.trimEnd()}\n`);
};

const event = (argument: number, time = 0n): TimedRecord => ({ kind: eventKinds.switch.code, task: 3, argument, time });
const framed = (...records: readonly TimedRecord[]): number =>
  encodeRecords(records).reduce((sum, content) => sum + encodeFrame({ type: "trace", number: 1, content }).length, 0);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  show("report", reportText(analyse(run.events), run.clock_hz, known));
  show(
    "events",
    run.events
      .slice(0, 12)
      .map((one) => eventLine(one, run.clock_hz, known))
      .join("\n"),
  );
  const width = Math.max(...eventNames.map((name) => name.length));
  show(
    "kinds",
    eventNames
      .map((name) => {
        const { code, says, argument } = eventKinds[name];
        return `${String(code).padStart(2)}  ${name.padEnd(width)}  ${says.padEnd(28)}  ${argument.doc}`;
      })
      .join("\n"),
  );
  show(
    "requests",
    Object.entries<{ readonly doc: string; readonly stopped?: true }>(commands)
      .map(([name, { doc, stopped }]) => `${name.padEnd(14)} ${stopped === true ? "stopped" : "       "}  ${doc}`)
      .join("\n"),
  );
  const ident = encodeFrame({
    type: "ident",
    number: 1,
    content: encodeIdent({ version: identVersion, time: 1n, clock_hz: 25_000_000, lost: 0 }),
  });
  show(
    "sizes",
    [
      `${framed(event(0))} bytes   an event alone, without argument`,
      `${framed(event(1))}         with an argument of a byte, such as a task or a channel`,
      `${framed(event(0x12345678))}         with an argument of four bytes`,
      ` ${framed(event(1), event(1, 100n)) - framed(event(1))}         an event that shares a frame, argument of a byte`,
      ` ${(recording.bytes / run.events.length).toFixed(1)}       on average in the example, which keeps the line busy`,
      `${ident.length}         an ident frame, every ${traceShape.sync_cycles} cycles`,
    ].join("\n"),
  );
}
