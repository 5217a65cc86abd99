// What show and export have in common: a recording, one run of it, and a span of that.

import { names, NamesError, parseNames, type Names } from "../../console/trace/names.ts";
import { readRecording, type Recording } from "../../console/trace/recording.ts";
import type { Run } from "../../console/trace/timeline.ts";
import { Failure, usageFailure } from "../failure.ts";
import { readInput } from "../input.ts";
import { parseCount } from "../options.ts";
import { say } from "../say.ts";

export interface Selection {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly run: string | undefined;
  readonly names: string | undefined;
}

export interface Opened {
  readonly recording: Recording;
  readonly run: Run;
  readonly from: bigint;
  readonly to: bigint;
  readonly names: Names;
}

export async function openRecording(path: string, selection: Selection): Promise<Opened> {
  const given = selection.names === undefined ? names() : await readNames(selection.names);
  const recording = readRecording(
    await readInput("", path).catch((error: unknown) => {
      throw error instanceof Failure ? usageFailure(error.message, "give a recording that can be read") : error;
    }),
  );
  const run = chosenRun(path, recording, selection.run);
  const [first, last] = [run.events[0]?.time, run.events.at(-1)?.time];
  if (first === undefined || last === undefined)
    throw new Failure(`${path} holds no events`, "was tracing switched on?");
  const from = selection.from === undefined ? first : parseTime("from", selection.from, first, run.clock_hz);
  const to = selection.to === undefined ? last : parseTime("to", selection.to, first, run.clock_hz);
  if (from >= to) throw usageFailure("--from is not before --to", "give a span of time with something in it");
  return { recording, run, from, to, names: given };
}

async function readNames(path: string): Promise<Names> {
  const text = (await readInput("names", path)).toString();
  try {
    return parseNames(text);
  } catch (error) {
    if (!(error instanceof NamesError)) throw error;
    throw usageFailure(
      `${path}: ${error.message}`,
      'such as: { "tasks": { "1": "pump" }, "channels": { "0": "levels" } }',
    );
  }
}

function chosenRun(path: string, { runs, frames, bytes }: Recording, wanted: string | undefined): Run {
  const number = wanted === undefined ? runs.length : parseCount("run", wanted);
  const run = runs[number - 1];
  if (runs.length === 0) {
    throw new Failure(
      `${path} holds no trace (${bytes} bytes, ${frames} frames)`,
      "was tracing switched on, and is this what came over the serial line?",
    );
  }
  if (run === undefined) throw usageFailure(`${path} has no run ${number}`, `there are ${runs.length}`);
  if (runs.length > 1 && wanted === undefined)
    say(`the machine was reset ${runs.length - 1} times; this is the last run, see --run`);
  return run;
}

const units_s: Readonly<Record<string, number>> = { "": 1e-6, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1 };

/** In cycles. */
function parseTime(option: string, text: string, first: bigint, clock_hz: number): bigint {
  const match = /^(\+?)(\d+(?:\.\d+)?)([a-zµ]*)$/.exec(text);
  const unit = units_s[match?.[3] ?? ""];
  if (match === null || unit === undefined) {
    throw usageFailure(
      `option --${option} cannot be "${text}"`,
      "give a time such as 1234.5us, 12ms or, from the first event on, +500us",
    );
  }
  const cycles = BigInt(Math.round(Number(match[2]) * unit * clock_hz));
  return match[1] === "+" ? first + cycles : cycles;
}
