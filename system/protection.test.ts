// What a task was not given it cannot load, store or execute: neither the kernel's memory, nor a device's registers, nor
// another task's; and its own only as what it is. What is lent is open for a call, what is given from then on.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { BUILD } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { buildHeaders } from "../commands/steps/software.ts";
import { readElf } from "../kernel/elf.ts";
import { refusals } from "../kernel/system-calls.ts";
import { createMachine, type Machine } from "../sim/machine.ts";
import { memoryMap } from "../soc/memory-map.ts";
import { buildSystem, type BuiltSystem } from "./build.ts";
import { defineProgram, defineSystem, ms } from "./index.ts";
import { runToKernel } from "./observe.ts";

const test = suite("memory protection");

const source = (name: string): string => `system/protection/${name}.c`;
const trespasser = defineProgram({
  name: "trespasser", sources: [source("trespasser")],
  needs: { attempts: { region: ["read", "write"] }, scale: { region: ["read"] } },
});
const guard = defineProgram({
  name: "guard", sources: [source("guard")],
  needs: {
    faults: { channel: ["receive"] }, reports: { region: ["read", "write"] }, trespasser: { process: ["restart"] },
    owner: { process: ["restart"] }, server: { process: ["restart"] },
  },
});
const owner = defineProgram({
  name: "owner", sources: [source("owner")],
  needs: {
    results: { region: ["read", "write"] }, buffer: { region: ["read", "write", "lend", "grant", "copy", "revoke"] },
    server: { process: ["call"] },
  },
});
const server = defineProgram({ name: "server", sources: [source("server")], needs: {} });

const described = defineSystem({
  name: "protection",
  channels: { faults: {} },
  regions: {
    attempts: { bytes: 256 }, scale: { bytes: 32 }, reports: { bytes: 1024 }, results: { bytes: 64 }, buffer: { bytes: 96 },
  },
  tasks: {
    guard: {
      program: guard, policy: "background",
      given: {
        faults: { channel: "faults", rights: ["receive"] }, reports: { region: "reports", rights: ["read", "write"] },
        trespasser: { process: "trespasser", rights: ["restart"] }, owner: { process: "owner", rights: ["restart"] },
        server: { process: "server", rights: ["restart"] },
      },
    },
    server: {
      program: server, policy: "edf", period: ms(1), wcet: ms(0.1), spareSlots: 1, onFault: { tell: "faults" }, given: {},
    },
    trespasser: {
      program: trespasser, policy: "background", priority: 1, onFault: { tell: "faults" },
      given: {
        attempts: { region: "attempts", rights: ["read", "write"] }, scale: { region: "scale", rights: ["read"] },
      },
    },
    owner: {
      program: owner, policy: "background", priority: 2, onFault: { tell: "faults" },
      given: {
        results: { region: "results", rights: ["read", "write"] },
        buffer: { region: "buffer", rights: ["read", "write", "lend", "grant", "copy", "revoke"] },
        server: { process: "server", rights: ["call"] },
      },
    },
  },
});

let machine: Machine;
let built: BuiltSystem;
test.before(async () => {
  built = await buildSystem(described, join(BUILD, "test", "protection"), await buildHeaders());
  machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  for (const { address, bytes } of readElf(readFileSync(built.elf), built.elf).segments) {
    if (bytes.length > 0) machine.load(address, bytes);
  }
  runToKernel(machine);
  machine.load(region("attempts"), words(0, 0, ...attempts().flatMap(({ kind, address }) => [kinds[kind], address]), 0, 0));
  machine.run(run_cycles);
});
test.after(() => { machine.free(); });

const run_cycles = 1_000_000;

const words = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
const wordsAt = (address: number, count: number): Uint32Array =>
  new Uint32Array(Uint8Array.from(machine.read(address, 4 * count)).buffer);

const region = (name: string): number => {
  const index = built.system.regions.findIndex((each) => each.name === name);
  return built.placement.regions[index] ?? 0;
};
const image = (name: string) => {
  const index = built.programs.findIndex(({ image: { task } }) => task.name === name);
  return built.placement.images[index] ?? { code: 0, constants: 0, data: 0 };
};
const stack = (name: string): number =>
  built.placement.stacks[built.system.tasks.findIndex((task) => task.name === name)]?.base ?? 0;
const kernel = (name: string): number =>
  readElf(readFileSync(built.elf), built.elf).symbols.find((symbol) => symbol.name === name)?.address ?? 0;

const kinds = { load: 1, store: 2, fetch: 3 } as const;
interface Attempt {
  readonly name: string;
  readonly kind: keyof typeof kinds;
  readonly address: number;
  readonly allowed?: boolean;
}

const attempts = (): readonly Attempt[] => [
  { name: "its own code", kind: "load", address: image("trespasser").code, allowed: true },
  { name: "its own code", kind: "store", address: image("trespasser").code },
  { name: "its own constants", kind: "load", address: image("trespasser").constants, allowed: true },
  { name: "its own constants", kind: "store", address: image("trespasser").constants },
  { name: "its own constants", kind: "fetch", address: image("trespasser").constants },
  { name: "its own data", kind: "store", address: image("trespasser").data, allowed: true },
  { name: "its own data", kind: "fetch", address: image("trespasser").data },
  { name: "its own stack", kind: "store", address: stack("trespasser"), allowed: true },
  { name: "its own stack", kind: "fetch", address: stack("trespasser") },
  { name: "the gap below its stack", kind: "store", address: stack("trespasser") - 4 },
  { name: "a region that it may read", kind: "load", address: region("scale"), allowed: true },
  { name: "a region that it may read", kind: "store", address: region("scale") },
  { name: "another's region", kind: "load", address: region("buffer") },
  { name: "another's code", kind: "load", address: image("guard").code },
  { name: "another's code", kind: "fetch", address: image("guard").code },
  { name: "another's stack", kind: "load", address: stack("guard") },
  { name: "another's stack", kind: "store", address: stack("guard") },
  { name: "the kernel's code", kind: "load", address: kernel("dispatch") },
  { name: "the kernel's code", kind: "store", address: kernel("dispatch") },
  { name: "the kernel's code", kind: "fetch", address: kernel("dispatch") },
  { name: "the kernel's constants", kind: "load", address: kernel("system_tasks") },
  { name: "the kernel's data", kind: "load", address: kernel("processes") },
  { name: "the kernel's data", kind: "store", address: kernel("processes") },
  { name: "the MPU's registers", kind: "store", address: memoryMap.memoryProtection.base },
  { name: "the contexts' registers", kind: "store", address: memoryMap.contextStore.base },
  { name: "the mailbox's registers", kind: "load", address: memoryMap.mailbox.base },
  { name: "the mailbox's window", kind: "store", address: memoryMap.mailboxWindow.base },
  { name: "the interrupt controller's registers", kind: "store", address: memoryMap.localApic.base },
  { name: "the boot ROM", kind: "fetch", address: memoryMap.bootRom.base },
];

interface Fault {
  readonly task: string;
  readonly vector: number;
  readonly error: number;
  readonly address: number;
}

function faults(): readonly Fault[] {
  const [count = 0] = wordsAt(region("reports"), 1);
  return Array.from({ length: count }, (_, index) => {
    const [what = 0, , error = 0, address = 0] = wordsAt(region("reports") + 4 + 16 * index, 4);
    const task = built.system.tasks.find(({ number }) => number === (what & 0xff))?.name ?? "nobody";
    return { task, vector: (what >> 8) & 0xff, error, address };
  });
}

/** Protection key, ring 3, and what it was. */
const errors = { load: 0x25, store: 0x27, fetch: 0x35 } as const;
const pageFault = 14;

test("what is refused is a page fault with the protection-key bit, at the address, told to the handler; the rest goes on", () => {
  const refused = attempts().filter(({ allowed = false }) => !allowed);
  assert.equal(
    faults().filter(({ task }) => task === "trespasser").map(({ vector, error, address }) => ({ vector, error, address })),
    refused.map(({ kind, address }) => ({ vector: pageFault, error: errors[kind], address })),
  );
  const [next, survived] = wordsAt(region("attempts"), 2);
  assert.is(next, attempts().length);
  const expected = attempts().reduce((set, { allowed = false }, index) => set + (allowed ? 2 ** index : 0), 0);
  assert.is(survived, expected);
});

test("a region is open to who has it: lent, for a call; copied, until it is revoked; given, from then on", () => {
  const gone = -1 - Object.keys(refusals).indexOf("GONE");
  const [begun, ended, before, lent, during, after, takenBack, given, again, word] = wordsAt(region("results"), 10);
  assert.equal([begun, ended], [1, 1]);
  assert.equal([before, lent, during, after, takenBack, given, again].map((result) => (result ?? 0) | 0),
    [gone, 0, 0, gone, gone, 0, 0]);
  // Three times 42, and the copy's.
  assert.is(word, 3 * 42 + 1000);
  const [buffer] = wordsAt(region("buffer"), 1);
  assert.is(buffer, 42, "who has given it away can no longer write it");
  assert.equal(faults().filter(({ task }) => task === "owner").map(({ error, address }) => ({ error, address })),
    [{ error: errors.store, address: region("buffer") }]);
});

test.run();
