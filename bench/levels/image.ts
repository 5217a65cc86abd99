// The programs in this folder: assembled, and run on the core alone with a line for each instruction it completes.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { cached } from "../../commands/cache.ts";
import { mustSucceed } from "../../commands/process.ts";
import { toolVersion } from "../../commands/tools.ts";
import type { Bare } from "../../tests/cpu/bare/build.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** Where an image is loaded; the boot ROM looks for its header there. */
export const image_first = 0x1000;

export interface Program {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** `places`: names of addresses, for the assembler. */
export async function assemble(
  name: "syscall" | "interrupts",
  places: Readonly<Record<string, number>>,
): Promise<Program> {
  const source = join(here, `${name}.S`);
  const defines = Object.entries(places).map(([place, address]) => `-D${place}=0x${address.toString(16)}`);
  const folder = await cached({
    name: `bench-levels-${name}`,
    files: [source, join(here, "tables.S")],
    facts: { defines: defines.join(" "), compiler: await toolVersion("i686-linux-gnu-gcc") },
    make: async (cwd) => {
      await mustSucceed("i686-linux-gnu-gcc", ["-c", ...defines, source, "-o", "image.o"], { cwd });
      const link = ["-m", "elf_i386", "-Ttext", `0x${image_first.toString(16)}`, "--oformat", "binary", "-e", "begin"];
      await mustSucceed("i686-linux-gnu-ld", [...link, "image.o", "-o", "image.bin"], { cwd });
    },
  });
  const path = join(folder, "image.bin");
  return { path, bytes: await readFile(path) };
}

/** An instruction completed, or the interrupt line raised, in this clock. */
export interface Event {
  readonly clock: number;
  /** Of the instruction; none for a request. */
  readonly eip: number | undefined;
}

/** Runs the program until it halts or for so many clocks. `interrupt_seed` not 0: with interrupts at random times. */
export async function* events(
  { executable, rom }: Bare, { path }: Program,
  { clocks_max, interrupt_seed = 0 }: { readonly clocks_max: number; readonly interrupt_seed?: number },
): AsyncGenerator<Event> {
  const options = ["--cycles", String(clocks_max), "--retired", "--interrupts", String(interrupt_seed), "--one-context"];
  const child = spawn(executable, ["run", rom, `${path}@${image_first}`, ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let ended = false;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (/ after \d+ cycles/.test(line)) {
        ended = true;
        continue;
      }
      const [clock, what] = line.trim().split(/ +/);
      yield { clock: Number(clock), eip: what === "request" ? undefined : parseInt(what ?? "", 16) };
    }
    if (!ended) throw new Error(`the core's run of ${path} broke off`);
  } finally {
    child.kill();
  }
}
