// The simulator's own parts, on a board of a few lines instead of the SoC: what fails here is not the processor's doing.

import { mkdirSync, readFileSync, statSync } from "node:fs";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { buildModel } from "../commands/steps/model.ts";
import { createMachine, type Machine } from "../sim/machine.ts";

const test = suite("simulated machine");

const ramBanks = ["atomicos_soc.even.words", "atomicos_soc.odd.words"];
const verilog = readFileSync(fromRoot("sim", "fixtures", "echo-board.v"), "utf8");

async function withMachine(use: (machine: Machine) => void, traced = false): Promise<void> {
  const machine = createMachine({ library: await buildModel({ verilog, ramBanks, traced }), ramBanks, clocksPerBit: 25 });
  try {
    machine.reset();
    use(machine);
  } finally {
    machine.free();
  }
}

test("RAM is one range of bytes over both banks", () =>
  withMachine((machine) => {
    assert.is(machine.ramSize, 128);
    machine.load(3, Uint8Array.of(1, 2, 3, 4, 5, 6));
    assert.equal([...machine.read(0, 12)], [0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0]);
    machine.send(Buffer.from("ab"));
    machine.run(2000);
    assert.equal([...machine.read(0, 8)], [0x61, 0, 0, 0, 0x62, 0, 0, 0]);
  }));

test("bytes outside the RAM are refused whole", () =>
  withMachine((machine) => {
    assert.throws(() => machine.load(127, Uint8Array.of(1, 2)), "2 bytes at 7fh do not lie in the RAM of 128 bytes");
    assert.throws(() => machine.read(0xffff_ffff, 1), "do not lie in the RAM");
    assert.is(machine.read(127, 1)[0], 0);
  }));

test("every byte value comes back over the serial line", () =>
  withMachine((machine) => {
    const sent = Uint8Array.from({ length: 256 }, (_, index) => index);
    // The board sends while it receives: a pause lets it finish each byte.
    machine.setSendGap(2);
    machine.send(sent);
    machine.run(256 * 12 * 25 + 500);
    assert.equal([...machine.receive()], [...sent]);
    assert.is(machine.framingErrors, 0);
    assert.is(machine.sendPending, 0);
  }));

test("a run ends in the cycle of the event it waits for", () =>
  withMachine((machine) => {
    assert.ok(machine.run(5000, ["halted"]).halted);
    assert.is(machine.cycles, 512);
    machine.send(Buffer.from("x"));
    const happened = machine.run(5000, ["received"]);
    assert.ok(happened.received && !happened.stopped);
    assert.equal(machine.receive().toString(), String("x".charCodeAt(0)));
    const { cycles } = machine;
    assert.not(machine.run(100, ["received"]).received);
    assert.is(machine.cycles, cycles + 100);
  }));

test("a restored snapshot runs on exactly as the first time", () =>
  withMachine((machine) => {
    machine.send(Buffer.from("snap"));
    machine.run(700);
    const snapshot = machine.save();
    const play = (): unknown => {
      machine.run(3000);
      return [machine.cycles, machine.retired, machine.eip, machine.leds, ...machine.receive(), ...machine.read(0, 64)];
    };
    const first = play();
    snapshot.restore();
    assert.is(machine.cycles, 700);
    assert.equal(play(), first);
    snapshot.free();
  }));

test("$finish ends the run, not the process, and reset starts again", () =>
  withMachine((machine) => {
    assert.ok(machine.run(200_000).stopped);
    assert.is(machine.cycles, 100_001);
    assert.match(machine.stopMessage, /^\$finish in soc\.v:\d+$/);
    assert.ok(machine.run(10).stopped);
    machine.reset();
    assert.is(machine.stopMessage, "");
    assert.not(machine.run(10).stopped);
  }));

test("a bank that the model does not have is named", async () => {
  const library = await buildModel({ verilog, ramBanks, traced: false });
  assert.throws(
    () => createMachine({ library, ramBanks: ["atomicos_soc.middle.words"], clocksPerBit: 25 }),
    "the model has no array of 32-bit words named atomicos_soc.middle.words",
  );
});

test("the traced model writes waves, the fast one says that it cannot", async () => {
  const folder = fromRoot("build", "tests");
  mkdirSync(folder, { recursive: true });
  const path = fromRoot("build", "tests", "echo-board.fst");
  await withMachine((machine) => {
    machine.traceTo(path);
    machine.run(1000);
  }, true);
  assert.ok(statSync(path).size > 500);
  await withMachine((machine) => assert.throws(() => machine.traceTo(path), "cannot write waves"));
});

test.run();
