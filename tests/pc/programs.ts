// The programs in programs/: assembled, and run on the simulated PC and on QEMU's.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { fromRoot } from "../../commands/paths.ts";
import { mustSucceed } from "../../commands/process.ts";
import { readElf } from "../../kernel/elf.ts";
import { compiler } from "../../kernel/toolchain.ts";

export const EMULATOR = "qemu-system-i386";
export const hasEmulator = spawnSync(EMULATOR, ["--version"]).error === undefined;
export const ramBytes = 16 * 2 ** 20;

const folder = fromRoot("build", "tests", "pc");
const EMULATOR_MS_MAX = 60e3; // a limit for one that hangs

export type Kind = "rom" | "kernel";

export interface Outcome {
  readonly text: string;
  readonly status: number | null;
}

/** Gives the path of the ROM image, or of the ELF file. */
export async function assemble(name: string, kind: Kind): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const elf = join(folder, `${name}.elf`);
  const script = kind === "rom" ? "rom.ld" : "multiboot.ld";
  await mustSucceed(compiler, [
    "-m32", "-nostdlib", "-static", "-no-pie",
    "-Wl,--build-id=none", "-Wl,-z,noexecstack", "-Wl,--no-warn-rwx-segments", "-Wl,-z,max-page-size=4096",
    "-Wl,-T", script, "-o", elf, `${name}.S`,
  ], { cwd: fromRoot("tests", "pc", "programs") });
  if (kind === "kernel") return elf;
  const rom = readElf(readFileSync(elf), elf).sections.find((section) => section.name === ".rom");
  if (rom === undefined) throw new Error(`${elf} has no section .rom`);
  const path = join(folder, `${name}.bin`);
  writeFileSync(path, rom.bytes);
  return path;
}

/** A ROM has a processor without local APIC there: QEMU's would keep the 8259 from it until a BIOS has been at work. */
export function runOnQemu(path: string, kind: Kind): Outcome {
  const program = kind === "rom" ? ["-bios", path, "-cpu", "486"] : ["-kernel", path];
  const { status, stdout } = spawnSync(EMULATOR, [
    // An instruction takes 1 ns of the machine's time: what interrupts how often is then the same on a busy computer.
    "-icount", "shift=0,sleep=off",
    "-M", "pc", "-m", `${ramBytes / 2 ** 20}`, "-nodefaults", "-display", "none", "-serial", "null",
    ...program, "-debugcon", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
  ], { encoding: "latin1", timeout: EMULATOR_MS_MAX });
  return { status, text: stdout };
}
