// A person at a terminal: every key goes to the machine, Ctrl-C too; Ctrl-] leaves.

import type { Readable } from "node:stream";

import type { Typist } from "./typist.ts";

const LEAVE = 0x1d; // Ctrl-]

// What of node:tty's ReadStream is needed.
export interface Terminal extends Readable {
  setRawMode(on: boolean): unknown;
  unref(): unknown;
}

export function keyboardTypist(terminal: Terminal): Typist {
  const keys: Buffer[] = [];
  let left = false;

  const listen = (bytes: Buffer): void => {
    const end = bytes.indexOf(LEAVE);
    if (end >= 0) left = true;
    keys.push(end < 0 ? bytes : bytes.subarray(0, end));
  };
  const hangUp = (): void => {
    left = true;
  };
  const restore = (): void => {
    terminal.setRawMode(false);
  };

  // Whatever way the process ends, the terminal must be as it was.
  process.on("exit", restore);
  terminal.setRawMode(true);
  terminal.on("data", listen);
  terminal.on("end", hangUp);
  terminal.resume();

  return {
    exact: false,
    close() {
      terminal.off("data", listen);
      terminal.off("end", hangUp);
      terminal.pause();
      terminal.unref();
      restore();
      process.off("exit", restore);
    },
    turn() {
      const type = Buffer.concat(keys.splice(0));
      return left ? { type, end: { status: 0 } } : { type };
    },
  };
}
