// The kernel's admission on the host: kernel/admission.c itself, compiled for it, to be compared with the TypeScript.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import koffi from "koffi";

import type { Answer, TaskSet } from "./task-set.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export type Policy = "edf" | "fixed";

export interface NativeVerdict {
  readonly answer: Answer;
  readonly passes: number;
  /** The deadline that is missed, or the response that is too late. */
  readonly time: number;
  readonly steps: number;
}

export type NativeAdmission = (policy: Policy, set: TaskSet) => NativeVerdict;

/** In the order of `enum admission_answer`. */
const answers: readonly Answer[] = ["admitted", "parameters", "utilisation", "deadline", "cap"];

type Numbers = BigUint64Array | null;
type Call = (
  fixed: number, tasks: Numbers, count: number, interfering: number, frame: Numbers, segments: Numbers,
  segmentCount: number, result: BigUint64Array,
) => number;

/** Compiles the library into `folder` and loads it. */
export function nativeAdmission(folder: string): NativeAdmission {
  mkdirSync(folder, { recursive: true });
  const library = join(folder, "admission.so");
  execFileSync("gcc", [
    "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC",
    "-Isystem/admission/native", "-Ikernel", "system/admission/native/library.c", "kernel/admission.c", "-o", library,
  ], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the prototype says what Call does
  const call = koffi.load(library).func(
    "uint32_t admission_native(uint32_t fixed, const uint64_t *tasks, uint32_t count, uint32_t interfering, " +
    "const uint64_t *frame, const uint64_t *segments, uint32_t segment_count, _Out_ uint64_t *result)",
  ) as unknown as Call;
  return (policy, { interfering, checked, supply }) => {
    const tasks = [...interfering, ...checked];
    const rows = tasks.flatMap(({ period, deadline, cost, blocking }) => [period, deadline, cost, blocking]);
    const segments = supply?.segments.flatMap(({ work, time }) => [work, time]);
    const result = new BigUint64Array(3);
    const answer = answers[call(
      policy === "fixed" ? 1 : 0, numbers(rows), tasks.length, interfering.length,
      supply === undefined ? null : numbers([supply.frame, supply.supply, supply.latency]),
      segments === undefined ? null : numbers(segments), supply?.segments.length ?? 0, result,
    )];
    if (answer === undefined) throw new Error("an answer that there is not");
    const [passes = 0n, time = 0n, steps = 0n] = result;
    return { answer, passes: Number(passes), time: Number(time), steps: Number(steps) };
  };
}

const numbers = (values: readonly number[]): BigUint64Array => BigUint64Array.from(values, BigInt);
