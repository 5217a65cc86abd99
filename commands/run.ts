import { constants } from "node:os";
import { ReadStream } from "node:tty";

import { keyboardTypist } from "../console/keyboard.ts";
import { pipedTypist } from "../console/piped-input.ts";
import type { Typist } from "../console/typist.ts";
import { createMachine, type Machine } from "../sim/machine.ts";
import { runSession } from "../sim/session.ts";
import type { WcetAudit } from "./audit-wcet.ts";
import { command } from "./command.ts";
import { Failure, Status, usageFailure } from "./failure.ts";
import { NO_INSTALL, requireTools } from "./install.ts";
import { atomicos } from "./machines/atomicos.ts";
import type { Connection, Given, Opened, SimulatedSystem } from "./machines/machine.ts";
import { pc } from "./machines/pc.ts";
import { nearest } from "./nearest.ts";
import { parseCount } from "./options.ts";
import { grouped, say } from "./say.ts";
import { readScript } from "./script.ts";

const MACHINES: Readonly<Record<string, SimulatedSystem>> = { atomicos, pc };
const USUAL_MACHINE = "atomicos";

// A pause between two typed bytes, so that the machine's receive buffer never runs over while it prints an answer.
const SEND_GAP_BITS = 10;

export default command({
  summary: "build the machine and the kernel, boot them, and connect this terminal to the serial line",
  names: "[SYSTEM]",
  options: {
    script: { value: "FILE", text: "type lines and wait for texts as FILE says (-: standard input); its form is below" },
    "max-cycles": { value: "N", text: "stop after so many clock cycles (250000, 20M, …; the machine's clock is 25 MHz)" },
    trace: { value: "FILE.fst", text: "write waves of every signal, for GTKWave; several times slower" },
    kernel: { value: "FILE.elf", text: "boot this image of kernel and tasks instead" },
    machine: { value: "NAME", text: "atomicos (if nothing is said), or pc: for programs for PCs, see below" },
    rom: { value: "FILE", text: "pc: run this ROM image from reset" },
    ram: { value: "SIZE", text: "pc: 1M to 64M, a power of two (16M if nothing is said)" },
    append: { value: "TEXT", text: "pc: the command line that --kernel's program gets" },
    "audit-wcet": { text: "hold every operation of the kernel against its proven bound; status 1 if one takes longer" },
    "no-install": NO_INSTALL,
  },
  details: `\
SYSTEM is a folder with a system.ts, such as one of examples/, or such a file: see docs/system.md. Without it the system
is examples/prompt.

Keys go to the machine as they are typed; Ctrl-] leaves. Standard input that is not a terminal is typed line by line,
each when the machine waits for it; its end, and then silence, ends the run. The machine's output goes to standard
output unchanged, everything else to standard error.

A script has one word a line, and its argument:
  wait ready>       wait until the text appears in the output, behind what the last wait found
  send help         type the rest of the line, and Enter
  type "\\u0003"     type without Enter; in double quotes a text may hold blanks and JSON's escapes
  within 20M        each wait from here on fails after so many clock cycles (50M at first)
  # a comment

The PC runs either a ROM image of 64 to 256 KB, or with --kernel a multiboot program or any other 32-bit ELF file.
Text written to port E9h and what COM1 sends go to standard output, codes written to port 80h to standard error.
A byte n written to port F4h ends the run with the status 2 n + 1; the end of standard input does not.

Exit status: 0 left by Ctrl-], the script came to its end, or --max-cycles were run without a script;
1 a text the script waits for did not come, or the build or the machine failed; 2 the command line or a file named on
it is wrong; 128 + n ended by signal n.
`,
  async run({ options, names: [system, ...others] }) {
    if (others.length > 0) throw usageFailure("run takes one system", "see: atomicos run --help");
    const cycles_max =
      options["max-cycles"] === undefined ? Number.POSITIVE_INFINITY : parseCount("max-cycles", options["max-cycles"]);
    const script = options.script === undefined ? undefined : await readScript(options.script);
    const opened = await chooseMachine(options.machine ?? USUAL_MACHINE, { ...options, system }).open({ ...options, system });
    const traced = options.trace !== undefined;
    if (options["audit-wcet"] && opened.kernel === undefined) {
      throw usageFailure(`the machine ${options.machine} has no kernel to audit`, "leave --audit-wcet out");
    }
    await requireTools(traced ? ["run", "trace"] : ["run"], !options["no-install"]);

    const audit = options["audit-wcet"] && opened.kernel !== undefined ? await startAudit(opened.kernel) : undefined;
    const machine = createMachine(await opened.build(traced));
    try {
      await opened.load(machine);
      if (options.trace !== undefined) openTrace(machine, options.trace);
      machine.reset();
      const plain = opened.connect(machine);
      const connection = audit?.watch(machine, plain) ?? plain;
      const status = await converse(machine, connection, script ?? terminalOrPipe(connection), cycles_max);
      return audit?.conclude() === false ? Status.failed : status;
    } finally {
      machine.free();
    }
  },
});

// The analysis is loaded only for this.
async function startAudit(kernel: NonNullable<Opened["kernel"]>): Promise<WcetAudit> {
  const { wcetAudit } = await import("./audit-wcet.ts");
  return wcetAudit(await kernel());
}

function chooseMachine(name: string, given: Given): SimulatedSystem {
  const system = Object.hasOwn(MACHINES, name) ? MACHINES[name] : undefined;
  if (system === undefined) {
    const guess = nearest(name, Object.keys(MACHINES)) ?? Object.keys(MACHINES).join(" or ");
    throw usageFailure(`there is no machine "${name}"`, `did you mean --machine ${guess}?`);
  }
  for (const option of ["system", "kernel", "rom", "ram", "append"] as const) {
    if (given[option] === undefined || system.takes.includes(option)) continue;
    if (option === "system") {
      throw usageFailure(`the machine ${name} does not run ${given.system}`, "a system description is for the machine atomicos");
    }
    throw usageFailure(`the machine ${name} does not take --${option}`, "see: atomicos run --help");
  }
  return system;
}

function openTrace(machine: Machine, path: string): void {
  try {
    machine.traceTo(path);
  } catch {
    throw usageFailure(`cannot write waves to ${path}`, "give --trace a file in a folder that exists and can be written");
  }
}

function terminalOrPipe({ endsItself }: Connection): Typist {
  if (!(process.stdin instanceof ReadStream)) {
    const piped = pipedTypist(process.stdin);
    if (!endsItself) return piped;
    return {
      ...piped,
      turn(heard, cycles) {
        const { end: _end, ...turn } = piped.turn(heard, cycles);
        return turn;
      },
    };
  }
  say("Ctrl-] leaves");
  return keyboardTypist(process.stdin);
}

// The session, ended by whatever comes first: the typist, the machine, the cycles, or a signal.
async function converse(
  machine: Machine,
  connection: Connection,
  typist: Typist,
  cycles_max: number,
): Promise<number> {
  let signal: NodeJS.Signals | undefined;
  const interruptible: Typist = {
    ...typist,
    turn(heard, cycles) {
      if (signal !== undefined) return { end: { status: 128 + constants.signals[signal] } };
      return typist.turn(heard, cycles);
    },
  };
  const onSignal = (name: NodeJS.Signals): void => {
    signal = name;
  };
  // A reader of our output that has gone away, as `head` does, is no failure.
  const onOutputError = (): void => {
    signal = "SIGPIPE";
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  process.stdout.on("error", onOutputError);

  machine.setSendGap(SEND_GAP_BITS);
  const started_ms = performance.now();
  const cpu = process.cpuUsage();
  try {
    const end = await runSession({ machine: connection, typist: interruptible, cycles_max, output: print });
    typist.close();
    report(machine, performance.now() - started_ms, process.cpuUsage(cpu));
    if (connection.exitStatus !== undefined) return connection.exitStatus;
    if (end.by === "machine") throw new Failure(`the machine stopped: ${machine.stopMessage}`, "run it with --trace FILE.fst");
    if (end.by === "typist") {
      if (end.message !== undefined) say(end.message);
      return end.status;
    }
    if (!typist.exact) return Status.ok;
    say(`the script has not come to its end after ${grouped(machine.cycles)} cycles; raise --max-cycles`);
    return Status.failed;
  } finally {
    typist.close();
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(name, onSignal);
  }
}

function print(bytes: Uint8Array): void {
  process.stdout.write(bytes);
}

function report(machine: Machine, elapsed_ms: number, cpu: NodeJS.CpuUsage): void {
  const cpu_s = (cpu.user + cpu.system) / 1e6;
  const rate = cpu_s === 0 ? 0 : machine.cycles / cpu_s / 1e6;
  process.stderr.write("\n");
  say(
    `${grouped(machine.cycles)} cycles, ${grouped(machine.retired)} instructions in ${(elapsed_ms / 1000).toFixed(1)} s: ` +
      `${rate.toFixed(2)} million cycles per CPU second`,
  );
}
