// Pictures and files for other programs.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { motorNames, motorRecording } from "../fixtures/motor.ts";
import { ganttSvg, NothingToDraw } from "./gantt.ts";
import { names, NamesError, parseNames } from "./names.ts";
import { perfettoTrace } from "./perfetto.ts";
import { readRecording } from "./recording.ts";
import type { Run } from "./timeline.ts";

const test = suite("trace export");

const [recorded] = readRecording(motorRecording(300_000)).runs;
if (recorded === undefined) throw new Error("the fixture has a run");
const run: Run = recorded;
const first = run.events[0]?.time ?? 0n;
const known = names(motorNames);

type Value = bigint | Buffer;
type Fields = ReadonlyMap<number, readonly Value[]>;

/** Any protocol buffer message, by field number. */
function fieldsOf(bytes: Buffer): Fields {
  const fields = new Map<number, Value[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const taken = (length: number): Buffer => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const key = Number(varint());
    const wire = key & 7;
    assert.ok(wire <= 2, `wire type ${wire}`);
    const value = wire === 0 ? varint() : taken(wire === 1 ? 8 : Number(varint()));
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  assert.is(at, bytes.length);
  return fields;
}

const numberOf = (fields: Fields, field: number): bigint | undefined => {
  const [value] = fields.get(field) ?? [];
  return typeof value === "bigint" ? value : undefined;
};
const messageOf = (fields: Fields, field: number): Fields | undefined => {
  const [value] = fields.get(field) ?? [];
  return Buffer.isBuffer(value) ? fieldsOf(value) : undefined;
};
const textOf = (fields: Fields | undefined, field: number): string | undefined => {
  const [value] = fields?.get(field) ?? [];
  return Buffer.isBuffer(value) ? value.toString() : undefined;
};

function packets(of: Run): Fields[] {
  return (fieldsOf(Buffer.from(perfettoTrace(of, known))).get(1) ?? []).map((packet) =>
    fieldsOf(Buffer.isBuffer(packet) ? packet : Buffer.alloc(0)),
  );
}

test("Perfetto's tracks are the CPU and, for each task, its jobs, runs and moments", () => {
  const tracks = packets(run).flatMap((packet) => messageOf(packet, 60) ?? []);
  assert.equal(
    tracks.map((track) => textOf(messageOf(track, 3), 6) ?? textOf(track, 2)),
    [
      "CPU at 25 MHz",
      "running",
      "tasks",
      ...["idle", "current loop", "speed loop", "telemetry", "console"].flatMap((name) => [
        name,
        "jobs",
        "runs",
        "moments",
      ]),
    ],
  );
});

test("Perfetto's slices nest, in the order of time, on tracks that were declared before", () => {
  const open = new Map<bigint, number>();
  const declared = new Set<bigint>();
  let last = 0n;
  let slices = 0;
  for (const packet of packets(run)) {
    const track = messageOf(packet, 60);
    if (track !== undefined) declared.add(numberOf(track, 1) ?? 0n);
    const event = messageOf(packet, 11);
    if (event === undefined) continue;
    const time = numberOf(packet, 8) ?? 0n;
    const on = numberOf(event, 11) ?? 0n;
    assert.ok(time >= last && declared.has(on));
    last = time;
    const type = numberOf(event, 9);
    const depth = (open.get(on) ?? 0) + (type === 1n ? 1 : type === 2n ? -1 : 0);
    assert.ok(depth === 0 || depth === 1, "one at a time on each row");
    open.set(on, depth);
    if (type === 1n) slices++;
  }
  assert.ok(slices > 1000);
  assert.equal(
    [...open.values()].filter((depth) => depth !== 0),
    [],
  );
});

test("each of Perfetto's arrows begins with a message sent and ends with the same one received", () => {
  const ends = { 47: [] as string[], 48: [] as string[] };
  for (const packet of packets(run)) {
    for (const field of [47, 48] as const) {
      const [id] = messageOf(packet, 11)?.get(field) ?? [];
      if (Buffer.isBuffer(id)) ends[field].push(id.readBigUInt64LE().toString());
    }
  }
  assert.ok(ends[47].length > 20);
  assert.equal(ends[47].toSorted(), ends[48].toSorted());
});

test("the picture is well-formed and shows what is in the span", () => {
  const svg = ganttSvg(run, known, { from: first + 62_000n, to: first + 88_000n });
  const stack: string[] = [];
  for (const [, closing, name, selfClosing] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (closing === "/") assert.is(stack.pop(), name);
    else if (selfClosing !== "/") stack.push(name ?? "");
  }
  assert.equal(stack, []);
  for (const text of ["current loop", "telemetry", "deadline missed", "message", "set point", "≤ 178 µs"])
    assert.ok(svg.includes(`>${text}<`) || svg.includes(text), text);
  assert.not.match(svg, /NaN|undefined|Infinity/);
});

test("names cannot break the picture", () => {
  const svg = ganttSvg(run, names({ tasks: { 1: `</svg><script>"&` } }), { from: first, to: first + 30_000n });
  assert.not.match(svg, /<script|"&(?!#)/);
});

test("a span without tasks is no picture", () => {
  assert.throws(
    () => ganttSvg(run, known, { from: 0n, to: 10n }),
    (error: unknown) => error instanceof NothingToDraw,
  );
});

test("a file of names must hold names under numbers", () => {
  assert.is(parseNames('{ "tasks": { "3": "pump" } }').task(3), "pump");
  assert.is(parseNames("{}").task(0), "idle");
  for (const text of [
    "",
    "[]",
    "3",
    '{ "tasks": { "one": "pump" } }',
    '{ "tasks": { "1": 2 } }',
    '{ "channels": 1 }',
  ]) {
    assert.throws(
      () => parseNames(text),
      (error: unknown) => error instanceof NamesError,
      text,
    );
  }
});

test.run();
