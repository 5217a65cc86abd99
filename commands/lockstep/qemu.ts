// QEMU as the reference, stepped by its stub for GDB, which lets no interrupt and no timer in.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { generalRegisters, segmentRegisters } from "../../sim/architecture.ts";
import { Failure } from "../failure.ts";
import { connectGdb, type GdbRemote } from "./gdb-remote.ts";
import type { Contents, Reference, ReferenceState } from "./reference.ts";

export const EMULATOR = "qemu-system-i386";
const KIB = 1024;
const MIB = 1024 * KIB;
const ROM_UNIT = 64 * KIB;
const START_MS_MAX = 20e3;
const POLL_MS = 20;
const PAGING = 2 ** 31; // CR0.PG
const MESSAGES_SHOWN_MAX = 2000;

export async function startQemu({ ramBytes, ram, rom }: Contents): Promise<Reference> {
  const folder = await mkdtemp(join(tmpdir(), "atomicos-lockstep-"));
  const socket = join(folder, "gdb");
  const file = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  };
  // The emulator takes ROMs in units of 64 KB, which end at the last address.
  const image = new Uint8Array(Math.ceil(rom.length / ROM_UNIT) * ROM_UNIT).fill(0xff);
  image.set(rom, image.length - rom.length);
  const loaded = ram.filter(({ bytes }) => bytes.length > 0);
  const loaders = await Promise.all(
    loaded.map(async ({ address, bytes }, i) => {
      const path = await file(`ram-${i}`, bytes);
      return ["-device", `loader,file=${path},addr=0x${address.toString(16)},force-raw=on`];
    }),
  );
  const child = spawn(EMULATOR, [
    "-M", "pc", "-cpu", "qemu32", "-m", `${Math.max(1, ramBytes / MIB)}M`, "-nodefaults", "-display", "none",
    "-bios", await file("rom", image), ...loaders.flat(), "-S",
    "-chardev", `socket,path=${socket},server=on,wait=off,id=gdb`, "-gdb", "chardev:gdb",
  ], { stdio: ["ignore", "ignore", "pipe"], detached: true }); // Ctrl-C is for us alone
  let messages = "";
  child.stderr.on("data", (bytes: Buffer) => (messages = (messages + bytes.toString()).slice(-MESSAGES_SHOWN_MAX)));
  const ended = once(child, "close").catch((error: unknown) => (messages += String(error)));

  const close = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await socketThere(socket, () => child.exitCode !== null || child.pid === undefined);
    return reference(await connectGdb(socket, "i386-32bit.xml"), close);
  } catch (error) {
    await close();
    throw new Failure(`${EMULATOR} cannot be used: ${messages.trim() || String(error)}`, "install with: apt-get install qemu-system-x86");
  }
}

async function socketThere(path: string, gone: () => boolean): Promise<void> {
  for (let waited_ms = 0; !existsSync(path); waited_ms += POLL_MS) {
    if (gone() || waited_ms > START_MS_MAX) throw new Error("it does not start");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function reference(gdb: GdbRemote, close: () => Promise<void>): Reference {
  const state = async (): Promise<ReferenceState> => {
    const registers = await gdb.registers();
    const register = (name: string): number => registers.get(name) ?? 0;
    return {
      general: generalRegisters.map(register),
      flags: register("eflags"),
      selectors: segmentRegisters.map(register),
      eip: register("eip"),
      pageTables: register("cr0") >= PAGING ? register("cr3") : undefined,
    };
  };
  return {
    name: "QEMU",
    takesFlags: true,
    state,
    async step() {
      await gdb.step();
      return state();
    },
    async give({ general, flags, selectors, eip }) {
      // Flags first: in virtual-8086 mode a selector means another segment.
      if (flags !== undefined) await gdb.setRegister("eflags", flags);
      for (const [i, value] of selectors?.entries() ?? []) await gdb.setRegister(segmentRegisters[i] ?? "", value);
      for (const [i, value] of general?.entries() ?? []) await gdb.setRegister(generalRegisters[i] ?? "", value);
      if (eip !== undefined) await gdb.setRegister("eip", eip);
    },
    read: async (address, count) => gdb.read(address, count),
    write: async (linear, _physical, bytes) => gdb.write(linear, bytes),
    async close() {
      gdb.close();
      await close();
    },
  };
}
