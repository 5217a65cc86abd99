// ./atomicos: finds the command and turns failures into one line and an exit status.

import type { Command } from "./command.ts";
import { describe, Failure, Status, usageFailure } from "./failure.ts";
import { nearest } from "./nearest.ts";

// Loaded only when asked for: starting up must stay quick.
const COMMANDS: Readonly<Record<string, () => Promise<{ default: Command }>>> = {
  run: () => import("./run.ts"),
  test: () => import("./test.ts"),
  build: () => import("./build.ts"),
  bench: () => import("./bench.ts"),
  fuzz: () => import("./fuzz.ts"),
  wcet: () => import("./wcet.ts"),
  system: () => import("./system.ts"),
  lockstep: () => import("./lockstep.ts"),
  fpga: () => import("./fpga.ts"),
  trace: () => import("./trace.ts"),
  doctor: () => import("./doctor.ts"),
  clean: () => import("./clean.ts"),
};

async function help(): Promise<string> {
  const rows = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(10)}${(await load()).default.summary}\n`),
  );
  return (
    "usage: atomicos COMMAND [options]\n\n" +
    "A microkernel and the x86-compatible machine it runs on, built from source and simulated.\n\n" +
    `${rows.join("")}\natomicos COMMAND --help explains a command.\n`
  );
}

async function main([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const [topic] = rest;
    const load = name === "help" && topic !== undefined ? COMMANDS[topic] : undefined;
    process.stdout.write(load === undefined || topic === undefined ? await help() : (await load()).default.help(topic));
    return Status.ok;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    const guess = nearest(name, Object.keys(COMMANDS));
    throw usageFailure(
      `there is no ${name.startsWith("-") ? "option" : "command"} "${name}"`,
      guess === undefined ? "see: atomicos --help" : `did you mean: atomicos ${guess}?`,
    );
  }
  return (await load()).default.run(name, rest);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`atomicos: ${describe(error)}\n`);
  process.exitCode = error instanceof Failure ? error.status : Status.failed;
}
