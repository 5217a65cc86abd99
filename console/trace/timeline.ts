// Trace frames in the order in which they came, into events with the time in full.
//
// A trace frame has the low bits of the time only, an ident frame all of it. Until the first ident frame has come,
// events wait; then their time is counted back from it. An ident frame whose time is before the last event's says that
// the machine has been reset: a new run begins.
import { eventKinds, eventOfCode, type EventName } from "../../soc/trace/events.ts";
import type { Frame } from "../../soc/trace/frame.ts";
import { decodeIdent, decodeRecords, type Ident, type TraceRecord } from "../../soc/trace/records.ts";
import { frameShape, identVersion, traceShape } from "../../soc/trace/wire.ts";

/** Beside what the machine records: frames that did not arrive, and kinds that are newer than this program. */
export type HostEventName = EventName | "gap" | "unknown";

export interface TraceEvent {
  /** In cycles of the machine's clock. */
  readonly time: bigint;
  readonly name: HostEventName;
  /** For "unknown", the code. */
  readonly kind: number;
  readonly task: number;
  /** For "gap", the number of frames, which may be that plus any multiple of 64. */
  readonly argument: number;
}

export interface Run {
  readonly clock_hz: number;
  /** The time is the machine's own; else no ident frame came, and it is counted from the first event. */
  readonly timed: boolean;
  readonly events: readonly TraceEvent[];
}

export interface TimelineReader {
  take(frame: Frame): void;
  /** The runs so far; the last one goes on. */
  runs(): readonly Run[];
  /** Frames that are of no use: of a newer version, or with nonsense inside. */
  readonly refused: number;
}

interface OpenRun {
  clock_hz: number;
  timed: boolean;
  readonly events: TraceEvent[];
}

const usual_hz = 25_000_000;
const numbers = 2 ** frameShape.number_bits;

export function timelineReader(): TimelineReader {
  const runs: OpenRun[] = [];
  let run: OpenRun | undefined;
  let now = 0n;
  let expected: number | undefined;
  let refused = 0;

  const current = (): OpenRun => {
    if (run === undefined) {
      run = { clock_hz: usual_hz, timed: false, events: [] };
      runs.push(run);
      now = 0n;
    }
    return run;
  };

  const count = ({ number }: Frame): void => {
    const missing = expected === undefined ? 0 : (number - expected + numbers) % numbers;
    if (missing > 0) current().events.push({ time: now, name: "gap", kind: -1, task: 0, argument: missing });
    expected = (number + 1) % numbers;
  };

  const ident = ({ time, clock_hz }: Ident): void => {
    if (run !== undefined && run.timed && time < now) {
      // What may be missing before a reset is not missing after it.
      if (run.events.at(-1)?.name === "gap") run.events.pop();
      run = undefined;
    }
    const open = current();
    if (!open.timed) {
      const shift = time - BigInt.asUintN(traceShape.time_bits, time - now) - now;
      open.events.splice(
        0,
        open.events.length,
        ...open.events.map((event) => ({ ...event, time: event.time + shift })),
      );
      open.timed = true;
    }
    open.clock_hz = clock_hz;
    now = time;
  };

  const records = (time_low: number, found: readonly TraceRecord[]): void => {
    const open = current();
    const first =
      open.events.length === 0 && !open.timed
        ? BigInt(time_low)
        : now + BigInt.asUintN(traceShape.time_bits, BigInt(time_low) - now);
    for (const { kind, task, argument, offset_cycles } of found) {
      now = first + BigInt(offset_cycles);
      open.events.push({ time: now, name: eventOfCode(kind) ?? "unknown", kind, task, argument });
    }
  };

  return {
    take(frame) {
      if (frame.type === "ident") {
        const content = decodeIdent(frame.content);
        if (content === undefined || content.version < identVersion) {
          refused++;
          return;
        }
        count(frame);
        ident(content);
      } else if (frame.type === "trace") {
        const content = decodeRecords(frame.content);
        if (content === undefined) {
          refused++;
          return;
        }
        count(frame);
        records(content.time_low, content.records);
      }
    },
    runs: () => runs,
    get refused() {
      return refused;
    },
  };
}

/** Records that the machine itself says it had no room for. */
export const lostRecords = ({ events }: Run): number =>
  events.reduce((sum, { name, argument }) => sum + (name === "lost" ? argument : 0), 0);

/** Frames that were sent and did not arrive. */
export const missingFrames = ({ events }: Run): number =>
  events.reduce((sum, { name, argument }) => sum + (name === "gap" ? argument : 0), 0);

/** From here on, what was going on before is not known. */
export const isBreak = ({ name }: TraceEvent): boolean => name === "gap" || name === "lost";

export const argumentShape = ({ name }: TraceEvent) =>
  name === "gap" || name === "unknown" ? "number" : eventKinds[name].argument.shape;
