// Text and frames on a line that is disturbed.
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { random } from "../../hdl-gen/fuzz/random.ts";
import { encodeFrame, type Frame } from "../../soc/trace/frame.ts";
import { lineSplitter, type LineItem } from "./splitter.ts";

const test = suite("serial line, taken apart");

const frameOf = (number: number, ...content: readonly number[]): Frame => ({
  type: "trace",
  number,
  content: Uint8Array.from(content),
});
const textOf = (items: readonly LineItem[]): string =>
  Buffer.concat(items.flatMap((item) => (item.kind === "text" ? [item.bytes] : []))).toString("latin1");
const framesOf = (items: readonly LineItem[]): Frame[] =>
  items.flatMap((item) => (item.kind === "frame" ? [item.frame] : []));

function split(...parts: readonly (string | Uint8Array)[]): LineItem[] {
  const splitter = lineSplitter();
  return [...parts.flatMap((part) => splitter.take(Buffer.from(part))), ...splitter.idle()];
}

const one = encodeFrame(frameOf(1, 2, 0, 3));
const two = encodeFrame(frameOf(2, 200, 0, 0, 7));

test("text comes as it is, frames are taken out of it", () => {
  const items = split("ab", one, two, "cd\n", one, "\u001b[1mé");
  assert.is(textOf(items), Buffer.from("abcd\n\u001b[1mé").toString("latin1"));
  assert.equal(framesOf(items), [frameOf(1, 2, 0, 3), frameOf(2, 200, 0, 0, 7), frameOf(1, 2, 0, 3)]);
  assert.equal(
    items.map(({ kind }) => kind),
    ["text", "frame", "frame", "text", "frame", "text"],
  );
});

test("text behind a good frame does not wait for anything", () => {
  const splitter = lineSplitter();
  splitter.take(one);
  assert.is(textOf(splitter.take(Buffer.from("> "))), "> ");
});

test("it does not matter in what pieces the bytes come", () => {
  const part = fc.oneof(
    fc
      .string({ unit: fc.integer({ min: 32, max: 126 }).map((c) => String.fromCharCode(c)), minLength: 1 })
      .map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 59 }).map((content) => Buffer.from(encodeFrame({ type: "trace", number: 3, content }))),
  );
  fc.assert(
    fc.property(fc.array(part), fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (parts, sizes) => {
      const bytes = Buffer.concat(parts);
      const splitter = lineSplitter();
      const items: LineItem[] = [];
      for (let at = 0; at < bytes.length;) {
        const size = sizes.next().value;
        items.push(...splitter.take(bytes.subarray(at, at + size)));
        at += size;
      }
      const whole = split(bytes);
      assert.is(textOf(items), textOf(whole));
      assert.equal(framesOf(items), framesOf(whole));
      assert.not(items.some(({ kind }) => kind === "damage"));
    }),
  );
});

test("text whose border was lost comes when it can be told from a frame", () => {
  const splitter = lineSplitter();
  const withoutEnd = one.subarray(0, -1);
  assert.is(textOf(splitter.take(Buffer.concat([withoutEnd, Buffer.from("login: ")]))), "");
  assert.is(textOf(splitter.idle()), "login: ", "after a silence");
  splitter.take(withoutEnd);
  assert.ok(
    textOf(splitter.take(Buffer.from("x".repeat(70)))).endsWith("x".repeat(60)),
    "when it is too long for a frame",
  );
});

test("a border that two frames share costs neither of them", () => {
  const shared = Buffer.concat([one.subarray(0, -1), two]);
  assert.equal(framesOf(split(shared, "> ")), [frameOf(1, 2, 0, 3), frameOf(2, 200, 0, 0, 7)]);
  assert.is(textOf(split(shared, "> ")), "> ");
});

test("arbitrary bytes give no frame, and nothing makes it fail", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const items = split(bytes);
      assert.equal(framesOf(items), []);
      const given = items.reduce((sum, item) => sum + (item.kind === "frame" ? 0 : item.bytes.length), 0);
      assert.is(given, bytes.filter((byte) => byte !== 0).length, "every byte is text or damage");
    }),
    { numRuns: 300 },
  );
});

interface Disturbed {
  readonly hits: number;
  readonly bytes: Uint8Array;
}

const disturbances: Readonly<Record<string, (bytes: Uint8Array, seed: number) => Disturbed>> = {
  "flipped bits": (bytes, seed) => {
    const r = random(seed);
    let hits = 0;
    const given = bytes.map((byte) => (r.oneIn(2000) ? (hits++, byte ^ (1 << r.below(8))) : byte));
    return { hits, bytes: given };
  },
  "lost bytes": (bytes, seed) => {
    const r = random(seed);
    const given = bytes.filter(() => !r.oneIn(2000));
    return { hits: bytes.length - given.length, bytes: given };
  },
  "lost runs of 8 to 200 bytes": (bytes, seed) => {
    const r = random(seed);
    const given: number[] = [];
    let hits = 0;
    for (let at = 0; at < bytes.length; at++) {
      if (r.oneIn(10_000)) {
        hits++;
        at += 8 + r.below(192);
      } else given.push(bytes[at] ?? 0);
    }
    return { hits, bytes: Uint8Array.from(given) };
  },
};

for (const [what, disturb] of Object.entries(disturbances)) {
  test(`${what} make no false frame, and cost about a frame each, or what they hit, and seldom a line of text`, () => {
    const r = random(17);
    const long = process.env["ATOMICOS_TEST_ALL"] === "1";
    const sent = new Map<string, number>();
    const lines: string[] = [];
    const parts: Uint8Array[] = [];
    let frames_sent = 0;
    for (let n = 0; n < (long ? 200_000 : 20_000); n++) {
      if (r.oneIn(10)) {
        lines.push(`[${n}] console line number ${r.below(1e5)}`);
        parts.push(Buffer.from(`${lines.at(-1)}\r\n`));
      } else {
        const content = Uint8Array.from({ length: 5 + r.below(20) }, () => (r.oneIn(3) ? 0 : r.below(256)));
        const frame: Frame = { type: "trace", number: n % 64, content };
        parts.push(encodeFrame(frame));
        sent.set(Buffer.from([n % 64, ...content]).toString("hex"), n);
        frames_sent++;
      }
    }
    const { hits, bytes } = disturb(Buffer.concat(parts), 23);
    const items = split(bytes);
    const found = framesOf(items);
    for (const { type, number, content } of found) {
      assert.is(type, "trace");
      assert.ok(sent.has(Buffer.from([number, ...content]).toString("hex")), "a false frame");
    }
    const heard = new Set(textOf(items).split(/\r\n|(?=\[\d)/));
    const lost = {
      frames: (frames_sent - found.length) / hits,
      lines: lines.filter((line) => !heard.has(line)).length / hits,
    };
    const limit = what.startsWith("lost runs") ? { frames: 8, lines: 1 } : { frames: 1.2, lines: 0.25 };
    assert.ok(hits > 30 && lost.frames < limit.frames && lost.lines < limit.lines, JSON.stringify({ hits, ...lost }));
  });
}

test.run();
