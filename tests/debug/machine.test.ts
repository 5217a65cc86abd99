// The host's debugger on the whole Verilated machine, over nothing but its serial line, which carries the program's text
// and the trace meanwhile. What the debugger says is compared with what the simulator sees of registers and memory.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildMachine } from "../../commands/steps/machine.ts";
import { debugClient, type DebugClient } from "../../console/debug/client.ts";
import { lineSplitter } from "../../console/trace/splitter.ts";
import { createMachine, type Machine } from "../../sim/machine.ts";
import type { Frame } from "../../soc/trace/frame.ts";
import { buildProgram, symbolsOf } from "../accelerators/build.ts";

const test = suite("debugger on the machine");
const here = dirname(fileURLToPath(import.meta.url));

/** A byte on the line at 1 Mbaud takes 250 clocks: a request and its answer some ten thousand. */
const answer_cycles_max = 60_000;
const chunk_cycles = 500;
const boot_cycles = 800_000;

let machine: Machine;
let debug: DebugClient;
let symbol: (name: string) => number;
let traced = 0;
const text: Uint8Array[] = [];

test.before(async () => {
  const program = await buildProgram({ name: "counting", sources: [join(here, "counting.c")] });
  symbol = symbolsOf(program);
  machine = createMachine(await buildMachine({ traced: false }));
  machine.load(program.address, program.bytes);
  machine.reset();
  const splitter = lineSplitter();
  const frames: Frame[] = [];
  const listen = (): void => {
    for (const item of splitter.take(machine.receive())) {
      if (item.kind === "text") text.push(item.bytes);
      if (item.kind !== "frame") continue;
      if (item.frame.type === "answer") frames.push(item.frame);
      else traced++;
    }
  };
  for (let ran = 0; ran < boot_cycles; ran += 10_000) {
    machine.run(10_000);
    listen();
  }
  debug = debugClient({
    send: (bytes) => { machine.send(bytes); },
    next: async () => {
      for (let waited = 0; frames.length === 0 && waited < answer_cycles_max; waited += chunk_cycles) {
        machine.run(chunk_cycles);
        listen();
      }
      return Promise.resolve(frames.shift());
    },
  });
});

test.after(() => { machine.free(); });

const inMemory = (address: number): number => Buffer.from(machine.read(address, 4)).readUInt32LE();

test("the program's text comes through, and so does the trace", () => {
  assert.match(Buffer.concat(text).toString(), /AtomicOS boot ROM[^]*on\n/);
  assert.ok(traced > 0);
  assert.ok(inMemory(symbol("counter")) > 100);
});

test("halted, the machine stands still, and an instruction at a time goes on", async () => {
  assert.equal([(await debug.halt()).stopped, (await debug.state()).reason], [true, "halt"]);
  const { retired } = machine;
  machine.run(10_000);
  assert.is(machine.retired, retired);
  for (let n = 1; n <= 3; n++) {
    assert.is((await debug.step()).reason, "step");
    assert.is(machine.retired, retired + n);
  }
});

test("a breakpoint stops in front of its instruction each time it comes by", async () => {
  await debug.setBreakpoint(0, "execute", symbol("tick"));
  for (let n = 0; n < 2; n++) {
    const before = inMemory(symbol("counter"));
    await debug.resume();
    assert.is((await debug.stopped()).reason, "breakpoint");
    assert.is(await debug.register("eip"), symbol("tick"));
    assert.ok(inMemory(symbol("counter")) - before <= 1);
  }
  await debug.setBreakpoint(0, "off", 0);
});

test("memory is what the simulator sees, and is changed as asked, byte by byte", async () => {
  const at = symbol("counter");
  assert.equal(await debug.words(at, 1), [inMemory(at)]);
  await debug.setWords(at, [0x1122_3344]);
  assert.is(inMemory(at), 0x1122_3344);
  await debug.setWords(at, [0x5566_7788], 0b0010);
  assert.is(inMemory(at), 0x1122_7744);
  const first = symbol("tick") & ~3;
  assert.equal(await debug.words(first, 14), Array.from({ length: 14 }, (_, i) => inMemory(first + 4 * i)));
});

test("registers are read and written, and the program goes on with them", async () => {
  const [eax, ebp] = [await debug.register("eax"), await debug.register("ebp")];
  await debug.setRegister("ebp", 0xdead_beef);
  assert.equal([await debug.register("eax"), await debug.register("ebp")], [eax, 0xdead_beef]);
  await debug.setRegister("ebp", ebp);
  assert.equal([await debug.register("cs"), await debug.register("task")], [8, 0]);
  // At the top of `tick` once more: what it counted is counted again.
  const counted = inMemory(symbol("counter"));
  await debug.setBreakpoint(1, "write", symbol("double_counter"));
  await debug.resume();
  const { reason, watchpoint } = await debug.stopped();
  assert.equal([reason, watchpoint], ["watchpoint", 1]);
  assert.equal([inMemory(symbol("counter")), inMemory(symbol("double_counter"))], [counted + 1, (2 * (counted + 1)) % 2 ** 32]);
  await debug.setBreakpoint(1, "off", 0);
});

test("it goes on as if nothing had been", async () => {
  const counted = inMemory(symbol("counter"));
  await debug.resume();
  machine.run(20_000);
  assert.ok(inMemory(symbol("counter")) - counted > 500);
  assert.is((await debug.state()).stopped, false);
});

test.run();
