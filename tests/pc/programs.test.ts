// Programs on the simulated PC and on QEMU's: both must say the same, and end with the same status.

import { readFileSync } from "node:fs";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildPc, buildStartRom } from "../../commands/steps/pc.ts";
import { withParameters } from "../../firmware/pc/build.ts";
import { createMachine, type Machine, type Snapshot } from "../../sim/machine.ts";
import { multibootInformation, parsePcProgram } from "../../sim/multiboot.ts";
import { pc } from "../../sim/pc.ts";
import { pcRomBanks, pcRomContents } from "../../soc/pc/banks.ts";
import { pcRomBytes } from "../../soc/pc/memory-map.ts";
import { assemble, EMULATOR, hasEmulator, type Kind, type Outcome, ramBytes, runOnQemu } from "./programs.ts";

const test = suite("programs on the PC");
if (!hasEmulator) console.log(`skipped: ${EMULATOR} is not installed (Debian: qemu-system-x86)`);

const CYCLES_MAX = 10e6; // more than any program needs; a limit for one that hangs

let machine: Machine;
let beforeReset: Snapshot;

test.before(async () => {
  machine = createMachine(await buildPc({ ramBytes, traced: false }));
  beforeReset = machine.save();
});
test.after(() => {
  beforeReset.free();
  machine.free();
});

async function load(path: string, kind: Kind): Promise<void> {
  const file = readFileSync(path);
  if (kind === "rom") {
    machine.loadBanks(pcRomBanks, 0, pcRomContents(file));
    return;
  }
  const { image, entry } = parsePcProgram(file, path, ramBytes);
  const information = multibootInformation(ramBytes, "");
  for (const { address, bytes } of [...image, information]) machine.load(address, bytes);
  machine.loadBanks(pcRomBanks, 0, pcRomContents(withParameters(await buildStartRom(), entry, information.address)));
}

async function run(path: string, kind: Kind, posts: number[] = []): Promise<Outcome> {
  return runLoaded(async () => load(path, kind), posts);
}

async function runLoaded(loads: () => void | Promise<void>, posts: number[] = []): Promise<Outcome> {
  beforeReset.restore();
  await loads();
  machine.reset();
  const connection = pc(machine, (code) => posts.push(code));
  connection.run(CYCLES_MAX);
  return { text: Buffer.from(connection.receive()).toString("latin1"), status: connection.exitStatus ?? null };
}

interface Program {
  readonly name: string;
  readonly kind: Kind;
  readonly claim: string;
}

const programs: readonly Program[] = [
  { name: "hello", kind: "rom", claim: "a ROM starts at the reset vector in real mode and is seen in both places" },
  { name: "ports", kind: "rom", claim: "ports read what the data sheets say, and FFh where nothing is" },
  { name: "memory", kind: "rom", claim: "RAM reaches to 640 KB, and the ROM cannot be written" },
  { name: "interrupts", kind: "rom", claim: "the timer and COM1 interrupt through the 8259s, as often as they should" },
  { name: "reset", kind: "rom", claim: "the keyboard controller resets the machine; RAM and CMOS keep what they hold" },
  { name: "sixteen-bit", kind: "rom", claim: "instructions in real mode leave the same registers and flags" },
  { name: "far-through-memory", kind: "rom", claim: "far calls and jumps take their target from memory" },
  { name: "multiboot", kind: "kernel", claim: "a multiboot program starts as the specification has it" },
  { name: "apic", kind: "kernel", claim: "local APIC, I/O APIC and the 8259 behind LINT0 deliver interrupts" },
];

for (const { name, kind, claim } of programs) {
  if (!hasEmulator) {
    test.skip(claim);
    continue;
  }
  test(claim, async () => {
    const path = await assemble(name, kind);
    const expected = runOnQemu(path, kind);
    assert.is.not(expected.status, null, "QEMU comes to the program's end");
    assert.equal(await run(path, kind), expected);
  });
}

test("where a PC has its display's memory is nothing", async () => {
  assert.equal(await run(await assemble("hole", "rom"), "rom"), { text: "FFFFFFFF", status: 1 });
});

test("the largest ROM is there from its first byte on", async () => {
  const program = readFileSync(await assemble("first-bytes", "rom"));
  const image = new Uint8Array(pcRomBytes.max);
  image.set([0x10, 0x21, 0x32, 0x43, 0x54, 0x65, 0x76, 0x87]);
  image.set(program, image.length - program.length);
  const outcome = await runLoaded(() => machine.loadBanks(pcRomBanks, 0, pcRomContents(image)));
  assert.equal(outcome, { text: "1021324354657687", status: 1 });
});

test("codes written to port 80h are seen", async () => {
  const posts: number[] = [];
  await run(await assemble("hello", "rom"), "rom", posts);
  assert.equal(posts, [0x42]);
});

test.run();
