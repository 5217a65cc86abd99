// Frames and records to bytes and back.
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cobsDecode, cobsEncode, decodeFrame, encodeFrame, frameCrcOf, type Frame } from "./frame.ts";
import { decodeIdent, decodeRecords, encodeIdent, encodeRecords, type TimedRecord } from "./records.ts";
import { frameCrcCheck, frameShape, frameTypes, traceShape } from "./wire.ts";

const test = suite("frames");

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const body = fc.uint8Array({ maxLength: frameShape.body_bytes_max - 1 });

test("the CRC has its catalogue's check value", () => {
  assert.is(frameCrcOf(Buffer.from("123456789")), frameCrcCheck);
});

test("COBS encodes the examples of its paper", () => {
  assert.equal(cobsEncode(bytes(0)), bytes(1, 1));
  assert.equal(cobsEncode(bytes(0x11, 0x22, 0, 0x33)), bytes(3, 0x11, 0x22, 2, 0x33));
  assert.equal(cobsEncode(bytes(0x11, 0, 0, 0)), bytes(2, 0x11, 1, 1, 1));
  assert.equal(cobsEncode(bytes()), bytes(1));
});

test("COBS leaves no zero, and gives back what it was given", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 253 }), (content) => {
    const encoded = cobsEncode(content);
    assert.not(encoded.includes(0));
    assert.equal(cobsDecode(encoded), content);
  }));
});

test("a frame gives back what it was given", () => {
  const types = fc.constantFrom<Frame["type"]>("ident", "trace", "answer", "request");
  fc.assert(fc.property(types, fc.nat(2 ** frameShape.number_bits - 1), body, (type, number, content) => {
    const encoded = encodeFrame({ type, number, content });
    assert.equal([encoded.at(0), encoded.at(-1), encoded.indexOf(0, 1)], [0, 0, encoded.length - 1]);
    assert.equal(decodeFrame(encoded.subarray(1, -1)), { type, number, content });
  }));
});

test("a frame with one flipped bit is none", () => {
  fc.assert(fc.property(body, fc.nat(), (content, place) => {
    const between = encodeFrame({ type: "trace", number: 5, content }).subarray(1, -1);
    const bit = place % (8 * between.length);
    between[bit >> 3] = (between[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.is(decodeFrame(between), undefined);
  }));
});

test("a body that is too long for the hardware's buffers is refused", () => {
  const content = new Uint8Array(frameShape.body_bytes_max);
  assert.throws(() => encodeFrame({ type: "trace", number: 0, content }), "60 bytes");
});

const record = fc.record({
  kind: fc.nat(31), task: fc.nat(255),
  argument: fc.oneof(fc.constant(0), fc.nat(255), fc.nat(65535), fc.nat(2 ** 31), fc.constant(2 ** 32 - 1)),
  delta: fc.oneof(fc.nat(3), fc.nat(600), fc.nat(70_000), fc.nat(2 ** 23)),
});

test("records give back what they were given, in frames that are not too long", () => {
  fc.assert(fc.property(fc.array(record), fc.bigInt({ min: 0n, max: 2n ** 60n }), (given, start) => {
    let time = start;
    const timed: TimedRecord[] = given.map(({ delta, ...rest }) => ({ ...rest, time: (time += BigInt(delta)) }));
    const found: TimedRecord[] = [];
    for (const content of encodeRecords(timed)) {
      assert.ok(1 + content.length <= traceShape.body_bytes_max);
      const decoded = decodeRecords(content);
      assert.ok(decoded);
      const first = timed[found.length];
      assert.is(BigInt(decoded.time_low), BigInt.asUintN(traceShape.time_bits, first?.time ?? 0n));
      for (const { offset_cycles, ...rest } of decoded.records) {
        found.push({ ...rest, time: (first?.time ?? 0n) + BigInt(offset_cycles) });
      }
    }
    assert.equal(found, timed);
  }));
});

const event = (argument: number, time = 0n): TimedRecord => ({ kind: 2, task: 3, argument, time });

/** Bytes on the line. */
const framed = (...records: readonly TimedRecord[]): number =>
  encodeRecords(records).reduce((sum, content) => sum + encodeFrame({ type: "trace", number: 1, content }).length, 0);

test("an event takes at most 12 bytes with an argument of a byte, 15 with the longest, and fewer in company", () => {
  assert.equal([0, 1, 0x1234, 0x12345678].map((argument) => framed(event(argument))), [11, 12, 13, 15]);
  const six = Array.from({ length: 6 }, (_, i) => event(1, BigInt(i) * 100n));
  assert.is(framed(...six), 12 + 4 * 5);
});

test("an ident frame gives back what it was given, whatever a later version appends", () => {
  const ident = { version: 1, time: 0x0123_4567_89ab_cdefn >> 8n, clock_hz: 25_000_000, lost: 7 };
  const content = encodeIdent(ident);
  assert.equal(decodeIdent(content), ident);
  assert.equal(decodeIdent(bytes(...content, 1, 2, 3)), ident);
  assert.is(decodeIdent(content.subarray(0, -1)), undefined);
});

test("content that ends within a record is none", () => {
  const [content] = encodeRecords([{ kind: 2, task: 3, argument: 0x1234, time: 0n }]);
  assert.ok(content);
  for (let length = 0; length < content.length; length++) {
    assert.is(decodeRecords(content.subarray(0, length)), undefined);
  }
});

test("every type of frame fits in the head", () => {
  for (const code of Object.values(frameTypes)) assert.ok(code < 2 ** (8 - frameShape.number_bits));
});

test.run();
