// The machine that an image runs on, and what a reference must be given to run the same.

import { readFile } from "node:fs/promises";

import { createMachine, type Machine } from "../../sim/machine.ts";
import { memoryMap } from "../../soc/memory-map.ts";
import { lowRom, pcMemoryMap, vgaHole } from "../../soc/pc/memory-map.ts";
import { debugPorts } from "../../soc/pc/registers.ts";
import { usageFailure } from "../failure.ts";
import { readInput } from "../input.ts";
import { atomicos } from "../machines/atomicos.ts";
import type { Opened, SimulatedSystem } from "../machines/machine.ts";
import { pc } from "../machines/pc.ts";
import { nearest } from "../nearest.ts";
import { buildFirmware } from "../steps/software.ts";
import { type Core, lockstepCore } from "./core.ts";
import type { Contents } from "./reference.ts";

export interface Subject {
  readonly core: Core;
  readonly contents: Contents;
  /** Whether there is neither RAM nor ROM at a physical address. */
  readonly isDevice: (address: number) => boolean;
  free(): void;
}

/** `toEnd`: how far before the ROM's end. */
type Place = "ram" | "device" | { readonly toEnd: number };

interface Kind {
  readonly system: SimulatedSystem;
  /** As `atomicos run` would be told. */
  given(image: Buffer, path: string): { readonly kernel: string | undefined; readonly rom: string | undefined };
  /** The ROM's bytes, if the program does not bring one. */
  rom(): Promise<Uint8Array>;
  /** What lies at a physical address. */
  place(address: number, ramBytes: number): Place;
  ended(machine: Machine): boolean;
}

const ELF_MAGIC = 0x7f454c46;
const MULTIBOOT_MAGIC = 0x1badb002;
const MULTIBOOT_SEARCH_BYTES = 8192;

const KINDS: Readonly<Record<string, Kind>> = {
  pc: {
    system: pc,
    given: (image, path) => (isProgram(image) ? { kernel: path, rom: undefined } : { kernel: undefined, rom: path }),
    rom: async () => new Uint8Array(),
    place(address, ramBytes) {
      const { ram, rom } = pcMemoryMap(ramBytes);
      const holding = [rom, lowRom].find((one) => within(address, one));
      if (holding !== undefined) return { toEnd: holding.base + holding.size - address };
      return within(address, ram) && !within(address, vgaHole) ? "ram" : "device";
    },
    ended: (machine) => machine.portWrites().some(({ port }) => port === debugPorts.registers.EXIT.offset),
  },
  atomicos: {
    system: atomicos,
    given: (_image, path) => ({ kernel: path, rom: undefined }),
    rom: async () => readFile((await buildFirmware()).rom),
    place(address) {
      const { ram, bootRom } = memoryMap;
      if (within(address, bootRom)) return { toEnd: bootRom.base + bootRom.size - address };
      return within(address, ram) ? "ram" : "device";
    },
    ended: () => false,
  },
};
export const USUAL_MACHINE = "pc";

const within = (address: number, { base, size }: { readonly base: number; readonly size: number }): boolean =>
  address >= base && address < base + size;

function isProgram(image: Buffer): boolean {
  if (image.length >= 4 && image.readUInt32BE() === ELF_MAGIC) return true;
  for (let at = 0; at + 4 <= Math.min(image.length, MULTIBOOT_SEARCH_BYTES); at += 4) {
    if (image.readUInt32LE(at) === MULTIBOOT_MAGIC) return true;
  }
  return false;
}

export interface SubjectOptions {
  readonly machine: string;
  readonly ram: string | undefined;
  readonly append: string | undefined;
}

/** Checks image and options; what it gives builds the machine and brings it to its reset. */
export async function openSubject(path: string, { machine: name, ram, append }: SubjectOptions): Promise<() => Promise<Subject>> {
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined) {
    const guess = nearest(name, Object.keys(KINDS)) ?? Object.keys(KINDS).join(" or ");
    throw usageFailure(`there is no machine "${name}"`, `did you mean --machine ${guess}?`);
  }
  for (const [option, value] of [["ram", ram], ["append", append]] as const) {
    if (value === undefined || kind.system.takes.includes(option)) continue;
    throw usageFailure(`the machine ${name} does not take --${option}`, "see: atomicos lockstep --help");
  }
  const opened = await kind.system.open({ ...kind.given(await readInput("machine", path), path), ram, append });
  return async () => create(kind, opened);
}

async function create(kind: Kind, opened: Opened): Promise<Subject> {
  const options = await opened.build(false);
  const machine = createMachine(options);
  try {
    await opened.load(machine);
    machine.reset();
    const [top = ""] = options.ramBanks[0]?.split(".") ?? [];
    const contents = await contentsOf(kind, opened, machine.ramSize);
    const place = (address: number): Place => kind.place(address, machine.ramSize);
    const read = (address: number, count: number): Uint8Array | undefined => {
      const [first, last] = [place(address), place(address + count - 1)];
      if (first === "ram" && last === "ram") return machine.read(address, count);
      if (typeof first === "string" || typeof last === "string") return undefined;
      return contents.rom.subarray(contents.rom.length - first.toEnd, contents.rom.length - last.toEnd + 1);
    };
    return {
      core: lockstepCore(machine, { path: `${top}.cpu`, ended: () => kind.ended(machine), read }),
      contents,
      isDevice: (address) => place(address) === "device",
      free: () => machine.free(),
    };
  } catch (error) {
    machine.free();
    throw error;
  }
}

async function contentsOf(kind: Kind, opened: Opened, ramBytes: number): Promise<Contents> {
  const ram: { readonly address: number; readonly bytes: Uint8Array }[] = [];
  let rom = await kind.rom();
  await opened.load({
    load: (address, bytes) => void ram.push({ address, bytes }),
    loadBanks: (_banks, _address, bytes) => {
      rom = bytes; // the only banks besides RAM that a program is put into
    },
  });
  return { ramBytes, ram, rom };
}
