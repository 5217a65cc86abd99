// What can happen to a task. Each is one pass through the task's row, and one update of the trees.
import { enumeration } from "#hdl-gen";

export const operations = [
  /** See what is due: a release, a deadline. */
  "look",
  /** A message or an interrupt is there for it. */
  "wake",
  /** Its job is done; wait for the next release. */
  "finish",
  /** Its job waits to be woken. */
  "block",
  "setup",
  "start",
  "stop",
  /** Its budget is used up. */
  "overrun",
  /** It has been given the CPU. */
  "dispatch",
  /** Tell what has become of it. */
  "read",
  /** Be at least as urgent as this. */
  "inherit",
  /** Be as urgent as it is by itself. */
  "restore",
] as const;
export type Operation = (typeof operations)[number];
export const Operation = enumeration("operation", operations);
