// What the debug unit is asked and what it answers: the content of request and answer frames (soc/trace/wire.ts). It
// knows nothing of hardware construction.
//
//   request   command, operand, value (4 bytes), data
//   answer    status, state, words (4 bytes each)
//
// All requests have the same layout, whatever of it they use, and numbers have their low byte first. An answer has its
// request's number. When the machine stops, an answer to request 0, which nobody sends, tells so unasked.

export const commands = {
  state: { code: 0, doc: "only the answer's state is wanted" },
  halt: { code: 1, doc: "stop before the next instruction" },
  resume: { code: 2, doc: "go on" },
  step: { code: 3, stopped: true, doc: "one instruction, then stop" },
  readRegister: { code: 4, stopped: true, doc: "operand: which; the answer has its value" },
  writeRegister: { code: 5, stopped: true, doc: "operand: which; value" },
  readMemory: { code: 6, stopped: true, doc: "operand: how many words, at most 12; value: address of the first" },
  writeMemory: { code: 7, stopped: true, doc: "operand: a bit for each byte of a word; value: address; data: words" },
  setBreakpoint: { code: 8, doc: "operand: which; value: linear address; data: its kind, a byte" },
} as const satisfies Record<string, { readonly code: number; readonly stopped?: true; readonly doc: string }>;
export type DebugCommand = keyof typeof commands;

export const breakpointKinds = { off: 0, execute: 1, write: 2, access: 3 } as const;
export type BreakpointKind = keyof typeof breakpointKinds;

export const statuses = { ok: 0, running: 1, unknown: 2 } as const;
export type DebugStatus = keyof typeof statuses;

/** Why it stopped. */
export const reasons = { halt: 0, step: 1, breakpoint: 2, watchpoint: 3 } as const;
export type StopReason = keyof typeof reasons;

/** Of the state byte: bit 0 stopped, 2:1 the reason, 7:4 which watchpoint. */
export const stateShape = { stopped: 0, reason: 1, reason_bits: 2, index: 4 } as const;

/** Registers by number: the first sixteen as GDB has them. */
export const debugRegisters = [
  "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip", "eflags", "cs", "ss", "ds", "es", "fs", "gs",
  "cr0", "cr2", "cr3", "cr4", "task",
] as const;

export const words_max = 12;
export const breakpointCount = 4;

/** Where the parts of a request begin, with the frame's head. */
export const requestPlaces = { command: 1, operand: 2, value: 3, data: 7 } as const;

export interface DebugRequest {
  readonly command: DebugCommand;
  readonly operand?: number;
  readonly value?: number;
  readonly data?: Uint8Array;
}

export interface DebugAnswer {
  readonly status: DebugStatus;
  readonly stopped: boolean;
  readonly reason: StopReason;
  readonly watchpoint: number;
  readonly words: readonly number[];
}

const bytesOf = (word: number): number[] => [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];

/** The content of a request frame. */
export const encodeRequest = ({ command, operand = 0, value = 0, data = new Uint8Array() }: DebugRequest): Uint8Array =>
  Uint8Array.of(commands[command].code, operand, ...bytesOf(value), ...data);

const keyOf = <K extends string>(table: Readonly<Record<K, number>>, code: number): K | undefined =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object's own keys
  (Object.keys(table) as K[]).find((key) => table[key] === code);

/** Undefined if it is none. */
export function decodeAnswer(content: Uint8Array): DebugAnswer | undefined {
  const [code = 255, state = 0] = content;
  const status = keyOf(statuses, code);
  const reason = keyOf(reasons, (state >> stateShape.reason) % 2 ** stateShape.reason_bits);
  if (content.length < 2 || content.length % 4 !== 2 || status === undefined || reason === undefined) return undefined;
  const words = Array.from({ length: (content.length - 2) / 4 }, (_, i) => Buffer.from(content).readUInt32LE(2 + 4 * i));
  const stopped = (state & (1 << stateShape.stopped)) !== 0;
  return { status, stopped, reason, watchpoint: state >> stateShape.index, words };
}
