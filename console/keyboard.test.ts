import { PassThrough } from "node:stream";
import { setImmediate as tick } from "node:timers/promises";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { keyboardTypist, type Terminal } from "./keyboard.ts";

const test = suite("keyboard");

const SILENT = new Uint8Array();

function fakeTerminal(): { terminal: Terminal; press: (keys: string) => Promise<void>; raw: () => boolean } {
  let raw = false;
  const stream = new PassThrough();
  const terminal = Object.assign(stream, {
    setRawMode(on: boolean) {
      raw = on;
    },
    unref() {},
  });
  const press = async (keys: string): Promise<void> => {
    stream.write(keys);
    await tick();
  };
  return { terminal, press, raw: () => raw };
}

test("keys go to the machine as they are, Ctrl-C too", async () => {
  const { terminal, press } = fakeTerminal();
  const typist = keyboardTypist(terminal);
  await press("he");
  await press("lp\r\u0003");
  assert.equal(typist.turn(SILENT, 0), { type: Buffer.from("help\r\u0003") });
  assert.equal(typist.turn(SILENT, 0), { type: Buffer.alloc(0) });
  typist.close();
});

test("Ctrl-] leaves; what was typed before it still goes", async () => {
  const { terminal, press } = fakeTerminal();
  const typist = keyboardTypist(terminal);
  await press("x\u001dy");
  assert.equal(typist.turn(SILENT, 0), { type: Buffer.from("x"), end: { status: 0 } });
  typist.close();
});

test("a terminal that hangs up leaves too", async () => {
  const { terminal } = fakeTerminal();
  const typist = keyboardTypist(terminal);
  terminal.push(null);
  await tick();
  assert.equal(typist.turn(SILENT, 0).end, { status: 0 });
  typist.close();
});

test("the terminal is raw for the session and as before afterwards", () => {
  const { terminal, raw } = fakeTerminal();
  const listeners = process.listenerCount("exit");
  const typist = keyboardTypist(terminal);
  assert.ok(raw());
  assert.is(process.listenerCount("exit"), listeners + 1);
  typist.close();
  assert.not(raw());
  assert.is(process.listenerCount("exit"), listeners);
});

test.run();
