// Other programs, run to their end.

import { spawn } from "node:child_process";

import { Failure } from "./failure.ts";

export interface Finished {
  readonly status: number | null; // null: ended by a signal
  readonly output: string; // standard output and error as they came
}

export interface ExecuteOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>; // beside this process's own
  readonly limit_ms?: number;
}

export async function execute(
  program: string,
  args: readonly string[],
  { cwd, env, limit_ms }: ExecuteOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...(limit_ms === undefined ? {} : { timeout: limit_ms, killSignal: "SIGKILL" as const }),
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => output.push(bytes));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output: Buffer.concat(output).toString() }));
  });
}

const LINES_SHOWN_MAX = 30;

// Runs a tool that must succeed and gives its output; its failure shows the end of what it printed.
export async function mustSucceed(
  program: string,
  args: readonly string[],
  options: ExecuteOptions = {},
): Promise<string> {
  const { status, output } = await execute(program, args, options).catch((error: unknown) => {
    throw new Failure(`${program} cannot be started (${String(error)})`, "see: atomicos doctor");
  });
  if (status === 0) return output;
  const lines = output.trimEnd().split("\n").slice(-LINES_SHOWN_MAX).join("\n");
  throw new Failure(
    `${program} failed (${status === null ? "ended by a signal" : `status ${status}`})`,
    `its output ends:\n${lines}`,
  );
}
