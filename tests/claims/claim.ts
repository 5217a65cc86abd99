// Claims about the boot ROM and the kernel that hold on every machine: QEMU's, the simulated one, a board.
//
// A claim says which system is loaded and what someone at its serial line sees. Whoever has a machine runs the lists
// of boot.ts, prompt.ts and exceptions.ts against it, each claim on a machine in the state that `from` names.

import * as assert from "uvu/assert";

/** Someone's end of a machine's serial line. */
export interface SerialLine {
  type(text: string): void;
  /** Waits until `text` comes, after what the last call waited for; gives what came up to and with it. Else rejects. */
  waitFor(text: string): Promise<string>;
}

/**
 * `console` is the system that people get; `assist` misbehaves on request (kernel/assist/misbehave.h); `trial` tries out what the
 * kernel does for processes (kernel/trial/trial.h).
 */
export type SystemName = "console" | "assist" | "trial";

/** What a system sends as soon as it takes input. */
export const readyText: Readonly<Record<SystemName, string>> = {
  console: "atomicos> ", assist: "ready\r\n", trial: "ready\r\n",
};

export interface Claim {
  readonly name: string;
  readonly system: SystemName;
  /** `ready`: the ready text has come, and nothing behind it. */
  readonly from: "reset" | "ready";
  /** What a loader did to the image. */
  readonly damage?: (image: Buffer) => void;
  /** What not every machine has: a line that sends on whether the machine has taken a byte or not. */
  readonly needs?: "unpaced line";
  /** `image` is the undamaged one. */
  readonly holds: (line: SerialLine, image: Buffer) => Promise<void>;
}

export const PROMPT = readyText.console;

/** Types a line at the prompt; gives the lines of the answer, without the echo. */
export async function answer(line: SerialLine, typed: string): Promise<string[]> {
  line.type(`${typed}\r`);
  const text = await line.waitFor(`\r\n${PROMPT}`);
  return text.slice(text.indexOf("\r\n") + 2, -PROMPT.length).split("\r\n").slice(0, -1);
}

/** Makes a request of the task of kernel/assist/misbehave.h or kernel/trial/trial.h; gives the lines up to its next `ready`. */
export async function request(line: SerialLine, byte: string): Promise<string[]> {
  line.type(byte);
  return (await line.waitFor(readyText.assist)).split("\r\n").slice(0, -2);
}

export function startsWith(text: string | undefined, start: string): void {
  assert.is(text?.slice(0, start.length), start);
}

export function endsWith(text: string | undefined, end: string): void {
  assert.is(text?.slice(-end.length), end);
}

export const hexWord = (value: number): string => (value >>> 0).toString(16).toUpperCase().padStart(8, "0");
