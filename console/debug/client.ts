// The host's side of the debug unit: sends requests, waits for their answers, and asks again when the line has eaten one
// of them. soc/debug/requests.ts has what is asked and answered.
import { encodeFrame, type Frame } from "../../soc/trace/frame.ts";
import {
  breakpointKinds,
  debugRegisters,
  decodeAnswer,
  encodeRequest,
  words_max,
  type BreakpointKind,
  type DebugAnswer,
  type DebugRequest,
} from "../../soc/debug/requests.ts";

export interface DebugLine {
  send(bytes: Uint8Array): void;
  /** The next frame that comes; undefined if none has come for long enough. */
  next(): Promise<Frame | undefined>;
}

/** The machine does not answer, or says no. */
export class DebugError extends Error {
  override readonly name = "DebugError";
}

const attempts_max = 4;
/** Number 0 is for what is told unasked. */
const numbers = 63;

export type RegisterName = (typeof debugRegisters)[number];

export interface DebugClient {
  state(): Promise<DebugAnswer>;
  /** Comes back when the core stands still. */
  halt(): Promise<DebugAnswer>;
  resume(): Promise<void>;
  step(): Promise<DebugAnswer>;
  /** Until the core stops, for whatever reason. */
  stopped(): Promise<DebugAnswer>;
  register(name: RegisterName): Promise<number>;
  setRegister(name: RegisterName, value: number): Promise<void>;
  /** From an address that is a multiple of 4. */
  words(address: number, count: number): Promise<number[]>;
  setWords(address: number, words: readonly number[], mask?: number): Promise<void>;
  setBreakpoint(index: number, kind: BreakpointKind, address: number): Promise<void>;
}

const registerNumber = (name: RegisterName): number => debugRegisters.indexOf(name);

export function debugClient(line: DebugLine): DebugClient {
  let number = 0;

  const answerTo = async (wanted: number): Promise<DebugAnswer | undefined> => {
    for (let frame = await line.next(); frame !== undefined; frame = await line.next()) {
      const answer = frame.type === "answer" && frame.number === wanted ? decodeAnswer(frame.content) : undefined;
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  const ask = async (request: DebugRequest): Promise<DebugAnswer> => {
    for (let attempt = 0; attempt < attempts_max; attempt++) {
      number = (number % numbers) + 1;
      line.send(encodeFrame({ type: "request", number, content: encodeRequest(request) }));
      const answer = await answerTo(number);
      if (answer?.status === "ok") return answer;
      if (answer !== undefined)
        throw new DebugError(
          answer.status === "running" ? "the machine runs: halt it first" : "the machine does not know this request",
        );
    }
    throw new DebugError(
      "the machine does not answer; has it a debug unit, and is it the only one that uses the line?",
    );
  };
  // What it tells of a stop may be lost, too: its state says the same.
  const stopped = async (): Promise<DebugAnswer> => {
    for (;;) {
      const told = await answerTo(0);
      const answer = told ?? (await ask({ command: "state" }));
      if (answer.stopped) return answer;
    }
  };
  return {
    state: () => ask({ command: "state" }),
    stopped,
    async halt() {
      const { stopped: still } = await ask({ command: "halt" });
      return still ? ask({ command: "state" }) : stopped();
    },
    async resume() {
      await ask({ command: "resume" });
    },
    // Not asked for twice: who knows whether the request was lost, or its answer.
    async step() {
      number = (number % numbers) + 1;
      line.send(encodeFrame({ type: "request", number, content: encodeRequest({ command: "step" }) }));
      if ((await answerTo(number))?.status !== "ok")
        throw new DebugError("the line has eaten a step, or its answer: look at eip");
      return stopped();
    },
    async register(name) {
      const {
        words: [value],
      } = await ask({ command: "readRegister", operand: registerNumber(name) });
      if (value === undefined) throw new DebugError("the answer has no value");
      return value;
    },
    async setRegister(name, value) {
      await ask({ command: "writeRegister", operand: registerNumber(name), value });
    },
    async words(address, count) {
      const all: number[] = [];
      while (all.length < count) {
        const operand = Math.min(words_max, count - all.length);
        const { words } = await ask({ command: "readMemory", operand, value: address + 4 * all.length });
        if (words.length !== operand) throw new DebugError(`${words.length} words came instead of ${operand}`);
        all.push(...words);
      }
      return all;
    },
    async setWords(address, words, mask = 0b1111) {
      for (let at = 0; at < words.length; at += words_max) {
        const some = words.slice(at, at + words_max);
        const data = Buffer.alloc(4 * some.length);
        some.forEach((word, i) => {
          data.writeUInt32LE(word, 4 * i);
        });
        await ask({ command: "writeMemory", operand: mask, value: address + 4 * at, data });
      }
    },
    async setBreakpoint(index, kind, address) {
      await ask({
        command: "setBreakpoint",
        operand: index,
        value: address,
        data: Uint8Array.of(breakpointKinds[kind]),
      });
    },
  };
}
