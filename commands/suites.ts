// The test files: finding them, running each in its own process, and counting what uvu says it ran.

import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

import { fromRoot, ROOT } from "./paths.ts";
import { execute } from "./process.ts";

export interface Outcome {
  readonly name: string; // the test file, or the check
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly output: string;
  readonly elapsed_ms: number;
}

export function testFiles(): string[] {
  return readdirSync(ROOT, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(ROOT, join(entry.path, entry.name)))
    .filter((path) => !["node_modules", "build"].includes(path.split(sep)[0] ?? ""))
    .toSorted();
}

// What uvu prints at the end of a file; undefined if it never came that far.
export function parseSummary(output: string): { total: number; passed: number; skipped: number } | undefined {
  const match = /^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/m.exec(output);
  return match === null
    ? undefined
    : { total: Number(match[1]), passed: Number(match[2]), skipped: Number(match[3]) };
}

// A file that crashes, hangs, counts nothing, or ends badly in spite of good counts has failed at least once.
export function countOutcome(status: number | null, output: string): { passed: number; failed: number; skipped: number } {
  const summary = parseSummary(output);
  if (summary === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const { total, passed, skipped } = summary;
  const failed = total - passed;
  const hidden = failed === 0 && (status !== 0 || total + skipped === 0);
  return { passed, failed: hidden ? 1 : failed, skipped };
}

export async function runTestFile(path: string, env: Readonly<Record<string, string>>, limit_ms: number): Promise<Outcome> {
  const started_ms = performance.now();
  const { status, output } = await execute(process.execPath, ["--import", "tsx", path], { cwd: ROOT, env, limit_ms });
  const elapsed_ms = performance.now() - started_ms;
  const ending = elapsed_ms >= limit_ms ? `\nstopped after ${limit_ms / 1000} s\n` : "";
  return { name: path, ...countOutcome(status, output), output: output + ending, elapsed_ms };
}

// A tool that passes or fails as a whole counts as one test.
export async function runCheck(name: string, program: string, args: readonly string[]): Promise<Outcome> {
  const started_ms = performance.now();
  const { status, output } = await execute(fromRoot("node_modules", ".bin", program), args, { cwd: ROOT });
  const passed = status === 0 ? 1 : 0;
  return { name, passed, failed: 1 - passed, skipped: 0, output, elapsed_ms: performance.now() - started_ms };
}
