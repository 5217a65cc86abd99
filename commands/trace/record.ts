// What comes over a serial line, byte for byte into a file; its text goes to standard output meanwhile.

import { createWriteStream, createReadStream, type WriteStream } from "node:fs";
import { once } from "node:events";
import { createConnection } from "node:net";
import { relative } from "node:path";
import type { Readable } from "node:stream";

import { lineSplitter } from "../../console/trace/splitter.ts";
import type { Typist } from "../../console/typist.ts";
import { baud } from "../../fpga/board.ts";
import { createMachine } from "../../sim/machine.ts";
import { runSession } from "../../sim/session.ts";
import { boardNamed } from "../board.ts";
import { Failure, Status, usageFailure } from "../failure.ts";
import { requireTools } from "../install.ts";
import { atomicos } from "../machines/atomicos.ts";
import { parseCount } from "../options.ts";
import { execute } from "../process.ts";
import { grouped, say } from "../say.ts";
import { readScript } from "../script.ts";

export interface RecordOptions {
  readonly port: string | undefined;
  readonly board: string | undefined;
  readonly tcp: string | undefined;
  readonly kernel: string | undefined;
  readonly script: string | undefined;
  readonly "max-cycles": string | undefined;
  readonly seconds: string | undefined;
  readonly "no-install": boolean;
}

const cycles_usual = "25M";

/** `system`: a description, or its folder, to be simulated. */
export async function record(path: string, options: RecordOptions, system?: string): Promise<number> {
  if (options.port !== undefined && options.tcp !== undefined)
    throw usageFailure("--port and --tcp are two lines", "give one of them");
  if (system !== undefined && (options.port ?? options.tcp) !== undefined)
    throw usageFailure(`${system} would be simulated, and a line is another machine's`, "leave one of them out");
  if (options.port !== undefined) {
    return recordStream(path, await openPort(options.port, baud(boardNamed(options.board))), options);
  }
  if (options.tcp !== undefined) return recordStream(path, await connect(options.tcp), options);
  return simulate(path, options, system);
}

/** The file, and the text on the way to it. */
interface Recorder {
  take(bytes: Uint8Array): void;
  /** `names`: the file for `--names`, if there is one. */
  finish(names?: string): Promise<void>;
}

async function recorder(path: string): Promise<Recorder> {
  const file = await created(path);
  const splitter = lineSplitter();
  let [bytes_written, frames] = [0, 0];
  return {
    take(bytes) {
      file.write(bytes);
      bytes_written += bytes.length;
      for (const item of splitter.take(bytes)) {
        if (item.kind === "text") process.stdout.write(item.bytes);
        if (item.kind === "frame") frames++;
      }
    },
    async finish(names) {
      file.end();
      await once(file, "finish");
      process.stderr.write("\n");
      const show = `atomicos trace show ${path}${names === undefined ? "" : ` --names ${relative(process.cwd(), names)}`}`;
      say(`${path}: ${grouped(bytes_written)} bytes with ${grouped(frames)} frames; see: ${show}`);
    },
  };
}

async function created(path: string): Promise<WriteStream> {
  const file = createWriteStream(path);
  await once(file, "open").catch((error: unknown) => {
    throw usageFailure(
      `cannot write ${path}: ${String(error)}`,
      "give a file in a folder that exists and can be written",
    );
  });
  return file;
}

async function simulate(path: string, options: RecordOptions, system: string | undefined): Promise<number> {
  const cycles_max = parseCount("max-cycles", options["max-cycles"] ?? cycles_usual);
  const typist = options.script === undefined ? silentTypist : await readScript(options.script);
  const opened = await atomicos.open({
    kernel: options.kernel, system, rom: undefined, ram: undefined, append: undefined,
  });
  await requireTools(["run"], !options["no-install"]);
  const machine = createMachine(await opened.build(false));
  try {
    await opened.load(machine);
    machine.reset();
    const into = await recorder(path);
    const end = await runSession({
      machine: opened.connect(machine, (bytes) => {
        into.take(bytes);
      }),
      typist,
      cycles_max,
      output: () => {},
    });
    await into.finish(opened.names?.());
    if (end.by === "machine")
      throw new Failure(`the machine stopped: ${machine.stopMessage}`, "run it with: atomicos run --trace FILE.fst");
    if (end.by !== "typist") return Status.ok;
    if (end.message !== undefined) say(end.message);
    return end.status;
  } finally {
    machine.free();
  }
}

const silentTypist: Typist = { exact: false, turn: () => ({}), close: () => {} };

/** Until the other end closes the line, the time is over, or Ctrl-C. */
async function recordStream(path: string, line: Readable, options: RecordOptions): Promise<number> {
  const into = await recorder(path);
  const seconds = options.seconds === undefined ? undefined : parseCount("seconds", options.seconds);
  const timer = seconds === undefined ? undefined : setTimeout(() => line.destroy(), seconds * 1000);
  const interrupt = (): void => {
    line.destroy();
  };
  process.once("SIGINT", interrupt);
  line.on("data", (bytes: Buffer) => {
    into.take(bytes);
  });
  let broken: Error | undefined;
  line.on("error", (error) => {
    broken = error;
  });
  await once(line, "close");
  clearTimeout(timer);
  process.off("SIGINT", interrupt);
  await into.finish();
  // A pseudo-terminal whose other end is closed gives an error.
  if (broken !== undefined && !broken.message.includes("EIO"))
    throw new Failure(`the line broke: ${broken.message}`, "");
  return Status.ok;
}

async function openPort(path: string, rate_baud: number): Promise<Readable> {
  // A pseudo-terminal knows no speed, and a file is no terminal: what it is, opening it will tell.
  await execute("stty", ["-F", path, String(rate_baud), "raw", "-echo"]).catch(() => undefined);
  const line = createReadStream(path);
  await once(line, "open").catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const advice = {
      ENOENT: "is it plugged in? ls /dev/ttyUSB* /dev/ttyACM* shows what there is",
      EACCES:
        "you may not use it: add yourself to its group, usually with: sudo usermod -aG dialout $USER, and log in anew",
      EBUSY: "another program has it",
    }[reason];
    throw usageFailure(`cannot open ${path}: ${reason}`, advice ?? "give --port a serial port such as /dev/ttyUSB0");
  });
  return line;
}

async function connect(address: string): Promise<Readable> {
  const match = /^(.*):(\d+)$/.exec(address);
  if (match?.[1] === undefined) throw usageFailure(`option --tcp cannot be "${address}"`, "write: --tcp HOST:PORT");
  const line = createConnection({ host: match[1], port: Number(match[2]) });
  await once(line, "connect").catch((error: unknown) => {
    throw new Failure(`cannot connect to ${address}: ${String(error)}`, "is somebody listening there?");
  });
  return line;
}
