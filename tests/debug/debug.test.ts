// The host's debugger against the debug unit in the simulator, with the framed line between them, quiet and disturbed.
import { module, simulate, input, output } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DebugError, debugClient } from "../../console/debug/client.ts";
import { lineSplitter } from "../../console/trace/splitter.ts";
import { random } from "../../hdl-gen/fuzz/random.ts";
import { debuggedStandIn } from "../../soc/debug/stand-in.ts";
import type { Frame } from "../../soc/trace/frame.ts";
import { framedLine } from "../../soc/trace/framed-line.ts";

const test = suite("debugger, from host to hardware");

const ports = {
  line_in: { valid: input(1), data: input(8) },
  line_out: { valid: output(1), ready: input(1), data: output(8) },
};

const machineWith = (locked: boolean) =>
  module("debugged_machine", "A core, its debug unit, and the line.", ports, (m, io) => {
    const { taken } = m.nets({ taken: 1 });
    const debugged = m.instance("debugged", debuggedStandIn({ locked, silence_cycles: 64 }), {
      line: io.line_in,
      body: { ready: taken },
      waits: 0,
    });
    // Text comes back as an echo.
    const line = m.instance("line", framedLine({ rows: 1 }), {
      framing: 1,
      bodies: [debugged.body],
      text: debugged.text,
      line: { ready: io.line_out.ready },
    });
    taken.value = line.bodies[0]?.ready ?? 0;
    io.line_out.valid.value = line.line.valid;
    io.line_out.data.value = line.line.data;
    m.unused(line.text.ready, debugged.begins, debugged.eip);
  });

/** The chance that a byte in either direction is spoilt is one in `spoils`. */
function connect({ locked = false, spoils = 0 } = {}) {
  const sim = simulate(machineWith(locked)).reset();
  const { line_in, line_out } = sim.io;
  const r = random(31);
  const splitter = lineSplitter();
  const frames: Frame[] = [];
  const through = (byte: number): number => (spoils > 0 && r.oneIn(spoils) ? byte ^ (1 << r.below(8)) : byte);
  line_out.ready = 1;
  let heard: number[] = [];
  sim.watch(() => {
    if (line_out.valid === 1) heard.push(through(line_out.data));
  });
  const run = (cycles: number): void => {
    sim.step(cycles);
    for (const item of splitter.take(Uint8Array.from(heard))) if (item.kind === "frame") frames.push(item.frame);
    heard = [];
  };
  const client = debugClient({
    send(bytes) {
      for (const byte of bytes) {
        Object.assign(line_in, { valid: 1, data: through(byte) });
        sim.step();
        line_in.valid = 0;
        sim.step(2);
      }
    },
    async next() {
      for (let waited = 0; frames.length === 0 && waited < 300; waited += 50) run(50);
      return frames.shift();
    },
  });
  return { client, run };
}

test("halt, look, change, step, break, go on", async () => {
  const { client, run } = connect();
  run(100);
  assert.is((await client.halt()).stopped, true);
  await client.setRegister("edi", 0x1234_5678);
  assert.is(await client.register("edi"), 0x1234_5678);
  const eip = await client.register("eip");
  await client.setBreakpoint(0, "execute", eip + 20);
  await client.resume();
  assert.is((await client.stopped()).reason, "breakpoint");
  assert.is(await client.register("eip"), eip + 20);
  assert.is((await client.step()).reason, "step");
  assert.is(await client.register("eip"), eip + 21);
  const words = Array.from({ length: 16 }, (_, i) => (i * 0x1111_1111) >>> 0);
  await client.setWords(0, words);
  assert.equal(await client.words(0, 16), words);
});

test("what needs a machine that stands still says so", async () => {
  const { client } = connect();
  const failure = await client.register("eax").catch((error: unknown) => error);
  assert.ok(failure instanceof DebugError && failure.message === "the machine runs: halt it first");
});

test("a locked machine does not answer", async () => {
  const { client } = connect({ locked: true });
  const failure = await client.halt().catch((error: unknown) => error);
  assert.ok(failure instanceof DebugError && failure.message.startsWith("the machine does not answer"));
});

test("on a disturbed line requests are asked again until they are answered, and nothing wrong is ever read or written", async () => {
  const { client } = connect({ spoils: 300 });
  await client.halt();
  const r = random(8);
  const memory = Array.from({ length: 16 }, () => 0);
  await client.setWords(0, memory);
  for (let n = 0; n < 60; n++) {
    const at = r.below(16);
    const words = Array.from({ length: 1 + r.below(16 - at) }, () => r.below(2 ** 32));
    words.forEach((word, i) => {
      memory[at + i] = word;
    });
    await client.setWords(4 * at, words);
    assert.equal(await client.words(0, 16), memory);
  }
});

test.run();
