import { command } from "./command.ts";
import { type Failure, usageFailure } from "./failure.ts";
import { NO_INSTALL } from "./install.ts";
import { nearest } from "./nearest.ts";
import { exportRecording, type ExportOptions } from "./trace/export.ts";
import { record, type RecordOptions } from "./trace/record.ts";
import { show, type ShowOptions } from "./trace/show.ts";

type Given = RecordOptions & ShowOptions & ExportOptions;

interface Action {
  readonly text: string;
  /** Takes a SYSTEM behind the file. */
  readonly takesSystem?: boolean;
  run(file: string, given: Given, system?: string): Promise<number>;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  record: {
    text: "write what comes over a serial line to FILE, text and trace, and show the text", takesSystem: true, run: record,
  },
  show: {
    text: "how long jobs and messages took in FILE, per task and channel; or the events, or the text",
    run: show,
  },
  export: { text: "make files for other programs from FILE", run: exportRecording },
};

export default command({
  summary: "record the machine's trace, and show who ran when and how long things took",
  names: "ACTION FILE [SYSTEM]",
  options: {
    port: { value: "PATH", text: "record: a serial port or a pseudo-terminal; without it the machine is simulated" },
    board: { value: "NAME", text: "record from a port: the board there, for the line's rate (the first of: atomicos fpga boards)" },
    tcp: { value: "HOST:PORT", text: "record: a serial line behind a socket" },
    seconds: { value: "N", text: "record from a port or a socket: how long; else until Ctrl-C" },
    "max-cycles": { value: "N", text: "record from the simulation: how many clock cycles (25M: a second)" },
    script: { value: "FILE", text: "record from the simulation: what to type, as in: atomicos run --help" },
    kernel: { value: "FILE.elf", text: "record from the simulation: the kernel to boot" },
    from: {
      value: "TIME",
      text: "show, export: where to begin: 1234.5us, 12ms, 3s, or +500us from the first event on",
    },
    to: { value: "TIME", text: "show, export: where to end" },
    run: { value: "N", text: "show, export: which run, if the machine was reset while recording (the last one)" },
    names: { value: "FILE", text: "show, export: JSON with names of tasks and channels" },
    events: { text: "show: every event, one a line" },
    text: { text: "show: the text without the trace" },
    json: { text: "show: as JSON, times in cycles; with --events the events too" },
    perfetto: { value: "FILE", text: "export: for the viewer at https://ui.perfetto.dev" },
    svg: { value: "FILE", text: "export: a picture of the span: tasks, releases, deadlines, messages" },
    "no-install": NO_INSTALL,
  },
  details: `\
Actions:
${Object.entries(ACTIONS)
  .map(([name, { text }]) => `  ${name.padEnd(8)}${text}\n`)
  .join("")}
Without --port and --tcp, record simulates SYSTEM, a description as for atomicos run, whose \`trace\` says which events are
recorded (docs/trace.md); without SYSTEM, examples/prompt.

A recording is what came over the line, byte for byte: a log that another program has made will do. Its trace frames
stand between zero bytes, see soc/trace/wire.ts. The names file is such as:
  { "tasks": { "1": "pump", "2": "valve" }, "channels": { "0": "levels" } }

Exit status: 0; 1 if there is no trace in FILE, or the line or the machine failed; 2 the command line or a file named on
it is wrong.
`,
  async run({ options, names: [name, file, ...others] }) {
    const action = name === undefined || !Object.hasOwn(ACTIONS, name) ? undefined : ACTIONS[name];
    if (action === undefined || file === undefined || others.length > (action.takesSystem === true ? 1 : 0))
      throw wrongWords(name, action !== undefined, others);
    return action.run(file, options, others[0]);
  },
});

function wrongWords(name: string | undefined, known: boolean, others: readonly string[]): Failure {
  const advice = "see: atomicos trace --help";
  if (name === undefined) return usageFailure("trace needs an action", advice);
  if (known && others.length > 0) {
    const taken = ACTIONS[name]?.takesSystem === true ? "one file and one system" : "one file";
    return usageFailure(`trace ${name} takes ${taken}`, advice);
  }
  if (known) return usageFailure(`trace ${name} needs a file`, `write: atomicos trace ${name} FILE`);
  const guess = nearest(name, Object.keys(ACTIONS));
  return usageFailure(
    `there is no action "${name}"`,
    guess === undefined ? advice : `did you mean: atomicos trace ${guess}?`,
  );
}
