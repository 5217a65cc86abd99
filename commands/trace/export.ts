// A recording for other programs: Perfetto's viewer, and any that shows SVG.

import { writeFile } from "node:fs/promises";

import { ganttSvg, NothingToDraw } from "../../console/trace/gantt.ts";
import { perfettoTrace } from "../../console/trace/perfetto.ts";
import { Status, usageFailure } from "../failure.ts";
import { say } from "../say.ts";
import { openRecording, type Opened, type Selection } from "./open.ts";

export interface ExportOptions extends Selection {
  readonly perfetto: string | undefined;
  readonly svg: string | undefined;
}

export async function exportRecording(path: string, options: ExportOptions): Promise<number> {
  if (options.perfetto === undefined && options.svg === undefined) {
    throw usageFailure("export needs a file to write", "give --perfetto FILE, --svg FILE or both");
  }
  const opened = await openRecording(path, options);
  const { run, names, from, to } = opened;
  if (options.perfetto !== undefined) {
    const events = run.events.filter(({ time }) => time >= from && time <= to);
    await write("perfetto", options.perfetto, perfettoTrace({ ...run, events }, names));
    say(`open ${options.perfetto} in https://ui.perfetto.dev`);
  }
  if (options.svg !== undefined) await write("svg", options.svg, picture(opened));
  return Status.ok;
}

function picture({ run, names, from, to }: Opened): string {
  try {
    return ganttSvg(run, names, { from, to });
  } catch (error) {
    if (!(error instanceof NothingToDraw)) throw error;
    throw usageFailure(error.message, "choose another with --from and --to; trace show --events has the times");
  }
}

async function write(option: string, path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw usageFailure(
      `cannot write ${path}: ${reason}`,
      `give --${option} a file in a folder that exists and can be written`,
    );
  });
}
