// The debug unit with a core that stands in, from request frames to answers.
import { constant, input, module, requireProof, simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { random } from "../../hdl-gen/fuzz/random.ts";
import { refuted, withFault } from "../../hdl-gen/library/testing.ts";
import { encodeFrame } from "../trace/frame.ts";
import { frameTypes } from "../trace/wire.ts";
import { breakpoints } from "./breakpoints.ts";
import { debugUnit } from "./debug.ts";
import { requestReceiver } from "./receiver.ts";
import {
  breakpointKinds, debugRegisters, decodeAnswer, encodeRequest, type BreakpointKind, type DebugAnswer, type DebugRequest,
} from "./requests.ts";
import { runControl } from "./run-control.ts";
import { debuggedStandIn } from "./stand-in.ts";

const test = suite("debug unit");
const silence_cycles = 256;

function benchOf({ locked = false } = {}) {
  const sim = simulate(debuggedStandIn({ locked, silence_cycles })).reset();
  const { io } = sim;
  const text: number[] = [];
  const begun: number[] = [];
  const answers: { readonly number: number; readonly answer: DebugAnswer }[] = [];
  let body: number[] = [];
  sim.watch(() => {
    if (io.text.valid === 1) text.push(io.text.data);
    if (io.begins === 1) begun.push(io.eip);
    if (io.body.valid === 0 || io.body.ready === 0) return;
    body.push(io.body.data);
    if (io.body.last === 0) return;
    const [head = 0, ...content] = body;
    const answer = decodeAnswer(Uint8Array.from(content));
    assert.is(head >> 6, frameTypes.answer);
    assert.ok(answer, content.join());
    answers.push({ number: head & 63, answer });
    body = [];
  });
  io.body.ready = 1;
  const type = (bytes: Uint8Array, gap = 2): void => {
    for (const byte of bytes) {
      Object.assign(io.line, { valid: 1, data: byte });
      sim.step();
      io.line.valid = 0;
      sim.step(gap);
    }
  };
  let number = 0;
  /** The answer to a request. */
  const askWith = (content: Uint8Array): DebugAnswer => {
    number = (number % 63) + 1;
    type(encodeFrame({ type: "request", number, content }));
    sim.until(() => answers.some((one) => one.number === number), 500);
    const found = answers.find((one) => one.number === number);
    assert.ok(found);
    answers.splice(answers.indexOf(found), 1);
    return found.answer;
  };
  const ask = (request: DebugRequest): DebugAnswer => askWith(encodeRequest(request));
  /** What is told unasked. */
  const told = (): DebugAnswer => {
    sim.until(() => answers.length > 0, 500);
    const first = answers.shift();
    assert.ok(first);
    assert.is(first.number, 0);
    return first.answer;
  };
  const halt = (): void => {
    ask({ command: "halt" });
    told();
  };
  const register = (name: (typeof debugRegisters)[number]): number => {
    const { status, words } = ask({ command: "readRegister", operand: debugRegisters.indexOf(name) });
    assert.is(status, "ok");
    return words[0] ?? assert.unreachable() ?? 0;
  };
  const breakAt = (operand: number, kind: BreakpointKind, value: number): void => {
    const data = Uint8Array.of(breakpointKinds[kind]);
    assert.is(ask({ command: "setBreakpoint", operand, value, data }).status, "ok");
  };
  return { sim, io, text, begun, type, ask, askWith, told, halt, register, breakAt };
}

test("halted, no instruction begins; resumed, they go on where they were", () => {
  const { sim, begun, ask, halt } = benchOf();
  sim.step(50);
  halt();
  const count = begun.length;
  sim.step(200);
  assert.is(begun.length, count);
  assert.is(ask({ command: "resume" }).status, "ok");
  sim.step(50);
  assert.ok(begun.length > count);
  assert.equal(begun, begun.map((_, i) => 0x100 + i), "none is left out or done twice");
});

test("a step is one instruction", () => {
  const { begun, ask, told, halt, register } = benchOf();
  halt();
  for (let n = 0; n < 20; n++) {
    const count = begun.length;
    const eip = register("eip");
    ask({ command: "step" });
    const { stopped, reason } = told();
    assert.equal([stopped, reason, begun.length, register("eip")], [true, "step", count + 1, eip + 1]);
  }
});

test("a breakpoint stops before its instruction, says so unasked, and lets it go on afterwards", () => {
  const { begun, ask, told, halt, register, breakAt } = benchOf();
  halt();
  const eip = register("eip");
  breakAt(3, "execute", eip + 5);
  breakAt(0, "execute", eip + 9);
  for (const place of [5, 9]) {
    ask({ command: "resume" });
    const { stopped, reason } = told();
    assert.equal([stopped, reason, register("eip"), begun.at(-1)], [true, "breakpoint", eip + place, eip + place - 1]);
  }
  breakAt(0, "off", 0);
  ask({ command: "step" });
  assert.is(told().reason, "step");
  assert.is(begun.at(-1), eip + 9);
});

test("a watchpoint stops behind the store to its word, and says which", () => {
  const { begun, ask, told, halt, breakAt } = benchOf();
  halt();
  breakAt(2, "write", 4 * 7 + 1);
  breakAt(1, "access", 4 * 11);
  for (let n = 0; n < 4; n++) {
    ask({ command: "resume" });
    const { stopped, reason, watchpoint } = told();
    assert.equal([stopped, reason], [true, "watchpoint"]);
    assert.is((begun.at(-1) ?? 0) % 16, watchpoint === 2 ? 7 : 11);
  }
});

test("registers and memory are read and written, however long they take", () => {
  const { io, sim, ask, halt, register } = benchOf();
  halt();
  ask({ command: "writeRegister", operand: debugRegisters.indexOf("ebx"), value: 0xcafe_f00d });
  assert.is(register("ebx"), 0xcafe_f00d);
  ask({ command: "writeRegister", operand: debugRegisters.indexOf("eip"), value: 0x4000 });
  assert.is(register("eip"), 0x4000);
  const r = random(5);
  sim.watch(() => { io.waits = r.oneIn(3) ? 0 : 1; });
  const data = Uint8Array.from({ length: 48 }, (_, i) => 200 + i);
  assert.is(ask({ command: "writeMemory", operand: 0b1111, value: 4, data }).status, "ok");
  const { words } = ask({ command: "readMemory", operand: 12, value: 4 });
  assert.equal(words, Array.from({ length: 12 }, (_, i) => Buffer.from(data).readUInt32LE(4 * i)));
  ask({ command: "writeMemory", operand: 0b0100, value: 8, data: Uint8Array.of(1, 2, 3, 4) });
  assert.equal(ask({ command: "readMemory", operand: 1, value: 8 }).words, [0xcf03_cdcc]);
});

test("what needs a core that stands still is refused while it runs, what is unknown always", () => {
  const { ask, askWith, sim, begun } = benchOf();
  for (const command of ["step", "readRegister", "writeRegister", "readMemory", "writeMemory"] as const) {
    assert.equal([ask({ command, operand: 1 }).status, ask({ command: "state" }).stopped], ["running", false]);
  }
  const content = encodeRequest({ command: "state" });
  assert.is(askWith(Uint8Array.of(99, ...content.subarray(1))).status, "unknown");
  assert.is(askWith(content.subarray(0, -1)).status, "unknown", "too short");
  const count = begun.length;
  sim.step(100);
  assert.ok(begun.length > count, "it still runs");
});

test("text passes unchanged beside requests, and what is between borders never does", () => {
  const { text, ask, type } = benchOf();
  type(Buffer.from("help"));
  ask({ command: "state" });
  type(Buffer.from("\r\u0003é"));
  type(encodeFrame({ type: "trace", number: 1, content: Uint8Array.of(1, 2, 3) }));
  const damaged = encodeFrame({ type: "request", number: 1, content: encodeRequest({ command: "halt" }) });
  damaged[4] = (damaged[4] ?? 0) ^ 8;
  type(damaged);
  type(Buffer.from("!"));
  assert.is(ask({ command: "state" }).stopped, false, "a damaged request does nothing");
  assert.is(Buffer.from(text).toString(), "help\r\u0003é!");
});

test("a border without a frame is forgotten after a silence", () => {
  const { text, sim, type, ask } = benchOf();
  type(Uint8Array.of(0, 5, 6));
  sim.step(silence_cycles);
  type(Buffer.from("x"));
  assert.is(Buffer.from(text).toString(), "x");
  assert.is(ask({ command: "state" }).status, "ok");
});

test("in a locked machine requests are text like any other, and nothing is answered", () => {
  const { text, io, sim, type } = benchOf({ locked: true });
  const request = encodeFrame({ type: "request", number: 1, content: encodeRequest({ command: "halt" }) });
  let spoke = false;
  sim.watch(() => { spoke ||= io.body.valid === 1; });
  type(request);
  sim.step(300);
  assert.equal([Uint8Array.from(text), spoke], [request, false]);
});

test("an instruction begins exactly when it may", async () => {
  await requireProof(runControl(), { depth: 4 });
});

test("a locked machine's core is never stopped, and its memory and registers never asked for", async () => {
  const claim = module("locked_claim", "What a lock promises.", { inputs: input(1), reached: input(1) }, (m, io) => {
    const zero = { address: constant(0, 32) };
    const unit = m.instance("unit", debugUnit({ locked: true }), {
      line: { valid: io.inputs, data: 0 }, body: { ready: 1 },
      core: {
        fetched: zero, boundary: { reached: io.reached, breaks: io.inputs }, stopped: io.reached,
        access: { valid: io.inputs, write: 1, first: 0, last: 0 }, registers: { ready: 1, rdata: 0 },
      },
      memory: { ready: 1, rdata: 0 },
    });
    const asks = unit.core.registers.request.or(unit.memory.request);
    m.assert("nothing_comes_out", unit.core.stop.or(asks, unit.body.valid).not());
    m.assert("the_line_goes_through", unit.text.valid.eq(io.inputs));
    m.unused(
      unit.core.fetched.breaks, unit.core.registers.write, unit.core.registers.number, unit.core.registers.wdata,
      unit.memory.write, unit.memory.address, unit.memory.mask, unit.memory.wdata,
      unit.body.data, unit.body.last, unit.text.data,
    );
  });
  await requireProof(claim, { depth: 2 });
});

test("every character that comes in is text, a border, or part of a frame; a request can come", async () => {
  await requireProof(requestReceiver({ silence_cycles: 4 }), { depth: 9 });
});

for (const [what, label] of [
  ["lets the next instruction begin after a step", "halted"],
  ["forgets that a breakpoint was met", "meets"],
] as const) {
  test(`a unit that ${what} is found out`, async () => {
    const failed = await refuted(withFault(runControl(), label, () => constant(0, 1)), { depth: 5 });
    assert.ok(failed.length > 0);
  });
}

test("breakpoints compare whole addresses, watchpoints words", () => {
  const sim = simulate(breakpoints(4)).reset();
  const { set, fetched, access, watched } = sim.io;
  Object.assign(set, { valid: 1, index: 2, kind: breakpointKinds.execute, address: 0x1234_5678 });
  sim.step();
  Object.assign(set, { index: 1, kind: breakpointKinds.write, address: 0x2001 });
  sim.step();
  set.valid = 0;
  const breaksAt = (address: number): number => ((fetched.address = address), fetched.breaks);
  assert.equal([0x1234_5678, 0x1234_5679, 0x3234_5678, 0x2001].map(breaksAt), [1, 0, 0, 0]);
  const watchedBy = (write: 0 | 1, first: number, last: number): number =>
    (Object.assign(access, { valid: 1, write, first, last }), watched.valid);
  assert.is(watchedBy(1, 0x2003, 0x2003), 1, "another byte of the word");
  assert.is(watchedBy(0, 0x2003, 0x2003), 0, "a load");
  assert.is(watchedBy(1, 0x1ffe, 0x2001), 1, "across the border of two words");
  assert.is(watchedBy(1, 0x2004, 0x2007), 0, "the next word");
});

test.run();
