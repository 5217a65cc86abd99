import { suite } from "uvu";
import * as assert from "uvu/assert";

import { parseScript, ScriptError, scriptTypist, WAIT_CYCLES_MAX_DEFAULT } from "./script.ts";

const test = suite("console script");

const cycles_max = WAIT_CYCLES_MAX_DEFAULT;

function rejects(source: string, line: number, message: string): void {
  try {
    parseScript(source);
  } catch (error) {
    assert.ok(error instanceof ScriptError);
    if (!(error instanceof ScriptError)) return;
    assert.is(error.line, line);
    assert.is(error.message, message);
    return;
  }
  assert.unreachable(`${JSON.stringify(source)} was accepted`);
}

test("lines keep their numbers over comments and blank lines", () => {
  assert.equal(parseScript("# boot\n\nwait ready>\n  send help me \n"), [
    { number: 3, kind: "wait", text: "ready>", cycles_max },
    { number: 4, kind: "type", text: "help me\r" },
  ]);
});

test("double quotes keep blanks and give control characters", () => {
  assert.equal(parseScript('wait "> "\ntype "\\u0003"\nsend ""\nsend say "hi"'), [
    { number: 1, kind: "wait", text: "> ", cycles_max },
    { number: 2, kind: "type", text: "\u0003" },
    { number: 3, kind: "type", text: "\r" },
    { number: 4, kind: "type", text: 'say "hi"\r' },
  ]);
});

test("within holds for the waits behind it", () => {
  const waits = parseScript("wait a\nwithin 20k\nwait b\nwithin 3M\nwait c").map((line) =>
    line.kind === "wait" ? line.cycles_max : 0,
  );
  assert.equal(waits, [cycles_max, 20_000, 3_000_000]);
});

test("Windows line ends are line ends", () => assert.is(parseScript("wait a\r\nsend b\r\n").length, 2));

test("each mistake names its line", () => {
  rejects("wait a\nexpect b", 2, '"expect" is not a script word; there are wait, send, type and within');
  rejects("wait", 1, "wait needs a text, such as: wait ready>");
  rejects('\n\nsend "open', 3, '"open is not a complete text in double quotes');
  rejects("within soon", 1, "within needs a number of clock cycles, such as: within 20M");
  rejects("within 0", 1, "within needs a number of clock cycles, such as: within 20M");
});

const bytes = (text: string): Uint8Array => Buffer.from(text);
const typed = (turn: { type?: Uint8Array }): string => Buffer.from(turn.type ?? []).toString();

test("an answer is typed in the turn that completes the text", () => {
  const typist = scriptTypist("s", parseScript("wait ready>\nsend help\nwait tasks"));
  assert.is(typed(typist.turn(bytes(""), 0)), "");
  assert.is(typed(typist.turn(bytes("boot\r\nrea"), 100)), "");
  const answer = typist.turn(bytes("dy>"), 200);
  assert.is(typed(answer), "help\r");
  assert.is(answer.wake_cycle, 200 + cycles_max);
  assert.equal(typist.turn(bytes("tasks"), 300).end, { status: 0 });
});

test("a wait looks only behind what the wait before it found", () => {
  const typist = scriptTypist("s", parseScript("wait a\nwait a"));
  assert.is(typist.turn(bytes("ba"), 0).end, undefined);
  assert.equal(typist.turn(bytes("ca"), 1).end, { status: 0 });
});

test("two texts in one breath are both found", () => {
  const typist = scriptTypist("s", parseScript("wait a\nsend 1\nwait b\nsend 2"));
  const turn = typist.turn(bytes("a b"), 0);
  assert.is(typed(turn), "1\r2\r");
  assert.equal(turn.end, { status: 0 });
});

test("a text that never comes ends with the line, the text and the last output", () => {
  const typist = scriptTypist("boot.script", parseScript("wait up\nwithin 10k\nwait never"));
  typist.turn(bytes("up\r\nand running\r\n"), 500);
  assert.is(typist.turn(bytes(""), 10_499).end, undefined);
  assert.equal(typist.turn(bytes(""), 10_500).end, {
    status: 1,
    message:
      'boot.script:3: waited 10,000 cycles for "never", which did not come; the last output lines:\nup\nand running',
  });
});

test("silence is called silence", () => {
  const typist = scriptTypist("s", parseScript("within 1k\nwait up"));
  typist.turn(bytes(""), 0);
  assert.match(typist.turn(bytes(""), 1000).end?.message ?? "", "the machine said nothing");
});

test("an empty script is done at once", () => {
  assert.equal(scriptTypist("s", parseScript("# nothing\n")).turn(bytes(""), 0).end, { status: 0 });
});

test.run();
