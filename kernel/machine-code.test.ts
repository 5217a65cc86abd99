// What holds for every instruction of the boot ROM, the kernel and the usual system's tasks: the core can execute it, and its
// time has a bound.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildSystems } from "../tests/claims/systems.ts";
import { type ElfFile, readElf } from "./elf.ts";
import { codeFrom, type CodePoint, cycles, type Marker, markersOf, reach } from "./machine-code.ts";

const folder = fileURLToPath(new URL("../build/test/machine-code/", import.meta.url));
const test = suite("machine code");

interface Program {
  readonly elf: ElfFile;
  readonly code: ReadonlyMap<number, CodePoint>;
  readonly markers: readonly Marker[];
}

const parts = ["rom", "kernel", "tasks"] as const;
const programs: Partial<Record<(typeof parts)[number], readonly Program[]>> = {};

function program(path: string): Program {
  const elf = readElf(readFileSync(path), path);
  const functions = elf.symbols.filter(({ isFunction }) => isFunction).map(({ address }) => address);
  return { elf, code: codeFrom(elf, [...functions, ...vectorEntries(elf)]), markers: markersOf(elf) };
}

/** The addresses in the table that the kernel fills its gates from. */
function vectorEntries(elf: ElfFile): number[] {
  const table = elf.symbols.find((symbol) => symbol.name === "vector_entries");
  const section = elf.sections.find(({ allocated, address, bytes }) =>
    table !== undefined && allocated && table.address >= address && table.address < address + bytes.length);
  if (table === undefined || section === undefined) return [];
  const words = Buffer.from(section.bytes).subarray(table.address - section.address);
  return Array.from({ length: table.bytes / 4 }, (_, index) => words.readUInt32LE(4 * index));
}

test.before(async () => {
  const { elfs, programs: ofTasks } = await buildSystems(folder);
  programs.rom = [program(join(folder, "firmware", "rom.elf"))];
  programs.kernel = [program(elfs.console)];
  programs.tasks = ofTasks.map(program);
});

interface Enough {
  readonly of: (program: Program) => number;
  readonly min: number;
}

/** `enough`: of what is looked at there are as many in a part, or nothing is found out. */
function forAll(name: string, holds: (program: Program) => void, enough: Enough = { of: () => 1, min: 1 }): void {
  for (const part of parts) {
    test(`${part}: ${name}`, () => {
      const built = programs[part] ?? [];
      const found = built.reduce((total, one) => total + enough.of(one), 0);
      assert.ok(found >= enough.min, `only ${found} found`);
      built.forEach(holds);
    });
  }
}

/** The function that an address lies in, and where, for messages. */
function place({ elf }: Program, address: number): string {
  const symbol = elf.symbols
    .filter((candidate) => candidate.isFunction && candidate.address <= address)
    .toSorted((a, b) => b.address - a.address)[0];
  return symbol === undefined ? address.toString(16) : `${symbol.name}+${(address - symbol.address).toString(16)}`;
}

/** Of later processors' instructions the kernel uses these: fast system calls, their set-up, the time. */
const LATER = new Set(["Sysenter", "Sysexit", "Wrmsr", "Rdtsc"]);

forAll("every instruction is one of a 386, or has to do with fast calls or the time", (built) => {
  const foreign = [...built.code.values()].filter(({ features, mnemonic }) =>
    !LATER.has(mnemonic) && features.some((name) => !/^INTEL(8086|[123]86)/.test(name)));
  assert.equal(foreign.map(({ address, mnemonic }) => `${place(built, address)}: ${mnemonic}`), []);
}, { of: ({ code }) => code.size, min: 300 });

forAll("every loop has a bound or is declared endless", (built) => {
  const marked = new Set(built.markers.filter(({ kind }) => kind !== "enter").map(({ address }) => address));
  const open = cycles(built.code.keys(), (node) =>
    marked.has(node) ? [] : (built.code.get(node)?.next ?? []));
  assert.equal(open.map((address) => place(built, address)), []);
});

const iterations = ({ markers }: Program): readonly Marker[] => markers.filter(({ kind }) => kind === "iter");

forAll("every bounded loop says where it begins", (built) => {
  const entered = new Set(built.markers.filter(({ kind }) => kind === "enter").map(({ address, loop }) =>
    `${place(built, address).replace(/\+.*/, "")} loop ${loop}`));
  for (const { address, loop, bound } of iterations(built)) {
    assert.ok(bound > 0);
    const name = `${place(built, address).replace(/\+.*/, "")} loop ${loop}`;
    assert.ok(entered.has(name), `${name} is not entered`);
  }
}, { of: (built) => iterations(built).length, min: 6 });

forAll("every marker stands on an instruction", (built) => {
  for (const { address } of built.markers) assert.is(built.code.get(address)?.mnemonic, "Nop", place(built, address));
});

forAll("no function calls itself, directly or through others", ({ code, ...rest }) => {
  const point = (address: number): CodePoint => {
    const found = code.get(address);
    assert.ok(found, address.toString(16));
    return found;
  };
  const callees = (entry: number): number[] =>
    calleesIn(reach([entry], point, ({ next }) => next).values());
  const called = calleesIn(code.values());
  assert.equal(cycles(called, callees).map((address) => place({ code, ...rest }, address)), []);
});

const calleesIn = (points: Iterable<CodePoint>): number[] =>
  Array.from(points).flatMap(({ callee }) => (callee === undefined ? [] : [callee]));

const INDIRECT: Readonly<Record<(typeof parts)[number], readonly string[]>> = {
  rom: ["boot"], // the jump to the image's entry
  kernel: ["system_call_entry"], // to a system call's function
  tasks: [],
};
for (const part of parts) {
  test(`${part}: jumps and calls through a pointer are in ${INDIRECT[part].join(" and ") || "no function"}`, () => {
    const built = programs[part];
    assert.ok(built, "was not built");
    const found = built.flatMap((one) =>
      [...one.code.values()].filter(({ indirect }) => indirect).map(({ address }) => place(one, address).replace(/\+.*/, "")));
    assert.equal(found, INDIRECT[part]);
  });
}

test.run();
