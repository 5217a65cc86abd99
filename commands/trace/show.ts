// What is in a recording, as text or JSON.

import { analyse, channelReports, taskReports } from "../../console/trace/analysis.ts";
import { eventLine, reportText } from "../../console/trace/text.ts";
import { lostRecords, missingFrames, type TraceEvent } from "../../console/trace/timeline.ts";
import { Status } from "../failure.ts";
import { grouped, say } from "../say.ts";
import { openRecording, type Opened, type Selection } from "./open.ts";

export interface ShowOptions extends Selection {
  readonly json: boolean;
  readonly events: boolean;
  readonly text: boolean;
}

export async function show(path: string, options: ShowOptions): Promise<number> {
  const opened = await openRecording(path, options);
  const { run, names, recording } = opened;
  const seen = run.events.filter(({ time }) => time >= opened.from && time <= opened.to);
  if (options.json) console.log(JSON.stringify(jsonOf(opened, seen, options.events), null, 2));
  else if (options.text) process.stdout.write(recording.text);
  else if (options.events) for (const event of seen) console.log(eventLine(event, run.clock_hz, names));
  else process.stdout.write(reportText(analyse(seen), run.clock_hz, names));
  tellOfLosses(opened);
  return Status.ok;
}

/** Times in cycles, as numbers: 2^53 cycles are eleven years. */
function jsonOf({ run, recording }: Opened, seen: readonly TraceEvent[], withEvents: boolean): unknown {
  const analysis = analyse(seen);
  return {
    clock_hz: run.clock_hz,
    from_cycles: Number(analysis.from),
    to_cycles: Number(analysis.to),
    records_lost: lostRecords(run),
    frames_missing: missingFrames(run),
    damaged_bytes: recording.damaged_bytes,
    tasks: taskReports(analysis),
    channels: channelReports(analysis),
    ...(withEvents
      ? {
          events: seen.map(({ time, name, task, argument }) => ({ time_cycles: Number(time), name, task, argument })),
        }
      : {}),
  };
}

function tellOfLosses({ run, recording }: Opened): void {
  const lost = lostRecords(run);
  const missing = missingFrames(run);
  if (!run.timed) say("no ident frame came through: times count from the first event, of a clock taken for 25 MHz");
  if (lost > 0)
    say(`the machine had no room for ${grouped(lost)} records: switch kinds of events off, or give it a faster line`);
  if (missing > 0)
    say(`${grouped(missing)} frames did not come through (${grouped(recording.damaged_bytes)} bytes were damaged)`);
}
