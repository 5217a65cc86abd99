// A program that runs memory images: the host processor's side (native.c) and the CPU alone (bare/bare.cpp) read one
// request after the other on standard input and answer on standard output, in this layout of little-endian words.
import { spawn } from "node:child_process";

export type Request = {
  /** What RAM holds from `first` on; the rest is zero. */
  image: Uint8Array;
  first: number;
  /** The part of RAM that comes back. */
  result: { first: number; bytes: number };
  cycle_limit: number;
  /** Not 0: interrupts at random times, while code outside the harness runs. */
  interrupt_seed?: number;
};

export type Counts = { cycles: number; retired: number };

export type Reply = {
  /** The core came to its HLT before the limit. */
  halted: boolean;
  total: Counts;
  last_eip: number;
  /** Between the program's marks. */
  marked: Counts;
  memory: Uint8Array;
};

export type ImageServer = { run: (request: Request) => Promise<Reply>; close: () => void };

const reply_words = 6;

export function imageServer(program: string, args: string[]): ImageServer {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  let received: Buffer[] = [];
  let received_bytes = 0;
  let waiting: { bytes: number; resolve: (reply: Buffer) => void; reject: (reason: Error) => void } | undefined;
  let failure: Error | undefined;

  child.stdout.on("data", (part: Buffer) => {
    received.push(part);
    received_bytes += part.length;
    if (waiting === undefined || received_bytes < waiting.bytes) return;
    const { resolve } = waiting;
    const reply = Buffer.concat(received);
    received = [];
    received_bytes = 0;
    waiting = undefined;
    resolve(reply);
  });
  const fail = (reason: string) => {
    failure = new Error(`${program} ${reason}`);
    waiting?.reject(failure);
    waiting = undefined;
  };
  child.on("error", (error) => {
    fail(`cannot be started: ${error.message}`);
  });
  child.on("exit", (code, signal) => {
    fail(`ended with ${signal ?? `status ${String(code)}`} in the middle of a run`);
  });
  child.stdin.on("error", () => {
    /* the exit that caused it is reported above */
  });

  const exchange = async ({ image, first, result, cycle_limit, interrupt_seed = 0 }: Request): Promise<Reply> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      const head = Uint32Array.of(cycle_limit, interrupt_seed, first, image.length, result.first, result.bytes);
      waiting = {
        bytes: 4 * reply_words + result.bytes,
        reject,
        resolve: (reply) => {
          resolve(decode(reply));
        },
      };
      child.stdin.write(new Uint8Array(head.buffer));
      child.stdin.write(image);
    });

  let turn: Promise<unknown> = Promise.resolve();
  return {
    // One after the other, however many callers there are.
    run: async (request) => {
      const mine = turn.then(async () => exchange(request));
      turn = mine.catch(() => undefined);
      return mine;
    },
    close: () => {
      child.removeAllListeners("exit");
      child.stdin.end();
    },
  };
}

function decode(reply: Buffer): Reply {
  const at = (index: number) => reply.readUInt32LE(4 * index);
  return {
    halted: at(0) === 1,
    total: { cycles: at(1), retired: at(2) },
    last_eip: at(3),
    marked: { cycles: at(4), retired: at(5) },
    memory: reply.subarray(4 * reply_words),
  };
}
