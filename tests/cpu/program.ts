// A case's code before it has addresses: pieces that can be dropped one by one, with labels for jumps, and what the
// flags are worth at every point.
import type { Form } from "./forms.ts";
import { undefinedAfter, type FlagEffect } from "./flags.ts";
import { control_address, slot } from "./layout.ts";
import { slot as segmented_slot } from "./segmented/layout.ts";
import type { Segments } from "./segmented/segments.ts";
import { recoded } from "./segmented/recode.ts";

export type Code = {
  kind: "code";
  bytes: readonly number[];
  /** The table's form, for coverage; helpers that prepare a register or memory have none. */
  form: Form | undefined;
  flags: FlagEffect;
  /** What a fault in this instruction leaves undefined. */
  fault_undefined: number;
  fixup?: Fixup;
  /** Never recoded for a 16-bit segment: the bytes mean what they should in both. */
  raw?: boolean;
};

/**
 * The label's address, plus `addend`, goes into the bytes at `at`: absolute, or relative to the end of the instruction.
 * `base`: of the segment in which the absolute address is meant, if not the case's own.
 */
export type Fixup = { label: number; at: number; bytes: number; relative: boolean; addend?: number; base?: number };

export type Label = { kind: "label"; label: number };

/** From here on the code runs in a segment of that size. */
export type Mode = { kind: "mode"; bits: 16 | 32 };

export type Item = Code | Label | Mode;

/**
 * straight: `before` only. skip: the body may be jumped over. loop: the body runs at least once. call: once.
 * `body` consists of pieces again; everything else of a piece is needed as a whole.
 */
export type Piece = {
  kind: "straight" | "skip" | "loop" | "call";
  before: readonly Item[];
  body: readonly Piece[];
  after: readonly Item[];
};

export type Case = {
  name: string;
  seed: number;
  /** The address of its slot: registers and code hold addresses in it, so a case cannot move. */
  slot: number;
  code_offset: number;
  registers: readonly number[];
  eflags: number;
  /** What the slot's data and stack hold; with segments, `data` is all of its memory. */
  data: Uint8Array;
  stack: Uint8Array;
  pieces: readonly Piece[];
  /** Its own segments, in ring 3; without, it runs in flat ones. */
  segments?: Segments;
};

export function flatten(pieces: readonly Piece[]): Item[] {
  return pieces.flatMap((piece) => [...piece.before, ...flatten(piece.body), ...piece.after]);
}

export type PlacedCode = {
  address: number;
  code: Code;
  /** As they are in memory, for a segment of `bits`. */
  bytes: Uint8Array;
  bits: 16 | 32;
  fixup: Fixup | undefined;
};

/** A jump to the address that the harness left in the control word. */
const exit_jump = [0xff, 0x25, ...littleEndian(control_address, 4)];

/** A case with segments ends by a fault; here by an undefined opcode. */
const exit_fault = [0x0f, 0x0b];
export const exit_fault_bytes = exit_fault.length;

/** The case's instructions at their addresses; undefined if they do not fit or a short jump does not reach. */
export function place(test: Case): { codes: PlacedCode[]; bytes: Uint8Array } | undefined {
  const { segments } = test;
  const memory = segments === undefined ? slot.code : segmented_slot.memory;
  const bytes_max = segments === undefined ? slot.code_bytes : segments.code_bytes;
  const first = test.slot + memory + test.code_offset;
  const addresses = new Map<number, number>();
  const codes: PlacedCode[] = [];
  let at = first;
  let bits = segments?.bits ?? 32;
  for (const item of flatten(test.pieces)) {
    if (item.kind === "label") {
      addresses.set(item.label, at);
    } else if (item.kind === "mode") {
      bits = item.bits;
    } else {
      const { bytes, fixup } = bits === 32 || item.raw === true ? item : recoded(item);
      codes.push({ address: at, code: item, bytes: Uint8Array.from(bytes), bits, fixup });
      at += bytes.length;
    }
  }
  for (const { address, fixup, bytes } of codes) {
    if (fixup === undefined) continue;
    const target = addresses.get(fixup.label);
    if (target === undefined) return undefined;
    const base = fixup.base ?? segments?.base ?? 0;
    const value = (fixup.relative ? target - (address + bytes.length) : target - base) + (fixup.addend ?? 0);
    if (fixup.bytes === 1 && (value < -128 || value > 127)) return undefined;
    bytes.set(littleEndian(value, fixup.bytes), fixup.at);
  }
  const exit = segments === undefined ? exit_jump : exit_fault;
  const bytes = Uint8Array.from([...codes.flatMap((placed) => [...placed.bytes]), ...exit]);
  return test.code_offset + bytes.length <= bytes_max ? { codes, bytes } : undefined;
}

export function littleEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, index) => (value >> (8 * index)) & 0xff);
}

export type FlagAnalysis = {
  /** Flags without a defined value at the case's end. */
  final: number;
  /** The same before each instruction, for cases that end in a fault. */
  before: ReadonlyMap<Code, number>;
  /** An instruction that reads such a flag: the case has no defined outcome. */
  reads_undefined: Code | undefined;
};

export function analyseFlags(pieces: readonly Piece[]): FlagAnalysis {
  const before = new Map<Code, number>();
  let reads_undefined: Code | undefined;
  const through = (items: readonly Item[], start: number): number => {
    let now = start;
    for (const item of items) {
      if (item.kind !== "code") continue;
      const merged = (before.get(item) ?? 0) | now;
      before.set(item, merged);
      if ((merged & item.flags.reads) !== 0) reads_undefined ??= item;
      now = undefinedAfter(now, item.flags);
    }
    return now;
  };
  const all = (list: readonly Piece[], start: number): number => list.reduce((now, piece) => one(piece, now), start);
  const one = (piece: Piece, start: number): number => {
    const entered = through(piece.before, start);
    const once = all(piece.body, entered);
    if (piece.kind === "straight" || piece.kind === "call") return through(piece.after, once);
    if (piece.kind === "skip") return through(piece.after, entered | once);
    // A loop: flags at the body's start are those of any earlier turn; each turn can only add, so six turns settle.
    let end = through(piece.after, once);
    for (let turn = 0; turn < 6; turn++) end = through(piece.after, all(piece.body, entered | end));
    return end;
  };
  const final = all(pieces, 0);
  return { final, before, reads_undefined };
}
