import { PassThrough } from "node:stream";
import { setImmediate as tick } from "node:timers/promises";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { pipedTypist } from "./piped-input.ts";
import type { Turn, Typist } from "./typist.ts";

const test = suite("piped input");

const SILENT = new Uint8Array();
const typed = (turn: Turn): string => Buffer.from(turn.type ?? []).toString();

async function piping(input: string): Promise<Typist> {
  const stream = new PassThrough();
  const typist = pipedTypist(stream);
  stream.end(input);
  while (!stream.readableEnded) await tick();
  return typist;
}

test("the first line waits for a long silence, even behind an unfinished line", async () => {
  const typist = await piping("help\n");
  typist.turn(Buffer.from("RAM check: "), 1000);
  assert.is(typed(typist.turn(SILENT, 2_000_999)), "");
  typist.turn(Buffer.from("good\r\n> "), 2_000_999);
  assert.is(typed(typist.turn(SILENT, 4_000_998)), "");
  assert.is(typed(typist.turn(SILENT, 4_000_999)), "help\r");
});

test("the prompt seen then is enough for the next lines", async () => {
  const typist = await piping("help\ntasks\n");
  typist.turn(Buffer.from("boot\r\n> "), 0);
  assert.is(typed(typist.turn(SILENT, 2_000_000)), "help\r");
  typist.turn(Buffer.from("help\r\nno help\r\n"), 2_010_000);
  assert.is(typed(typist.turn(SILENT, 2_100_000)), "");
  typist.turn(Buffer.from("> "), 2_110_000);
  assert.is(typed(typist.turn(SILENT, 2_129_999)), "");
  assert.is(typed(typist.turn(SILENT, 2_130_000)), "tasks\r");
});

test("a machine without a prompt gets its lines after silences", async () => {
  const typist = await piping("one\ntwo\n");
  assert.is(typed(typist.turn(SILENT, 2_000_000)), "one\r");
  assert.is(typed(typist.turn(SILENT, 3_999_999)), "");
  assert.is(typed(typist.turn(SILENT, 4_000_000)), "two\r");
});

test("the session ends when the machine waits for more than there is", async () => {
  const typist = await piping("no newline");
  typist.turn(Buffer.from("> "), 0);
  assert.is(typed(typist.turn(SILENT, 2_000_000)), "no newline");
  typist.turn(Buffer.from("no newline\r\n> "), 2_010_000);
  assert.is(typist.turn(SILENT, 2_020_000).end, undefined);
  assert.equal(typist.turn(SILENT, 2_030_000).end, { status: 0 });
});

test("no input at all still lets the machine speak first", async () => {
  const typist = await piping("");
  assert.is(typist.turn(SILENT, 1_000_000).end, undefined);
  typist.turn(Buffer.from("slow boot"), 1_500_000);
  assert.is(typist.turn(SILENT, 3_000_000).end, undefined);
  assert.equal(typist.turn(SILENT, 3_500_000).end, { status: 0 });
});

test.run();
