// Standard input that is not a terminal: its lines are typed one by one, each when the machine seems to wait for it.
//
// At first only a long silence says that the machine waits; what its last line then shows is its prompt. From then on
// the prompt alone, and a breath, say so, and again the long silence where no prompt comes. When the input has ended
// and the machine waits for more, the session is over.

import type { Readable } from "node:stream";

import type { Typist } from "./typist.ts";

const SILENCE_CYCLES = 2e6; // 80 ms of the machine's time: longer than its check of the RAM
const BREATH_CYCLES = 20e3; // eighty characters' time
const PENDING_BYTES_MAX = 64 * 1024; // what the machine has no time for yet stays in the pipe
const NEWLINE = 0x0a;
const ENTER = 0x0d;

export function pipedTypist(input: Readable): Typist {
  let pending = Buffer.alloc(0);
  let ended = false;
  let active_cycle = 0; // when something was last heard or typed
  let unfinished = ""; // the machine's output since its last line end
  let prompt: string | undefined;

  const listen = (bytes: Buffer): void => {
    pending = Buffer.concat([pending, bytes]);
    if (pending.length > PENDING_BYTES_MAX) input.pause();
  };
  const finish = (): void => {
    ended = true;
  };
  input.on("data", listen);
  input.on("end", finish);
  input.on("error", finish);

  // The next line with its newline turned into Enter; also what has no newline, if none can come any more or fits.
  const nextLine = (): Buffer | undefined => {
    const newline = pending.indexOf(NEWLINE);
    const isWhole = newline >= 0 || (ended && pending.length > 0) || pending.length > PENDING_BYTES_MAX;
    if (!isWhole) return undefined;
    const line = newline < 0 ? pending : Buffer.concat([pending.subarray(0, newline), Buffer.of(ENTER)]);
    pending = newline < 0 ? Buffer.alloc(0) : pending.subarray(newline + 1);
    if (pending.length <= PENDING_BYTES_MAX) input.resume();
    return line;
  };

  return {
    exact: false,
    close() {
      input.off("data", listen);
      input.off("end", finish);
      input.off("error", finish);
      input.destroy();
    },
    turn(heard, cycles) {
      if (heard.length > 0) {
        active_cycle = cycles;
        unfinished = (unfinished + Buffer.from(heard).toString("latin1")).replace(/^.*[\r\n]/s, "");
        return {};
      }
      const silent_cycles = cycles - active_cycle;
      const prompted = unfinished === prompt && unfinished !== "" && silent_cycles >= BREATH_CYCLES;
      if (!prompted && silent_cycles < SILENCE_CYCLES) return {};
      prompt ??= unfinished;
      const type = nextLine();
      if (type === undefined) return ended ? { end: { status: 0 } } : {};
      active_cycle = cycles;
      unfinished = "";
      return { type };
    },
  };
}
