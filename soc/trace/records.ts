// What trace and ident frames contain, to bytes and back; the layout is in wire.ts.
import { eventBits } from "./events.ts";
import { frameShape, identFields, traceShape } from "./wire.ts";

/** An event as it stands on the line. */
export interface TraceRecord {
  /** The code of an event kind; a newer machine may have some that events.ts does not know. */
  readonly kind: number;
  readonly task: number;
  readonly argument: number;
  /** Cycles since the first record of the same frame. */
  readonly offset_cycles: number;
}

export interface TraceContent {
  /** The low bits of the first record's time. */
  readonly time_low: number;
  readonly records: readonly TraceRecord[];
}

export type Ident = { readonly [K in (typeof identFields)[number][0]]: K extends "time" ? bigint : number };

const argumentCode = (argument: number): number =>
  traceShape.argument_bytes.findIndex((bytes) => argument < 2 ** (8 * bytes));
const wideDelta = 0x80;
const delta_max = 2 ** traceShape.delta_bits_max - 1;
const time_bytes = traceShape.time_bits / 8;

const lowFirst = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);

/** Records in the order in which they were made, with times of their own. */
export interface TimedRecord {
  readonly kind: number;
  readonly task: number;
  readonly argument: number;
  readonly time: bigint;
}

/**
 * The contents of the frames that hold these records, as full as the hardware makes them when the line is busy.
 * `together` says after which record the frame may take another.
 */
export function encodeRecords(
  records: readonly TimedRecord[], together: (index: number) => boolean = () => true,
): Uint8Array[] {
  const contents: Uint8Array[] = [];
  let content: number[] = [];
  let last: bigint | undefined;
  records.forEach((record, index) => {
    const delta = last === undefined ? 0n : record.time - last;
    const room = 1 + content.length + traceShape.record_bytes_max <= traceShape.body_bytes_max;
    if (last === undefined || !room || delta > delta_max || !together(index - 1)) {
      if (content.length > 0) contents.push(Uint8Array.from(content));
      content = lowFirst(Number(BigInt.asUintN(traceShape.time_bits, record.time)), time_bytes);
      content.push(...recordBytes(record, undefined));
    } else content.push(...recordBytes(record, Number(delta)));
    last = record.time;
  });
  if (content.length > 0) contents.push(Uint8Array.from(content));
  return contents;
}

function recordBytes({ kind, task, argument }: TimedRecord, delta: number | undefined): number[] {
  const code = argumentCode(argument);
  const wide = delta !== undefined && delta > 0xff;
  const head = kind | (code << eventBits.kind) | (wide ? wideDelta : 0);
  return [
    head,
    ...(delta === undefined ? [] : lowFirst(delta, wide ? 2 : 1)),
    task,
    ...lowFirst(argument, traceShape.argument_bytes[code] ?? 0),
  ];
}

/** Undefined if the bytes do not end where a record does. */
export function decodeRecords(content: Uint8Array): TraceContent | undefined {
  const bytes = reader(content);
  const time_low = bytes.number(time_bytes);
  const records: TraceRecord[] = [];
  let offset_cycles = 0;
  while (bytes.left > 0) {
    const head = bytes.number(1);
    if (records.length > 0) offset_cycles += bytes.number((head & wideDelta) === 0 ? 1 : 2);
    const task = bytes.number(1);
    const argument = bytes.number(traceShape.argument_bytes[(head >> eventBits.kind) & 3] ?? 0);
    records.push({ kind: head % 2 ** eventBits.kind, task, argument, offset_cycles });
  }
  return bytes.left < 0 || records.length === 0 ? undefined : { time_low, records };
}

export function encodeIdent(ident: Ident): Uint8Array {
  return Uint8Array.from(identFields.flatMap(([name, bytes]) => lowFirst(Number(ident[name]), bytes)));
}

/** Undefined if it is shorter than version 1 was; what a later version has appended is not looked at. */
export function decodeIdent(content: Uint8Array): Ident | undefined {
  const bytes = reader(content);
  const version = bytes.number(1);
  const low = bytes.number(4);
  const time = BigInt(low) + 2n ** 32n * BigInt(bytes.number(4));
  const ident: Ident = { version, time, clock_hz: bytes.number(4), lost: bytes.number(4) };
  return bytes.left < 0 ? undefined : ident;
}

/** Numbers of so many bytes, low byte first; `left` is negative once more was read than there is. */
function reader(bytes: Uint8Array) {
  let at = 0;
  return {
    get left() {
      return bytes.length - at;
    },
    number(count: number): number {
      let value = 0;
      for (let i = 0; i < count; i++) value += (bytes[at + i] ?? 0) * 2 ** (8 * i);
      at += count;
      return value;
    },
  };
}

/** The number that follows in a row of frames. */
export const followingNumber = (number: number): number => (number + 1) % 2 ** frameShape.number_bits;
